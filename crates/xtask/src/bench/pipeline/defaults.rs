//! The usual way: a container of each engine with its image's default settings, the next one when the one before answers.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::super::airflow::standalone;
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

/// Until a command in the container succeeds and says so.
fn until(shell: &Shell, engine: &str, words: &[&str], says: impl Fn(&str) -> bool) -> Result<()> {
    let began = Instant::now();
    loop {
        let told = shell.command("docker").args(["exec", &format!("{NAME}-{engine}")]).args(words).output()?;
        if told.status.success() && says(&String::from_utf8_lossy(&told.stdout)) {
            return Ok(());
        }
        ensure!(began.elapsed() < LIMIT, "{engine} did not answer within {} s", LIMIT.as_secs());
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn remove(shell: &Shell) -> Result<()> {
    let filter = format!("label={LABEL}");
    let ids = shell.read(shell.command("docker").args(["ps", "-aq", "--filter", &filter]))?;
    for id in ids.split_whitespace() {
        shell.read(shell.command("docker").args(["rm", "-f", "-v", id]))?;
    }
    Ok(())
}
