//! Reaches into one node of a lab: commands, files, logs, load. Named by lab and node, never by container.

mod exec;
mod files;
mod logs;
mod stats;

pub use exec::{Conversation, Exec, ExecOutput};
pub use files::File;
pub use stats::NodeStats;
