//! What a node pushes without being asked, once a connection has registered for it.

use super::reader::{Garbled, Reader};

/// A push, in the node's words; addresses without the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// Another node is believed up or down now.
    Status { up: bool, address: String },
    /// `NEW_NODE`, `REMOVED_NODE`, `MOVED_NODE`.
    Topology { change: String, address: String },
    /// `CREATED`, `UPDATED` or `DROPPED` of a `KEYSPACE`, `TABLE`, …; the name is `keyspace` or `keyspace.table`.
    Schema { change: String, target: String, name: String },
}

impl Event {
    /// Reads the body of an EVENT frame.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Garbled> {
        let kind = reader.string()?;
        let change = reader.string()?;
        match kind.as_str() {
            "STATUS_CHANGE" => Ok(Self::Status { up: change == "UP", address: reader.inet()?.0.to_string() }),
            "TOPOLOGY_CHANGE" => Ok(Self::Topology { change, address: reader.inet()?.0.to_string() }),
            "SCHEMA_CHANGE" => {
                let target = reader.string()?;
                let keyspace = reader.string()?;
                let name = if target == "KEYSPACE" { keyspace } else { format!("{keyspace}.{}", reader.string()?) };
                Ok(Self::Schema { change, target, name })
            }
            _ => Err(Garbled),
        }
    }
}
