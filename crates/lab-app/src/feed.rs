//! What a host is pushed: the newest value when it changed, at most 30 a second, and the next one only when asked.
//!
//! A feed holds no queue. A host asks for the next push after it has acknowledged the last one, so one push is in flight
//! and a slow page gets fewer, newer pushes instead of a backlog. Dropping a feed ends what it wanted observed.

use std::time::Duration;

use lab_model::Problem;
use serde_json::Value;
use tokio::{sync::watch, time::Instant};

use crate::schema::Push;

/// No more than 30 pushes a second.
const SHORTEST_GAP: Duration = Duration::from_millis(33);

/// Pushes of one subscription.
pub struct Feed {
    source: Box<dyn Source>,
    rev: u64,
    last: Option<Result<Value, Problem>>,
    not_before: Instant,
}

/// Where a feed's values come from.
pub(crate) trait Source: Send {
    /// The value now, or why there is none.
    fn value(&mut self) -> Result<Value, Problem>;
    /// Whether the value can differ from the last one asked for: cheap.
    fn may_differ(&mut self) -> bool;
    /// What wakes the feed.
    fn wake(&mut self) -> &mut watch::Receiver<u64>;
    /// The clock of `Push::now`.
    fn now(&self) -> u64;
}

impl Feed {
    pub(crate) fn new(source: impl Source + 'static) -> Self {
        Self { source: Box::new(source), rev: 0, last: None, not_before: Instant::now() }
    }

    /// Waits for a value that differs from the last one; none once its source has ended.
    pub async fn next(&mut self) -> Option<Push> {
        loop {
            if self.last.is_some() {
                self.source.wake().changed().await.ok()?;
                tokio::time::sleep_until(self.not_before).await;
            }
            self.source.wake().mark_unchanged();
            if self.last.is_some() && !self.source.may_differ() {
                continue;
            }
            let value = self.source.value();
            if self.last.as_ref() != Some(&value) {
                return Some(self.push(value));
            }
        }
    }

    fn push(&mut self, value: Result<Value, Problem>) -> Push {
        self.rev += 1;
        self.not_before = Instant::now() + SHORTEST_GAP;
        self.last = Some(value.clone());
        let (value, problem) = match value {
            Ok(value) => (value, None),
            Err(problem) => (Value::Null, Some(problem)),
        };
        Push { rev: self.rev, now: self.source.now(), value, problem }
    }
}

#[cfg(test)]
#[path = "feed_test.rs"]
mod tests;
