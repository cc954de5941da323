//! Latencies of requests, summed up as far as so many measurements carry it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// From so many measurements on, the slowest hundredth is more than one or two accidents.
const ENOUGH_FOR_P99: usize = 200;

/// Latencies of requests that ended `ok`, milliseconds, taken without tracing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "rpc/schema.gen.ts")]
pub struct LatencyMs {
    /// How many were measured.
    #[ts(type = "number")]
    pub count: u64,
    /// The middle; none if none was measured.
    pub median: Option<f64>,
    /// 99 of 100 were faster; only where at least 200 were measured.
    pub p99: Option<f64>,
    /// The slowest.
    pub max: Option<f64>,
}

/// Middle, slowest, and p99 where it is carried.
pub fn latency(took: impl Iterator<Item = f64>) -> LatencyMs {
    let mut took: Vec<f64> = took.collect();
    took.sort_by(f64::total_cmp);
    let rank = |part: f64| {
        let rank = (took.len() as f64 * part).ceil() as usize;
        took.get(rank.max(1) - 1).copied()
    };
    LatencyMs {
        count: took.len() as u64,
        median: rank(0.5),
        p99: if took.len() >= ENOUGH_FOR_P99 { rank(0.99) } else { None },
        max: took.last().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_p99_needs_two_hundred() {
        let few = latency((1..=199).map(f64::from));
        assert_eq!((few.count, few.median, few.p99, few.max), (199, Some(100.0), None, Some(199.0)));
        let many = latency((1..=200).rev().map(f64::from));
        assert_eq!((many.median, many.p99, many.max), (Some(100.0), Some(198.0), Some(200.0)));
        assert_eq!(latency(std::iter::empty()), LatencyMs::default());
    }
}
