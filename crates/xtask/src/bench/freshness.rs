//! Freshness: from the moment a node itself knows of a change to the moment the changed picture is pushed.
//!
//! The change is what nodes believe of a peer that stops to gossip and goes on (`nodetool disablegossip`, `enablegossip`).
//! A node writes each change of its mind into its own log (`… is now DOWN`, `… is now UP`; a late answer of the peer brings
//! it up once more, so a change of mind is read and never assumed). The push is a line of `pipewright watch
//! cassandra_ring --json`, whose arrival is timed here by the same clock. One sample for each change of each of the two
//! nodes that see it.

use std::sync::mpsc::Receiver;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::app::{Lab, down, up};
use super::pushes::{Pushed, Watcher};
use super::{RING, Spread, percentile};
use crate::shell::Shell;

/// The node that stops to gossip, and those that see it.
const GOES: &str = "cassandra-3";
const SEE_IT: [&str; 2] = ["cassandra-1", "cassandra-2"];
/// How often in a round; each time is four samples or more, so five rounds carry a 99th percentile.
const TIMES: usize = 10;
/// Within this the others have made up their minds, and a picture of it was pushed.
const REST: Duration = Duration::from_secs(3);

/// A node believes the peer up or down from a moment on, Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Belief {
    at: f64,
    up: bool,
}

/// Measures and prints the delays.
pub(super) fn measure(shell: &Shell, rounds: usize) -> Result<()> {
    let lab = up(shell, RING.name, &[])?;
    let watcher = Watcher::start(shell, &lab, &["cassandra_ring"])?;
    let measured = delays(shell, &lab, watcher.pushes(), rounds * TIMES);
    watcher.end()?;
    down(shell, &lab)?;
    let (delays, unseen) = measured?;
    ensure!(!delays.is_empty(), "no node changed its mind");
    let (count, p99) = (delays.len(), percentile(&delays, 99));
    shell.say(format!("\n{}: a node writes “is now DOWN/UP” → the pushed picture says so, {count} samples", RING.name));
    shell.say(Spread::of(delays).row("delay", "ms"));
    shell.say(format!("{:<58} {p99:>7.2} ms", "99th percentile"));
    shell.say(format!("{:<58} {unseen:>7}", "changed again before a picture came"));
    Ok(())
}

/// The delays, and how many changes were over before a picture came.
fn delays(shell: &Shell, lab: &Lab, pushes: &Receiver<Pushed>, times: usize) -> Result<(Vec<f64>, usize)> {
    std::thread::sleep(REST);
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    for time in 0..times {
        if time % TIMES == 0 {
            shell.say(format!("… freshness, {time} of {times}"));
        }
        for word in ["disablegossip", "enablegossip"] {
            let mut nodetool = shell.command("docker");
            shell.read(nodetool.args(["exec", &format!("{}-{GOES}-1", lab.project), "nodetool", word]))?;
            std::thread::sleep(REST);
        }
    }
    let pictures: Vec<Pushed> = pushes.try_iter().collect();
    let (mut delays, mut unseen) = (Vec::new(), 0);
    for node in SEE_IT {
        let shown = pictures.iter().filter_map(|(at, model)| Some(Belief { at: *at, up: believes(model, node)? }));
        let shown: Vec<Belief> = shown.collect();
        let written = written(shell, lab, node, since)?;
        for (place, change) in written.iter().enumerate() {
            let until = written.get(place + 1).map_or(f64::INFINITY, |next| next.at);
            match shown.iter().find(|seen| seen.at >= change.at && seen.at < until && seen.up == change.up) {
                Some(seen) => delays.push(seen.at - change.at),
                None => unseen += 1,
            }
        }
    }
    Ok((delays, unseen))
}

fn believes(model: &Value, node: &str) -> Option<bool> {
    let nodes = model["nodes"].as_array()?;
    let node = nodes.iter().find(|seen| seen["node"] == node)?;
    node["believes"].as_array()?.iter().find(|belief| belief["peer"] == GOES)?["up"].as_bool()
}

/// What a node wrote of the peer since then, each change of its mind once.
fn written(shell: &Shell, lab: &Lab, node: &str, since: u64) -> Result<Vec<Belief>> {
    let container = |node: &str| format!("{}-{node}-1", lab.project);
    let address = "{{index .Config.Labels \"dev.pipewright.cluster.address\"}}";
    let peer = shell.read(shell.command("docker").args(["inspect", "-f", address, &container(GOES)]))?;
    let mut logs = shell.command("docker");
    let told = shell.read(logs.args(["logs", "--timestamps", "--since", &since.to_string(), &container(node)]))?;
    let mut written: Vec<Belief> = Vec::new();
    for line in told.lines().filter(|line| line.contains(&format!("InetAddress /{}:", peer.trim()))) {
        let Some(up) = [("is now UP", true), ("is now DOWN", false)].iter().find(|(words, _)| line.contains(words))
        else {
            continue;
        };
        let at = unix_millis(shell, line.split_whitespace().next().unwrap_or_default())?;
        if written.last().is_none_or(|last| last.up != up.1) {
            written.push(Belief { at, up: up.1 });
        }
    }
    Ok(written)
}

/// A time as the container engine writes it.
fn unix_millis(shell: &Shell, stamp: &str) -> Result<f64> {
    let unix = shell.read(shell.command("date").args(["-u", "-d", stamp, "+%s.%N"]))?;
    Ok(unix.trim().parse::<f64>()? * 1000.0)
}
