//! The picture of a task instance.

use lab_model::{
    Code, Problem,
    facts::airflow::{EntrySeen, EventSeen, FieldSeen, InstanceSeen, TrySeen, ValueSeen, XComSeen, advice},
};

use super::{
    Event, Instance, Log, LogEntry, Model, Params, RenderedField, State, Trigger, Try, XCom,
    fold::{LogKept, OfTask},
    summary::summary,
    table::table,
};
use crate::{
    Gaps, Projection,
    parts::{
        airflows::{as_heard, awaited, no_dag},
        words::brief,
    },
};

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let of = state.of(params);
    let model = model(state, params, of);
    let known = model.exists.is_some();
    let said = if state.has_no_dag(params) { no_dag(&params.dag).message } else { summary(&model) };
    let summary = as_heard(&state.nodes, &state.sources, known, said);
    Projection { table: table(&model), summary, known, model }
}

fn model(state: &State, params: &Params, of: Option<&OfTask>) -> Model {
    let there = of.filter(|of| !of.missing);
    let instance = there.and_then(|of| of.instance.as_ref());
    let shown = shown_try(params, instance);
    let log = there.and_then(|of| of.logs.get(&shown?));
    let xcoms = there.and_then(|of| of.xcoms.as_ref());
    let events = there.and_then(|of| of.events.as_ref());
    Model {
        clock_offset: state.clock.offset,
        dag_id: params.dag.clone(),
        dag_run_id: state.run(params).map(str::to_owned),
        task_id: params.task.clone(),
        map_index: params.map_index,
        exists: match of {
            Some(of) if of.missing => Some(false),
            Some(of) => of.instance.as_ref().map(|_| true),
            None => (state.has_no_dag(params) || state.has_no_run(params)).then_some(false),
        },
        instance: instance.map(shown_instance),
        tries: there.and_then(|of| of.tries.as_ref()).map(|tries| tries.iter().map(one_try).collect()),
        try_number: shown,
        log: log.map(shown_log),
        xcom_out: xcoms.map(|xcoms| xcoms.own.iter().map(xcom).collect()),
        xcom_in: xcoms.map(|xcoms| xcoms.before.iter().map(xcom).collect()),
        more_xcom: xcoms.is_some_and(|xcoms| xcoms.more),
        rendered_fields: instance.map(|seen| seen.rendered_fields.iter().map(field).collect()),
        event_log: events.map(|(events, _)| events.iter().map(event).collect()),
        more_events: events.is_some_and(|(_, more)| *more),
    }
}

/// The try that is asked for, or the newest; none before the first one.
fn shown_try(params: &Params, instance: Option<&InstanceSeen>) -> Option<u32> {
    params.try_number.or_else(|| instance.map(|seen| seen.try_number).filter(|number| *number > 0))
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let of = state.of(params);
    let named = of_what(params);
    if state.has_no_dag(params) {
        return Gaps { refusal: Some(no_dag(&params.dag)), awaits: Vec::new() };
    }
    if state.has_no_run(params) {
        return Gaps::default();
    }
    if of.is_some_and(|of| of.missing) {
        return Gaps { refusal: Some(no_instance(params)), awaits: Vec::new() };
    }
    let tries = of.and_then(|of| of.tries.as_ref());
    if let (Some(number), Some(tries)) = (params.try_number, tries)
        && !tries.iter().any(|one| one.try_number == number)
    {
        return Gaps { refusal: Some(no_try(params, number, tries)), awaits: Vec::new() };
    }
    let awaits = |missing: bool, what: String| missing.then(|| awaited(&state.nodes, &state.sources, &what));
    let instance = of.and_then(|of| of.instance.as_ref());
    let xcoms = of.and_then(|of| of.xcoms.as_ref());
    let shown = shown_try(params, instance);
    // A try that has not begun has no log.
    let begun = |number: u32| {
        tries.iter().flat_map(|tries| tries.iter()).any(|one| one.try_number == number && one.started_at.is_some())
    };
    let unread = shown.is_some_and(|number| begun(number) && of.is_none_or(|of| !of.logs.contains_key(&number)));
    Gaps::default()
        .and(awaits(instance.is_none(), named.clone()))
        .and(awaits(tries.is_none(), format!("the tries of {named}")))
        .and(awaits(unread, format!("the log of try {} of {named}", shown.unwrap_or_default())))
        .and(awaits(xcoms.is_none(), format!("what {named} and those before it left")))
        .and(awaits(of.is_none_or(|of| of.events.is_none()), format!("the event log of {named}")))
}

/// `load[2] in r1 of hello`.
pub(super) fn of_what(params: &Params) -> String {
    let index = if params.map_index < 0 { String::new() } else { format!("[{}]", params.map_index) };
    let run = params.run.as_deref().map_or_else(|| "the newest run".to_owned(), brief);
    format!("{}{index} in {run} of {}", brief(&params.task), brief(&params.dag))
}

fn no_instance(params: &Params) -> Problem {
    let hint = if params.map_index < 0 {
        "Look at the DAG's runs. Of a mapped task say which (map_index, from 0); before it is known how many there are, none is."
    } else {
        "Look at the DAG's runs. A mapped task has as many instances as what it is mapped over has elements, from 0."
    };
    Problem {
        code: Code::Unknown,
        message: format!("Airflow has no task instance {}.", of_what(params)),
        detail: String::new(),
        hint: hint.to_owned(),
    }
}

fn no_try(params: &Params, number: u32, tries: &[TrySeen]) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no try {number} of {}.", of_what(params)),
        detail: String::new(),
        hint: match tries.len() {
            0 => "It has not begun.".to_owned(),
            1 => "There is 1 try.".to_owned(),
            some => format!("There are {some} tries."),
        },
    }
}

fn shown_instance(seen: &InstanceSeen) -> Instance {
    let trigger = seen.trigger.as_ref().map(|trigger| Trigger {
        classpath: trigger.classpath.clone(),
        created_date: trigger.created_at,
        triggerer_id: trigger.triggerer_id,
    });
    Instance {
        state: seen.state.clone(),
        try_number: seen.try_number,
        max_tries: seen.max_tries,
        operator: seen.operator.clone(),
        operator_name: seen.operator_name.clone(),
        pool: seen.pool.clone(),
        pool_slots: seen.pool_slots,
        priority_weight: seen.priority_weight,
        queue: seen.queue.clone(),
        hostname: seen.hostname.clone(),
        pid: seen.pid,
        rendered_map_index: seen.rendered_map_index.clone(),
        note: seen.note.clone(),
        scheduled_when: seen.scheduled_at,
        queued_when: seen.queued_at,
        start_date: seen.started_at,
        end_date: seen.ended_at,
        trigger,
        version_number: seen.version_number,
    }
}

fn one_try(seen: &TrySeen) -> Try {
    Try {
        try_number: seen.try_number,
        state: seen.state.clone(),
        hostname: seen.hostname.clone(),
        queued_when: seen.queued_at,
        start_date: seen.started_at,
        end_date: seen.ended_at,
    }
}

fn shown_log(kept: &LogKept) -> Log {
    Log {
        entries: kept.entries.iter().map(entry).collect(),
        left_out: kept.first,
        unread: kept.unread.clone(),
        finished: kept.finished && kept.unread.is_none(),
        error: kept.error.clone(),
        advice: kept.error.as_deref().and_then(advice),
        sources: kept.sources.clone(),
    }
}

fn entry(seen: &EntrySeen) -> LogEntry {
    LogEntry {
        timestamp: seen.at,
        level: seen.level.clone(),
        logger: seen.logger.clone(),
        event: seen.event.clone(),
        error_detail: seen.error_detail.clone(),
    }
}

fn xcom(seen: &XComSeen) -> XCom {
    let (value, length, value_type, unread) = match &seen.value {
        ValueSeen::Json { text, length, kind } => (Some(text.clone()), Some(*length), Some(kind.clone()), None),
        ValueSeen::Unread { why } => (None, None, None, Some(why.clone())),
    };
    XCom {
        task_id: seen.task_id.clone(),
        map_index: seen.map_index,
        key: seen.key.clone(),
        value,
        length,
        value_type,
        unread,
        timestamp: seen.left_at,
    }
}

fn field(seen: &FieldSeen) -> RenderedField {
    RenderedField { name: seen.name.clone(), value: seen.value.clone(), length: seen.length }
}

fn event(seen: &EventSeen) -> Event {
    Event {
        when: seen.at,
        event: seen.event.clone(),
        owner: seen.owner.clone(),
        try_number: seen.try_number,
        extra: seen.extra.clone(),
    }
}
