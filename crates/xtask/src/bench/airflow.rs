//! Airflow: from the click to a DAG that has run, beside `airflow standalone` with its default settings; how soon what
//! happens in it is a picture; what watching costs; and what it takes of the memory.
//!
//! Airflow's clock is the clock of this machine, so its own times are compared with the arrival of pushes.

pub(super) mod standalone;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::app::{Lab, act, down, memory, up};
use super::pushes::{Pushed, Watcher, now};
use super::{AIRFLOW, Spread, percentile, start, watch};
use crate::shell::Shell;

/// A DAG that runs as soon as it is seen, once.
const ONCE: &str = "
from airflow.sdk import dag, task

@dag(schedule='@once', is_paused_upon_creation=False)
def once():
    @task
    def done():
        return 1

    done()

once()
";

/// Twelve task instances in eight steps, four of them at a time.
const TWELVE: &str = "
from airflow.sdk import chain, dag, task

@dag(schedule=None)
def twelve():
    @task
    def step(n):
        return n

    wide = [step.override(task_id=f'wide_{n}')(n) for n in range(4)]
    chain(step.override(task_id='first')(0), wide, *[step.override(task_id=f'then_{n}')(n) for n in range(7)])

twelve()
";

/// One task that goes on.
const SLEEPER: &str = "
import time
from airflow.sdk import dag, task

@dag(schedule=None)
def sleeper():
    @task
    def sleeps():
        time.sleep(3600)

    sleeps()

sleeper()
";

const RUNS: usize = 10;
const LIMIT: Duration = Duration::from_secs(60);

/// Measures and prints everything.
pub(super) fn measure(shell: &Shell, rounds: usize) -> Result<()> {
    start::measure(shell, &AIRFLOW, rounds)?;
    first_run(shell, rounds)?;
    let lab = up(shell, AIRFLOW.name, &[])?;
    let measured = pictures(shell, &lab, rounds);
    down(shell, &lab)?;
    measured?;
    watch::runs(shell, SLEEPER, rounds)
}

/// From nothing to a dropped-in DAG that has run.
fn first_run(shell: &Shell, rounds: usize) -> Result<()> {
    let mut ours = Vec::new();
    let mut image = String::new();
    for round in 1..=rounds {
        shell.say(format!("… a DAG that has run, round {round} of {rounds}"));
        let began = Instant::now();
        let lab = up(shell, AIRFLOW.name, &[])?;
        let ran = ran_once(shell, &lab);
        ours.push(began.elapsed().as_secs_f64());
        image.clone_from(&lab.image);
        down(shell, &lab)?;
        ran?;
    }
    shell.say("… the same with `airflow standalone` and its default settings: minutes");
    let theirs = standalone::measure(shell, &image, ONCE)?;
    let ours = Spread::of(ours);
    shell.say(format!("\nairflow-1, cached images: from nothing until a dropped-in DAG has run, {rounds} rounds"));
    shell.say(ours.row("pipewright up, airflow.put_dag, its run's end", "s"));
    shell.say(format!("{:<58} {:>7.2} s", "airflow standalone, default settings, the same (once)", theirs.run));
    shell.say(format!("{:<58} {:>7.2} s", "  of which until it is healthy", theirs.healthy));
    shell.say(format!("{:<58} {:>7.2}", "ratio", ours.median / theirs.run));
    Ok(())
}

fn ran_once(shell: &Shell, lab: &Lab) -> Result<()> {
    let watcher = Watcher::start(shell, lab, &["airflow_runs", "dag=once"])?;
    let ran = act(shell, lab, &["airflow.put_dag", "file=once.py", &format!("text={ONCE}")])
        .and_then(|_| watcher.until(LIMIT, |model| model["runs"][0]["state"] == "success"));
    watcher.end()?;
    ran.map(drop)
}

/// How soon a picture shows what was done, and what Airflow did by itself.
fn pictures(shell: &Shell, lab: &Lab, rounds: usize) -> Result<()> {
    let saved = saved(shell, lab, rounds)?;
    let watcher = Watcher::start(shell, lab, &["airflow_runs", "dag=twelve"])?;
    let measured = triggered(shell, lab, &watcher);
    watcher.end()?;
    let (running, delays) = measured?;
    ensure!(!delays.is_empty(), "no task changed its state");
    let (count, p99) = (delays.len(), percentile(&delays, 99));
    shell.say("\nairflow-1: what happens → the pushed picture");
    shell.say(Spread::of(saved).row("airflow.put_dag begins → the DAG's new version", "s"));
    shell.say(Spread::of(running).row("airflow.trigger begins → the run is running", "s"));
    shell.say(Spread::of(delays).row(&format!("a task's start or end by Airflow's clock, {count} of them"), "ms"));
    shell.say(format!("{:<58} {p99:>7.2} ms", "99th percentile"));
    for (container, bytes) in memory(lab)? {
        shell.say(format!("{:<58} {:>7.0} MiB", format!("memory after {RUNS} runs, {container}"), bytes / 1_048_576.0));
    }
    Ok(())
}

/// Seconds from saving a DAG that is structured otherwise to the picture of its new version.
fn saved(shell: &Shell, lab: &Lab, rounds: usize) -> Result<Vec<f64>> {
    let watcher = Watcher::start(shell, lab, &["airflow_dags"])?;
    let mut saved = Vec::new();
    for round in 0..=rounds {
        // A version that has never run is changed instead of followed by another one.
        let text = TWELVE.replace("range(4)", &format!("range({})", 4 + rounds - round));
        let began = now();
        act(shell, lab, &["airflow.put_dag", "file=twelve.py", &format!("text={text}")])?;
        let seen = watcher.until(LIMIT, |model| twelve(model).is_some_and(|dag| dag["version_number"] == round + 1))?;
        if round > 0 {
            saved.push((seen - began) / 1000.0);
        }
        act(shell, lab, &["airflow.trigger", "dag=twelve"])?;
        // The picture before the run's beginning shows the end of the run before.
        std::thread::sleep(Duration::from_secs(2));
        watcher.until(LIMIT, |model| twelve(model).is_some_and(|dag| dag["latest_run"]["state"] == "success"))?;
    }
    watcher.end()?;
    Ok(saved)
}

fn twelve(model: &Value) -> Option<&Value> {
    model["dags"].as_array()?.iter().find(|dag| dag["dag_id"] == "twelve")
}

/// Seconds from triggering to the picture of a running run, and milliseconds from each state's own time to its picture.
fn triggered(shell: &Shell, lab: &Lab, watcher: &Watcher) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut running, mut delays) = (Vec::new(), Vec::new());
    for run in 1..=RUNS {
        shell.say(format!("… run {run} of {RUNS}"));
        let began = now();
        let said = act(shell, lab, &["airflow.trigger", "dag=twelve"])?;
        let id = said.split("run ").nth(1).and_then(|rest| rest.split(' ').next()).context("it names the run")?;
        let mut pushes: Vec<Pushed> = Vec::new();
        let until = Instant::now() + LIMIT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let pushed = watcher.pushes().recv_timeout(left).context("the run did not end in time")?;
            let state = of_run(&pushed.1, id).map(|run| run["state"].clone());
            pushes.push(pushed);
            if state.is_some_and(|state| state == "success") {
                break;
            }
        }
        let shown = |state: &str| {
            let is = |pushed: &&Pushed| of_run(&pushed.1, id).is_some_and(|run| run["state"] == state);
            pushes.iter().find(is).map(|pushed| pushed.0)
        };
        running.extend(shown("running").map(|at| (at - began) / 1000.0));
        delays.extend(of_tasks(&pushes, id));
    }
    Ok((running, delays))
}

fn of_run<'a>(model: &'a Value, id: &str) -> Option<&'a Value> {
    model["runs"].as_array()?.iter().find(|run| run["dag_run_id"] == id)
}

/// For each time of each task instance: from that time to the first push that tells it.
fn of_tasks(pushes: &[Pushed], id: &str) -> Vec<f64> {
    let mut told = std::collections::BTreeMap::new();
    for (at, model) in pushes {
        for instance in of_run(model, id).and_then(|run| run["task_instances"].as_array()).into_iter().flatten() {
            for kind in ["start_date", "end_date"] {
                if let Some(time) = instance[kind].as_f64() {
                    told.entry((instance["task_id"].to_string(), kind)).or_insert(at - time);
                }
            }
        }
    }
    told.into_values().collect()
}
