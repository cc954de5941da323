//! Picture and table of slots.

use super::{
    Instance, Interval, Model, Params, Pool, State,
    history::{Line, Span},
    summary::summary,
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::{as_heard, awaited},
        clock::{took, utc},
        slots::holds_pool,
        words::cell,
    },
};

/// Instances shown, and intervals of each.
const INSTANCES: usize = 500;
const INTERVALS: usize = 100;
/// Minutes, whatever is asked for.
const MOST: u32 = 60;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let offset = state.clock.offset;
    let at = state.latest.and_then(|at| i64::try_from(at).ok()?.checked_add(offset?));
    let minutes = params.minutes.clamp(1, MOST);
    let from = at.map(|at| at.saturating_sub(i64::from(minutes) * 60_000));
    let mut instances: Vec<(i64, Instance)> = Vec::new();
    for line in state.history.lines() {
        let intervals = intervals(state, line, from);
        let Some(first) = intervals.first() else { continue };
        instances.push((first.from, instance(state, line, intervals)));
    }
    instances.sort_by(|(from, one), (since, other)| (from, name(one)).cmp(&(since, name(other))));
    let over = instances.len().saturating_sub(INSTANCES);
    let instances: Vec<Instance> = instances.into_iter().skip(over).map(|(_, instance)| instance).collect();
    let pools = state.slots.pools.as_ref();
    let parallelism = state.slots.parallelism.as_ref();
    let executing = state.slots.executing().map(|all| all.len());
    let running = state.slots.running().map(|all| all.len());
    let model = Model {
        clock_offset: offset,
        minutes,
        at,
        parallelism: parallelism.and_then(|told| told.said.limit),
        parallelism_unread: parallelism.and_then(|told| told.said.why.clone()),
        executor_slots: running.and_then(|running| u32::try_from(running).ok()),
        executor_queued: executing.zip(running).and_then(|(all, running)| u32::try_from(all - running).ok()),
        pools: pools.map(|told| told.said.pools.iter().map(pool).collect()),
        pool_count: pools.map(|told| told.said.total),
        instances,
        cut: cut(state, over),
    };
    let known = model.pools.is_some();
    let summary = as_heard(&state.nodes, &state.sources, known, summary(&model));
    Projection { table: table(&model), summary, known, model }
}

pub(super) fn gaps(state: &State) -> Gaps {
    let awaits = |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, what));
    let untold = state.slots.executing().is_none() && !state.slots.more();
    Gaps::default()
        .and(awaits(state.slots.pools.is_none(), "the pools"))
        .and(awaits(untold, "the tasks that hold slots"))
        .and(awaits(state.clock.offset.is_none(), "Airflow's time"))
}

fn cut(state: &State, over: usize) -> Option<String> {
    match over {
        _ if state.slots.more() => Some("more tasks hold slots or wait than Pipewright reads".to_owned()),
        0 => None,
        over => Some(format!("{over} earlier task instances are not shown")),
    }
}

fn name(of: &Instance) -> (&str, &str, &str, Option<u32>) {
    (&of.dag_id, &of.dag_run_id, &of.task_id, of.map_index)
}

fn pool(seen: &lab_model::facts::airflow::PoolSeen) -> Pool {
    Pool {
        name: seen.name.clone(),
        description: seen.description.clone(),
        slots: seen.slots,
        include_deferred: seen.include_deferred,
        occupied_slots: seen.occupied_slots,
        running_slots: seen.running_slots,
        queued_slots: seen.queued_slots,
        deferred_slots: seen.deferred_slots,
        scheduled_slots: seen.scheduled_slots,
        open_slots: seen.open_slots,
    }
}

fn instance(state: &State, line: &Line, intervals: Vec<Interval>) -> Instance {
    let seen = &line.last.seen;
    let now = seen.state.as_deref();
    Instance {
        dag_id: line.last.dag_id.clone(),
        dag_run_id: line.last.dag_run_id.clone(),
        task_id: seen.place.task_id.clone(),
        map_index: u32::try_from(seen.place.map_index).ok(),
        state: seen.state.clone(),
        try_number: seen.try_number,
        operator_name: line.last.operator_name.clone().or_else(|| seen.operator.clone()),
        pool: seen.pool.clone(),
        pool_slots: seen.pool_slots,
        holds_pool_slots: holds(state, line, now),
        holds_executor_slot: now == Some("running"),
        trigger: seen.trigger.clone().filter(|_| now == Some("deferred")),
        intervals,
    }
}

fn holds(state: &State, line: &Line, now: Option<&str>) -> Option<bool> {
    let pool = line.last.seen.pool.as_deref().and_then(|pool| state.slots.pool(pool)).flatten();
    holds_pool(now, pool.map(|(pool, _)| pool.include_deferred))
}

/// Those that were not over when the picture begins.
fn intervals(state: &State, line: &Line, from: Option<i64>) -> Vec<Interval> {
    let interval = |span: &Span| {
        let offset = state.clock.offset;
        let to = match span.to {
            Some(to) => Some(to.unix_ms(offset)?),
            None => None,
        };
        if to.zip(from).is_some_and(|(to, from)| to < from) {
            return None;
        }
        Some(Interval {
            state: span.state.clone(),
            try_number: span.try_number,
            from: span.from.unix_ms(offset)?,
            from_is_airflows: span.from.is_airflows(),
            to,
            to_is_airflows: span.to.is_some_and(super::history::At::is_airflows),
            holds_pool_slots: holds(state, line, Some(&span.state)),
        })
    };
    let mut all: Vec<Interval> = line.spans.iter().filter_map(interval).collect();
    all.drain(..all.len().saturating_sub(INTERVALS));
    all
}

/// Pools first, then what each task instance did.
fn table(model: &Model) -> Table {
    let heads = ["Pool", "#Slots", "#Held", "DAG", "Run", "Task", "State", "From (UTC)", "#Took (s)", "Operator"];
    let mut table = Table::new(&heads);
    for pool in model.pools.iter().flatten() {
        let slots = if pool.slots < 0 { "no limit".to_owned() } else { pool.slots.to_string() };
        let head = [pool.name.clone(), slots, pool.occupied_slots.to_string()];
        table.row(head.into_iter().chain(std::iter::repeat_n(String::new(), heads.len() - 3)));
    }
    for instance in &model.instances {
        let task = match instance.map_index {
            Some(index) => format!("{}[{index}]", instance.task_id),
            None => instance.task_id.clone(),
        };
        for interval in &instance.intervals {
            let held = interval.holds_pool_slots.map(|holds| if holds { instance.pool_slots.unwrap_or(1) } else { 0 });
            table.row([
                cell(instance.pool.as_ref()),
                String::new(),
                cell(held),
                instance.dag_id.clone(),
                instance.dag_run_id.clone(),
                task.clone(),
                interval.state.clone(),
                utc(interval.from),
                cell(took(Some(interval.from), interval.to)),
                cell(instance.operator_name.as_ref()),
            ]);
        }
    }
    table
}
