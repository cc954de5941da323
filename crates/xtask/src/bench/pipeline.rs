//! The pipeline: from the click to the first row, beside its engines started one after another with their images' default
//! settings; its memory; how long a record takes from hop to hop; what watching it costs; and the sink, beside latte and beside
//! one INSERT and one commit for each message.

mod defaults;
mod sink;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::app::{Lab, down, memory, up};
use super::pushes::Watcher;
use super::{PIPELINE, Spread, watch};
use crate::{cargo, shell::Shell};

/// Until the first row is there.
const LIMIT: Duration = Duration::from_secs(240);
/// So long the pipeline runs before its memory and its hops are read: four runs of its DAG.
const WARM: Duration = Duration::from_secs(270);

/// Measures and prints everything.
pub(super) fn measure(shell: &Shell, rounds: usize) -> Result<()> {
    // The sink as people have it: latte is no debug build either.
    cargo::build_release(shell)?;
    let (mut ready, mut first) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        shell.say(format!("… the pipeline from nothing to its first row, round {round} of {rounds}"));
        let began = Instant::now();
        let lab = up(shell, PIPELINE.name, &[])?;
        ready.push(began.elapsed().as_secs_f64());
        let row = first_row(shell, &lab);
        first.push(began.elapsed().as_secs_f64());
        if row.is_err() || round < rounds {
            down(shell, &lab)?;
        } else {
            let measured = running(shell, &lab, rounds);
            let images = ["kafka-1", "cassandra-1", "airflow-1"].map(|node| image_of(shell, &lab, node));
            down(shell, &lab)?;
            measured?;
            started(shell, images, &Spread::of(ready.clone()), &Spread::of(first.clone()))?;
        }
        row?;
    }
    Ok(())
}

fn started(shell: &Shell, images: [Result<String>; 3], ready: &Spread, first: &Spread) -> Result<()> {
    let [kafka, cassandra, airflow] = images;
    shell.say("… its engines with default settings, one after another: minutes");
    let theirs = defaults::measure(shell, &kafka?, &cassandra?, &airflow?)?;
    shell.say("\npipeline, cached images: median (least – most)");
    shell.say(ready.row("pipewright up → ready", "s"));
    shell.say(first.row("pipewright up → the first row in Cassandra", "s"));
    shell.say(format!("{:<58} {theirs:>7.2} s", "Kafka, Cassandra, Airflow, defaults, one after another (once)"));
    shell.say(format!("{:<58} {:>7.2}", "ratio, our first row to their readiness", first.median / theirs));
    Ok(())
}

fn first_row(shell: &Shell, lab: &Lab) -> Result<f64> {
    let watcher = Watcher::start(shell, lab, &["pipeline_flow"])?;
    let came = watcher.until(LIMIT, |model| model["counts"]["stored"].as_u64().is_some_and(|rows| rows > 0));
    watcher.end()?;
    came
}

/// What is read of a pipeline that runs.
fn running(shell: &Shell, lab: &Lab, rounds: usize) -> Result<()> {
    shell.say(format!("… the pipeline runs for {} s", WARM.as_secs()));
    std::thread::sleep(WARM);
    let watcher = Watcher::start(shell, lab, &["pipeline_flow"])?;
    let mut hops = Value::Null;
    let whole = watcher.until(LIMIT, |model| {
        hops = model["hops"].clone();
        model["agrees"] == true
    });
    watcher.end()?;
    whole?;
    shell.say("\npipeline: how long a record takes");
    for hop in hops.as_array().context("the picture has hops")? {
        let at = |name: &str| hop[name].as_f64().unwrap_or(f64::NAN);
        let name = hop["hop"].as_str().unwrap_or_default();
        shell.say(format!("{name:<58} {:>7.0} ms, 99 of 100 {:.0} ms ({} of them)", at("p50"), at("p99"), hop["of"]));
    }
    let all = memory(lab)?;
    for (container, bytes) in &all {
        shell.say(format!("{:<58} {:>7.0} MiB", format!("memory, {container}"), bytes / 1_048_576.0));
    }
    let whole: f64 = all.iter().map(|(_, bytes)| bytes).sum();
    shell.say(format!("{:<58} {:>7.0} MiB", "memory of the whole", whole / 1_048_576.0));
    watch::of_lab(shell, PIPELINE.name, lab, &["pipeline_flow"], rounds)?;
    sink::measure(shell, lab, rounds)
}

fn image_of(shell: &Shell, lab: &Lab, node: &str) -> Result<String> {
    let container = format!("{}-{node}-1", lab.project);
    let image = shell.read(shell.command("docker").args(["inspect", "-f", "{{.Config.Image}}", &container]))?;
    Ok(image.trim().to_owned())
}
