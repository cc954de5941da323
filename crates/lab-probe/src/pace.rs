//! How often to look: ten times a second while something changes, twice when all is calm.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::Instant;

const BUSY: Duration = Duration::from_millis(100);
const CALM: Duration = Duration::from_millis(500);
/// After a change things are likely to go on changing for this long.
const STIRRED_FOR: Duration = Duration::from_secs(2);

/// Shared by all nodes of a cluster: a change at one is likely to show at the others.
#[derive(Debug)]
pub struct Pace {
    began: Instant,
    /// Milliseconds from `began` to the newest change.
    changed: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { began: Instant::now(), changed: AtomicU64::new(0) }
    }
}

impl Pace {
    /// Something changed just now.
    pub fn stir(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.changed.fetch_max(now, Ordering::Relaxed);
    }

    /// From the beginning of one look to the beginning of the next.
    pub fn interval(&self) -> Duration {
        if self.is_stirred() { BUSY } else { CALM }
    }

    /// Whether something changed a moment ago.
    pub fn is_stirred(&self) -> bool {
        let changed = Duration::from_millis(self.changed.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(changed) < STIRRED_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn looks_more_often_while_something_changes() {
        let pace = Pace::default();
        assert_eq!(pace.interval(), BUSY);
        tokio::time::advance(STIRRED_FOR).await;
        assert_eq!(pace.interval(), CALM);
        pace.stir();
        assert_eq!(pace.interval(), BUSY);
    }
}
