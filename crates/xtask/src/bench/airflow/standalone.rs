//! The usual way: the same image, `airflow standalone`, no settings, and a file put into its folder once it is healthy.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::super::app::says;
use crate::shell::Shell;

const NAME: &str = "pipewright-bench-standalone";
/// By default new files are looked for every five minutes.
const LIMIT: Duration = Duration::from_secs(600);
const HEALTHY: &str = "import json, urllib.request as u; h = json.load(u.urlopen('http://localhost:8080/api/v2/monitor/health')); \
    assert all(h[c]['status'] == 'healthy' for c in ('scheduler', 'dag_processor', 'triggerer'))";

/// Seconds since the container was asked for.
pub(in super::super) struct Took {
    pub(in super::super) healthy: f64,
    pub(in super::super) run: f64,
}

pub(in super::super) fn measure(shell: &Shell, image: &str, dag: &str) -> Result<Took> {
    started(shell, image, |began| ran(shell, dag, began))
}

/// Seconds until it is healthy.
pub(in super::super) fn healthy(shell: &Shell, image: &str) -> Result<f64> {
    started(shell, image, |began| until_healthy(shell, began))
}

fn started<T>(shell: &Shell, image: &str, then: impl Fn(Instant) -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let words = ["run", "--detach", "--name", NAME, "--label", "dev.pipewright.bench=1", image, "standalone"];
    shell.read(shell.command("docker").args(words))?;
    let took = then(began);
    shell.read(shell.command("docker").args(["rm", "--force", "--volumes", NAME]))?;
    took
}

fn until_healthy(shell: &Shell, began: Instant) -> Result<f64> {
    says(shell, NAME, began + LIMIT, &["python", "-c", HEALTHY], |_| true)?;
    Ok(began.elapsed().as_secs_f64())
}

fn ran(shell: &Shell, dag: &str, began: Instant) -> Result<Took> {
    let healthy = until_healthy(shell, began)?;
    shell.read(shell.command("docker").args(["exec", NAME, "bash", "-c", &write(dag)]))?;
    let runs = ["airflow", "dags", "list-runs", "once", "-o", "json"];
    says(shell, NAME, began + LIMIT, &runs, |told| told.contains("\"success\""))?;
    Ok(Took { healthy, run: began.elapsed().as_secs_f64() })
}

fn write(dag: &str) -> String {
    format!("mkdir -p dags && cat > dags/once.py <<'END'\n{dag}\nEND")
}
