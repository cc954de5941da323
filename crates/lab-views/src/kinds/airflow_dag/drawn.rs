//! Groups, tasks and edges: as Airflow's own pages draw them, or else as the ids of the tasks tell.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::facts::airflow::{GroupSeen, StructureSeen, TaskDrawn, TaskSeen};

use super::{Edge, Group, GroupsFrom, fold::Drawn};

/// What is drawn, before a run is looked at.
pub(super) struct Graph {
    pub(super) groups: Vec<Group>,
    /// By task.
    pub(super) places: BTreeMap<String, TaskDrawn>,
    pub(super) edges: Vec<Edge>,
    pub(super) from: Option<GroupsFrom>,
    pub(super) why: Option<String>,
    /// Airflow told more than was read.
    pub(super) more: bool,
}

/// The structure of a DAG with these tasks.
pub(super) fn graph(drawn: Option<&Drawn>, tasks: &[TaskSeen]) -> Graph {
    match drawn.and_then(|drawn| drawn.structure.as_ref()) {
        Some(Ok(structure)) => of_structure(structure),
        Some(Err(why)) if !tasks.is_empty() => {
            let why = format!("Airflow did not tell how its own pages draw this DAG: {why}");
            Graph { why: Some(why), from: Some(GroupsFrom::TaskIds), ..of_ids(tasks) }
        }
        _ => Graph { groups: Vec::new(), places: BTreeMap::new(), ..of_ids(tasks) },
    }
}

fn of_structure(structure: &StructureSeen) -> Graph {
    let edges = structure.edges.iter().map(|edge| Edge {
        source_id: edge.source_id.clone(),
        target_id: edge.target_id.clone(),
        label: edge.label.clone(),
        is_setup_teardown: edge.is_setup_teardown,
    });
    Graph {
        groups: structure.groups.iter().map(group).collect(),
        places: structure.tasks.iter().map(|task| (task.task_id.clone(), task.clone())).collect(),
        edges: edges.collect(),
        from: Some(GroupsFrom::Structure),
        why: None,
        more: structure.more,
    }
}

fn group(seen: &GroupSeen) -> Group {
    Group {
        group_id: seen.group_id.clone(),
        label: seen.label.clone(),
        tooltip: seen.tooltip.clone(),
        parent_group_id: seen.parent_group_id.clone(),
        is_mapped: Some(seen.is_mapped),
        states: Vec::new(),
    }
}

/// A group for whatever stands before a dot, unless a task is called so.
fn of_ids(tasks: &[TaskSeen]) -> Graph {
    let ids: BTreeSet<&str> = tasks.iter().map(|task| task.task_id.as_str()).collect();
    let parent = |id: &str| {
        let mut before = id;
        loop {
            before = before.rsplit_once('.').map(|(before, _)| before).filter(|before| !before.is_empty())?;
            if !ids.contains(before) {
                return Some(before.to_owned());
            }
        }
    };
    let label = |id: &str, group: Option<&str>| match group {
        Some(group) => id[group.len() + 1..].to_owned(),
        None => id.to_owned(),
    };
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for id in &ids {
        let mut inner = parent(id);
        let task = TaskDrawn {
            task_id: (*id).to_owned(),
            label: label(id, inner.as_deref()),
            group_id: inner.clone(),
            setup_teardown_type: None,
        };
        places.insert((*id).to_owned(), task);
        while let Some(group_id) = inner.filter(|id| !groups.contains_key(id)) {
            let parent_group_id = parent(&group_id);
            let label = label(&group_id, parent_group_id.as_deref());
            inner = parent_group_id.clone();
            let (tooltip, is_mapped, states) = (None, None, Vec::new());
            groups.insert(group_id.clone(), Group { group_id, label, tooltip, parent_group_id, is_mapped, states });
        }
    }
    // What stands before a dot stands before it in order, too.
    Graph { groups: groups.into_values().collect(), places, edges: straight(tasks), from: None, why: None, more: false }
}

/// From each task to each that waits for it.
fn straight(tasks: &[TaskSeen]) -> Vec<Edge> {
    let edges = tasks.iter().flat_map(|task| {
        task.downstream_task_ids.iter().map(|after| Edge {
            source_id: task.task_id.clone(),
            target_id: after.clone(),
            label: None,
            is_setup_teardown: false,
        })
    });
    edges.collect::<BTreeSet<Edge>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(of: &[(&str, &[&str])]) -> Vec<TaskSeen> {
        let task = |&(id, after): &(&str, &[&str])| TaskSeen {
            task_id: id.to_owned(),
            operator_name: None,
            is_mapped: false,
            trigger_rule: None,
            downstream_task_ids: after.iter().map(ToString::to_string).collect(),
        };
        of.iter().map(task).collect()
    }

    #[test]
    fn what_stands_before_the_dots_makes_groups_where_nothing_else_tells() {
        let untold = Drawn { structure: Some(Err("gone (HTTP 404)".into())), ..Drawn::default() };
        let tasks =
            tasks(&[("a.b.größe", &["z"]), ("a.x", &[]), ("z", &[]), ("z.y", &[]), (".odd", &[]), ("q..r", &[])]);
        let graph = graph(Some(&untold), &tasks);
        let groups: Vec<_> =
            graph.groups.iter().map(|g| (&*g.group_id, &*g.label, g.parent_group_id.as_deref())).collect();
        assert_eq!(groups, [("a", "a", None), ("a.b", "b", Some("a")), ("q", "q", None), ("q.", "", Some("q"))]);
        assert_eq!(graph.places["a.b.größe"].label, "größe");
        assert_eq!((&graph.places["z.y"].group_id, &graph.places[".odd"].group_id), (&None, &None), "z is a task");
        assert_eq!((graph.from, graph.edges.len()), (Some(GroupsFrom::TaskIds), 1));
        assert!(graph.why.unwrap().ends_with("gone (HTTP 404)"));
    }

    #[test]
    fn before_anything_was_told_there_are_edges_and_no_groups() {
        let graph = graph(None, &tasks(&[("a.b", &["c"]), ("c", &[])]));
        assert_eq!((graph.groups.len(), graph.edges.len(), graph.from), (0, 1, None));
        assert!(graph.places.is_empty());
    }
}
