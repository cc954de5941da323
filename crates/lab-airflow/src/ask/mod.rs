//! Questions to Airflow in the lab's words: each gives facts, and decides nothing.

mod components;
mod dags;
mod graph;
mod runs;
mod slots;
mod trace;
mod waiting;

pub(crate) use self::{
    components::{clock, health, jobs, version},
    dags::{Limits, dag, dags, import_errors, tasks},
    graph::structure,
    runs::{newest_runs, run, runs, seen, task_instances},
    slots::{active, ended, parallelism, pools},
    waiting::{dependencies, run_after},
};
use crate::rest::moment;

/// Airflow gives no more than this at once, whatever is asked for.
const PAGE: u64 = 100;

fn at(written: Option<&String>) -> Option<i64> {
    moment::of(written?)
}
