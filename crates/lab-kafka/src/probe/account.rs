//! What a broker's facts are about.

use lab_model::facts::kafka::KafkaFact;

/// What one broker has said so far.
pub(super) type Account = lab_probe::Account<Subject, KafkaFact>;

/// What a fact is about; a newer fact about the same replaces the older.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Cluster,
    Quorum,
    Topics,
    Topic(String),
    Config(String),
    Replica(String, i32),
    Groups,
    Group(String),
    Offsets(String),
}
