//! The command line that does the same: Cassandra's own tools, run inside a container of the lab.

use lab_probe::action::exec;

use crate::level::{Level, SerialLevel};

/// Where the tools run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// Nodes and their containers, e.g. `cassandra-1` and `pipewright-cassandra-3-cassandra-1-1`, in the stack's order.
    pub containers: Vec<(String, String)>,
}

impl ByHand {
    /// `docker exec -it <container> nodetool <words>`.
    pub(super) fn nodetool(&self, node: Option<&str>, words: &[&str]) -> String {
        exec("-it", self.container(node), ["nodetool"].into_iter().chain(words.iter().copied()))
    }

    /// The same on every node.
    pub(super) fn nodetool_on(&self, node: Option<&str>, words: &[&str]) -> Vec<String> {
        match node {
            Some(node) => vec![self.nodetool(Some(node), words)],
            None => self.containers.iter().map(|(node, _)| self.nodetool(Some(node), words)).collect(),
        }
    }

    /// `docker exec -it <container> cqlsh -e '<shell commands; statement>'`.
    pub(super) fn cqlsh(&self, node: Option<&str>, said: &Said<'_>) -> String {
        let mut script = String::new();
        if let Some(level) = said.level {
            script.push_str(&format!("CONSISTENCY {level}; "));
        }
        if let Some(serial) = said.serial {
            script.push_str(&format!("SERIAL CONSISTENCY {}; ", serial.name()));
        }
        if said.trace {
            script.push_str("TRACING ON; ");
        }
        script.push_str(said.cql.trim().trim_end_matches(';'));
        let keyspace = said.keyspace.map(|keyspace| ["-k", keyspace]);
        let words = ["cqlsh"].into_iter().chain(keyspace.into_iter().flatten()).chain(["-e", &script]);
        exec("-it", self.container(node), words)
    }

    fn container<'a>(&'a self, node: Option<&'a str>) -> &'a str {
        let named = self.containers.iter().find(|(known, _)| node.is_none_or(|node| node == known));
        named.map_or(node.unwrap_or_default(), |(_, container)| container)
    }
}

/// What cqlsh is to do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub(super) cql: &'a str,
    pub(super) level: Option<Level>,
    pub(super) serial: Option<SerialLevel>,
    pub(super) keyspace: Option<&'a str>,
    pub(super) trace: bool,
}
