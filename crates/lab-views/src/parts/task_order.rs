//! The order of tasks: none stands before one that it waits for.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::facts::airflow::TaskSeen;

/// The tasks in that order, each with the length of the longest way to it; among equals by id. Airflow takes no DAG with a
/// circle; tasks of one would stand last, by id.
pub(crate) fn ordered(tasks: &[TaskSeen]) -> Vec<(&TaskSeen, u32)> {
    let by_id: BTreeMap<&str, &TaskSeen> = tasks.iter().map(|task| (task.task_id.as_str(), task)).collect();
    let mut waits_for: BTreeMap<&str, u32> = by_id.keys().map(|id| (*id, 0)).collect();
    for after in by_id.values().flat_map(|task| downstream(task)) {
        if let Some(count) = waits_for.get_mut(after) {
            *count += 1;
        }
    }
    let mut free: BTreeSet<&str> = waits_for.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut depths: BTreeMap<&str, u32> = BTreeMap::new();
    let mut order = Vec::new();
    while let Some(id) = free.pop_first() {
        let Some(task) = by_id.get(id) else { continue };
        let depth = depths.get(id).copied().unwrap_or_default();
        order.push((*task, depth));
        waits_for.remove(id);
        for after in downstream(task) {
            let deeper = depths.entry(after).or_default();
            *deeper = (*deeper).max(depth + 1);
            if let Some(count) = waits_for.get_mut(after) {
                *count -= 1;
                if *count == 0 {
                    free.insert(after);
                }
            }
        }
    }
    let circling = waits_for.keys().filter_map(|id| by_id.get(id));
    order.extend(circling.map(|task| (*task, depths.get(task.task_id.as_str()).copied().unwrap_or_default())));
    order
}

/// Each once.
fn downstream(task: &TaskSeen) -> BTreeSet<&str> {
    task.downstream_task_ids.iter().map(String::as_str).collect()
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

    fn order(of: &[(&str, &[&str])]) -> Vec<String> {
        ordered(&tasks(of)).iter().map(|(task, depth)| format!("{} {depth}", task.task_id)).collect()
    }

    #[test]
    fn none_stands_before_one_that_it_waits_for() {
        assert_eq!(order(&[("load", &[]), ("extract", &["load", "load"])]), ["extract 0", "load 1"]);
        // The longest way counts.
        let diamond: &[(&str, &[&str])] =
            &[("z", &["b", "end"]), ("b", &["c"]), ("c", &["end"]), ("end", &[]), ("a", &["end"])];
        assert_eq!(order(diamond), ["a 0", "z 0", "b 1", "c 2", "end 3"]);
        assert_eq!(order(&[("only", &["elsewhere"])]), ["only 0"]);
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(order(&[("b", &["a"]), ("a", &["b"]), ("c", &["a"])]), ["c 0", "a 1", "b 0"]);
        assert_eq!(order(&[("a", &["a"])]), ["a 0"]);
    }
}
