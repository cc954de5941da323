//! The sink: records a second from Kafka into a table, beside latte writing the same table at the same level, and beside the
//! way of the program that the pipeline comes from.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use regex::Regex;

use super::super::app::Lab;
use super::super::{Spread, ingest};
use crate::{cargo, shell::Shell};

const MAKE: &str = include_str!("make_records.py");
const SEED: &str = include_str!("seed_way.py");
const TOPIC: &str = "bench_records";
const RECORDS: u64 = 100_000;
/// One after another, fewer take as long.
const FEW: u64 = 3_000;
const IN_FLIGHT: u64 = 128;
/// The same row by the same statement; what is a date there is made of a moment here.
const WORKLOAD: &str = r#"
const INSERT = "insert";
pub async fn prepare(db) {
    db.prepare(INSERT, "INSERT INTO weather.periodic_by_region (region, day, start, updated, \"end\", forecast_code, forecast, record_id, content_hash, topic, partition, \"offset\", run_id, stored) VALUES (?, '2024-01-01', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").await?;
}
pub async fn run(db, i) {
    let at = 1704067200000 + i * 60000;
    db.execute_prepared(INSERT, [`region-${i % 500}`, at, at, at, "CL", "Cloudy", `region/${at}`, "44136fa355b3678a", "bench_records", i % 6, i, "none", at]).await?;
}
"#;

/// Measures and prints all three, and both ratios.
pub(super) fn measure(shell: &Shell, lab: &Lab, rounds: usize) -> Result<()> {
    let latte = ingest::latte(shell)?;
    python(shell, lab, MAKE, &[TOPIC, &RECORDS.to_string()])?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first round warms the engines up and is not counted.
    for round in 0..=rounds {
        shell.say(format!("… the sink, round {round} of {rounds}"));
        let pair =
            (ours_once(shell, lab, round)?, ingest::latte_once(shell, lab, &latte, 1, (WORKLOAD, RECORDS, IN_FLIGHT))?);
        if round > 0 {
            ours.push(pair.0);
            theirs.push(pair.1);
        }
    }
    shell.say("… one INSERT and one commit for each message");
    let seed = python(shell, lab, SEED, &[TOPIC, "bench_seed", &FEW.to_string()])?;
    let seed: f64 = seed.trim().lines().last().unwrap_or_default().parse().context("it says its rate")?;
    let (ours, theirs) = (Spread::of(ours), Spread::of(theirs));
    shell.say(format!(
        "\npipeline: {RECORDS} records into periodic_by_region at LOCAL_QUORUM, {IN_FLIGHT} in flight, {rounds} rounds"
    ));
    shell.say(ours.row("weather.run_sink, from Kafka, committed", "rows/s"));
    shell.say(theirs.row("latte, rows of its own making", "rows/s"));
    shell.say(format!("{:<58} {seed:>7.2} rows/s", format!("one INSERT, one commit a message, {FEW} of them (once)")));
    shell.say(format!("{:<58} {:>7.2}", "ratio, ours to latte", ours.median / theirs.median));
    shell.say(format!("{:<58} {:>7.2}", "ratio, ours to one by one", ours.median / seed));
    Ok(())
}

/// Rows a second by the sink's own clock, from its first record to its last row.
fn ours_once(shell: &Shell, lab: &Lab, round: usize) -> Result<f64> {
    let (topic, group) = (format!("topic={TOPIC}"), format!("group=bench_{round}"));
    let limit = format!("limit={RECORDS}");
    let mut sink = shell.command(cargo::released(shell));
    let said = shell.read(sink.args(["do", "weather.run_sink", &topic, &group, &limit, "--lab", &lab.id]))?;
    ensure!(said.contains(&format!("{RECORDS} rows stored")), "all are stored: {said}");
    let number = Regex::new(r"; (\d+) rows a second")?;
    let found = number.captures(&said).with_context(|| format!("the sink told no rate: {said}"))?;
    Ok(found[1].parse()?)
}

/// Runs a program with the pipeline's own packages.
fn python(shell: &Shell, lab: &Lab, program: &str, words: &[&str]) -> Result<String> {
    let container = format!("{}-rain-1-1", lab.project);
    let mut command = shell.command("docker");
    command.args(["exec", "-i", &container, "/opt/quix/bin/python", "-"]).args(words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().context("its input is piped")?.write_all(program.as_bytes())?;
    let ended = child.wait_with_output()?;
    ensure!(ended.status.success(), "the program in {container} failed");
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}
