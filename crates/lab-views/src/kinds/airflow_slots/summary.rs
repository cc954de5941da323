//! Slots as sentences.

use super::{Instance, Model, Pool};
use crate::parts::{
    clock::utc,
    words::{brief, count, few},
};

/// Holders and pools named one by one.
const NAMED: usize = 4;

pub(super) fn summary(model: &Model) -> String {
    let Some(pools) = &model.pools else {
        return "Airflow told of no pools yet.".to_owned();
    };
    let mut said: Vec<String> = pools.iter().take(NAMED).map(|pool| of_pool(pool, &model.instances)).collect();
    let more = model.pool_count.unwrap_or_default().saturating_sub(said.len() as u64);
    if more > 0 {
        said.push(format!("There {} {} more.", if more == 1 { "is" } else { "are" }, count(more, "pool")));
    }
    said.extend(model.executor_slots.map(|running| of_executor(model, running)));
    if let Some(cut) = &model.cut {
        said.push(format!("Not everything is shown: {cut}."));
    }
    said.join(" ")
}

/// Of the 4 tasks that may run at once, 4 run; 12 more are queued.
fn of_executor(model: &Model, running: u32) -> String {
    let run = if running == 1 { "runs" } else { "run" };
    let ran = match model.parallelism {
        Some(limit) => format!("Of the {} that may run at once, {running} {run}", count(limit, "task")),
        None => format!("{} {run}; how many may run at once is not known", count(running, "task")),
    };
    match model.executor_queued.unwrap_or_default() {
        0 => ran + ".",
        queued => format!("{ran}; {queued} more {} queued.", if queued == 1 { "is" } else { "are" }),
    }
}

/// Pool weather: 1 of 1 slot held, by wait of sensors (running since 18:51:20); 2 slots waited for.
fn of_pool(pool: &Pool, instances: &[Instance]) -> String {
    let name = brief(&pool.name);
    let mut said = match pool.slots {
        ..0 => format!("Pool {name} has no limit, {} held", count(pool.occupied_slots, "slot")),
        slots => format!("Pool {name}: {} of {} held", pool.occupied_slots, count(slots, "slot")),
    };
    let holders: Vec<String> = instances
        .iter()
        .filter(|instance| instance.pool.as_ref() == Some(&pool.name) && instance.holds_pool_slots == Some(true))
        .map(holder)
        .collect();
    if !holders.is_empty() {
        said = format!("{said}, by {}", few(NAMED, holders));
    }
    if pool.scheduled_slots > 0 {
        said = format!("{said}; {} waited for", count(pool.scheduled_slots, "slot"));
    }
    format!("{said}.")
}

fn holder(instance: &Instance) -> String {
    let task = brief(&instance.task_id);
    let index = instance.map_index.map(|index| format!("[{index}]")).unwrap_or_default();
    let state = instance.state.as_deref().unwrap_or("without a state");
    let since = instance.intervals.last().map(|interval| format!(" since {}", utc(interval.from))).unwrap_or_default();
    format!("{task}{index} of {} ({state}{since})", brief(&instance.dag_id))
}
