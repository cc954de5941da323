//! Pools and those that hold their slots, as plain sentences.

use std::{
    collections::BTreeMap,
    fmt::{Formatter, Result as FmtResult},
};

use super::{
    super::{ActiveInstance, ActivePlace, PoolSeen},
    joined,
};
use crate::counted;

pub(super) fn pools(pools: &[PoolSeen], total: u64, f: &mut Formatter<'_>) -> FmtResult {
    let each = pools.iter().map(|pool| match pool.slots {
        ..0 => format!("{} without a limit, {} held", pool.name, pool.occupied_slots),
        slots => format!("{} with {}, {} open", pool.name, counted(slots.unsigned_abs(), "slot"), pool.open_slots),
    });
    write!(f, "has {}: {}", counted(total, "pool"), joined(each))
}

pub(super) fn parallelism(parallelism: Option<u32>, why: Option<&str>, f: &mut Formatter<'_>) -> FmtResult {
    match parallelism {
        Some(parallelism) => write!(f, "lets {} run at once", counted(u64::from(parallelism), "task")),
        None => write!(f, "does not tell how many tasks may run at once: {}", why.unwrap_or("no words")),
    }
}

/// `1 running, 2 scheduled; 1 gone`.
pub(super) fn active(instances: &[ActiveInstance], gone: &[ActivePlace], f: &mut Formatter<'_>) -> FmtResult {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for instance in instances {
        *counts.entry(instance.seen.state.as_deref().unwrap_or("without a state")).or_default() += 1;
    }
    let states = joined(counts.into_iter().map(|(state, count)| format!("{count} {state}")));
    let gone = if gone.is_empty() { String::new() } else { format!("; {} gone", gone.len()) };
    write!(f, "changed tasks of all DAGs: {states}{gone}")
}

#[cfg(test)]
mod tests {
    use super::super::super::AirflowFact as Fact;
    use super::*;

    fn pool(name: &str, slots: i64, occupied: i64) -> PoolSeen {
        PoolSeen {
            name: name.into(),
            description: None,
            slots,
            include_deferred: false,
            occupied_slots: occupied,
            running_slots: occupied,
            queued_slots: 0,
            deferred_slots: 0,
            scheduled_slots: 0,
            open_slots: if slots < 0 { -1 } else { slots - occupied },
        }
    }

    #[test]
    fn a_pool_without_a_limit_has_no_minus_one_slots() {
        let told = Fact::PoolsListed { pools: vec![pool("default_pool", 128, 4), pool("wide", -1, 7)], total: 2 };
        assert_eq!(
            told.to_string(),
            "has 2 pools: default_pool with 128 slots, 124 open, wide without a limit, 7 held"
        );
    }

    #[test]
    fn what_is_not_told_is_said_in_airflows_words() {
        let told = |parallelism, why: Option<&str>| Fact::ParallelismTold { parallelism, why: why.map(Into::into) };
        assert_eq!(told(Some(4), None).to_string(), "lets 4 tasks run at once");
        let why = "does not tell how many tasks may run at once: chose not to expose";
        assert_eq!(told(None, Some("chose not to expose")).to_string(), why);
    }
}
