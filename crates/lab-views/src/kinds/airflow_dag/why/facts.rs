//! Facts that reasons rest on, and who holds what is waited for.

use lab_model::{
    Millis,
    facts::airflow::{ActiveInstance, TaskInstanceSeen},
};

use super::{super::Holder, Ground, Reason, ReasonKind, Why, reason};
use crate::parts::{clock::utc, slots::Told, words::brief};

/// Holders of one thing that are told.
const HOLDERS: usize = 10;

/// A fact, and when it was heard.
pub(super) fn ground(says: String, heard_at: Millis) -> Ground {
    Ground { says, heard_at }
}

/// What a task instance is.
pub(super) fn said(seen: &TaskInstanceSeen) -> String {
    let state = seen.state.as_deref().map_or_else(|| "has no state".to_owned(), |state| format!("is {state}"));
    format!("{} {state}", name(seen))
}

/// `load`, `load[3]`.
pub(super) fn name(seen: &TaskInstanceSeen) -> String {
    let task = brief(&seen.place.task_id);
    if seen.place.map_index < 0 { task } else { format!("{task}[{}]", seen.place.map_index) }
}

/// A reason with those who hold what is waited for, who hold it longest first.
pub(super) fn held(kind: ReasonKind, says: String, holders: &[&Told<ActiveInstance>]) -> Reason {
    let mut told: Vec<Holder> = holders.iter().map(|told| holder(&told.said)).collect();
    told.sort_by_key(|holder| (holder.since.unwrap_or(i64::MAX), holder.dag_id.clone(), holder.task_id.clone()));
    told.truncate(HOLDERS);
    let holder_count = u32::try_from(holders.len()).unwrap_or(u32::MAX);
    Reason { holders: told, holder_count, ..reason(kind, says) }
}

/// Its slots are taken when it is queued, and taken anew each time.
fn holder(active: &ActiveInstance) -> Holder {
    let seen = &active.seen;
    Holder {
        dag_id: active.dag_id.clone(),
        dag_run_id: active.dag_run_id.clone(),
        task_id: Some(seen.place.task_id.clone()),
        map_index: u32::try_from(seen.place.map_index).ok(),
        state: seen.state.clone().unwrap_or_default(),
        pool_slots: seen.pool_slots,
        since: seen.queued_at.or(seen.started_at),
        operator_name: active.operator_name.clone().or_else(|| seen.operator.clone()),
    }
}

impl Why<'_> {
    /// What an instance is, with when it was heard.
    pub(super) fn instance_ground(&self, seen: &TaskInstanceSeen) -> Ground {
        let run = &self.run.dag_run_id;
        let heard = self.drawn.and_then(|drawn| drawn.heard(run, &seen.place.task_id, seen.place.map_index));
        ground(said(seen), heard.map(|heard| heard.heard_at).unwrap_or_default())
    }

    /// A component that Airflow does not call healthy.
    pub(super) fn unhealthy(&self, component: &str, kind: ReasonKind) -> Option<Reason> {
        let told = self.state.components.get(component)?;
        if told.said.status.as_deref() == Some("healthy") {
            return None;
        }
        let status = told.said.status.as_ref().map_or_else(|| "was never started".to_owned(), |is| format!("is {is}"));
        let beat = match told.said.heartbeat_at {
            Some(at) => format!("; its newest heartbeat was at {} (UTC)", utc(at)),
            None => String::new(),
        };
        let facts = vec![ground(format!("the {component} {status}{beat}"), told.heard_at)];
        Some(Reason { facts, ..reason(kind, format!("The {component} {status}{beat}.")) })
    }
}
