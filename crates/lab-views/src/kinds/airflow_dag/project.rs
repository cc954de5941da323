//! Picture and table of a DAG.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Code, Problem,
    facts::airflow::{RunSeen, TaskInstanceSeen, TaskSeen},
};

use super::{
    Edge, Model, Params, RunNamed, State, Task,
    drawn::{Graph, graph},
    run::{counted, instance, run},
    summary::{reasons, summary},
    why::Why,
};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::{as_heard, awaited, no_dag},
        runs::{Instances, OfDag},
        task_order::ordered,
        words::{brief, cell, count, few},
    },
};

/// Tasks and edges shown, and those before a task that are named.
const TASKS: usize = 1000;
const EDGES: usize = 5000;
const UPSTREAM: usize = 20;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let nothing = OfDag::default();
    let of = state.runs.of(&params.dag).unwrap_or(&nothing);
    let drawn = state.drawn.get(&params.dag);
    let seen = state.dags.all.get(&params.dag);
    let exists = of.exists(state.dags.exists(&params.dag));
    let written = of.tasks.as_deref().unwrap_or_default();
    let mut graph = graph(drawn, written);
    let chosen = chosen(of, params);
    let why = chosen.map(|run| Why::of(state, (&params.dag, of), run));
    let mut tasks = tasks(of, chosen, &graph);
    let cut = cut(&mut tasks, &mut graph);
    let instances = chosen.and_then(|run| of.instances.get(&run.dag_run_id));
    if let (Some(why), Some(instances)) = (&why, instances) {
        for task in &mut tasks.shown {
            task.instance = instances.get(&task.task_id).map(|all| instance(task.is_mapped, all, why));
        }
        count_groups(&mut graph, instances);
    }
    let limits = drawn.and_then(|drawn| drawn.limits.as_ref());
    let named = |run: &RunSeen| RunNamed { dag_run_id: run.dag_run_id.clone(), state: run.state.clone() };
    let model = Model {
        clock_offset: state.clock.offset,
        dag_id: params.dag.clone(),
        exists,
        is_paused: seen.map(|dag| dag.is_paused),
        is_stale: seen.map(|dag| dag.is_stale),
        version_number: seen.and_then(|dag| dag.version_number),
        max_active_tasks: limits.and_then(|told| told.said.max_active_tasks),
        max_active_runs: limits.and_then(|told| told.said.max_active_runs),
        groups_from: graph.from,
        groups_why: graph.why,
        groups: graph.groups,
        task_count: of.tasks.as_ref().and_then(|tasks| u32::try_from(tasks.len()).ok()),
        tasks: tasks.shown,
        edges: graph.edges,
        cut,
        run: chosen.zip(why.as_ref()).map(|(seen, why)| run(of, seen, why)),
        runs: of.runs.as_ref().map(|runs| runs.iter().map(named).collect()),
    };
    let known = of.tasks.is_some() || exists == Some(false);
    let summary = as_heard(&state.nodes, &state.sources, known, summary(&model));
    Projection { table: table(&model), summary, known, model }
}

/// The run that is asked for, if it is listed.
fn chosen<'a>(of: &'a OfDag, params: &Params) -> Option<&'a RunSeen> {
    let mut runs = of.runs.iter().flatten();
    match &params.run {
        Some(id) => runs.find(|run| run.dag_run_id == *id),
        None => runs.next(),
    }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let nothing = OfDag::default();
    let of = state.runs.of(&params.dag).unwrap_or(&nothing);
    if of.exists(state.dags.exists(&params.dag)) == Some(false) {
        return Gaps { refusal: Some(no_dag(&params.dag)), awaits: Vec::new() };
    }
    let dag = brief(&params.dag);
    let awaits =
        |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, &format!("{what} of {dag}")));
    let chosen = chosen(of, params);
    let refusal = match (&params.run, &of.runs) {
        (Some(run), Some(_)) if chosen.is_none() => Some(no_run(run, of, &dag)),
        _ => None,
    };
    let unread = chosen.filter(|run| !of.instances.contains_key(&run.dag_run_id));
    let so_far = unread.and_then(|run| of.being_read(&run.dag_run_id)).map(|so_far| format!(": {so_far}"));
    let what = format!("the tasks in a run of {dag}{}", so_far.unwrap_or_default());
    let unread = unread.map(|_| awaited(&state.nodes, &state.sources, &what));
    let undrawn = state.drawn.get(&params.dag).is_none_or(|drawn| drawn.structure.is_none());
    let gaps = Gaps { refusal, ..Gaps::default() };
    gaps.and(awaits(of.tasks.is_none(), "the tasks"))
        .and(awaits(undrawn, "the groups"))
        .and(awaits(of.runs.is_none(), "the runs"))
        .and(unread)
}

fn no_run(run: &str, of: &OfDag, dag: &str) -> Problem {
    let read = of.runs.as_ref().map_or(0, Vec::len);
    let older = of.total > read as u64;
    let (run, runs) = (brief(run), count(read, "newest run"));
    Problem {
        code: Code::Unknown,
        message: if older {
            format!("{run} is not among the {runs} of {dag} that are read.")
        } else {
            format!("{dag} has no run {run}.")
        },
        detail: String::new(),
        hint: "Choose one of its newest runs, or none for the newest.".to_owned(),
    }
}

/// Tasks in their order.
struct Tasks {
    shown: Vec<Task>,
}

/// Tasks of now, then those that only the run has, which ran by an earlier version.
fn tasks(of: &OfDag, run: Option<&RunSeen>, graph: &Graph) -> Tasks {
    let written = of.tasks.as_deref().unwrap_or_default();
    let mut upstream: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for task in written {
        for after in &task.downstream_task_ids {
            upstream.entry(after).or_default().insert(&task.task_id);
        }
    }
    let mut shown: Vec<Task> =
        ordered(written).into_iter().map(|(seen, depth)| task(seen, depth, (graph, &upstream))).collect();
    let known: BTreeSet<&str> = written.iter().map(|task| task.task_id.as_str()).collect();
    let in_run = run.and_then(|run| of.instances.get(&run.dag_run_id)).into_iter().flatten();
    let earlier = in_run.filter(|(id, _)| !known.contains(id.as_str()));
    shown.extend(earlier.filter_map(|(id, all)| Some(only_in_run(id, all.values().next()?))));
    Tasks { shown }
}

fn task(seen: &TaskSeen, depth: u32, (graph, upstream): (&Graph, &BTreeMap<&str, BTreeSet<&str>>)) -> Task {
    let place = graph.places.get(&seen.task_id);
    let before = upstream.get(seen.task_id.as_str());
    Task {
        task_id: seen.task_id.clone(),
        label: place.map_or_else(|| seen.task_id.clone(), |place| place.label.clone()),
        group_id: place.and_then(|place| place.group_id.clone()),
        operator_name: seen.operator_name.clone(),
        is_mapped: seen.is_mapped,
        trigger_rule: seen.trigger_rule.clone(),
        setup_teardown_type: place.and_then(|place| place.setup_teardown_type.clone()),
        depth,
        in_dag: true,
        upstream_task_ids: before.into_iter().flatten().take(UPSTREAM).map(ToString::to_string).collect(),
        upstream_count: before.map_or(0, |before| u32::try_from(before.len()).unwrap_or(u32::MAX)),
        instance: None,
    }
}

fn only_in_run(id: &str, seen: &TaskInstanceSeen) -> Task {
    Task {
        task_id: id.to_owned(),
        label: id.to_owned(),
        group_id: None,
        operator_name: seen.operator.clone(),
        is_mapped: seen.place.map_index >= 0,
        trigger_rule: None,
        setup_teardown_type: None,
        depth: 0,
        in_dag: false,
        upstream_task_ids: Vec::new(),
        upstream_count: 0,
        instance: None,
    }
}

/// Leaves out what is too much to draw, and says so. Groups of which nothing is shown are left out too.
fn cut(tasks: &mut Tasks, graph: &mut Graph) -> Option<String> {
    let (all, edges) = (tasks.shown.len(), graph.edges.len());
    tasks.shown.truncate(TASKS);
    let shown: BTreeSet<&str> = tasks.shown.iter().map(|task| task.task_id.as_str()).collect();
    let parents: BTreeMap<&str, Option<&str>> =
        graph.groups.iter().map(|group| (group.group_id.as_str(), group.parent_group_id.as_deref())).collect();
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for task in &tasks.shown {
        let mut group = task.group_id.as_deref();
        while let Some(id) = group.filter(|id| !kept.contains(*id)) {
            kept.insert(id.to_owned());
            group = parents.get(id).copied().flatten();
        }
    }
    if all > TASKS {
        graph.groups.retain(|group| kept.contains(&group.group_id));
    }
    let groups: BTreeSet<&str> = graph.groups.iter().map(|group| group.group_id.as_str()).collect();
    let is_shown = |id: &str| shown.contains(id) || groups.contains(id);
    graph.edges.retain(|edge: &Edge| is_shown(&edge.source_id) && is_shown(&edge.target_id));
    graph.edges.truncate(EDGES);
    if all > TASKS {
        return Some(format!("of {} only the first {TASKS} are shown", count(all, "task")));
    }
    if graph.more {
        return Some("Airflow has more tasks or edges than Pipewright reads".to_owned());
    }
    (edges > EDGES).then(|| format!("of {} only the first {EDGES} are shown", count(edges, "edge")))
}

/// How many of the instances in each group, also in groups within, are in which state.
fn count_groups(graph: &mut Graph, instances: &Instances) {
    let parents: BTreeMap<String, Option<String>> =
        graph.groups.iter().map(|group| (group.group_id.clone(), group.parent_group_id.clone())).collect();
    let mut states: BTreeMap<&str, Vec<Option<&str>>> = BTreeMap::new();
    for (task, all) in instances {
        let mut group = graph.places.get(task).and_then(|place| place.group_id.as_deref());
        let mut outward = parents.len();
        while let Some((id, parent)) = group.and_then(|id| parents.get_key_value(id)) {
            states.entry(id).or_default().extend(all.values().map(|seen| seen.state.as_deref()));
            // No group is in itself.
            outward = outward.saturating_sub(1);
            group = parent.as_deref().filter(|_| outward > 0);
        }
    }
    for group in &mut graph.groups {
        group.states = counted(states.remove(group.group_id.as_str()).into_iter().flatten());
    }
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&[
        "Task",
        "Group",
        "Operator",
        "Rule",
        "Waits for",
        "State",
        "#Try",
        "Instances",
        "Why not running",
    ]);
    for task in &model.tasks {
        let instance = task.instance.as_ref();
        let more = (task.upstream_count as usize).saturating_sub(3);
        let before = task.upstream_task_ids.iter().take(3).cloned().chain((more > 0).then(|| format!("{more} more")));
        let before: Vec<String> = before.collect();
        let why = instance.and_then(|instance| instance.why.as_ref());
        table.row([
            task.task_id.clone(),
            cell(task.group_id.as_ref()),
            cell(task.operator_name.as_ref()),
            cell(task.trigger_rule.as_ref()),
            before.join(", "),
            cell(instance.and_then(|instance| instance.state.as_ref())),
            cell(instance.map(|instance| instance.try_number)),
            cell(instance.and_then(|instance| instance.mapped.as_ref()).map(|counts| written(counts))),
            match instance.filter(|instance| instance.waiting > 0) {
                Some(instance) => why.map_or("not known".to_owned(), |why| reasons(why, instance)),
                None => String::new(),
            },
        ]);
    }
    table
}

/// `3 success, 1 failed`.
pub(super) fn written(counts: &[super::StateCount]) -> String {
    let count = |of: &super::StateCount| format!("{} {}", of.count, of.state.as_deref().unwrap_or("without a state"));
    if counts.is_empty() { "none yet".to_owned() } else { few(6, counts.iter().map(count)) }
}
