//! Reasons that lie in slots and limits.

use lab_model::facts::airflow::{PoolSeen, RunSeen, TaskInstanceSeen};

use super::{
    super::Holder,
    Reason, ReasonKind, Why,
    facts::{ground, held},
    reason,
};
use crate::parts::{
    clock::utc,
    slots::{holds_pool, is_executing},
    words::{brief, count},
};

impl Why<'_> {
    /// The run may not begin yet.
    pub(super) fn run_after(&self) -> Option<Reason> {
        let (run, told) = self.drawn?.run_after.as_ref()?;
        let after = told.said.filter(|after| self.state.now.is_some_and(|now| *after > now))?;
        if *run != self.run.dag_run_id {
            return None;
        }
        let says = format!("The run may not begin before {} (UTC).", utc(after));
        let facts = vec![ground(format!("run {} has run_after {} (UTC)", brief(run), utc(after)), told.heard_at)];
        Some(Reason { until: Some(after), facts, ..reason(ReasonKind::RunAfter, says) })
    }

    /// As many runs are running as may be. Those of a backfill count for themselves.
    pub(super) fn max_active_runs(&self) -> Option<Reason> {
        let limits = self.drawn?.limits.as_ref()?;
        let limit = limits.said.max_active_runs?;
        let is_backfill = |run: &RunSeen| run.run_type == "backfill";
        if is_backfill(self.run) {
            return None;
        }
        let running = self.of.runs.iter().flatten().filter(|run| run.state == "running" && !is_backfill(run));
        let running: Vec<&RunSeen> = running.collect();
        if (running.len() as u64) < u64::from(limit) {
            return None;
        }
        let says = match limit {
            1 => format!("Another run of {} is running, and max_active_runs allows 1.", brief(self.dag)),
            _ => format!("{limit} runs of {} are running, and max_active_runs allows no more.", brief(self.dag)),
        };
        let mut facts = vec![ground(format!("{} has max_active_runs {limit}", brief(self.dag)), limits.heard_at)];
        facts.extend(running.iter().take(5).map(|run| self.run_ground(run)));
        let holder = |run: &&RunSeen| Holder {
            dag_id: self.dag.to_owned(),
            dag_run_id: run.dag_run_id.clone(),
            task_id: None,
            map_index: None,
            state: run.state.clone(),
            pool_slots: None,
            since: run.started_at,
            operator_name: None,
        };
        let holders = running.iter().take(10).map(holder).collect();
        let holder_count = u32::try_from(running.len()).unwrap_or(u32::MAX);
        Some(Reason { facts, holders, holder_count, ..reason(ReasonKind::MaxActiveRuns, says) })
    }

    /// Its pool has no slots for it.
    pub(super) fn pool(&self, seen: &TaskInstanceSeen) -> Option<Reason> {
        let name = seen.pool.as_deref()?;
        let wanted = i64::from(seen.pool_slots?);
        let told_at = self.state.slots.pools.as_ref()?.heard_at;
        let shown = brief(name);
        let Some((pool, heard_at)) = self.state.slots.pool(name)? else {
            let facts = vec![ground(format!("there is no pool {shown}"), told_at)];
            let says = format!("There is no pool {shown}: the scheduler gives its tasks no slot.");
            return Some(Reason { facts, ..reason(ReasonKind::PoolMissing, says) });
        };
        if pool.slots < 0 {
            return None;
        }
        let fact = format!(
            "pool {shown} has {}, {} of them held and {} open",
            count(pool.slots, "slot"),
            pool.occupied_slots,
            pool.open_slots
        );
        let facts = vec![ground(fact, heard_at)];
        if wanted > pool.slots {
            let says = format!("It takes {}, and pool {shown} has {} in all.", count(wanted, "slot"), pool.slots);
            return Some(Reason { facts, ..reason(ReasonKind::PoolTooSmall, says) });
        }
        if pool.open_slots >= wanted {
            return None;
        }
        let open = match pool.open_slots {
            ..=0 => "none is open".to_owned(),
            1 => "1 is open".to_owned(),
            open => format!("{open} are open"),
        };
        let says = match wanted {
            1 => format!("Pool {shown} is full: {} of {} held.", pool.occupied_slots, count(pool.slots, "slot")),
            _ => format!(
                "It takes {wanted} of the {} of pool {shown}, {open} and {} held.",
                count(pool.slots, "slot"),
                pool.occupied_slots
            ),
        };
        Some(Reason { facts, ..self.held_in(pool, says) })
    }

    /// Who holds slots of a pool; nobody is named where not all are known.
    fn held_in(&self, pool: &PoolSeen, says: String) -> Reason {
        let holds = |state: Option<&str>| holds_pool(state, Some(pool.include_deferred)) == Some(true);
        let all = self.state.slots.all_active().map(|all| {
            let in_pool = all.filter(|told| told.said.seen.pool.as_ref() == Some(&pool.name));
            in_pool.filter(|told| holds(told.said.seen.state.as_deref())).collect::<Vec<_>>()
        });
        let mut reason = held(ReasonKind::PoolFull, says, &all.unwrap_or_default());
        if let Some(first) = reason.holders.first() {
            let since = first.since.map(|at| format!(" since {}", utc(at))).unwrap_or_default();
            let task = first.task_id.as_deref().map(brief).unwrap_or_default();
            let more = match reason.holder_count {
                ..=1 => String::new(),
                many => format!(" and {} more", many - 1),
            };
            let by = format!(" by {task} of {} ({}{since}){more}.", brief(&first.dag_id), first.state);
            reason.says = reason.says.trim_end_matches('.').to_owned() + &by;
        }
        reason
    }

    /// As many tasks of all DAGs run as may. The scheduler of 3.3.2 gives its executor more than that (the executor's list of
    /// what runs stays empty); they are `queued` until one of its processes is free.
    pub(super) fn parallelism(&self) -> Option<Reason> {
        let told = self.state.slots.parallelism.as_ref()?;
        let limit = told.said.limit?;
        let running = self.state.slots.running()?;
        if (running.len() as u64) < u64::from(limit) {
            return None;
        }
        let says = format!("{} of all DAGs may run at once (parallelism), and as many do.", count(limit, "task"));
        let newest = running.iter().map(|told| told.heard_at).max().unwrap_or_default();
        let facts = vec![
            ground(format!("[core] parallelism is {limit}"), told.heard_at),
            ground(format!("{} running", count(running.len(), "task")), newest),
        ];
        Some(Reason { facts, ..held(ReasonKind::Parallelism, says, &running) })
    }

    /// As many tasks of this run are queued or running as may be.
    pub(super) fn max_active_tasks(&self) -> Option<Reason> {
        let limits = self.drawn?.limits.as_ref()?;
        let limit = limits.said.max_active_tasks?;
        let of_run = self.instances?.values().flat_map(std::collections::BTreeMap::values);
        let executing: Vec<&TaskInstanceSeen> = of_run.filter(|seen| is_executing(seen.state.as_deref())).collect();
        if (executing.len() as u64) < u64::from(limit) {
            return None;
        }
        let dag = brief(self.dag);
        let says =
            format!("{} of a run may run at once (max_active_tasks of {dag}), and as many do.", count(limit, "task"));
        let mut facts = vec![ground(format!("{dag} has max_active_tasks {limit}"), limits.heard_at)];
        facts.extend(executing.iter().take(5).map(|seen| self.instance_ground(seen)));
        let of_this = self.state.slots.executing().unwrap_or_default();
        let is_of_this = |active: &lab_model::facts::airflow::ActiveInstance| {
            active.dag_id == self.dag && active.dag_run_id == self.run.dag_run_id
        };
        let holders: Vec<_> = of_this.into_iter().filter(|told| is_of_this(&told.said)).collect();
        Some(Reason { facts, ..held(ReasonKind::MaxActiveTasks, says, &holders) })
    }
}
