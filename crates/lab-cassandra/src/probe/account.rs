//! What a node's facts are about.

use lab_model::facts::cassandra::CassandraFact;

/// What one node has said so far, shared by the tasks that ask it.
pub(super) type Account = lab_probe::Account<Subject, CassandraFact>;

/// What a fact is about; a newer fact about the same replaces the older.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Node,
    Peers,
    Beliefs,
    Phi,
    Schema,
    Key(String, String),
    Rows(String, String),
    Hints,
    HintSwitches,
    Table(String),
    CommitLog,
    Compactions,
    ReadRepairs,
    Repairs,
    Streams,
    Settings,
}
