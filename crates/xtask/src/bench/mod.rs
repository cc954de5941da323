//! `cargo xtask bench`: what starting costs and what watching costs, on this machine's engine with cached images.
//!
//! Times of one machine say little, so each is set beside the same thing done the usual way on the same machine in the
//! same minutes, and the ratio is what to keep. It prints and writes nothing; figures worth keeping go by hand into
//! `docs/benchmarks.md`. Every number is measured here; nothing is taken from elsewhere.

mod app;
mod start;
mod watch;

use anyhow::Result;

use crate::machine::{self, Need};
use crate::shell::Shell;
use crate::{cargo, images, web_ui};

/// The stack both measurements use: three brokers, a separate controller, two networks.
const STACK: &str = "kafka-3";

/// Prepares everything, measures, prints.
pub(crate) fn bench(shell: &Shell, rounds: usize) -> Result<()> {
    machine::prepare(shell, &[Need::Compile, Need::Images])?;
    machine::engine::ready(shell)?;
    web_ui::build(shell)?;
    cargo::build_hosts(shell, false)?;
    images::get(shell, STACK)?;
    start::measure(shell, rounds.max(1))?;
    watch::measure(shell, rounds.max(1))
}

/// The middle of some measurements, and how far they lie apart.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let (middle, last) = (values.len() / 2, values.len().saturating_sub(1));
        let median = if values.len().is_multiple_of(2) && middle > 0 {
            f64::midpoint(at(middle - 1), at(middle))
        } else {
            at(middle)
        };
        Self { median, least: at(0), most: at(last) }
    }

    fn row(&self, name: &str, unit: &str) -> String {
        let Self { median, least, most } = self;
        format!("{name:<58} {median:>7.2} {unit}   ({least:.2} – {most:.2})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = Spread::of(vec![9.0, 1.0, 5.0]);
        assert_eq!((spread.median, spread.least, spread.most), (5.0, 1.0, 9.0));
        assert!((Spread::of(vec![1.0, 2.0, 3.0, 10.0]).median - 2.5).abs() < 1e-9);
    }
}
