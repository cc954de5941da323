//! What several kinds fold alike: who is heard, which containers there are, what a cluster, a topic, a group, a ring is now.
//!
//! Each part keeps what was said and reports what changed. How it is shown, and in which words, is each kind's own.

pub(crate) mod airflows;
pub(crate) mod brokers;
pub(crate) mod clock;
pub(crate) mod cluster;
pub(crate) mod dags;
pub(crate) mod groups;
pub(crate) mod hints;
pub(crate) mod lag;
pub(crate) mod members;
pub(crate) mod nodes;
pub(crate) mod pairs;
pub(crate) mod pipeline;
pub(crate) mod places;
pub(crate) mod replication;
pub(crate) mod ring;
pub(crate) mod runs;
pub(crate) mod schema;
pub(crate) mod slots;
pub(crate) mod sources;
pub(crate) mod statement;
pub(crate) mod task_order;
pub(crate) mod task_states;
pub(crate) mod topic;
pub(crate) mod topics;
pub(crate) mod words;
