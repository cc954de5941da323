//! How long a run still goes on: the estimates of its parts, corrected by how long they really took.

use std::time::Duration;

/// Estimates beside what happened. Whoever keeps it has the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// Estimates of what is not done, the part under way included.
    left: Duration,
    /// Estimates of what is done.
    estimated: Duration,
    /// How long that took.
    took: Duration,
}

impl Pace {
    /// Before anything was done: estimates of all of it.
    pub fn of(left: Duration) -> Self {
        Self { left, ..Self::default() }
    }

    /// A part has ended.
    pub fn done(&mut self, estimate: Duration, took: Duration) {
        self.left = self.left.saturating_sub(estimate);
        self.estimated += estimate;
        self.took += took;
    }

    /// How long it still goes on, if the part under way has lasted so long.
    pub fn remaining(&self, here: Duration) -> Duration {
        let ratio = if self.estimated.is_zero() {
            1.0
        } else {
            (self.took.as_secs_f64() / self.estimated.as_secs_f64()).clamp(0.2, 5.0)
        };
        self.left.mul_f64(ratio).saturating_sub(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_twice_as_long_doubles_the_rest() {
        let seconds = Duration::from_secs;
        let mut pace = Pace::of(seconds(30));
        assert_eq!(pace.remaining(seconds(4)), seconds(26), "only the estimate is known");
        pace.done(seconds(10), seconds(20));
        assert_eq!(pace.remaining(Duration::ZERO), seconds(40));
        assert_eq!(pace.remaining(seconds(50)), Duration::ZERO, "late is never negative");
        pace.done(seconds(20), seconds(1));
        assert_eq!(pace.remaining(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn one_odd_part_does_not_make_an_hour_of_a_minute() {
        let mut pace = Pace::of(Duration::from_secs(61));
        pace.done(Duration::from_secs(1), Duration::from_secs(600));
        assert_eq!(pace.remaining(Duration::ZERO), Duration::from_secs(300), "five times as long at most");
    }
}
