//! The usual way: a container of each engine with its image's default settings, the next one when the one before answers.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::super::airflow::standalone;
use super::super::app::says;
use crate::shell::Shell;

const NAME: &str = "pipewright-bench-defaults";
const LABEL: &str = "dev.pipewright.bench=defaults";
const LIMIT: Duration = Duration::from_secs(300);

/// Seconds until all three answer.
pub(super) fn measure(shell: &Shell, kafka: &str, cassandra: &str, airflow: &str) -> Result<f64> {
    remove(shell)?;
    let took = both(shell, kafka, cassandra).and_then(|took| Ok(took + standalone::healthy(shell, airflow)?));
    remove(shell)?;
    took
}

fn both(shell: &Shell, kafka: &str, cassandra: &str) -> Result<f64> {
    let began = Instant::now();
    start(shell, "kafka", kafka, &[])?;
    until(shell, "kafka", &["kafka-topics.sh", "--bootstrap-server", "localhost:9092", "--list"], |_| true)?;
    // The default heap would take a quarter of this machine's memory; memory alone is held down.
    start(shell, "cassandra", cassandra, &["-e", "MAX_HEAP_SIZE=512M", "-e", "HEAP_NEWSIZE=128M"])?;
    until(shell, "cassandra", &["nodetool", "status"], |told| told.lines().any(|line| line.starts_with("UN ")))?;
    Ok(began.elapsed().as_secs_f64())
}

fn start(shell: &Shell, engine: &str, image: &str, words: &[&str]) -> Result<()> {
    let name = format!("{NAME}-{engine}");
    let mut run = shell.command("docker");
    run.args(["run", "--detach", "--name", &name, "--hostname", &name, "--label", LABEL]).args(words).arg(image);
    shell.read(&mut run).map(drop)
}

fn until(shell: &Shell, engine: &str, words: &[&str], holds: impl Fn(&str) -> bool) -> Result<()> {
    says(shell, &format!("{NAME}-{engine}"), Instant::now() + LIMIT, words, holds)
}

fn remove(shell: &Shell) -> Result<()> {
    let filter = format!("label={LABEL}");
    let ids = shell.read(shell.command("docker").args(["ps", "-aq", "--filter", &filter]))?;
    for id in ids.split_whitespace() {
        shell.read(shell.command("docker").args(["rm", "-f", "-v", id]))?;
    }
    Ok(())
}
