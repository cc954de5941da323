//! Questions to Airflow in the lab's words: each gives facts, and decides nothing.

mod assets;
mod components;
mod cut;
mod dags;
mod graph;
mod log;
mod runs;
mod slots;
mod stores;
mod task;
mod trace;
mod traceback;
mod waiting;
mod xcoms;

pub(crate) use self::{
    assets::{asset_events, assets, queued},
    components::{clock, health, jobs, version},
    dags::{Limits, dag, dags, import_errors, source, tasks},
    graph::structure,
    log::{LogRead, log, log_at, log_file},
    runs::{goes_on, newest_run, newest_runs, run, runs, seen, states, task_instances},
    slots::{active, ended, parallelism, pools},
    stores::{connections, store_events, variables},
    task::{Place, events, instance, tries},
    waiting::{dependencies, run_after},
    xcoms::{Left, VALUE, before, left, value},
};
use crate::rest::moment;

/// Airflow gives no more than this at once, whatever is asked for.
const PAGE: u64 = 100;

fn at(written: Option<&String>) -> Option<i64> {
    moment::of(written?)
}
