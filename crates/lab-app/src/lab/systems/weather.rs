//! The nodes of the weather pipeline that are no engine: the source and the stream job. The container engine tells of them.

use super::Registration;

pub(super) const ENGINE: Registration = Registration {
    name: "weather",
    catalog: Vec::new,
    by_hand: |_, _, _| Vec::new(),
    unseen: |_| "",
    holds: |_| Vec::new(),
    words: |_, _| None,
    novelty: |_| None,
    start: |_| None,
};
