//! Connections: what the actions on them share.

use super::{kept::Kept, names::check_id, refused::Advice};

pub(super) const ADVICE: Advice = Advice {
    missing: "Look at the list of connections: ids are told apart by large and small letters.",
    conflict: "Look at the connection: somebody else may have changed it meanwhile.",
};

pub(super) fn check_connection(id: &str) -> Result<(), String> {
    check_id("connection_id", id, 200)
}

pub(super) fn kept(id: &str) -> Kept<'_> {
    Kept { all: "connections", name: id }
}
