//! Watching: how much processor time the brokers spend on being looked at.
//!
//! One lab is left alone and watched (`pipewright watch kafka_partitions`) in turns of the same length. Each turn reads
//! the processor time of the lab's containers from the engine at its start and its end; a turn's figure is their
//! difference over the turn, in percent of one core. The cost of watching is the difference of the medians.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::app::{Lab, down, pipewright, up};
use super::{STACK, Spread};
use crate::machine::engine;
use crate::shell::Shell;

/// What is watched: six partitions of three replicas, each asked for its own log end and high watermark.
const TOPIC: &str = "topic=watched";
const TURN: Duration = Duration::from_secs(20);
/// Left out at the start of a turn: connecting, and the JVM warming up.
const SETTLE: Duration = Duration::from_secs(5);

/// Measures and prints both, and their difference.
pub(super) fn measure(shell: &Shell, rounds: usize) -> Result<()> {
    let lab = up(shell, &[])?;
    let topic = ["do", "kafka.create_topic", TOPIC, "partitions=6", "replication_factor=3", "--lab", &lab.id];
    shell.read(&mut pipewright(shell, &topic))?;
    let result = turns(shell, &lab, rounds);
    down(shell, &lab)?;
    let (alone, watched) = result?;
    let (alone, watched) = (Spread::of(alone), Spread::of(watched));
    let percent = "% of a core";
    shell.say(format!("\n{STACK}, all containers together, {rounds} turns of {} s", TURN.as_secs()));
    shell.say(alone.row("left alone", percent));
    shell.say(watched.row("watched", percent));
    shell.say(format!("{:<58} {:>7.2} {percent}", "watching adds", watched.median - alone.median));
    Ok(())
}

fn turns(shell: &Shell, lab: &Lab, rounds: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut alone, mut watched) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        shell.say(format!("… watching, round {round} of {rounds}"));
        alone.push(turn(lab)?);
        let mut command = pipewright(shell, &["watch", "kafka_partitions", TOPIC, "--lab", &lab.id, "--json"]);
        let mut watcher = command.stdout(Stdio::null()).spawn()?;
        let load = turn(lab);
        let watched_to_the_end = watcher.try_wait()?.is_none();
        watcher.kill()?;
        watcher.wait()?;
        ensure!(watched_to_the_end, "`pipewright watch` ended by itself: nothing was watched");
        watched.push(load?);
    }
    Ok((alone, watched))
}

fn turn(lab: &Lab) -> Result<f64> {
    std::thread::sleep(SETTLE);
    let (start, before) = (Instant::now(), spent(lab)?);
    std::thread::sleep(TURN);
    let used = spent(lab)?.saturating_sub(before);
    Ok(used.as_secs_f64() / start.elapsed().as_secs_f64() * 100.0)
}

/// The processor time all containers of a lab have used so far.
fn spent(lab: &Lab) -> Result<Duration> {
    let label = format!("%7B%22label%22%3A%5B%22com.docker.compose.project%3D{}%22%5D%7D", lab.project);
    let containers: Vec<Value> = serde_json::from_str(&ask(&format!("/containers/json?filters={label}"))?)?;
    let mut nanoseconds = 0;
    for container in &containers {
        let id = container["Id"].as_str().context("a container has an id")?;
        let stats: Value = serde_json::from_str(&ask(&format!("/containers/{id}/stats?stream=false&one-shot=true"))?)?;
        nanoseconds += stats["cpu_stats"]["cpu_usage"]["total_usage"].as_u64().context("the engine counts it")?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

fn ask(path: &str) -> Result<String> {
    engine::get(Path::new("/var/run/docker.sock"), path).context("this measurement needs the engine's local socket")
}
