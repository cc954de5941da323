//! `cargo xtask bench`: what starting, watching, hearing and writing cost, on this machine's engine with cached images.
//!
//! Times of one machine say little, so each is set beside the same thing done the usual way on the same machine in the
//! same minutes, and the ratio is what to keep. It prints and writes nothing; figures worth keeping go by hand into
//! `docs/benchmarks.md`. Every number is measured here; nothing is taken from elsewhere.

mod airflow;
mod app;
mod freshness;
mod ingest;
mod one_by_one;
mod pipeline;
mod pushes;
mod start;
mod watch;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::machine::{self, Need};
use crate::shell::Shell;
use crate::{cargo, images, web_ui};

/// A stack that is measured.
struct Stack {
    name: &'static str,
    /// The variable in its compose.yaml that takes the image.
    image_variable: &'static str,
    /// The compose.yaml alone, started by Compose, comes to the same ready sentence.
    by_compose: bool,
}

const KAFKA: Stack = Stack { name: "kafka-3", image_variable: "KAFKA_IMAGE", by_compose: true };
// Compose knows no spare nodes and puts no agent into them: these are set beside what people do by hand instead.
const RING: Stack = Stack { name: "cassandra-3", image_variable: "CASSANDRA_IMAGE", by_compose: false };
const AIRFLOW: Stack = Stack { name: "airflow-1", image_variable: "AIRFLOW_IMAGE", by_compose: false };
const PIPELINE: Stack = Stack { name: "pipeline", image_variable: "AIRFLOW_IMAGE", by_compose: false };
const TWO_RINGS: Stack = Stack { name: "cassandra-6", image_variable: "CASSANDRA_IMAGE", by_compose: false };

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Subject {
    /// kafka-3: its start beside Compose's, and what watching costs.
    Kafka,
    /// cassandra-3 and cassandra-6: their start beside nodes with default settings that join one by one.
    Ring,
    /// cassandra-3: what watching costs.
    Watching,
    /// cassandra-3: how soon a node's own knowledge becomes a picture.
    Freshness,
    /// cassandra-3: rows a second of our writer beside latte's.
    Ingest,
    /// airflow-1: its start beside `airflow standalone`, how soon what happens in it is a picture, and what watching costs.
    Airflow,
    /// pipeline: its first row beside its engines with default settings, its memory, its hops, and the sink beside latte.
    Pipeline,
    /// Without an engine: observations a second, and what ten thousand of them do to a page.
    Journal,
}

/// Prepares everything, measures, prints.
pub(crate) fn bench(shell: &Shell, rounds: usize, only: Option<Subject>) -> Result<()> {
    machine::prepare(shell, &[Need::Compile, Need::Images])?;
    machine::engine::ready(shell)?;
    web_ui::build(shell)?;
    cargo::build_hosts(shell, false)?;
    let rounds = rounds.max(1);
    for subject in Subject::value_variants().iter().filter(|subject| only.is_none_or(|only| only == **subject)) {
        measure(shell, *subject, rounds)?;
    }
    Ok(())
}

fn measure(shell: &Shell, subject: Subject, rounds: usize) -> Result<()> {
    let stack = match subject {
        Subject::Kafka => &KAFKA,
        Subject::Airflow => &AIRFLOW,
        Subject::Pipeline => &PIPELINE,
        _ => &RING,
    };
    if subject != Subject::Journal {
        images::get(shell, stack.name)?;
    }
    match subject {
        Subject::Kafka => {
            start::measure(shell, &KAFKA, rounds)?;
            watch::partitions(shell, rounds)
        }
        Subject::Ring => {
            let ring = start::measure(shell, &RING, rounds)?;
            start::measure(shell, &TWO_RINGS, rounds)?;
            one_by_one::measure(shell, &ring)
        }
        Subject::Watching => watch::ring(shell, rounds),
        Subject::Freshness => freshness::measure(shell, rounds),
        Subject::Ingest => ingest::measure(shell, rounds),
        Subject::Airflow => airflow::measure(shell, rounds),
        Subject::Pipeline => pipeline::measure(shell, rounds),
        Subject::Journal => flood(shell),
    }
}

/// The journal's own measurement: `tests/flood.rs`.
fn flood(shell: &Shell) -> Result<()> {
    cargo::build_everything(shell)?;
    let status = shell.command(shell.target().join("debug/examples/flood")).status()?;
    ensure!(status.success(), "the measurement of the journal failed");
    Ok(())
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

/// The least value that so many of a hundred do not exceed.
fn percentile(values: &[f64], of_hundred: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = (values.len() * of_hundred).div_ceil(100).saturating_sub(1);
    values.get(place).copied().unwrap_or(f64::NAN)
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

    #[test]
    fn ninety_nine_of_a_hundred_do_not_exceed_the_percentile() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert!((percentile(&values, 99) - 198.0).abs() < 1e-9 && (percentile(&[7.0], 50) - 7.0).abs() < 1e-9);
        assert!(percentile(&[], 99).is_nan());
    }
}
