//! Reasons that lie in the tasks before.

use std::collections::BTreeMap;

use lab_model::facts::airflow::TaskInstanceSeen;

use super::{
    Reason, ReasonKind, Why,
    facts::{ground, name},
    reason,
    rules::{Counts, waits},
};
use crate::parts::{
    task_states::is_ended,
    words::{brief, few},
};

/// Tasks that are named, and facts that are told.
const NAMED: usize = 3;
const FACTS: usize = 5;

impl<'a> Why<'a> {
    /// Tasks that it waits for have not ended.
    pub(super) fn upstream(&self, seen: &TaskInstanceSeen) -> Option<Reason> {
        let rule = self.tasks.get(seen.place.task_id.as_str())?.trigger_rule.as_deref()?;
        let before = self.before(seen)?;
        let states = before.iter().map(|(_, seen)| seen.and_then(|seen| seen.state.as_deref()));
        if !waits(rule, Counts::of(states))? {
            return None;
        }
        let open = before.iter().filter(|(_, seen)| !is_ended(seen.and_then(|seen| seen.state.as_deref())));
        let open: Vec<&(&str, Option<&TaskInstanceSeen>)> = open.collect();
        let named = few(
            NAMED,
            open.iter().map(|(task, seen)| match seen {
                Some(seen) => format!("{} ({})", name(seen), seen.state.as_deref().unwrap_or("without a state")),
                None => format!("{} (not made yet)", brief(task)),
            }),
        );
        let says = format!("By its rule {} it waits for {named}.", brief(rule));
        let facts = open.iter().take(FACTS).map(|(task, seen)| match seen {
            Some(seen) => self.instance_ground(seen),
            None => ground(format!("{} is not made yet", brief(task)), self.run_ground(self.run).heard_at),
        });
        Some(Reason { facts: facts.collect(), ..reason(ReasonKind::Upstream, says) })
    }

    /// Those before it that failed.
    pub(super) fn upstream_failed(&self, seen: &TaskInstanceSeen) -> Option<Reason> {
        let failed = |seen: &&TaskInstanceSeen| matches!(seen.state.as_deref(), Some("failed" | "upstream_failed"));
        let failed: Vec<&TaskInstanceSeen> =
            self.before(seen)?.into_iter().filter_map(|(_, seen)| seen).filter(failed).collect();
        if failed.is_empty() {
            return None;
        }
        let named = few(
            NAMED,
            failed.iter().map(|seen| {
                let state = seen.state.as_deref().unwrap_or_default();
                if state == "failed" { format!("{} failed", name(seen)) } else { format!("{} is {state}", name(seen)) }
            }),
        );
        let rule = self.tasks.get(seen.place.task_id.as_str()).and_then(|task| task.trigger_rule.as_deref());
        let by_rule = rule.map(|rule| format!("; by its rule {} it is not run then", brief(rule))).unwrap_or_default();
        let facts = failed.iter().take(FACTS).map(|seen| self.instance_ground(seen)).collect();
        Some(Reason { facts, ..reason(ReasonKind::UpstreamFailed, format!("It was not run: {named}{by_rule}.")) })
    }

    /// The instances that it waits for, or a task of which there is none yet. None where that is not known.
    fn before(&self, seen: &TaskInstanceSeen) -> Option<Vec<(&'a str, Option<&'a TaskInstanceSeen>)>> {
        if self.of.cut.contains(&self.run.dag_run_id) {
            return None;
        }
        let instances = self.instances?;
        let mut before = Vec::new();
        for task in self.upstream.get(seen.place.task_id.as_str()).into_iter().flatten() {
            match instances.get(*task).filter(|all| !all.is_empty()) {
                None => before.push((*task, None)),
                Some(all) => before.extend(self.relevant(seen, (task, all))?.map(|seen| (*task, Some(seen)))),
            }
        }
        Some(before)
    }

    /// In a group that is made once for each element of something, one with an index waits for those with the same.
    fn relevant(
        &self,
        seen: &TaskInstanceSeen,
        (task, all): (&str, &'a BTreeMap<i32, TaskInstanceSeen>),
    ) -> Option<impl Iterator<Item = &'a TaskInstanceSeen> + use<'a>> {
        let index = seen.place.map_index;
        let expanded = all.keys().any(|index| *index >= 0);
        let own = expanded && self.shares_index(seen, task)?;
        Some(all.values().filter(move |before| !own || before.place.map_index < 0 || before.place.map_index == index))
    }

    /// None where that is not known: whether there are such groups, and, before the group is expanded, which of them count,
    /// which depends on the rule.
    fn shares_index(&self, seen: &TaskInstanceSeen, task: &str) -> Option<bool> {
        let is_expanded = seen.place.map_index >= 0;
        match (self.mapped_group(&seen.place.task_id), self.mapped_group(task)) {
            (Some(Some(_)), Some(_)) if !is_expanded => None,
            (Some(one), Some(other)) => Some(one.is_some() && one == other),
            _ if is_expanded => None,
            _ => Some(false),
        }
    }

    /// The innermost group around a task that is made once for each element of something: none in it if there is none; none if
    /// that is not known.
    fn mapped_group(&self, task: &str) -> Option<Option<&'a str>> {
        let structure = self.drawn?.structure.as_ref()?.as_ref().ok()?;
        let mut inner = structure.tasks.iter().find(|drawn| drawn.task_id == task)?.group_id.as_deref();
        // No group is in itself; a structure that says so ends here all the same.
        for _ in 0..=structure.groups.len() {
            let Some(group) = inner.and_then(|id| structure.groups.iter().find(|group| group.group_id == id)) else {
                break;
            };
            if group.is_mapped {
                return Some(Some(&group.group_id));
            }
            inner = group.parent_group_id.as_deref();
        }
        Some(None)
    }
}
