//! What Airflow's API server said: of its components, of DAGs, of runs and of their tasks.
//!
//! Times are Unix milliseconds by Airflow's clock. States, types of runs, rules and names of operators are Airflow's own
//! words, whatever they are: a new one is no error.

mod airflow_two;
mod assets;
mod closer_words;
mod dags;
mod files;
mod runs;
mod slots;
mod stores;
mod structure;
mod task;
mod words;

use std::fmt::{Display, Formatter, Result as FmtResult};

use serde::{Deserialize, Serialize};

pub use airflow_two::advice;
pub use assets::*;
pub use dags::*;
pub use files::*;
pub use runs::*;
pub use slots::*;
pub use stores::*;
pub use structure::*;
pub use task::*;

/// The DAG by whose run a lab warms Airflow up. It is nobody's, and stands in no list.
pub const WARM_UP: &str = "pipewright_warm_up";

/// A fact about Airflow. The source is the node whose API server answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum AirflowFact {
    /// `monitor/health`: the components, each with its newest heartbeat. While wanted, with every look.
    HealthTold {
        /// Airflow's version; none before it was told.
        #[serde(default)]
        version: Option<String>,
        /// `metadatabase`, `scheduler`, `dag_processor`, `triggerer`.
        components: Vec<ComponentSeen>,
    },
    /// `jobs`: the processes behind the components that are alive.
    JobsListed {
        /// The newest start first.
        jobs: Vec<JobSeen>,
    },
    /// `dags`: which DAGs there are, also stale ones.
    DagsListed {
        /// Their ids, in order; the first 500.
        dags: Vec<String>,
        /// How many there are in all.
        total: u64,
    },
    /// One of them, when something about it is new.
    DagDescribed {
        /// The DAG.
        dag: DagSeen,
    },
    /// `importErrors`: files from which no DAG could be made.
    ImportErrorsListed {
        /// By file; the first 100.
        errors: Vec<ImportErrorSeen>,
        /// How many there are in all.
        total: u64,
    },
    /// The files in the folder in which Airflow looks for DAGs.
    FilesListed {
        /// By name; the first 500.
        files: Vec<FileListed>,
        /// How many there are in all.
        total: u64,
    },
    /// What is in one of them.
    FileRead {
        /// The file.
        file: FileRead,
    },
    /// The folder could not be looked into.
    FilesUnread {
        /// Why.
        why: String,
    },
    /// `dags/~/dagRuns`: the newest runs of all DAGs.
    NewestRunsListed {
        /// The newest first; at most 50.
        runs: Vec<RunNamed>,
    },
    /// `dags/{dag}/tasks`: the tasks of a DAG as it is written now.
    TasksListed {
        /// The DAG's id.
        dag: String,
        /// In Airflow's order; the first 2000.
        tasks: Vec<TaskSeen>,
    },
    /// `/ui/structure/structure_data`: how a DAG's groups, tasks and edges are drawn. Only Airflow's own pages ask this.
    StructureTold {
        /// The DAG's id.
        dag: String,
        /// The structure of its newest version.
        structure: StructureSeen,
    },
    /// This question was not answered in a way that can be read.
    StructureUntold {
        /// The DAG's id.
        dag: String,
        /// Why.
        why: String,
    },
    /// `dags`: how many tasks and runs of a DAG may go on at once.
    LimitsTold {
        /// The DAG's id.
        dag: String,
        /// The limits.
        limits: DagLimits,
    },
    /// `dags/{dag}/tasks`: what decides beside their trigger rules when its tasks are run.
    TaskRulesListed {
        /// The DAG's id.
        dag: String,
        /// Of the tasks that are told.
        rules: Vec<TaskRule>,
    },
    /// `dags/{dag}/dagRuns/{run}`: the time before which a run that is `queued` does not begin.
    RunAfterTold {
        /// The DAG's id.
        dag: String,
        /// The run's id.
        run: String,
        /// The time.
        run_after: Option<i64>,
    },
    /// `…/taskInstances/{task}/dependencies`: what stands in the way of tasks that have no state or are `scheduled`; of those
    /// of which it is new.
    DependenciesTold {
        /// The DAG's id.
        dag: String,
        /// The run's id.
        run: String,
        /// Task by task.
        told: Vec<TaskDependencies>,
    },
    /// `pools`.
    PoolsListed {
        /// By id; the first 100.
        pools: Vec<PoolSeen>,
        /// How many there are in all.
        total: u64,
    },
    /// `config`: `[core] parallelism`, if Airflow tells its settings.
    ParallelismTold {
        /// So many tasks of all DAGs may be `queued` or `running` at once; none if it is not told.
        parallelism: Option<u32>,
        /// Why not, in Airflow's words.
        #[serde(default)]
        why: Option<String>,
    },
    /// `dags/~/dagRuns/~/taskInstances`: those of all DAGs that hold a slot or wait for something, and those that lately did;
    /// of them the new and the changed ones.
    ActiveInstancesSeen {
        /// The new and the changed ones.
        instances: Vec<ActiveInstance>,
        /// Those that hold no slot and wait for nothing any more, and of which nobody knows how they ended.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<ActivePlace>,
        /// These are all that are active: what was told before and is not among them is not active any longer.
        #[serde(default)]
        all: bool,
        /// There are more than were read.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        more: bool,
    },
    /// There is no DAG of this id.
    DagMissing {
        /// The id.
        dag: String,
    },
    /// `dags/{dag}/dagRuns`: the newest runs of a DAG.
    RunsListed {
        /// The DAG's id.
        dag: String,
        /// The newest first; at most 25.
        runs: Vec<RunSeen>,
        /// How many there are in all.
        total: u64,
    },
    /// `dags/{dag}/dagRuns/{run}/taskInstances`: those that are new or changed since they were told.
    TaskInstancesSeen {
        /// The DAG's id.
        dag: String,
        /// The run's id.
        run: String,
        /// The new and the changed ones.
        instances: Vec<TaskInstanceSeen>,
        /// Those that are there no longer.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<TaskPlace>,
        /// These are all there are: what was told before and is not among them is there no longer.
        #[serde(default)]
        all: bool,
        /// There are more than were read.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        more: bool,
    },
    /// The same is being read for the first time, and is more than one answer.
    InstancesBeingRead {
        /// The DAG's id.
        dag: String,
        /// The run's id.
        run: String,
        /// So many were read by now.
        read: u64,
        /// So many there are.
        total: u64,
    },
    /// What is asked of one task instance, when something about it is new.
    TaskTold {
        /// The DAG's id.
        dag: String,
        /// The run's id.
        run: String,
        /// Which task.
        #[serde(flatten)]
        place: TaskPlace,
        /// What is told.
        told: TaskTold,
    },
    /// `…/xcomEntries/{key}` of one task in the newest runs of a DAG: of runs of which it is new.
    ValuesLeft {
        /// The DAG's id.
        dag: String,
        /// The task's id.
        task: String,
        /// The key.
        key: String,
        /// Run by run.
        values: Vec<RunValue>,
        /// How many runs there are in all.
        total: u64,
        /// Of so many of the newest it was read by now.
        read: u64,
    },
    /// What is asked of Variables and connections, when something about them is new.
    StoreTold {
        /// What is told.
        told: StoreTold,
    },
    /// What is asked of assets, when something about them is new.
    AssetTold {
        /// What is told.
        told: AssetTold,
    },
}

/// A component, as the API server tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentSeen {
    /// `metadatabase`, `scheduler`, `dag_processor`, `triggerer`.
    pub name: String,
    /// `healthy`, `unhealthy`; none if it was never started.
    pub status: Option<String>,
    /// The newest heartbeat.
    #[serde(default)]
    pub heartbeat_at: Option<i64>,
}

/// The process of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSeen {
    /// `SchedulerJob`, `DagProcessorJob`, `TriggererJob`.
    pub job_type: String,
    /// The host it runs on, by its own words.
    #[serde(default)]
    pub hostname: Option<String>,
    /// When it was started.
    #[serde(default)]
    pub started_at: Option<i64>,
}

impl Display for AirflowFact {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        words::write(self, f)
    }
}
