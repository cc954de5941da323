//! Wishes of who looks: nothing is polled that nobody looks at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use lab_model::Need;
use tokio::sync::watch;

/// The union of what is wanted, counted.
pub struct Needs {
    counts: Mutex<BTreeMap<Need, usize>>,
    wanted: watch::Sender<BTreeSet<Need>>,
}

impl Needs {
    /// Nothing is wanted yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { counts: Mutex::default(), wanted: watch::Sender::new(BTreeSet::new()) })
    }

    /// Wants these until the guard is dropped.
    pub fn want(self: &Arc<Self>, needs: Vec<Need>) -> NeedGuard {
        self.change(&needs, |count| *count += 1);
        NeedGuard { needs, owner: Arc::clone(self) }
    }

    /// The union, as it changes.
    pub fn wanted(&self) -> watch::Receiver<BTreeSet<Need>> {
        self.wanted.subscribe()
    }

    fn change(&self, needs: &[Need], mut by: impl FnMut(&mut usize)) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for need in needs {
            by(counts.entry(need.clone()).or_default());
        }
        counts.retain(|_, count| *count > 0);
        let union: BTreeSet<Need> = counts.keys().cloned().collect();
        self.wanted.send_if_modified(|old| {
            let differs = *old != union;
            *old = union;
            differs
        });
    }
}

/// Keeps needs wanted.
pub struct NeedGuard {
    needs: Vec<Need>,
    owner: Arc<Needs>,
}

impl Drop for NeedGuard {
    fn drop(&mut self) {
        self.owner.change(&self.needs, |count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use lab_model::KafkaNeed;

    use super::*;

    #[test]
    fn a_need_is_wanted_until_the_last_who_wanted_it_has_gone() {
        let needs = Needs::new();
        let wanted = needs.wanted();
        let groups = vec![Need::Kafka(KafkaNeed::Groups)];
        let first = needs.want(groups.clone());
        let second = needs.want(groups);
        drop(first);
        assert_eq!(wanted.borrow().len(), 1);
        drop(second);
        assert!(wanted.borrow().is_empty());
    }
}
