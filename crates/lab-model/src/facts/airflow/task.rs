//! One task instance, looked at closely: its tries, its log, and what it was given and left.

use serde::{Deserialize, Serialize};

/// Of a log the newest entries are told and kept, so many …
pub const LOG_ENTRIES: usize = 500;
/// … and no more than this of them, in bytes.
pub const LOG_BYTES: usize = 64 << 10;

/// What Airflow told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskTold {
    /// There is no such instance.
    Missing,
    /// `…/taskInstances/{task}/{map_index}`: how it is now.
    Instance(Box<InstanceSeen>),
    /// `…/tries`: from the first one.
    Tries(Vec<TrySeen>),
    /// `…/logs/{try}`: what is new in the log of a try.
    Log(LogSeen),
    /// `…/xcomEntries`: of it, and of the tasks directly before it.
    #[serde(rename = "xcoms")]
    XComs(XComsSeen),
    /// `eventLogs`: of it.
    Events {
        /// The newest first; at most 100.
        events: Vec<EventSeen>,
        /// There are more.
        more: bool,
    },
}

/// The newest try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceSeen {
    /// `scheduled`, `queued`, `running`, `success`, …; none before the scheduler looked at it.
    #[serde(default)]
    pub state: Option<String>,
    /// Which try it is, from 1; 0 before the scheduler looked at it.
    pub try_number: u32,
    /// How many times it may be tried again after the first try.
    #[serde(default)]
    pub max_tries: Option<i32>,
    /// The class of its operator.
    #[serde(default)]
    pub operator: Option<String>,
    /// The operator's name.
    #[serde(default)]
    pub operator_name: Option<String>,
    /// The pool it takes its slots from.
    #[serde(default)]
    pub pool: Option<String>,
    /// How many of them it takes.
    #[serde(default)]
    pub pool_slots: Option<u32>,
    /// Its weight in the queue.
    #[serde(default)]
    pub priority_weight: Option<i64>,
    /// The executor's queue.
    #[serde(default)]
    pub queue: Option<String>,
    /// The host it ran on.
    #[serde(default)]
    pub hostname: Option<String>,
    /// Its process there.
    #[serde(default)]
    pub pid: Option<i64>,
    /// The name that a mapped task gives it.
    #[serde(default)]
    pub rendered_map_index: Option<String>,
    /// What somebody wrote about it.
    #[serde(default)]
    pub note: Option<String>,
    /// When the scheduler found that it may run.
    #[serde(default)]
    pub scheduled_at: Option<i64>,
    /// When it was given to the executor.
    #[serde(default)]
    pub queued_at: Option<i64>,
    /// When this try began.
    #[serde(default)]
    pub started_at: Option<i64>,
    /// When this try ended.
    #[serde(default)]
    pub ended_at: Option<i64>,
    /// What it waits for while it is deferred.
    #[serde(default)]
    pub trigger: Option<TriggerSeen>,
    /// The number of the DAG's version it runs by.
    #[serde(default)]
    pub version_number: Option<u32>,
    /// Its templated fields as they were when it began, by name; the first 50.
    #[serde(default)]
    pub rendered_fields: Vec<FieldSeen>,
}

impl InstanceSeen {
    /// The newest of its times.
    pub fn newest_time(&self) -> Option<i64> {
        [self.scheduled_at, self.queued_at, self.started_at, self.ended_at].into_iter().flatten().max()
    }

    /// Nothing more will happen to it, unless somebody clears it.
    pub fn has_ended(&self) -> bool {
        ended(self.state.as_deref())
    }
}

/// Whether a task instance goes on no more in this state.
fn ended(state: Option<&str>) -> bool {
    matches!(state, Some("success" | "failed" | "upstream_failed" | "skipped" | "removed"))
}

/// What a deferred task waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerSeen {
    /// Its class.
    pub classpath: String,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<i64>,
    /// The job of the triggerer that runs it.
    #[serde(default)]
    pub triggerer_id: Option<i64>,
}

/// A templated field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSeen {
    /// The field.
    pub name: String,
    /// A text as it is, anything else as JSON; the first 2000 characters.
    pub value: String,
    /// So many characters it has.
    pub length: u64,
}

/// A try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrySeen {
    /// Which, from 1.
    pub try_number: u32,
    /// The state it ended in, or is in.
    #[serde(default)]
    pub state: Option<String>,
    /// The host it ran on.
    #[serde(default)]
    pub hostname: Option<String>,
    /// When it was given to the executor.
    #[serde(default)]
    pub queued_at: Option<i64>,
    /// When it began.
    #[serde(default)]
    pub started_at: Option<i64>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<i64>,
}

impl TrySeen {
    /// Nothing more will be done in it.
    pub fn has_ended(&self) -> bool {
        ended(self.state.as_deref())
    }
}

/// What is new in a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogSeen {
    /// Of which try.
    pub try_number: u32,
    /// The number of the first entry told here, from 0. What was told from there on before is not so any more.
    pub from: u64,
    /// Nor is what was told before that: the log is another one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anew: bool,
    /// Entries from there to the newest one that was read.
    #[serde(default)]
    pub entries: Vec<EntrySeen>,
    /// The try had ended when it was read.
    #[serde(default)]
    pub finished: bool,
    /// Why its end was not read.
    #[serde(default)]
    pub unread: Option<String>,
    /// The last error among all that was read.
    #[serde(default)]
    pub error: Option<String>,
    /// The files that Airflow read it from.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySeen {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// `info`, `error`, ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logger: Option<String>,
    /// The words, the first 2000 characters.
    pub event: String,
    /// Its traceback, at most 4000 characters from its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_detail: Option<String>,
}

impl EntrySeen {
    /// So many bytes it takes, about.
    pub fn size(&self) -> usize {
        let of = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        self.event.len() + of(&self.level) + of(&self.logger) + of(&self.error_detail) + 8
    }
}

/// The values that a task and those directly before it left in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct XComsSeen {
    /// Its own, by key.
    pub own: Vec<XComSeen>,
    /// Those of the tasks directly before it.
    pub before: Vec<XComSeen>,
    /// There are more than these.
    #[serde(default)]
    pub more: bool,
}

/// A value that a task left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct XComSeen {
    /// The task that left it.
    pub task_id: String,
    /// Which of a mapped task; -1 of any other.
    pub map_index: i32,
    /// The key.
    pub key: String,
    /// When it was left.
    #[serde(default)]
    pub left_at: Option<i64>,
    /// What it is.
    pub value: ValueSeen,
}

/// A value of an XCom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueSeen {
    /// It was read.
    Json {
        /// The first 2000 characters of it as JSON, or 20,000 where one key of many runs was asked for.
        text: String,
        /// So many characters the whole JSON has.
        length: u64,
        /// Its type in JSON, or the name of the Python class that was wrapped as JSON.
        kind: String,
    },
    /// It was not, or not yet.
    Unread {
        /// Why.
        why: String,
    },
}

/// What a task left in one run under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunValue {
    /// The run's id.
    pub run: String,
    /// The run's state when it was read.
    pub run_state: String,
    /// The value; none if the task left nothing there, or not yet.
    pub value: Option<ValueSeen>,
}

/// An entry of Airflow's event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSeen {
    /// When.
    #[serde(default)]
    pub at: Option<i64>,
    /// `running`, `success`, …, or the name of a call.
    pub event: String,
    /// The task's owner, or who called.
    #[serde(default)]
    pub owner: Option<String>,
    /// Of which try.
    #[serde(default)]
    pub try_number: Option<u32>,
    /// What was noted besides, the first 500 characters.
    #[serde(default)]
    pub extra: Option<String>,
}
