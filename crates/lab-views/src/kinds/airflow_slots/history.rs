//! What task instances did, one after the other.
//!
//! Airflow dates when an instance was last `scheduled`, `queued` and began, and when it ended: a time of these that is another
//! than before tells of a state that may have been over before anybody looked. What Airflow does not date began when it was
//! heard.

use std::collections::BTreeMap;

use lab_model::{
    Millis,
    facts::airflow::{ActiveInstance, ActivePlace},
};
use serde::{Deserialize, Serialize};

use crate::parts::{
    pairs,
    slots::{gone, latest},
    task_states::is_ended,
};

/// What ended longer ago is forgotten, milliseconds: views go back an hour.
const KEPT: i64 = 3_660_000;
/// Instances that are remembered, and times of each.
const LINES: usize = 2000;
const SPANS: usize = 400;

/// By instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct History(#[serde(with = "pairs")] BTreeMap<ActivePlace, Line>);

/// One instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    /// As it was last told; without a state if it is gone.
    pub(super) last: ActiveInstance,
    /// The earliest first.
    pub(super) spans: Vec<Span>,
}

/// A time for which it was in one state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) state: String,
    pub(super) try_number: u32,
    pub(super) from: At,
    /// None while it goes on.
    pub(super) to: Option<At>,
}

/// A time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum At {
    /// By Airflow's clock, as Airflow has it: Unix milliseconds.
    Airflows(i64),
    /// Not after this time of Airflow's.
    Before(i64),
    /// When it was heard, in the journal's time.
    Heard(Millis),
}

impl At {
    /// By Airflow's clock; none while that clock is not known.
    pub(super) fn unix_ms(self, offset: Option<i64>) -> Option<i64> {
        match self {
            Self::Airflows(at) | Self::Before(at) => Some(at),
            Self::Heard(at) => i64::try_from(at).ok()?.checked_add(offset?),
        }
    }

    pub(super) fn is_airflows(self) -> bool {
        matches!(self, Self::Airflows(_))
    }
}

impl History {
    pub(super) fn apply(
        &mut self,
        heard_at: Millis,
        (instances, left, all): (&[ActiveInstance], &[ActivePlace], bool),
    ) {
        let now = latest(instances);
        let left = gone(left, instances);
        for (place, line) in &mut self.0 {
            if left.contains(place) || all && !now.contains_key(place) {
                line.vanish(heard_at);
            }
        }
        for (place, instance) in now {
            match self.0.get_mut(&place) {
                Some(line) => line.change(instance, heard_at),
                None => {
                    self.0.insert(place, Line::new(instance, heard_at));
                }
            }
        }
    }

    /// Lets go of what nobody can ask for any more.
    pub(super) fn forget(&mut self, heard_at: Millis, offset: Option<i64>) {
        let now = At::Heard(heard_at).unix_ms(offset);
        self.0.retain(|_, line| {
            if line.spans.is_empty() && is_over(line.last.seen.state.as_deref()) {
                return false;
            }
            let ended = line.ended().and_then(|at| at.unix_ms(offset));
            ended.zip(now).is_none_or(|(ended, now)| ended >= now.saturating_sub(KEPT))
        });
        let over = self.0.len().saturating_sub(LINES);
        if over > 0 {
            let mut ended: Vec<(i64, ActivePlace)> = self
                .0
                .iter()
                .filter_map(|(place, line)| Some((line.ended()?.unix_ms(offset)?, place.clone())))
                .collect();
            ended.sort();
            for (_, place) in ended.into_iter().take(over) {
                self.0.remove(&place);
            }
        }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.0.values()
    }
}

impl Line {
    fn new(instance: &ActiveInstance, heard_at: Millis) -> Self {
        let mut nothing = instance.clone();
        let seen = &mut nothing.seen;
        (seen.state, seen.scheduled_at, seen.queued_at, seen.started_at, seen.ended_at) =
            (None, None, None, None, None);
        let mut line = Self { last: nothing, spans: Vec::new() };
        line.change(instance, heard_at);
        line
    }

    /// When its last state was over; none while one goes on.
    fn ended(&self) -> Option<At> {
        self.spans.last()?.to
    }

    /// Nobody knows what became of it.
    fn vanish(&mut self, heard_at: Millis) {
        self.last.seen.state = None;
        self.close(At::Heard(heard_at));
    }

    fn close(&mut self, at: At) {
        if let Some(open) = self.spans.last_mut().filter(|span| span.to.is_none()) {
            open.to = Some(at);
        }
    }

    fn begin(&mut self, state: &str, try_number: u32, from: At) {
        let open = self.spans.last().filter(|span| span.to.is_none()).map(|span| span.state.as_str());
        self.close(match (open, from) {
            // No task comes from `running` to `scheduled`: what was between them was over before anybody looked.
            (Some("running"), At::Airflows(at)) if matches!(state, "scheduled" | "queued") => At::Before(at),
            _ => from,
        });
        self.spans.push(Span { state: state.to_owned(), try_number, from, to: None });
        if self.spans.len() > SPANS {
            self.spans.remove(0);
        }
    }

    fn change(&mut self, now: &ActiveInstance, heard_at: Millis) {
        if self.last == *now {
            return;
        }
        let before = std::mem::replace(&mut self.last, now.clone()).seen;
        let is_new = self.spans.is_empty();
        let known = [("scheduled", before.scheduled_at), ("queued", before.queued_at), ("running", before.started_at)];
        for (state, at) in steps(now) {
            if !known.contains(&(state, Some(at))) {
                self.begin(state, now.seen.try_number, At::Airflows(at));
            }
        }
        match now.seen.state.as_deref() {
            None => self.close(At::Heard(heard_at)),
            Some(state) if is_ended(Some(state)) => self.end(now.seen.ended_at, heard_at),
            Some(state) => self.arrive(now, state, (heard_at, is_new)),
        }
    }

    fn end(&mut self, ended_at: Option<i64>, heard_at: Millis) {
        let ran = self.spans.last().is_some_and(|span| span.state == "running");
        self.close(match ended_at {
            Some(at) if ran => At::Airflows(at),
            // It ran meanwhile, and began when nobody knows.
            Some(at) => At::Before(at),
            None => At::Heard(heard_at),
        });
    }

    /// What it is in now, if no time of Airflow's told that already.
    fn arrive(&mut self, now: &ActiveInstance, state: &str, (heard_at, is_new): (Millis, bool)) {
        if self.spans.last().is_some_and(|span| span.to.is_none() && span.state == state) {
            return;
        }
        let seen = &now.seen;
        let from = match state {
            "deferred" => now.deferred_at,
            "up_for_retry" => seen.ended_at,
            // How long it ran is noted only then.
            "up_for_reschedule" => seen.started_at.zip(now.duration_ms).map(|(began, took)| began.saturating_add(took)),
            _ => None,
        };
        // How long it ran before somebody looked first is not known then.
        if is_new && from.is_none() && self.spans.last().is_some_and(|span| span.state == "running") {
            self.spans.pop();
        }
        self.begin(state, seen.try_number, from.map_or(At::Heard(heard_at), At::Airflows));
    }
}

/// The states that its times tell of, up to the one it is in. A time of an earlier round is none of this one.
fn steps(now: &ActiveInstance) -> Vec<(&'static str, i64)> {
    let seen = &now.seen;
    let far = match seen.state.as_deref() {
        None => 0,
        Some("scheduled") => 1,
        Some("queued") => 2,
        Some(_) => 3,
    };
    let scheduled = seen.scheduled_at.filter(|_| far >= 1);
    let queued = seen.queued_at.filter(|at| far >= 2 && scheduled.is_none_or(|before| *at >= before));
    let running = seen.started_at.filter(|at| far >= 3 && queued.is_some_and(|before| *at >= before));
    [("scheduled", scheduled), ("queued", queued), ("running", running)]
        .into_iter()
        .filter_map(|(state, at)| Some((state, at?)))
        .collect()
}

/// Nothing goes on with it.
fn is_over(state: Option<&str>) -> bool {
    state.is_none() || is_ended(state)
}
