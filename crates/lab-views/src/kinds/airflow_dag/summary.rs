//! A DAG and a run of it as sentences.

use super::{Model, Reason, Run, Task, TaskInstance, project::written};
use crate::parts::words::{brief, count, few, first};

/// Waiting tasks that are told one by one.
const NAMED: usize = 3;

pub(super) fn summary(model: &Model) -> String {
    let dag = brief(&model.dag_id);
    if model.exists == Some(false) {
        return format!("Airflow has no DAG {dag}.");
    }
    let Some(tasks) = model.task_count else {
        return format!("Airflow told of no tasks of {dag} yet.");
    };
    let groups = match model.groups.len() {
        0 => String::new(),
        groups => format!(" in {}", count(groups, "group")),
    };
    let mut said = vec![format!("{dag} has {}{groups}.", count(tasks, "task"))];
    if model.is_paused == Some(true) {
        said.push("It is paused.".to_owned());
    }
    match (&model.run, &model.runs) {
        (Some(run), _) => said.extend(of_run(run, &model.tasks)),
        (None, Some(runs)) if runs.is_empty() => said.push("It has no runs.".to_owned()),
        (None, _) => {}
    }
    if let Some(cut) = &model.cut {
        said.push(format!("Not everything is shown: {cut}."));
    }
    said.join(" ")
}

fn of_run(run: &Run, tasks: &[Task]) -> Vec<String> {
    let states = if run.states.is_empty() { String::new() } else { format!(": {}", written(&run.states)) };
    let mut said = vec![format!("Run {} is {}{states}.", brief(&run.dag_run_id), run.state)];
    if let Some(unread) = &run.unread {
        said.push(format!("Not all of its tasks are known: {unread}."));
    }
    if run.waits {
        said.push(match &run.why {
            Some(why) => few(1, why.iter().map(|reason| reason.says.trim_end_matches('.'))) + ".",
            None => "Why it waits is not known.".to_owned(),
        });
        return said;
    }
    let waiting: Vec<String> = tasks.iter().filter_map(waiting).collect();
    said.extend(first(NAMED, &waiting, "tasks are not running"));
    said
}

/// `load waits: Pool weather is full: 1 of 1 slot held.`
fn waiting(task: &Task) -> Option<String> {
    let instance = task.instance.as_ref().filter(|instance| instance.waiting > 0)?;
    let name = brief(&task.task_id);
    let many = if instance.waiting > 1 { format!(" ({} instances)", instance.waiting) } else { String::new() };
    let Some(why) = instance.why.as_ref() else {
        return Some(format!("Why {name}{many} is not running is not known."));
    };
    Some(format!("{name}{many} is not running: {}", reasons(why, instance)))
}

/// Each reason of a task, with for how many it holds where that is not all, and for how many none is known.
pub(super) fn reasons(why: &[Reason], of: &TaskInstance) -> String {
    let waiting = of.waiting;
    let told = |reason: &Reason| match reason.instances {
        all if all == waiting => reason.says.clone(),
        some => format!("{some} of {waiting}: {}", reason.says),
    };
    let mut said: Vec<String> = why.iter().map(told).collect();
    if of.unexplained > 0 {
        said.push(format!("Of {} the reason is not known.", of.unexplained));
    }
    said.join(" ")
}
