//! One task instance: how it is, its tries, and its entries in the event log.

use lab_model::facts::airflow::{EventSeen, FieldSeen, InstanceSeen, TriggerSeen, TrySeen};
use serde_json::{Map, Value};

use super::{PAGE, at, cut};
use crate::rest::{Dated, EventLog, EventLogs, Failure, Instance, Rest, Tries, Try, part};

/// Of a templated field so many characters are told.
const FIELD: usize = 2000;
/// Templated fields that are told.
const FIELDS: usize = 50;
/// Of what an event notes besides, so many characters are told.
const EXTRA: usize = 500;
/// What Airflow itself notes of a task instance, with the map index; all else was done by somebody.
const STATES: [&str; 12] = [
    "running",
    "success",
    "failed",
    "skipped",
    "up_for_retry",
    "up_for_reschedule",
    "deferred",
    "queued",
    "scheduled",
    "removed",
    "restarting",
    "upstream_failed",
];

/// Where a task instance stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) dag: String,
    pub(crate) run: String,
    pub(crate) task: String,
    pub(crate) map_index: i32,
}

impl Place {
    /// `dags/{dag}/dagRuns/{run}/taskInstances/{task}`.
    pub(super) fn path(&self) -> String {
        self.path_of(&self.task)
    }

    /// The same of another task in the run.
    pub(super) fn path_of(&self, task: &str) -> String {
        format!("dags/{}/dagRuns/{}/taskInstances/{}", part(&self.dag), part(&self.run), part(task))
    }
}

/// How it is now; none if there is no such instance.
pub(crate) async fn instance(rest: &mut Rest, place: &Place) -> Result<Dated<Option<InstanceSeen>>, Failure> {
    let path = format!("{}/{}", place.path(), place.map_index);
    match rest.get::<Instance>(&path).await {
        Err(failure) if failure.is_missing() => Ok(Dated { at: None, said: None }),
        answered => answered.map(|Dated { at, said }| Dated { at, said: Some(seen(said)) }),
    }
}

/// Whether it has begun: until then Airflow tells the times of the try, or of the poke, before.
fn has_begun(state: Option<&str>) -> bool {
    !matches!(state, None | Some("scheduled" | "queued"))
}

fn seen(said: Instance) -> InstanceSeen {
    let begun = has_begun(said.state.as_deref());
    let trigger = said.trigger.map(|trigger| TriggerSeen {
        classpath: trigger.classpath,
        created_at: at(trigger.created_date.as_ref()),
        triggerer_id: trigger.triggerer_id,
    });
    InstanceSeen {
        state: said.state,
        try_number: said.try_number,
        max_tries: said.max_tries,
        operator: said.operator,
        operator_name: said.operator_name,
        pool: said.pool,
        pool_slots: said.pool_slots,
        priority_weight: said.priority_weight,
        queue: said.queue,
        hostname: said.hostname.filter(|name| !name.is_empty()),
        pid: said.pid,
        rendered_map_index: said.rendered_map_index,
        note: said.note,
        scheduled_at: at(said.scheduled_when.as_ref()),
        queued_at: at(said.queued_when.as_ref()),
        started_at: at(said.start_date.as_ref()).filter(|_| begun),
        ended_at: at(said.end_date.as_ref()).filter(|_| begun),
        trigger,
        version_number: said.dag_version.map(|version| version.version_number),
        rendered_fields: fields(&said.rendered_fields),
    }
}

fn fields(all: &Map<String, Value>) -> Vec<FieldSeen> {
    let field = |(name, value): (&String, &Value)| {
        let (value, length) = match value {
            Value::String(text) => cut::start(text, FIELD),
            other => cut::start(&other.to_string(), FIELD),
        };
        FieldSeen { name: name.clone(), value, length }
    };
    let mut fields: Vec<FieldSeen> = all.iter().map(field).collect();
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    fields.truncate(FIELDS);
    fields
}

/// Its tries, from the first one; none if there is no such instance. The server's own time beside.
pub(crate) async fn tries(rest: &mut Rest, place: &Place) -> Result<Dated<Option<Vec<TrySeen>>>, Failure> {
    let path = format!("{}/{}/tries", place.path(), place.map_index);
    match rest.get::<Tries>(&path).await {
        Err(failure) if failure.is_missing() => Ok(Dated { at: None, said: None }),
        answered => answered.map(|Dated { at, said }| Dated { at, said: Some(by_number(said.task_instances)) }),
    }
}

/// What Airflow kept of earlier tries stands before the newest one. Of a try that was cleared it tells both: as it was, and
/// that it has begun nothing; the former is the try.
fn by_number(said: Vec<Try>) -> Vec<TrySeen> {
    let mut tries: Vec<TrySeen> = Vec::new();
    for one in said.into_iter().filter(|one| one.try_number > 0) {
        let begun = has_begun(one.state.as_deref());
        let seen = TrySeen {
            try_number: one.try_number,
            state: one.state,
            hostname: one.hostname.filter(|name| !name.is_empty()),
            queued_at: at(one.queued_when.as_ref()),
            started_at: at(one.start_date.as_ref()).filter(|_| begun),
            ended_at: at(one.end_date.as_ref()).filter(|_| begun),
        };
        if !tries.iter().any(|known| known.try_number == seen.try_number) {
            tries.push(seen);
        }
    }
    tries.sort_by_key(|seen| seen.try_number);
    tries
}

/// The newest entries of the event log about it, and whether there are more.
pub(crate) async fn events(rest: &mut Rest, place: &Place) -> Result<Dated<(Vec<EventSeen>, bool)>, Failure> {
    let of = format!("dag_id={}&run_id={}&task_id={}", part(&place.dag), part(&place.run), part(&place.task));
    let newest = format!("eventLogs?{of}&order_by=-event_log_id&limit={PAGE}");
    if place.map_index < 0 {
        let Dated { at, said } = rest.get::<EventLogs>(&newest).await?;
        let more = said.total_entries > said.event_logs.len() as u64;
        return Ok(Dated { at, said: (said.event_logs.into_iter().map(event).collect(), more) });
    }
    // What somebody did to it is noted without the map index.
    let Dated { at, said } = rest.get::<EventLogs>(&format!("{newest}&map_index={}", place.map_index)).await?;
    let mut more = said.total_entries > said.event_logs.len() as u64;
    let mut events: Vec<EventSeen> = said.event_logs.into_iter().map(event).collect();
    let not = STATES.map(|state| format!("&excluded_events={state}")).concat();
    let done = rest.get::<EventLogs>(&format!("{newest}{not}")).await?.said;
    more |= done.total_entries > done.event_logs.len() as u64;
    let may_be = |log: &EventLog| {
        log.map_index.is_none() && index_in(log.extra.as_deref()).is_none_or(|index| index == place.map_index)
    };
    events.extend(done.event_logs.into_iter().filter(may_be).map(event));
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    Ok(Dated { at, said: (events, more) })
}

/// The map index that a call was about, from what was noted besides: a number or a text.
fn index_in(extra: Option<&str>) -> Option<i32> {
    let extra: Value = serde_json::from_str(extra?).ok()?;
    match &extra["map_index"] {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64()?.try_into().ok(),
    }
}

fn event(said: EventLog) -> EventSeen {
    EventSeen {
        at: at(said.when.as_ref()),
        event: said.event,
        owner: said.owner,
        try_number: said.try_number,
        extra: said.extra.map(|extra| cut::short(&extra, EXTRA)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_try_that_was_cleared_is_told_once_as_it_was() {
        let of = |try_number, state: Option<&str>| Try {
            try_number,
            state: state.map(str::to_owned),
            hostname: Some(String::new()),
            queued_when: None,
            start_date: Some("2026-11-30T18:51:27Z".to_owned()),
            end_date: None,
        };
        let said = vec![of(2, Some("failed")), of(1, Some("success")), of(2, None), of(0, None), of(3, Some("queued"))];
        let tries = by_number(said);
        let told: Vec<_> = tries.iter().map(|one| (one.try_number, one.state.as_deref(), &one.hostname)).collect();
        assert_eq!(told, [(1, Some("success"), &None), (2, Some("failed"), &None), (3, Some("queued"), &None)]);
        // Airflow tells of one that is queued when the one before began.
        assert!(tries[1].started_at.is_some() && tries[2].started_at.is_none());
    }

    #[test]
    fn a_field_is_a_text_or_json_and_says_its_length() {
        let all = json!({ "op_args": [1, "ü"], "bash_command": "echo ü", "env": null, "sql": "x".repeat(5000) });
        let told = fields(all.as_object().unwrap());
        let shown: Vec<_> =
            told.iter().map(|field| (field.name.as_str(), field.value.as_str(), field.length)).collect();
        assert_eq!(shown[..3], [("bash_command", "echo ü", 6), ("env", "null", 4), ("op_args", "[1,\"ü\"]", 7)]);
        assert_eq!((told[3].value.len(), told[3].length), (FIELD, 5000));
    }

    #[test]
    fn whose_index_an_event_is_about_stands_in_its_extra() {
        assert_eq!(index_in(Some(r#"{"map_index":"2"}"#)), Some(2));
        assert_eq!(index_in(Some(r#"{"map_index":3,"method":"PATCH"}"#)), Some(3));
        assert_eq!((index_in(Some(r#"{"method":"PATCH"}"#)), index_in(Some("x")), index_in(None)), (None, None, None));
    }
}
