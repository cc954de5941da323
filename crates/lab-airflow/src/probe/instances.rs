//! What was told of one run's task instances, so that only what changed is told again: a run may have a thousand of them.

use std::collections::BTreeMap;

use lab_model::facts::airflow::{AirflowFact, TaskInstanceSeen, TaskPlace};

use super::account::Account;

/// The task instances of one run, as they were told.
#[derive(Debug, Default)]
pub(super) struct Instances {
    told: Option<BTreeMap<TaskPlace, TaskInstanceSeen>>,
    more: bool,
}

impl Instances {
    /// As they were told; none before.
    pub(super) fn told(&self) -> Option<&BTreeMap<TaskPlace, TaskInstanceSeen>> {
        self.told.as_ref()
    }

    /// Tells what is new, with the newest time by which Airflow notes it.
    pub(super) fn hear(
        &mut self,
        account: &Account,
        (dag, run): (&str, &str),
        (read, more): (Vec<TaskInstanceSeen>, bool),
    ) {
        if let Some(fact) = self.news(dag, run, read, more) {
            let AirflowFact::TaskInstancesSeen { instances, .. } = &fact else { return };
            let newest = instances.iter().filter_map(TaskInstanceSeen::newest_time).max();
            account.said_at(newest).send(fact);
        }
    }

    /// None if all is as it was told.
    fn news(&mut self, dag: &str, run: &str, read: Vec<TaskInstanceSeen>, more: bool) -> Option<AirflowFact> {
        let now: BTreeMap<TaskPlace, TaskInstanceSeen> =
            read.into_iter().map(|instance| (instance.place.clone(), instance)).collect();
        let before = self.told.replace(now.clone());
        let all = before.is_none();
        let before = before.unwrap_or_default();
        let gone: Vec<TaskPlace> = before.keys().filter(|place| !now.contains_key(place)).cloned().collect();
        let instances: Vec<TaskInstanceSeen> =
            now.into_iter().filter(|(place, now)| before.get(place) != Some(now)).map(|(_, now)| now).collect();
        let grew = std::mem::replace(&mut self.more, more) != more;
        if !all && !grew && gone.is_empty() && instances.is_empty() {
            return None;
        }
        let (dag, run) = (dag.to_owned(), run.to_owned());
        Some(AirflowFact::TaskInstancesSeen { dag, run, instances, gone, all, more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(task: &str, map_index: i32, state: &str) -> TaskInstanceSeen {
        TaskInstanceSeen {
            place: TaskPlace { task_id: task.into(), map_index },
            state: Some(state.into()),
            try_number: 1,
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

    fn told(fact: Option<AirflowFact>) -> Option<(usize, usize, bool)> {
        match fact {
            Some(AirflowFact::TaskInstancesSeen { instances, gone, all, .. }) => {
                Some((instances.len(), gone.len(), all))
            }
            _ => None,
        }
    }

    #[test]
    fn only_what_changed_is_told_again() {
        let mut run = Instances::default();
        let first = vec![instance("a", -1, "running"), instance("b", -1, "scheduled")];
        assert_eq!(told(run.news("d", "r", first.clone(), false)), Some((2, 0, true)));
        assert_eq!(told(run.news("d", "r", first, false)), None);
        // A mapped task is expanded: its one place becomes two.
        let then = vec![instance("a", -1, "running"), instance("b", 0, "queued"), instance("b", 1, "queued")];
        assert_eq!(told(run.news("d", "r", then.clone(), false)), Some((2, 1, false)));
        assert_eq!(told(run.news("d", "r", then, true)), Some((0, 0, false)), "there are more than before");
        assert_eq!(told(Instances::default().news("d", "r", Vec::new(), false)), Some((0, 0, true)), "none are known");
    }
}
