//! Questions to Airflow in the lab's words: each gives facts, and decides nothing.

mod components;
mod dags;
mod runs;
mod trace;

pub(crate) use self::{
    components::{clock, health, jobs, version},
    dags::{dag, dags, import_errors, tasks},
    runs::{newest_runs, run, runs, seen, task_instances},
};
use crate::rest::moment;

/// Airflow gives no more than this at once, whatever is asked for.
const PAGE: u64 = 100;

fn at(written: Option<&String>) -> Option<i64> {
    moment::of(written?)
}
