//! Task instances of a run, as actions need them: by id, which is another one after each clearing.

use lab_model::Problem;
use lab_probe::action::failed;
use serde::Deserialize;

use crate::rest::{Failure, Rest, part};

/// Airflow gives no more than this at once.
const PAGE: usize = 100;
/// Instances of one task that are read.
const READ: usize = 2000;
/// Instances that are named one by one.
const NAMED: usize = 6;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) task_id: String,
    /// Below 0 where the task is not mapped.
    pub(super) map_index: i32,
    pub(super) state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Instances {
    pub(super) task_instances: Vec<Instance>,
}

/// `dags/<dag>/dagRuns/<run>/taskInstances`
pub(super) fn path(dag: &str, run: &str) -> String {
    format!("dags/{}/dagRuns/{}/taskInstances", part(dag), part(run))
}

/// Those of one task, or the one of a mapped task.
pub(super) async fn of_task(
    rest: &mut Rest,
    dag: &str,
    run: &str,
    task: &str,
    map_index: Option<i32>,
) -> Result<Vec<Instance>, Failure> {
    let index = map_index.map(|index| format!("&map_index={index}")).unwrap_or_default();
    let place = format!("{}?task_id={}{index}&order_by=map_index&limit={PAGE}", path(dag, run), part(task));
    let mut all: Vec<Instance> = Vec::new();
    loop {
        let page = rest.get::<Instances>(&format!("{place}&offset={}", all.len())).await?.said.task_instances;
        let last = page.len() < PAGE;
        all.extend(page);
        if last || all.len() >= READ {
            return Ok(all);
        }
    }
}

/// One, by its task and index, as it is now.
pub(super) async fn one(rest: &mut Rest, dag: &str, run: &str, like: &Instance) -> Result<Instance, Failure> {
    let path = format!("{}/{}/{}", path(dag, run), part(&like.task_id), like.map_index);
    Ok(rest.get::<Instance>(&path).await?.said)
}

/// There is none in the run.
pub(super) fn no_task(dag: &str, run: &str, task: &str, map_index: Option<i32>) -> Problem {
    let index = map_index.map(|index| format!(" with map_index {index}")).unwrap_or_default();
    failed::not_now(
        &format!("Run {run} of {dag} has no task {task}{index}"),
        "Look at the tasks of the run. The instances of a mapped task are made when what they are mapped over has ended.",
    )
}

/// `extract, load[0], load[1]`, the first ones.
pub(super) fn named(all: &[Instance]) -> String {
    let name = |instance: &Instance| match instance.map_index {
        ..0 => instance.task_id.clone(),
        index => format!("{}[{index}]", instance.task_id),
    };
    let names: Vec<String> = all.iter().take(NAMED).map(name).collect();
    let more = if all.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_one_is_named_with_its_index_and_many_are_not_all_named() {
        let one = |map_index| Instance { id: "i".into(), task_id: "load".into(), map_index, state: None };
        assert_eq!(named(&[one(-1), one(0)]), "load, load[0]");
        assert_eq!(
            named(&(0..7).map(one).collect::<Vec<_>>()),
            "load[0], load[1], load[2], load[3], load[4], load[5], …"
        );
    }
}
