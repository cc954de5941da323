//! What is told of one change.

use super::model::Mood;

/// An entry before it is known who said it and when.
pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) about: String,
    pub(super) says: String,
    pub(super) mood: Mood,
}
