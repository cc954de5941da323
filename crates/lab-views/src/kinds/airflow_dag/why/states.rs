//! Reasons that the state itself tells.

use lab_model::facts::airflow::TaskInstanceSeen;

use super::{Reason, ReasonKind, Why, facts::ground, reason};
use crate::parts::{
    clock::utc,
    words::{brief, count},
};

impl Why<'_> {
    /// Slots are taken already; only the executor must begin.
    pub(super) fn queued(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        // The executor lives in the scheduler.
        let scheduler = self.unhealthy("scheduler", ReasonKind::Scheduler);
        let executor = self.parallelism().unwrap_or_else(|| {
            // The time is the same for no two of many.
            let since = seen.queued_at.map(|at| format!(" since {} (UTC)", utc(at))).unwrap_or_default();
            let mut own = self.instance_ground(seen);
            own.says.push_str(&since);
            let says = "It was given to the executor, which has not begun it.".to_owned();
            Reason { facts: vec![own], ..reason(ReasonKind::Executor, says) }
        });
        scheduler.into_iter().chain([executor]).collect()
    }

    /// Its next try comes when the delay is over. A delay that grows from try to try is not counted here.
    pub(super) fn retry(&self, seen: &TaskInstanceSeen) -> Reason {
        let rule = self.drawn.and_then(|drawn| drawn.rules.get(&seen.place.task_id));
        let delay = rule.filter(|rule| !rule.retry_delay_grows).and_then(|rule| rule.retry_delay_ms);
        let until = seen.ended_at.zip(delay).map(|(ended, delay)| ended.saturating_add(delay));
        let tried = format!("Try {} failed", seen.try_number);
        let ended = seen.ended_at.map(|at| format!(" at {} (UTC)", utc(at))).unwrap_or_default();
        let says = match until.zip(delay) {
            Some((until, delay)) => {
                let delay = count(delay / 1000, "second");
                format!("{tried}{ended}. By its retry_delay of {delay} it is tried again at {} (UTC).", utc(until))
            }
            None => format!("{tried}{ended}, and it is tried again; when, is not told."),
        };
        Reason { until, facts: vec![self.instance_ground(seen)], ..reason(ReasonKind::Retry, says) }
    }

    /// When it looks again is nowhere in Airflow's API.
    pub(super) fn reschedule(&self, seen: &TaskInstanceSeen) -> Reason {
        let looked = seen.started_at.map(|at| format!(" at {} (UTC)", utc(at))).unwrap_or_default();
        let says = format!(
            "Its sensor looked{looked}, gave its slot back and looks again later; when, Airflow does not tell."
        );
        Reason { facts: vec![self.instance_ground(seen)], ..reason(ReasonKind::Reschedule, says) }
    }

    /// What it waits for runs in the triggerer.
    pub(super) fn deferred(&self, seen: &TaskInstanceSeen) -> Vec<Reason> {
        let trigger = seen.trigger.as_deref().map_or_else(
            || "a trigger".to_owned(),
            |class| {
                let short = class.rsplit('.').next().unwrap_or(class);
                format!("the trigger {}", brief(short))
            },
        );
        let says = format!("It waits in the triggerer for {trigger}, without a slot of the executor.");
        let mut facts = vec![self.instance_ground(seen)];
        if let (Some(class), Some(first)) = (&seen.trigger, facts.first()) {
            facts.push(ground(format!("its trigger is {}", brief(class)), first.heard_at));
        }
        let triggerer = self.unhealthy("triggerer", ReasonKind::Triggerer);
        triggerer.into_iter().chain([Reason { facts, ..reason(ReasonKind::Trigger, says) }]).collect()
    }

    /// Airflow waits for no time of its own here.
    pub(super) fn human(&self, seen: &TaskInstanceSeen) -> Reason {
        let says = "It waits for a person to answer.".to_owned();
        Reason { facts: vec![self.instance_ground(seen)], ..reason(ReasonKind::Human, says) }
    }
}
