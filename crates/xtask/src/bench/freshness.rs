//! Freshness: from the moment a node itself knows of a change to the moment the changed picture is pushed.
//!
//! The change is a peer that goes down and comes back: it says goodbye and leaves the gossip, and takes part again
//! (`nodetool disablegossip`, `enablegossip`). A node that hears so writes it into its own log at that moment (`… is now
//! DOWN`); the push is a line of `pipewright watch cassandra_ring --json`, whose arrival is timed here by the same clock.
//! One sample for each change at each of the two nodes that see it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::app::{Lab, down, pipewright, up};
use super::{RING, Spread};
use crate::shell::Shell;

/// The node that goes and comes, and those that see it.
const GOES: &str = "cassandra-3";
const SEE_IT: [&str; 2] = ["cassandra-1", "cassandra-2"];
const LIMIT: Duration = Duration::from_secs(90);
/// Changes a round; two samples each, so that five rounds carry a 99th percentile.
const CHANGES: usize = 20;

/// A pushed picture and when it came, Unix milliseconds.
type Pushed = (f64, Value);

/// Measures and prints the delays.
pub(super) fn measure(shell: &Shell, rounds: usize) -> Result<()> {
    let lab = up(shell, RING.name, &[])?;
    let mut command = pipewright(shell, &["watch", "cassandra_ring", "--lab", &lab.id, "--json"]);
    let mut watcher = command.stdout(Stdio::piped()).spawn()?;
    let delays = follow(&mut watcher).and_then(|pushes| delays(shell, &lab, &pushes, rounds * CHANGES));
    watcher.kill()?;
    watcher.wait()?;
    down(shell, &lab)?;
    let mut delays = delays?;
    delays.sort_by(f64::total_cmp);
    let count = delays.len();
    let p99 = delays[(count * 99).div_ceil(100).saturating_sub(1)];
    shell.say(format!("\n{}: a node writes “is now DOWN/UP” → the pushed picture says so, {count} samples", RING.name));
    shell.say(Spread::of(delays).row("delay", "ms"));
    shell.say(format!("{:<58} {p99:>7.2} ms", "99th percentile"));
    Ok(())
}

fn follow(watcher: &mut Child) -> Result<Receiver<Pushed>> {
    let out = watcher.stdout.take().context("the watcher's output is piped")?;
    let (tell, pushes) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0);
            let Ok(model) = serde_json::from_str(&line) else { continue };
            if tell.send((now, model)).is_err() {
                return;
            }
        }
    });
    Ok(pushes)
}

fn delays(shell: &Shell, lab: &Lab, pushes: &Receiver<Pushed>, changes: usize) -> Result<Vec<f64>> {
    let mut delays = Vec::new();
    for change in 0..changes {
        let up = change % 2 == 1;
        if change % CHANGES == 0 {
            shell.say(format!("… freshness, change {} of {changes}", change + 1));
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let mut nodetool = shell.command("docker");
        let word = if up { "enablegossip" } else { "disablegossip" };
        shell.read(nodetool.args(["exec", &format!("{}-{GOES}-1", lab.project), "nodetool", word]))?;
        let shown = shown(pushes, up)?;
        for (node, at) in SEE_IT.iter().zip(shown) {
            delays.push(at - written(shell, lab, node, up, since)?);
        }
    }
    Ok(delays)
}

/// When the first picture came in which each of the two believes it; both must.
fn shown(pushes: &Receiver<Pushed>, up: bool) -> Result<[f64; 2]> {
    let mut first = [None, None];
    let end = Instant::now() + LIMIT;
    while let Ok((at, model)) = pushes.recv_timeout(end.saturating_duration_since(Instant::now())) {
        for (node, first) in SEE_IT.iter().zip(&mut first) {
            if first.is_none() && believes(&model, node) == Some(up) {
                *first = Some(at);
            }
        }
        if let [Some(one), Some(other)] = first {
            return Ok([one, other]);
        }
    }
    bail!("no picture showed {GOES} {} within {} s", if up { "up" } else { "down" }, LIMIT.as_secs())
}

fn believes(model: &Value, node: &str) -> Option<bool> {
    let nodes = model["nodes"].as_array()?;
    let node = nodes.iter().find(|seen| seen["node"] == node)?;
    node["believes"].as_array()?.iter().find(|belief| belief["peer"] == GOES)?["up"].as_bool()
}

/// When the node wrote it, Unix milliseconds.
fn written(shell: &Shell, lab: &Lab, node: &str, up: bool, since: u64) -> Result<f64> {
    let words = if up { "is now UP" } else { "is now DOWN" };
    let container = format!("{}-{node}-1", lab.project);
    let mut logs = shell.command("docker");
    let told = shell.read(logs.args(["logs", "--timestamps", "--since", &since.to_string(), &container]))?;
    let line = told.lines().find(|line| line.contains(words)).with_context(|| format!("{node} wrote no “{words}”"))?;
    let stamp = line.split_whitespace().next().unwrap_or_default();
    let mut date = shell.command("date");
    let unix = shell.read(date.args(["-u", "-d", stamp, "+%s.%N"]))?;
    Ok(unix.trim().parse::<f64>()? * 1000.0)
}
