//! What goes on after an action has ended: consumers, and the count of each producer's records.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures::future::join_all;
use lab_model::Problem;
use lab_probe::action::failed;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A consumer that runs in the background.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) group: String,
    /// Asks it to leave.
    pub(super) leave: CancellationToken,
    /// Records it read, once it has left.
    pub(super) left: watch::Receiver<Option<u64>>,
}

impl Member {
    /// Has it leave, and waits until it has; gives the number of records it read.
    pub(super) async fn leave(mut self) -> u64 {
        self.leave.cancel();
        // An error means that it ended without a word.
        let left = self.left.wait_for(Option::is_some).await;
        left.map_or(0, |records| records.unwrap_or(0))
    }
}

/// Takes so many numbers for a producer's records, after one that was given already; gives the first of them. None if it
/// cannot.
pub type TakeNumbers = dyn Fn(&str, u64, u64) -> Option<u64> + Send + Sync;

/// All that runs on one lab.
#[derive(Default)]
pub(super) struct Running {
    /// Shared with other programs that send to the lab; without it numbers are counted here alone.
    numbers: Option<Box<TakeNumbers>>,
    members: Mutex<BTreeMap<String, Member>>,
    sent: Mutex<HashMap<String, u64>>,
    /// Topics and producers whose earlier records were counted.
    counted: Mutex<BTreeSet<(String, String)>>,
}

impl Running {
    pub(super) fn numbered_by(take: Box<TakeNumbers>) -> Self {
        Self { numbers: Some(take), ..Self::default() }
    }

    /// Enters a consumer, unless one of that name runs.
    pub(super) fn enter(&self, name: &str, member: Member) -> Result<(), Problem> {
        let mut members = lock(&self.members);
        members.retain(|_, member| member.left.borrow().is_none() && member.left.has_changed().is_ok());
        if let Some(already) = members.get(name) {
            let what = format!("A consumer {name} already runs, in group {}", already.group);
            return Err(failed::not_now(&what, "Give this one another name, or stop that one."));
        }
        members.insert(name.to_owned(), member);
        Ok(())
    }

    /// Takes a consumer out, to be stopped.
    pub(super) fn take(&self, name: &str) -> Result<Member, Problem> {
        let mut members = lock(&self.members);
        members.remove(name).ok_or_else(|| {
            let others: Vec<&str> = members.keys().map(String::as_str).collect();
            let hint = match others.as_slice() {
                [] => "No consumer of this lab runs at all.".to_owned(),
                others => format!("Those that run: {}.", others.join(", ")),
            };
            failed::not_now(&format!("No consumer {name} runs"), &hint)
        })
    }

    pub(super) fn names(&self) -> Vec<String> {
        let members = lock(&self.members);
        let running = members.iter().filter(|(_, member)| member.left.borrow().is_none());
        running.map(|(name, _)| name.clone()).collect()
    }

    pub(super) async fn stop_all(&self) {
        let members = std::mem::take(&mut *lock(&self.members));
        join_all(members.into_values().map(Member::leave)).await;
    }

    /// Has all leave, without waiting for them.
    pub(super) fn abandon(&self) {
        for member in lock(&self.members).values() {
            member.leave.cancel();
        }
    }

    /// Numbers for the next `count` records of a producer; gives the first. They are counted from 1.
    pub(super) fn number(&self, producer: &str, count: usize) -> u64 {
        let mut sent = lock(&self.sent);
        let so_far = sent.entry(producer.to_owned()).or_default();
        let shared = self.numbers.as_ref().and_then(|take| take(producer, count as u64, *so_far));
        let first = shared.unwrap_or(*so_far + 1);
        *so_far = first + count as u64 - 1;
        first
    }

    /// True the first time that it is asked of a topic and a producer.
    pub(super) fn counts_first(&self, topic: &str, producer: &str) -> bool {
        lock(&self.counted).insert((topic.to_owned(), producer.to_owned()))
    }

    /// Goes on counting a producer's records after `sent`.
    pub(super) fn count_on(&self, producer: &str, sent: u64) {
        let mut all = lock(&self.sent);
        let so_far = all.entry(producer.to_owned()).or_default();
        *so_far = sent.max(*so_far);
    }
}

/// A panic elsewhere leaves these plain lists as they were.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
