//! Questions to Airflow in the lab's words: each gives facts, and decides nothing.

mod assets;
mod components;
mod cut;
mod dags;
mod log;
mod runs;
mod stores;
mod task;
mod trace;
mod traceback;
mod xcoms;

pub(crate) use self::{
    assets::{asset_events, assets, queued},
    components::{clock, health, jobs, version},
    dags::{dag, dags, import_errors, tasks},
    log::{LogRead, log, log_at},
    runs::{goes_on, newest_runs, run, runs, seen, task_instances},
    stores::{connections, store_events, variables},
    task::{Place, events, instance, tries},
    xcoms::{Left, before, left, value},
};
use crate::rest::moment;

/// Airflow gives no more than this at once, whatever is asked for.
const PAGE: u64 = 100;

fn at(written: Option<&String>) -> Option<i64> {
    moment::of(written?)
}
