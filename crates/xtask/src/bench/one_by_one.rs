//! The usual way to a ring of three: nodes of the same image with its default settings, each started when those before
//! it are up.
//!
//! A compose file with a health check per node does the same. It takes minutes, so it is measured once. Its
//! containers carry a label of their own and are removed by it.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::start::Started;
use crate::shell::Shell;

const NAME: &str = "pipewright-bench-one-by-one";
const LABEL: &str = "label=dev.pipewright.bench=one-by-one";
/// A node with default settings takes about a minute here.
const LIMIT: Duration = Duration::from_secs(600);

/// Measures and prints it, and the ratio of our start to it.
pub(super) fn measure(shell: &Shell, ours: &Started) -> Result<()> {
    shell.say("… three nodes with default settings, one by one");
    let theirs = three(shell, &ours.image);
    remove(shell)?;
    let theirs = theirs?;
    shell.say(format!("\n{:<58} {theirs:>7.2} s", "three nodes, image defaults, joined one by one"));
    shell.say(format!("{:<58} {:>7.3}", "ratio, ours to that", ours.median / theirs));
    Ok(())
}

fn three(shell: &Shell, image: &str) -> Result<f64> {
    remove(shell)?;
    shell.read(&mut docker(shell, &["network", "create", "--label", &LABEL[6..], NAME]))?;
    let start = Instant::now();
    for number in 1..=3 {
        let (name, seeds) = (format!("{NAME}-{number}"), format!("CASSANDRA_SEEDS={NAME}-1"));
        let place = ["run", "-d", "--name", &name, "--hostname", &name, "--network", NAME, "--label", &LABEL[6..]];
        // The defaults would take a quarter of this machine's memory each; memory alone is held down.
        shell.read(docker(shell, &place).args([
            "-e",
            &seeds,
            "-e",
            "MAX_HEAP_SIZE=512M",
            "-e",
            "HEAP_NEWSIZE=128M",
            image,
        ]))?;
        while members(shell)? < number {
            if start.elapsed() > LIMIT {
                bail!("node {number} was not up after {} s", LIMIT.as_secs());
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }
    Ok(start.elapsed().as_secs_f64())
}

/// How many nodes the first one believes up and normal.
fn members(shell: &Shell) -> Result<usize> {
    let asked = docker(shell, &["exec", &format!("{NAME}-1"), "nodetool", "status"]).output()?;
    Ok(String::from_utf8_lossy(&asked.stdout).lines().filter(|line| line.starts_with("UN ")).count())
}

fn remove(shell: &Shell) -> Result<()> {
    let ids = shell.read(&mut docker(shell, &["ps", "-aq", "--filter", LABEL]))?;
    for id in ids.split_whitespace() {
        shell.read(&mut docker(shell, &["rm", "-f", "-v", id]))?;
    }
    let networks = shell.read(&mut docker(shell, &["network", "ls", "-q", "--filter", LABEL]))?;
    for id in networks.split_whitespace() {
        shell.read(&mut docker(shell, &["network", "rm", id]))?;
    }
    Ok(())
}

fn docker(shell: &Shell, words: &[&str]) -> Command {
    let mut command = shell.command("docker");
    command.args(words);
    command
}
