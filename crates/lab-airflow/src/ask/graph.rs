//! How a DAG is drawn: Airflow's own pages ask this, and nobody promised that the answer stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::facts::airflow::{AirflowFact, EdgeSeen, GroupSeen, StructureSeen, TaskDrawn};

use crate::rest::{Dated, Edge, Failure, Node, Rest, Structure, part};

/// Tasks and edges that are told.
const TASKS: usize = 2000;
const EDGES: usize = 10_000;

/// The points at which Airflow joins the edges to a group and those from it.
const TO_GROUP: &str = ".upstream_join_id";
const FROM_GROUP: &str = ".downstream_join_id";

/// The structure, or why it cannot be read. Only an API server that does not answer at all is a failure.
pub(crate) async fn structure(rest: &mut Rest, dag: &str) -> Result<Dated<AirflowFact>, Failure> {
    let untold = |why: String| AirflowFact::StructureUntold { dag: dag.to_owned(), why };
    let answered = match rest.page(&format!("structure/structure_data?dag_id={}", part(dag))).await {
        Err(failure) if failure.is_refusal() => return Ok(Dated { at: None, said: untold(failure.to_string()) }),
        answered => answered?,
    };
    let said = match serde_json::from_value::<Structure>(answered.said) {
        Ok(structure) => AirflowFact::StructureTold { dag: dag.to_owned(), structure: flat(structure) },
        Err(why) => untold(format!("its answer has another form: {why}")),
    };
    Ok(Dated { at: answered.at, said })
}

/// Groups and tasks one after the other, and edges between them.
fn flat(structure: Structure) -> StructureSeen {
    let mut seen = StructureSeen::default();
    walk(structure.nodes, None, &mut seen);
    let ends = Ends {
        groups: seen.groups.iter().map(|group| group.group_id.as_str()).collect(),
        tasks: seen.tasks.iter().map(|task| task.task_id.as_str()).collect(),
    };
    let mut edges: BTreeMap<(String, String), EdgeSeen> = BTreeMap::new();
    for edge in structure.edges {
        if let Some(edge) = ends.edge(edge) {
            edges.entry((edge.source_id.clone(), edge.target_id.clone())).or_insert(edge);
        }
    }
    seen.more = seen.tasks.len() > TASKS || edges.len() > EDGES;
    seen.tasks.truncate(TASKS);
    seen.edges = edges.into_values().take(EDGES).collect();
    seen
}

fn walk(nodes: Vec<Node>, parent: Option<&str>, seen: &mut StructureSeen) {
    for node in nodes.into_iter().filter(|node| node.kind != "join") {
        let Some(children) = node.children else {
            seen.tasks.push(TaskDrawn {
                task_id: node.id,
                label: node.label,
                group_id: parent.map(str::to_owned),
                setup_teardown_type: node.setup_teardown_type,
            });
            continue;
        };
        seen.groups.push(GroupSeen {
            group_id: node.id.clone(),
            label: node.label,
            tooltip: node.tooltip.filter(|words| !words.is_empty()),
            parent_group_id: parent.map(str::to_owned),
            is_mapped: node.is_mapped.unwrap_or_default(),
        });
        walk(children, Some(&node.id), seen);
    }
}

/// What an edge may end at.
struct Ends<'a> {
    groups: BTreeSet<&'a str>,
    tasks: BTreeSet<&'a str>,
}

impl Ends<'_> {
    /// None of an edge within a group, from or to the point at which it joins its edges.
    fn edge(&self, edge: Edge) -> Option<EdgeSeen> {
        let within =
            self.group(&edge.source_id, TO_GROUP).is_some() || self.group(&edge.target_id, FROM_GROUP).is_some();
        if within {
            return None;
        }
        let source = self.group(&edge.source_id, FROM_GROUP).map(str::to_owned);
        let target = self.group(&edge.target_id, TO_GROUP).map(str::to_owned);
        Some(EdgeSeen {
            source_id: source.unwrap_or(edge.source_id),
            target_id: target.unwrap_or(edge.target_id),
            label: edge.label.filter(|label| !label.is_empty()),
            is_setup_teardown: edge.is_setup_teardown.unwrap_or_default(),
        })
    }

    /// The group whose point this is; a task may be called so.
    fn group<'b>(&self, id: &'b str, point: &str) -> Option<&'b str> {
        let group = id.strip_suffix(point).filter(|group| self.groups.contains(group))?;
        (!self.tasks.contains(id)).then_some(group)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(nodes: &serde_json::Value, edges: &serde_json::Value) -> StructureSeen {
        flat(serde_json::from_value(json!({ "nodes": nodes, "edges": edges })).unwrap())
    }

    #[test]
    fn groups_stand_before_what_is_in_them_and_edges_end_at_them() {
        let nodes = json!([
            { "id": "extract", "label": "extract", "type": "task", "children": null, "operator": "@task" },
            { "id": "größe", "label": "Größe", "type": "task", "tooltip": "", "is_mapped": false, "children": [
                { "id": "größe.inner", "label": "inner", "type": "task", "tooltip": "of now", "is_mapped": true, "children": [
                    { "id": "größe.inner.clean", "label": "clean", "type": "task", "is_mapped": true },
                ] },
                { "id": "no.prefix", "label": "no.prefix", "type": "task", "setup_teardown_type": "setup" },
                { "id": "größe.upstream_join_id", "label": "", "type": "join" },
                { "id": "größe.downstream_join_id", "label": "", "type": "join" },
            ] },
        ]);
        let edges = json!([
            { "source_id": "extract", "target_id": "größe.upstream_join_id", "label": "rows" },
            { "source_id": "größe.upstream_join_id", "target_id": "no.prefix" },
            { "source_id": "no.prefix", "target_id": "größe.inner.clean", "is_setup_teardown": true },
            { "source_id": "größe.inner.clean", "target_id": "größe.downstream_join_id" },
            { "source_id": "größe.downstream_join_id", "target_id": "load", "label": null },
        ]);
        let seen = seen(&nodes, &edges);
        let groups: Vec<_> = seen.groups.iter().map(|g| (&*g.group_id, g.parent_group_id.as_deref())).collect();
        assert_eq!(groups, [("größe", None), ("größe.inner", Some("größe"))]);
        assert_eq!((&seen.groups[0].tooltip, seen.groups[1].tooltip.as_deref()), (&None, Some("of now")));
        assert!(seen.groups[1].is_mapped);
        let tasks: Vec<_> = seen.tasks.iter().map(|t| (&*t.task_id, t.group_id.as_deref())).collect();
        assert_eq!(
            tasks,
            [("extract", None), ("größe.inner.clean", Some("größe.inner")), ("no.prefix", Some("größe"))]
        );
        assert_eq!(seen.tasks[2].setup_teardown_type.as_deref(), Some("setup"));
        let edges: Vec<_> = seen.edges.iter().map(|e| (&*e.source_id, &*e.target_id, e.label.as_deref())).collect();
        assert_eq!(
            edges,
            [("extract", "größe", Some("rows")), ("größe", "load", None), ("no.prefix", "größe.inner.clean", None),]
        );
        assert!(seen.edges[2].is_setup_teardown && !seen.more);
    }

    #[test]
    fn a_task_that_is_called_like_such_a_point_is_a_task() {
        let nodes = json!([
            { "id": "g", "label": "g", "type": "task", "children": [
                { "id": "g.upstream_join_id", "label": "upstream_join_id", "type": "task" },
            ] },
            { "id": "a", "label": "a", "type": "task" },
        ]);
        let seen = seen(&nodes, &json!([{ "source_id": "a", "target_id": "g.upstream_join_id" }]));
        assert_eq!((&*seen.edges[0].target_id, seen.tasks.len()), ("g.upstream_join_id", 2));
    }

    #[test]
    fn what_is_more_than_is_told_is_said() {
        let nodes: Vec<_> =
            (0..=TASKS).map(|n| json!({ "id": format!("t{n}"), "label": "t", "type": "task" })).collect();
        let many = seen(&json!(nodes), &json!([]));
        assert!(many.more && many.tasks.len() == TASKS);
    }
}
