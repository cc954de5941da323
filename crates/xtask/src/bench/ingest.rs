//! Ingest: rows a second that our writer gets into a table, beside latte (crate `latte-cli`), a load tool for Cassandra
//! without a JVM.
//!
//! The same cluster, table, level and concurrency, in alternating rounds. Ours is `cassandra.run_load` without a
//! coordinator, so it goes to a replica of each row; latte does the same. latte has no address translation, so it is
//! given the nodes' own addresses, which this machine reaches; ours goes through the published ports, as always.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;

use super::app::{Lab, act, down, up};
use super::{RING, Spread};
use crate::shell::Shell;
use crate::step::Step;

const ROWS: u64 = 50_000;
const IN_FLIGHT: u64 = 64;
const LEVEL: &str = "LOCAL_QUORUM";
/// What latte runs: the same statement over the same table.
const WORKLOAD: &str = r#"
const INSERT = "insert";
pub async fn prepare(db) { db.prepare(INSERT, "INSERT INTO bench.rows (id, v) VALUES (?, ?)").await?; }
pub async fn run(db, i) { db.execute_prepared(INSERT, [`key-${i}`, i % 1000000]).await?; }
"#;

/// Measures and prints both, and their ratio.
pub(super) fn measure(shell: &Shell, rounds: usize) -> Result<()> {
    let latte = latte(shell)?;
    let lab = up(shell, RING.name, &[])?;
    let result = turns(shell, &lab, &latte, rounds);
    down(shell, &lab)?;
    let (ours, theirs) = result?;
    let (ours, theirs) = (Spread::of(ours), Spread::of(theirs));
    shell.say(format!("\n{}: {ROWS} rows at {LEVEL}, {IN_FLIGHT} in flight, {rounds} rounds", RING.name));
    shell.say(ours.row("cassandra.run_load", "rows/s"));
    shell.say(theirs.row("latte", "rows/s"));
    shell.say(format!("{:<58} {:>7.2}", "ratio, ours to latte", ours.median / theirs.median));
    Ok(())
}

fn turns(shell: &Shell, lab: &Lab, latte: &Path, rounds: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    act(shell, lab, &["cassandra.create_keyspace", "keyspace=bench", "replication={\"dc1\":3}"])?;
    act(shell, lab, &["cassandra.create_table", "table=bench.rows", "columns=id text PRIMARY KEY, v int"])?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first round warms the nodes up and is not counted.
    for round in 0..=rounds {
        shell.say(format!("… ingest, round {round} of {rounds}"));
        let pair = (ours_once(shell, lab)?, latte_once(shell, lab, latte, 3, (WORKLOAD, ROWS, IN_FLIGHT))?);
        if round > 0 {
            ours.push(pair.0);
            theirs.push(pair.1);
        }
    }
    Ok((ours, theirs))
}

/// Rows a second, by the load's own clock: it says how long it took.
fn ours_once(shell: &Shell, lab: &Lab) -> Result<f64> {
    let words = [
        "cassandra.run_load".to_owned(),
        "table=bench.rows".to_owned(),
        format!("count={ROWS}"),
        format!("in_flight={IN_FLIGHT}"),
        format!("level={LEVEL}"),
    ];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    rate(&act(shell, lab, &words)?)
}

/// The load says at its end how many requests a second it made. (A second process would have a journal without it.)
fn rate(said: &str) -> Result<f64> {
    let number = Regex::new(r"; (\d+) a second")?;
    let found = number.captures(said).with_context(|| format!("the load told no rate: {said}"))?;
    Ok(found[1].parse()?)
}

/// Rows a second that latte writes in a lab of so many nodes: what it runs, how often, and how many at once.
pub(super) fn latte_once(
    shell: &Shell,
    lab: &Lab,
    latte: &Path,
    nodes: u32,
    (workload, rows, in_flight): (&str, u64, u64),
) -> Result<f64> {
    let file = shell.target().join("bench-latte.rn");
    std::fs::write(&file, workload)?;
    let report = shell.target().join("bench-latte.json");
    let mut command = shell.command(latte);
    // The app leaves a log where it is started.
    command.current_dir(shell.target());
    command.arg("run").arg(&file).args(addresses(shell, lab, nodes)?);
    command.args(["-t", "1", "-p", &in_flight.to_string(), "-d", &rows.to_string(), "-w", "0", "--quiet"]);
    command.args(["--consistency", LEVEL, "--output"]).arg(&report);
    shell.read(&mut command)?;
    let told: Value = serde_json::from_str(&std::fs::read_to_string(&report)?)?;
    let rate = &told["result"]["cycle_throughput"]["value"];
    rate.as_f64().with_context(|| format!("latte reports its throughput: {}", told["result"]))
}

/// The nodes' own addresses.
fn addresses(shell: &Shell, lab: &Lab, nodes: u32) -> Result<Vec<String>> {
    let format = "{{index .Config.Labels \"dev.pipewright.cluster.address\"}}";
    let address = |number: u32| {
        let container = format!("{}-cassandra-{number}-1", lab.project);
        let mut inspect = shell.command("docker");
        shell.read(inspect.args(["inspect", "-f", format, &container])).map(|address| address.trim().to_owned())
    };
    (1..=nodes).map(address).collect()
}

/// latte, built into the target folder once.
pub(super) fn latte(shell: &Shell) -> Result<PathBuf> {
    let root = shell.target().join("tools");
    let program = root.join("bin/latte");
    if !program.exists() {
        let mut install = shell.command("cargo");
        install.args(["install", "latte-cli", "--locked", "--root"]).arg(&root);
        Step::new(shell, "Building latte").minutes(30).run(install)?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_the_loads_own_words() {
        assert!((rate("1000 of 1000 writes ok; 625 a second").unwrap() - 625.0).abs() < 1e-9);
        assert!(rate("cancelled").is_err());
    }
}
