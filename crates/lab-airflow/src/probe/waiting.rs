//! What stands in the way of the tasks that wait in one run of a DAG.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::facts::airflow::{
    AirflowFact, DependencySeen, RunSeen, TaskDependencies, TaskInstanceSeen, TaskPlace, TaskSeen,
};

use super::{
    account::{Account, Subject},
    looking::note,
    of_dag::OfDag,
};
use crate::{
    ask,
    rest::{Failure, Rest},
};

/// Questions in one look: each costs Airflow some hundredths of a second.
const AT_ONCE: usize = 20;

/// One run's tasks being asked about.
pub(super) struct Waiting {
    dag: String,
    run: Option<String>,
    /// The run that was last asked about.
    asked: Option<String>,
    /// What was told of whom.
    told: BTreeMap<TaskPlace, Told>,
    /// Counts the looks.
    looks: u64,
}

struct Told {
    /// The instance as it was then: of another state, another answer is told, whatever it is.
    seen: TaskInstanceSeen,
    dependencies: Vec<DependencySeen>,
    /// In which look.
    look: u64,
}

impl Waiting {
    pub(super) fn new(dag: &str, run: Option<&str>) -> Self {
        let (dag, run) = (dag.to_owned(), run.map(str::to_owned));
        Self { dag, run, asked: None, told: BTreeMap::new(), looks: 0 }
    }

    pub(super) async fn look(
        &mut self,
        rest: &mut Rest,
        account: &Account,
        whole: bool,
        of: &OfDag,
    ) -> Result<(), Failure> {
        let found = of.run(self.run.as_deref()).filter(|(run, _)| run.is_under_way());
        let Some((run, instances)) = found else {
            self.told.clear();
            return Ok(());
        };
        if self.asked.as_ref() != Some(&run.dag_run_id) {
            self.told.clear();
            self.asked = Some(run.dag_run_id.clone());
        }
        self.ask_run(rest, account, run).await?;
        let tasks = match account.said(&Subject::Tasks(self.dag.clone())) {
            Some(AirflowFact::TasksListed { tasks, .. }) => tasks,
            _ => return Ok(()),
        };
        let waiting = waiting(instances.and_then(|read| read.told()), &tasks);
        self.told.retain(|place, _| waiting.contains_key(place));
        self.ask_tasks(rest, account, &run.dag_run_id, (&waiting, whole)).await
    }

    /// One that is queued may have to wait for a time.
    async fn ask_run(&self, rest: &mut Rest, account: &Account, run: &RunSeen) -> Result<(), Failure> {
        let subject = Subject::RunAfter(self.dag.clone());
        let known = account.said(&subject);
        let told = matches!(known, Some(AirflowFact::RunAfterTold { run: of, .. }) if of == run.dag_run_id);
        if run.state != "queued" || told {
            return Ok(());
        }
        let Some(run_after) = note(ask::run_after(rest, &self.dag, &run.dag_run_id).await)? else { return Ok(()) };
        let (dag, run) = (self.dag.clone(), run.dag_run_id.clone());
        account.hear(subject, AirflowFact::RunAfterTold { dag, run, run_after });
        Ok(())
    }

    async fn ask_tasks(
        &mut self,
        rest: &mut Rest,
        account: &Account,
        run: &str,
        (waiting, whole): (&BTreeMap<TaskPlace, TaskInstanceSeen>, bool),
    ) -> Result<(), Failure> {
        let mut told = Vec::new();
        for place in self.due(waiting, whole) {
            let Some(dependencies) = note(ask::dependencies(rest, (&self.dag, run), &place).await)? else { continue };
            let seen = waiting[&place].clone();
            let before = self.told.get(&place);
            if before.is_none_or(|before| before.seen != seen || before.dependencies != dependencies) {
                told.push(TaskDependencies { place: place.clone(), dependencies: dependencies.clone() });
            }
            self.told.insert(place, Told { seen, dependencies, look: self.looks });
        }
        if !told.is_empty() {
            account.send(AirflowFact::DependenciesTold { dag: self.dag.clone(), run: run.to_owned(), told });
        }
        Ok(())
    }

    /// Those of which nothing was told as they are now; in a look at all the others too, those first whose answer is oldest.
    fn due(&mut self, waiting: &BTreeMap<TaskPlace, TaskInstanceSeen>, whole: bool) -> Vec<TaskPlace> {
        self.looks += 1;
        let asked = |place: &TaskPlace, seen: &TaskInstanceSeen| {
            self.told.get(place).filter(|told| told.seen == *seen).map(|told| told.look)
        };
        let mut due: Vec<(Option<u64>, &TaskPlace)> =
            waiting.iter().map(|(place, seen)| (asked(place, seen), place)).collect();
        due.retain(|(look, _)| whole || look.is_none());
        due.sort();
        due.into_iter().take(AT_ONCE).map(|(_, place)| place.clone()).collect()
    }
}

/// Those of which Airflow says why they wait: they are `scheduled`, or have no state although all tasks before them have ended.
/// What others without a state wait for is seen at the tasks before them.
fn waiting(
    instances: Option<&BTreeMap<TaskPlace, TaskInstanceSeen>>,
    tasks: &[TaskSeen],
) -> BTreeMap<TaskPlace, TaskInstanceSeen> {
    let Some(instances) = instances else { return BTreeMap::new() };
    let ended = |seen: &TaskInstanceSeen| {
        let state = seen.state.as_deref();
        matches!(state, Some("success" | "failed" | "skipped" | "upstream_failed" | "removed"))
    };
    let going: BTreeSet<&str> =
        instances.iter().filter(|(_, seen)| !ended(seen)).map(|(place, _)| place.task_id.as_str()).collect();
    let before_going = tasks.iter().filter(|task| going.contains(task.task_id.as_str()));
    let kept: BTreeSet<&str> = before_going.flat_map(|task| &task.downstream_task_ids).map(String::as_str).collect();
    let asked = |place: &TaskPlace, seen: &TaskInstanceSeen| match seen.state.as_deref() {
        Some("scheduled") => true,
        None => !kept.contains(place.task_id.as_str()),
        _ => false,
    };
    instances
        .iter()
        .filter(|(place, seen)| asked(place, seen))
        .map(|(place, seen)| (place.clone(), seen.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(task: &str, state: Option<&str>) -> TaskInstanceSeen {
        TaskInstanceSeen {
            place: TaskPlace { task_id: task.into(), map_index: -1 },
            state: state.map(Into::into),
            try_number: 0,
            operator: None,
            pool: None,
            pool_slots: None,
            scheduled_at: None,
            queued_at: None,
            started_at: None,
            ended_at: None,
            trigger: None,
        }
    }

    fn instances(of: &[(&str, Option<&str>)]) -> BTreeMap<TaskPlace, TaskInstanceSeen> {
        of.iter().map(|&(task, state)| seen(task, state)).map(|seen| (seen.place.clone(), seen)).collect()
    }

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

    fn ids(of: &BTreeMap<TaskPlace, TaskInstanceSeen>) -> Vec<&str> {
        of.keys().map(|place| place.task_id.as_str()).collect()
    }

    #[test]
    fn what_waits_for_another_task_is_not_asked_about() {
        let tasks = tasks(&[("a", &["b"]), ("b", &["c"]), ("c", &[]), ("d", &[])]);
        let of = |states: &[(&str, Option<&str>)]| instances(states);
        let running = of(&[("a", Some("running")), ("b", None), ("c", None), ("d", Some("scheduled"))]);
        assert_eq!(ids(&waiting(Some(&running), &tasks)), ["d"]);
        let done = of(&[("a", Some("success")), ("b", None), ("c", None), ("d", Some("queued"))]);
        assert_eq!(ids(&waiting(Some(&done), &tasks)), ["b"]);
        assert!(waiting(None, &tasks).is_empty());
    }

    #[test]
    fn twenty_are_asked_about_at_once_and_those_first_whose_answer_is_oldest() {
        let many: Vec<String> = (0..30).map(|n| format!("t{n:02}")).collect();
        let many: BTreeMap<TaskPlace, TaskInstanceSeen> =
            many.iter().map(|id| seen(id, Some("scheduled"))).map(|seen| (seen.place.clone(), seen)).collect();
        let mut of = Waiting::new("d", None);
        let ask = |of: &mut Waiting, many: &BTreeMap<TaskPlace, TaskInstanceSeen>, whole| {
            let due = of.due(many, whole);
            for place in &due {
                let told = Told { seen: many[place].clone(), dependencies: Vec::new(), look: of.looks };
                of.told.insert(place.clone(), told);
            }
            due.iter().map(|place| place.task_id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ask(&mut of, &many, false).len(), 20);
        assert_eq!(ask(&mut of, &many, false), (20..30).map(|n| format!("t{n}")).collect::<Vec<_>>());
        assert!(ask(&mut of, &many, false).is_empty(), "nothing is new");
        assert_eq!(ask(&mut of, &many, true)[..2], ["t00", "t01"]);
        assert_eq!(ask(&mut of, &many, true)[..2], ["t20", "t21"]);
        // One that was tried again is another.
        let mut many = many;
        let place = many.keys().nth(4).unwrap().clone();
        many.get_mut(&place).unwrap().try_number = 2;
        assert_eq!(ask(&mut of, &many, false), ["t04"]);
    }
}
