//! Airflow's pools, how many tasks may run at once, and who holds a slot or waits now.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Millis, Observation,
    facts::{
        airflow::{ActiveInstance, ActivePlace, AirflowFact, PoolSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::pairs;

/// Something said, and when it was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told<T> {
    /// Journal time.
    pub(crate) heard_at: Millis,
    /// What.
    pub(crate) said: T,
}

/// What was said of slots since the lab was started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slots {
    /// None before they were told.
    pub(crate) pools: Option<Told<Pools>>,
    /// None before it was asked for.
    pub(crate) parallelism: Option<Told<Parallelism>>,
    /// Those that hold a slot or wait now.
    #[serde(with = "pairs")]
    active: BTreeMap<ActivePlace, Told<ActiveInstance>>,
    /// They were told.
    told: bool,
    /// There are more than were read.
    more: bool,
}

/// The pools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pools {
    /// As Airflow has them.
    pub(crate) pools: Vec<PoolSeen>,
    /// How many there are in all.
    pub(crate) total: u64,
}

/// How many tasks may run at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parallelism {
    /// None if it is not told.
    pub(crate) limit: Option<u32>,
    /// Why not.
    pub(crate) why: Option<String>,
}

impl Slots {
    /// Folds one observation in; tells whether it was about slots.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        let heard_at = observation.heard_at;
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => *self = Self::default(),
            Fact::Airflow(AirflowFact::PoolsListed { pools, total }) => {
                let said = Pools { pools: pools.clone(), total: *total };
                renew(&mut self.pools, heard_at, said);
            }
            Fact::Airflow(AirflowFact::ParallelismTold { parallelism, why }) => {
                renew(&mut self.parallelism, heard_at, Parallelism { limit: *parallelism, why: why.clone() });
            }
            Fact::Airflow(AirflowFact::ActiveInstancesSeen { instances, gone, all, more }) => {
                (self.told, self.more) = (true, *more);
                self.change(heard_at, (instances, gone, *all));
            }
            _ => return false,
        }
        true
    }

    fn change(&mut self, heard_at: Millis, (instances, gone, all): (&[ActiveInstance], &[ActivePlace], bool)) {
        let now = latest(instances);
        if all {
            self.active.retain(|place, _| now.contains_key(place));
        }
        for place in gone {
            self.active.remove(place);
        }
        for (place, instance) in now {
            if !instance.is_active() {
                self.active.remove(&place);
            } else if self.active.get(&place).is_none_or(|known| known.said != *instance) {
                self.active.insert(place, Told { heard_at, said: instance.clone() });
            }
        }
    }

    /// Who holds a slot or waits now; none if that is not known, or not of all.
    pub(crate) fn all_active(&self) -> Option<impl Iterator<Item = &Told<ActiveInstance>>> {
        (self.told && !self.more).then(|| self.active.values())
    }

    /// Those whose state is one of the executor's: they count against what may run at once, and hold slots of their pools.
    pub(crate) fn executing(&self) -> Option<Vec<&Told<ActiveInstance>>> {
        Some(self.all_active()?.filter(|told| is_executing(told.said.seen.state.as_deref())).collect())
    }

    /// Those that a process of the executor runs.
    pub(crate) fn running(&self) -> Option<Vec<&Told<ActiveInstance>>> {
        Some(self.all_active()?.filter(|told| told.said.seen.state.as_deref() == Some("running")).collect())
    }

    /// The pool of that name: none in it if there is none; none if that is not known.
    pub(crate) fn pool(&self, name: &str) -> Option<Option<(&PoolSeen, Millis)>> {
        let told = self.pools.as_ref()?;
        let found = told.said.pools.iter().find(|pool| pool.name == name).map(|pool| (pool, told.heard_at));
        (found.is_some() || told.said.total <= told.said.pools.len() as u64).then_some(found)
    }

    /// There are more that hold a slot or wait than were read.
    pub(crate) fn more(&self) -> bool {
        self.more
    }
}

/// Said again, it is as old as before.
pub(crate) fn renew<T: PartialEq>(known: &mut Option<Told<T>>, heard_at: Millis, said: T) {
    if known.as_ref().is_none_or(|known| known.said != said) {
        *known = Some(Told { heard_at, said });
    }
}

/// Each once, as it was said last.
pub(crate) fn latest(instances: &[ActiveInstance]) -> BTreeMap<ActivePlace, &ActiveInstance> {
    instances.iter().map(|instance| (instance.place(), instance)).collect()
}

/// Those that are gone and were not told as something else in the same breath.
pub(crate) fn gone<'a>(gone: &'a [ActivePlace], instances: &[ActiveInstance]) -> BTreeSet<&'a ActivePlace> {
    let told: BTreeSet<ActivePlace> = instances.iter().map(ActiveInstance::place).collect();
    gone.iter().filter(|place| !told.contains(place)).collect()
}

/// It has a slot of the executor, and its slots of its pool.
pub(crate) fn is_executing(state: Option<&str>) -> bool {
    matches!(state, Some("queued" | "running"))
}

/// It has its slots of its pool.
pub(crate) fn holds_pool(state: Option<&str>, include_deferred: Option<bool>) -> Option<bool> {
    match state {
        Some("deferred") => include_deferred,
        state => Some(is_executing(state)),
    }
}
