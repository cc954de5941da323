//! How the requests of a load ended so far.

use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;
use lab_model::facts::cassandra::{Latency, RequestOutcome};

/// Fewer than so many do not carry a 99th percentile.
const CARRIES_P99: u64 = 200;
/// Longer than anything that is waited for, in microseconds.
const LONGEST: u64 = 60_000_000;

/// The count.
#[derive(Debug)]
pub(super) struct Tally {
    ok: u64,
    others: BTreeMap<&'static str, u64>,
    /// The newest end that was not well.
    pub(super) newest: Option<RequestOutcome>,
    took: Histogram<u64>,
}

impl Tally {
    pub(super) fn new() -> Option<Self> {
        let took = Histogram::new_with_bounds(1, LONGEST, 3).ok()?;
        Some(Self { ok: 0, others: BTreeMap::new(), newest: None, took })
    }

    pub(super) fn well(&mut self, took: Duration) {
        self.ok += 1;
        self.took.saturating_record(u64::try_from(took.as_micros()).unwrap_or(LONGEST));
    }

    pub(super) fn not_well(&mut self, outcome: RequestOutcome) {
        *self.others.entry(outcome.name()).or_default() += 1;
        self.newest = Some(outcome);
    }

    pub(super) fn ok(&self) -> u64 {
        self.ok
    }

    pub(super) fn not_ok(&self) -> u64 {
        self.others.values().sum()
    }

    /// By the outcome's short name.
    pub(super) fn ended(&self) -> BTreeMap<String, u64> {
        let mut ended: BTreeMap<String, u64> =
            self.others.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        if self.ok > 0 {
            ended.insert(RequestOutcome::Ok.name().to_owned(), self.ok);
        }
        ended
    }

    pub(super) fn latency(&self) -> Latency {
        let count = self.took.len();
        Latency {
            count,
            median: if count == 0 { 0 } else { self.took.value_at_quantile(0.5) },
            p99: (count >= CARRIES_P99).then(|| self.took.value_at_quantile(0.99)),
            most: self.took.max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_needs_enough_to_carry_it() {
        let mut tally = Tally::new().unwrap();
        assert_eq!(tally.latency(), Latency::default());
        for micros in 1..200 {
            tally.well(Duration::from_micros(micros));
        }
        assert_eq!((tally.latency().p99, tally.latency().median), (None, 100));
        tally.well(Duration::from_micros(200));
        assert_eq!((tally.latency().p99, tally.latency().most), (Some(198), 200));
        tally.not_well(RequestOutcome::Unavailable { required: 2, alive: 1 });
        assert_eq!(tally.ended(), BTreeMap::from([("ok".to_owned(), 200), ("unavailable".to_owned(), 1)]));
        assert_eq!((tally.ok(), tally.not_ok(), tally.latency().count), (200, 1, 200));
    }
}
