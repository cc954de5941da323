//! Pools, how many tasks may run at once, and the task instances of all DAGs that hold a slot or wait.

use std::collections::BTreeMap;

use lab_model::facts::airflow::{ActiveInstance, ActivePlace, AirflowFact};

use super::{
    account::{Account, Subject},
    looking::note,
};
use crate::{
    ask,
    rest::{Dated, Failure, Rest},
};

/// The server's time is told in whole seconds, and a change is read by another connection than it was written by.
const BEFORE: i64 = 3_000;

type Known = BTreeMap<ActivePlace, ActiveInstance>;

/// Slots being looked at.
#[derive(Default)]
pub(super) struct Slots {
    /// Those that are active, as they were told; none before.
    told: Option<Known>,
    /// Those that were told as ended, and may be read once more.
    ended: Known,
    more: bool,
    /// The server's time of the look before, Unix milliseconds.
    since: Option<i64>,
}

impl Slots {
    /// Nothing was told yet.
    pub(super) fn is_new(&self) -> bool {
        self.told.is_none()
    }

    pub(super) async fn look(&mut self, rest: &mut Rest, account: &Account, whole: bool) -> Result<(), Failure> {
        if whole {
            let Dated { at, said } = ask::parallelism(rest).await?;
            account.said_at(at).hear(Subject::Parallelism, said);
        }
        let Some(Dated { at, said }) = note(ask::pools(rest).await)? else { return Ok(()) };
        account.said_at(at).hear(Subject::Pools, said);
        let Some((active, mut more)) = note(ask::active(rest).await)? else { return Ok(()) };
        let ended = match self.since.zip(self.told.as_ref()) {
            Some((since, _)) => {
                let Some((ended, cut)) = note(ask::ended(rest, since - BEFORE).await)? else { return Ok(()) };
                more |= cut;
                ended
            }
            None => Vec::new(),
        };
        self.since = at;
        if let Some(fact) = self.news(active, ended, more) {
            let AirflowFact::ActiveInstancesSeen { instances, .. } = &fact else { return Ok(()) };
            let newest = instances.iter().filter_map(|instance| instance.seen.newest_time()).max();
            account.said_at(newest).send(fact);
        }
        Ok(())
    }

    /// None if all is as it was told.
    fn news(&mut self, active: Vec<ActiveInstance>, ended: Vec<ActiveInstance>, more: bool) -> Option<AirflowFact> {
        let by_place = |all: Vec<ActiveInstance>| -> Known {
            all.into_iter().map(|instance| (instance.place(), instance)).collect()
        };
        let mut ended = by_place(ended);
        // One that ended between the two questions has ended.
        let now: Known = by_place(active).into_iter().filter(|(place, _)| !ended.contains_key(place)).collect();
        let before = self.told.replace(now.clone());
        let all = before.is_none();
        let before = before.unwrap_or_default();
        let gone: Vec<ActivePlace> =
            before.keys().filter(|place| !now.contains_key(place) && !ended.contains_key(place)).cloned().collect();
        let changed = now.into_iter().filter(|(place, now)| before.get(place) != Some(now));
        let mut instances: Vec<ActiveInstance> = changed.map(|(_, now)| now).collect();
        let earlier = std::mem::take(&mut self.ended);
        instances
            .extend(ended.iter().filter(|(place, now)| earlier.get(place) != Some(now)).map(|(_, now)| now.clone()));
        self.ended.append(&mut ended);
        let grew = std::mem::replace(&mut self.more, more) != more;
        if !all && !grew && gone.is_empty() && instances.is_empty() {
            return None;
        }
        Some(AirflowFact::ActiveInstancesSeen { instances, gone, all, more })
    }
}

#[cfg(test)]
mod tests {
    use lab_model::facts::airflow::{TaskInstanceSeen, TaskPlace};

    use super::*;

    fn instance(task: &str, state: &str) -> ActiveInstance {
        let seen = TaskInstanceSeen {
            place: TaskPlace { task_id: task.into(), map_index: -1 },
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
        };
        let (dag_id, dag_run_id) = ("d".to_owned(), "r".to_owned());
        ActiveInstance { dag_id, dag_run_id, seen, operator_name: None, duration_ms: None, deferred_at: None }
    }

    fn told(fact: Option<AirflowFact>) -> Option<(Vec<String>, usize, bool)> {
        let Some(AirflowFact::ActiveInstancesSeen { instances, gone, all, .. }) = fact else { return None };
        let state = |of: &ActiveInstance| format!("{} {}", of.seen.place.task_id, of.seen.state.clone().unwrap());
        Some((instances.iter().map(state).collect(), gone.len(), all))
    }

    fn is(states: &[&str], gone: usize, all: bool) -> Option<(Vec<String>, usize, bool)> {
        Some((states.iter().map(ToString::to_string).collect(), gone, all))
    }

    #[test]
    fn what_ended_is_told_once_and_what_vanished_is_gone() {
        let mut slots = Slots::default();
        let (a, b) = (instance("a", "running"), instance("b", "scheduled"));
        assert_eq!(
            told(slots.news(vec![a.clone(), b.clone()], Vec::new(), false)),
            is(&["a running", "b scheduled"], 0, true)
        );
        assert_eq!(told(slots.news(vec![a.clone(), b.clone()], Vec::new(), false)), None);
        let done = || vec![instance("a", "success"), instance("between", "success")];
        let news = slots.news(vec![a, b.clone()], done(), false);
        assert_eq!(told(news), is(&["a success", "between success"], 0, false));
        assert_eq!(told(slots.news(vec![b], done(), false)), None, "they are read once more, and were told");
        assert_eq!(told(slots.news(Vec::new(), Vec::new(), false)), is(&[], 1, false), "b was cleared");
        assert_eq!(told(slots.news(Vec::new(), Vec::new(), true)), is(&[], 0, false), "there are more than are read");
    }
}
