//! Watching: how much processor time the nodes spend on being looked at, and how much the app spends on looking.
//!
//! A lab is left alone and watched (`pipewright watch <view>`) in turns of the same length. Each turn reads the
//! processor time of the lab's containers, and of the watcher, at its start and its end; a turn's figure is the
//! difference over the turn, in percent of one core. The cost of watching is the difference of the medians.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::app::{Lab, act, down, pipewright, stats, up};
use super::{AIRFLOW, KAFKA, RING, Spread, Stack};
use crate::shell::Shell;

const TURN: Duration = Duration::from_secs(20);
/// Left out at the start of a turn: connecting, and the JVM warming up.
const SETTLE: Duration = Duration::from_secs(5);
/// The kernel counts a process's time in hundredths of a second.
const TICKS: f64 = 100.0;

/// Six partitions of three replicas, each asked for its own log end and high watermark.
pub(super) fn partitions(shell: &Shell, rounds: usize) -> Result<()> {
    let prepare = [["kafka.create_topic", "topic=watched", "partitions=6", "replication_factor=3"].as_slice()];
    measure(shell, &KAFKA, &prepare, &["kafka_partitions", "topic=watched"], rounds)
}

/// A row on three replicas, each asked for its own cells, with hints and beliefs beside it.
pub(super) fn ring(shell: &Shell, rounds: usize) -> Result<()> {
    let prepare = [
        ["cassandra.create_keyspace", "keyspace=watched", "replication={\"dc1\":3}"].as_slice(),
        &["cassandra.create_table", "table=watched.rows", "columns=id text PRIMARY KEY, v int"],
        &["cassandra.execute", "cql=INSERT INTO watched.rows (id, v) VALUES ('a', 1)", "level=ALL"],
    ];
    measure(shell, &RING, &prepare, &["cassandra_replicas", "table=watched.rows", "key=a"], rounds)
}

/// A DAG of which nothing runs, and then one whose task goes on, so that Airflow is asked once a second.
pub(super) fn runs(shell: &Shell, sleeper: &str, rounds: usize) -> Result<()> {
    let text = format!("text={sleeper}");
    let put = ["airflow.put_dag", "file=sleeper.py", text.as_str()];
    let view = ["airflow_runs", "dag=sleeper"];
    shell.say("\nnothing runs:");
    measure(shell, &AIRFLOW, &[&put], &view, rounds)?;
    shell.say("\na task runs all the time:");
    measure(shell, &AIRFLOW, &[&put, &["airflow.trigger", "dag=sleeper"]], &view, rounds)
}

/// Measures and prints both, and their difference.
fn measure(shell: &Shell, stack: &Stack, prepare: &[&[&str]], view: &[&str], rounds: usize) -> Result<()> {
    let lab = up(shell, stack.name, &[])?;
    let result = prepare
        .iter()
        .try_for_each(|words| act(shell, &lab, words).map(drop))
        .and_then(|()| turns(shell, &lab, view, rounds));
    down(shell, &lab)?;
    tell(shell, stack.name, view, &result?);
    Ok(())
}

/// Measures and prints it of a lab that runs.
pub(super) fn of_lab(shell: &Shell, name: &str, lab: &Lab, view: &[&str], rounds: usize) -> Result<()> {
    tell(shell, name, view, &turns(shell, lab, view, rounds)?);
    Ok(())
}

fn tell(shell: &Shell, name: &str, view: &[&str], turns: &[Turns]) {
    let column = |of: fn(&Turns) -> f64| Spread::of(turns.iter().map(of).collect());
    let (alone, watched, app) = (column(|t| t.alone), column(|t| t.watched), column(|t| t.app));
    let percent = "% of a core";
    shell.say(format!("\n{name}, all containers together, {} turns of {} s", turns.len(), TURN.as_secs()));
    shell.say(alone.row("left alone", percent));
    shell.say(watched.row(&format!("watched ({})", view[0]), percent));
    shell.say(format!("{:<58} {:>7.2} {percent}", "watching adds", watched.median - alone.median));
    shell.say(app.row("the app itself, watching", percent));
}

/// A turn left alone, and a turn watched.
struct Turns {
    alone: f64,
    watched: f64,
    app: f64,
}

fn turns(shell: &Shell, lab: &Lab, view: &[&str], rounds: usize) -> Result<Vec<Turns>> {
    let mut all = Vec::new();
    for round in 1..=rounds {
        shell.say(format!("… watching, round {round} of {rounds}"));
        let (alone, _) = turn(lab, None)?;
        let mut command = pipewright(shell, &["watch"]);
        let mut watcher = command.args(view).args(["--lab", &lab.id, "--json"]).stdout(Stdio::null()).spawn()?;
        let load = turn(lab, Some(watcher.id()));
        let watched_to_the_end = watcher.try_wait()?.is_none();
        watcher.kill()?;
        watcher.wait()?;
        ensure!(watched_to_the_end, "`pipewright watch` ended by itself: nothing was watched");
        let (watched, app) = load?;
        all.push(Turns { alone, watched, app });
    }
    Ok(all)
}

/// Percent of a core that the lab's containers, and a process, used during a turn.
fn turn(lab: &Lab, process: Option<u32>) -> Result<(f64, f64)> {
    std::thread::sleep(SETTLE);
    let (start, before, of_process) = (Instant::now(), spent(lab)?, spent_by(process)?);
    std::thread::sleep(TURN);
    let used = spent(lab)?.saturating_sub(before).as_secs_f64();
    let by_process = spent_by(process)? - of_process;
    let percent = |seconds: f64| seconds / start.elapsed().as_secs_f64() * 100.0;
    Ok((percent(used), percent(by_process)))
}

/// The processor time a process has used so far, seconds (fields 14 and 15 of its `stat`).
fn spent_by(process: Option<u32>) -> Result<f64> {
    let Some(process) = process else { return Ok(0.0) };
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).context("the kernel counts it");
    Ok((ticks(11)? + ticks(12)?) / TICKS)
}

/// The processor time all containers of a lab have used so far.
fn spent(lab: &Lab) -> Result<Duration> {
    let mut nanoseconds = 0;
    for (_, stats) in stats(lab)? {
        nanoseconds += stats["cpu_stats"]["cpu_usage"]["total_usage"].as_u64().context("the engine counts it")?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}
