//! Actions begun for a page, by their ids: which run, how each stands, and how those ended that a page may come back to ask
//! for.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lab_model::{ActionCall, Millis, Progress};
use tokio::sync::watch;

use crate::schema::{ActionBegun, ActionRunning, ActionStatus};

/// Actions whose ends are remembered.
pub(super) const REMEMBERED: usize = 100;

#[derive(Default)]
pub(super) struct Begun {
    actions: Mutex<BTreeMap<u64, One>>,
    changed: watch::Sender<u64>,
}

struct One {
    call: ActionCall,
    by_hand: Vec<String>,
    began_at: Millis,
    status: watch::Receiver<ActionStatus>,
}

impl One {
    fn runs(&self) -> bool {
        matches!(*self.status.borrow(), ActionStatus::Running { .. })
    }
}

impl Begun {
    /// Takes note of one; its status is told by what is returned.
    pub(super) fn enter(
        &self,
        begun: &ActionBegun,
        call: &ActionCall,
        began_at: Millis,
    ) -> watch::Sender<ActionStatus> {
        let (told, status) = watch::channel(ActionStatus::Running { progress: Progress::default() });
        let one = One { call: call.clone(), by_hand: begun.by_hand.clone(), began_at, status };
        let mut actions = self.lock();
        while actions.len() >= REMEMBERED {
            let Some(oldest) = actions.iter().find(|(_, one)| !one.runs()).map(|(id, _)| *id) else { break };
            actions.remove(&oldest);
        }
        actions.insert(begun.id, one);
        drop(actions);
        self.wake();
        told
    }

    /// Those that run, in the order in which they began.
    pub(super) fn running(&self) -> Vec<ActionRunning> {
        let running = |(id, one): (&u64, &One)| ActionRunning {
            id: *id,
            action: one.call.clone(),
            by_hand: one.by_hand.clone(),
            began_at: one.began_at,
        };
        self.lock().iter().filter(|(_, one)| one.runs()).map(running).collect()
    }

    /// How one stands, as it changes; none if it was not begun here, or its end is forgotten.
    pub(super) fn status(&self, id: u64) -> Option<watch::Receiver<ActionStatus>> {
        self.lock().get(&id).map(|one| one.status.clone())
    }

    /// Wakes when one began or ended.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(super) fn wake(&self) {
        self.changed.send_modify(|n| *n += 1);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, One>> {
        self.actions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(begun: &Begun, id: u64) -> watch::Sender<ActionStatus> {
        let call = ActionCall { name: "docker.stop".into(), args: serde_json::Map::new() };
        begun.enter(&ActionBegun { id, by_hand: vec![format!("docker stop {id}")] }, &call, id * 10)
    }

    fn done() -> ActionStatus {
        ActionStatus::Done { says: "It is.".into() }
    }

    fn ids(begun: &Begun) -> Vec<u64> {
        begun.running().iter().map(|running| running.id).collect()
    }

    #[test]
    fn what_runs_is_told_with_all_that_a_page_needs_to_take_it_up() {
        let begun = Begun::default();
        let told = enter(&begun, 7);
        let running = begun.running().remove(0);
        assert_eq!((running.action.name.as_str(), running.began_at), ("docker.stop", 70));
        assert_eq!(running.by_hand, ["docker stop 7"]);
        drop(told);
    }

    #[test]
    fn what_has_ended_runs_no_longer_and_its_end_can_still_be_asked_for() {
        let begun = Begun::default();
        let (first, _second) = (enter(&begun, 1), enter(&begun, 2));
        first.send_replace(done());
        assert_eq!(ids(&begun), [2]);
        assert_eq!(*begun.status(1).unwrap().borrow(), done());
    }

    #[test]
    fn a_beginning_wakes_who_follows() {
        let begun = Begun::default();
        let changes = begun.changes();
        let _told = enter(&begun, 1);
        assert!(changes.has_changed().unwrap());
    }

    #[test]
    fn of_many_the_oldest_that_ended_are_forgotten_and_none_that_runs() {
        let begun = Begun::default();
        let _runs = enter(&begun, 1);
        for id in 2..=(REMEMBERED as u64 + 20) {
            enter(&begun, id).send_replace(done());
        }
        assert_eq!(ids(&begun), [1]);
        assert!(begun.status(2).is_none() && begun.status(REMEMBERED as u64 + 20).is_some());
    }
}
