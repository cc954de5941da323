//! `cassandra.execute`

use lab_model::{
    Problem,
    facts::cassandra::{RequestKind, RequestOutcome, RequestSeen},
};
use lab_probe::action::{Verb, check_name, check_text, counted};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    by_hand::Said,
    names::check_word,
    scope::{CONSOLE, ended_well},
};
use crate::{
    driver::Request,
    level::{Level, SerialLevel},
};

/// Sends a statement.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Execute {
    /// One CQL statement, or one batch.
    #[schemars(length(min = 1))]
    cql: String,
    /// The node that coordinates it; else they take turns.
    #[serde(default)]
    coordinator: Option<String>,
    /// How many replicas must answer; `ONE` unless told, as in cqlsh.
    #[serde(default)]
    level: Level,
    /// Over which replicas a statement with IF is decided; `SERIAL` unless told.
    #[serde(default)]
    serial_level: Option<SerialLevel>,
    /// For names of tables without a keyspace.
    #[serde(default)]
    keyspace: Option<String>,
    /// Have every node write down what it did for it.
    #[serde(default)]
    trace: bool,
    /// The client's name, under which the request is told.
    #[serde(default = "console")]
    #[schemars(length(min = 1, max = 60))]
    client: String,
    /// Count as success even if the statement fails.
    #[serde(default)]
    refusals_ok: bool,
}

pub(super) fn console() -> String {
    CONSOLE.to_owned()
}

impl Verb<Actions> for Execute {
    const NAME: &'static str = "cassandra.execute";
    const TITLE: &'static str = "Execute CQL";
    const SAYS: &'static str = "Sends a CQL statement to a coordinator at a consistency level.";

    fn check(&self) -> Result<(), String> {
        check_text("cql", &self.cql)?;
        check_name("client", &self.client)?;
        self.keyspace.as_deref().map_or(Ok(()), |keyspace| check_word("keyspace", keyspace))?;
        if self.level == Level::NodeLocal && self.coordinator.is_none() {
            return Err("`level = \"NODE_LOCAL\"` needs a `coordinator`: it is about one node alone".into());
        }
        Ok(())
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let said = Said {
            cql: &self.cql,
            level: Some(self.level),
            serial: self.serial_level,
            keyspace: self.keyspace.as_deref(),
            trace: self.trace,
        };
        let line = place.cqlsh(self.coordinator.as_deref(), &said);
        match self.level {
            Level::NodeLocal => vec!["# cqlsh has no level NODE_LOCAL".into(), line],
            _ => vec![line],
        }
    }

    fn unseen(&self) -> &'static str {
        match self.cql.split_whitespace().next().unwrap_or_default().to_ascii_lowercase().as_str() {
            // Nodes tell of their schema themselves.
            "create" | "alter" | "drop" => "",
            "select" => {
                "Pipewright does not see what your own client reads. A check may ask for that: then press the button."
            }
            _ => {
                "Pipewright sees what this writes, but not how your own client is answered. A check may ask for that: then \
                 press the button."
            }
        }
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.nodes(self.coordinator.as_deref())?;
        let request = Request {
            cql: self.cql,
            coordinator: self.coordinator,
            level: self.level,
            serial_level: self.serial_level,
            keyspace: self.keyspace,
            trace: self.trace,
            client: self.client,
            cause: Some(scope.id),
        };
        let seen = scope.or_cancelled("execute it", scope.driver.request(&request)).await?;
        if let (Some(trace), Some(node)) = (&seen.trace, &seen.coordinator) {
            scope.or_cancelled("execute it", scope.driver.tell_trace(trace, node, Some(scope.id))).await?;
        }
        let seen = if self.refusals_ok { seen } else { ended_well(seen)? };
        Ok(words(&seen))
    }
}

/// `ok at QUORUM through cassandra-1 in 3.4 ms: 2 rows`.
pub(super) fn words(seen: &RequestSeen) -> String {
    let through = seen.coordinator.as_ref().map(|node| format!(" through {node}")).unwrap_or_default();
    let took = Milliseconds(seen.took_micros);
    let mut words = format!("{} at {}{through} in {took}", seen.outcome, seen.level);
    if seen.outcome == RequestOutcome::Ok {
        match (seen.kind, seen.applied) {
            (_, Some(true)) => words.push_str(": applied"),
            (_, Some(false)) => words.push_str(": not applied"),
            (RequestKind::Read, None) => {
                words.push_str(&format!(": {}", counted(seen.row_count, "row")));
            }
            _ => {}
        }
    }
    words
}

/// Microseconds as people read them.
pub(super) struct Milliseconds(pub(super) u64);

impl std::fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} ms", self.0 as f64 / 1000.0)
    }
}
