//! What an Airflow says of single things.

use lab_model::facts::airflow::{
    AirflowFact, AssetEventSeen, AssetSeen, AssetTold, ConnectionSeen, CreatedRunSeen, EntrySeen, EventSeen, FieldSeen,
    InstanceSeen, LogSeen, StoreEventSeen, StoreTold, TaskPlace, TaskTold, TrySeen, ValueSeen, VariableSeen, XComSeen,
    XComsSeen,
};

use super::AT;

/// Of `load` in `r1` of `hello`.
pub(crate) fn of_load(told: TaskTold) -> AirflowFact {
    let place = TaskPlace { task_id: "load".to_owned(), map_index: -1 };
    AirflowFact::TaskTold { dag: "hello".to_owned(), run: "r1".to_owned(), place, told }
}

/// It began at second 11; what has ended took 2 s.
pub(crate) fn load_is(state: Option<&str>, try_number: u32) -> InstanceSeen {
    let ended = matches!(state, Some("success" | "failed"));
    InstanceSeen {
        state: state.map(str::to_owned),
        try_number,
        max_tries: Some(2),
        operator: Some("_PythonDecoratedOperator".to_owned()),
        operator_name: Some("@task".to_owned()),
        pool: Some("default_pool".to_owned()),
        pool_slots: Some(1),
        priority_weight: Some(1),
        queue: Some("default".to_owned()),
        hostname: Some("airflow-1".to_owned()),
        pid: Some(77),
        rendered_map_index: None,
        note: None,
        scheduled_at: Some(AT + 10_600),
        queued_at: Some(AT + 10_700),
        started_at: (try_number > 0).then_some(AT + 11_000),
        ended_at: ended.then_some(AT + 13_000),
        trigger: None,
        version_number: Some(1),
        rendered_fields: vec![FieldSeen { name: "op_args".to_owned(), value: "[[1, 2]]".to_owned(), length: 8 }],
    }
}

pub(crate) fn instance_of_load(state: Option<&str>, try_number: u32) -> AirflowFact {
    of_load(TaskTold::Instance(Box::new(load_is(state, try_number))))
}

/// Number and state; each took a second.
pub(crate) fn tries_of_load(of: &[(u32, &str)]) -> AirflowFact {
    let one = |&(try_number, state): &(u32, &str)| TrySeen {
        try_number,
        state: Some(state.to_owned()),
        hostname: Some("airflow-1".to_owned()),
        queued_at: None,
        started_at: Some(AT + i64::from(try_number) * 10_000),
        ended_at: (state != "running").then_some(AT + i64::from(try_number) * 10_000 + 1_000),
    };
    of_load(TaskTold::Tries(of.iter().map(one).collect()))
}

/// Entries from that number on.
pub(crate) fn task_log(try_number: u32, from: u64, events: &[&str]) -> LogSeen {
    let entry = |event: &&str| EntrySeen {
        at: Some(AT + 11_500),
        level: Some("info".to_owned()),
        logger: Some("task.stdout".to_owned()),
        event: (*event).to_owned(),
        error_detail: None,
    };
    LogSeen {
        try_number,
        from,
        anew: false,
        entries: events.iter().map(entry).collect(),
        finished: false,
        unread: None,
        error: None,
        sources: Vec::new(),
    }
}

pub(crate) fn log_of_load(log: LogSeen) -> AirflowFact {
    of_load(TaskTold::Log(log))
}

/// Task, key and JSON.
pub(crate) fn xcom(task: &str, key: &str, json: &str) -> XComSeen {
    let kind = if json.starts_with('[') { "array" } else { "string" };
    let (text, length) = (json.to_owned(), json.chars().count() as u64);
    XComSeen {
        task_id: task.to_owned(),
        map_index: -1,
        key: key.to_owned(),
        left_at: Some(AT + 12_000),
        value: ValueSeen::Json { text, length, kind: kind.to_owned() },
    }
}

pub(crate) fn xcoms_of_load(own: &[XComSeen], before: &[XComSeen]) -> AirflowFact {
    of_load(TaskTold::XComs(XComsSeen { own: own.to_vec(), before: before.to_vec(), more: false }))
}

/// Seconds and events, the newest first.
pub(crate) fn events_of_load(of: &[(i64, &str)]) -> AirflowFact {
    let one = |&(second, event): &(i64, &str)| EventSeen {
        at: Some(AT + second * 1000),
        event: event.to_owned(),
        owner: Some("airflow".to_owned()),
        try_number: Some(1),
        extra: None,
    };
    of_load(TaskTold::Events { events: of.iter().map(one).collect(), more: false })
}

/// Keys and values; read before at that second.
pub(crate) fn variables(of: &[(&str, &str)], since: Option<i64>) -> AirflowFact {
    let one = |&(key, value): &(&str, &str)| VariableSeen {
        key: key.to_owned(),
        value: Some(value.to_owned()),
        length: Some(value.chars().count() as u64),
        digest: None,
        description: None,
        is_encrypted: true,
    };
    let variables: Vec<VariableSeen> = of.iter().map(one).collect();
    let (total, since) = (variables.len() as u64, since.map(|second| AT + second * 1000));
    AirflowFact::StoreTold { told: StoreTold::Variables { variables, total, since } }
}

/// A connection to a host.
pub(crate) fn connection(id: &str, host: &str) -> ConnectionSeen {
    ConnectionSeen {
        connection_id: id.to_owned(),
        conn_type: "http".to_owned(),
        description: None,
        host: Some(host.to_owned()),
        port: Some(80),
        schema: None,
        login: Some("me".to_owned()),
        has_password: true,
        extra_keys: vec!["verify".to_owned()],
    }
}

pub(crate) fn connections(of: &[ConnectionSeen]) -> AirflowFact {
    let told = StoreTold::Connections { connections: of.to_vec(), total: of.len() as u64 };
    AirflowFact::StoreTold { told }
}

/// Second, call and what it is about, the newest first.
pub(crate) fn store_events(of: &[(i64, &str, Option<&str>)]) -> AirflowFact {
    let one = |&(second, event, about): &(i64, &str, Option<&str>)| StoreEventSeen {
        at: Some(AT + second * 1000),
        event: event.to_owned(),
        owner: Some("lab".to_owned()),
        about: about.map(str::to_owned),
    };
    AirflowFact::StoreTold { told: StoreTold::Events { events: of.iter().map(one).collect() } }
}

/// Made by `write` of `produce`; schedules these DAGs.
pub(crate) fn asset(id: i64, name: &str, scheduled_dags: &[&str]) -> AssetSeen {
    AssetSeen {
        id,
        name: name.to_owned(),
        uri: format!("file:///{name}"),
        group: "asset".to_owned(),
        extra: None,
        producing_tasks: vec![("produce".to_owned(), "write".to_owned())],
        consuming_tasks: Vec::new(),
        scheduled_dags: scheduled_dags.iter().map(ToString::to_string).collect(),
        aliases: Vec::new(),
        watchers: Vec::new(),
        last_event_at: Some(AT + 20_000),
    }
}

pub(crate) fn assets(of: &[AssetSeen]) -> AirflowFact {
    AirflowFact::AssetTold { told: AssetTold::Assets { assets: of.to_vec(), total: of.len() as u64 } }
}

/// Made by the third of `write` in `r1`, at second 20; part of these runs of `consume`, each with its state.
pub(crate) fn asset_event(id: i64, asset_id: i64, name: &str, runs: &[(&str, &str)]) -> AssetEventSeen {
    let run = |&(run, state): &(&str, &str)| CreatedRunSeen {
        dag_id: "consume".to_owned(),
        run_id: run.to_owned(),
        state: state.to_owned(),
        triggering: Some(true),
        started_at: Some(AT + 21_000),
        ended_at: None,
    };
    AssetEventSeen {
        id,
        asset_id,
        name: Some(name.to_owned()),
        at: Some(AT + 20_000),
        source_dag_id: Some("produce".to_owned()),
        source_task_id: Some("write".to_owned()),
        source_run_id: Some("r1".to_owned()),
        source_map_index: 2,
        extra: Some("{\"rows\":3}".to_owned()),
        partition_key: None,
        runs: runs.iter().map(run).collect(),
    }
}

pub(crate) fn asset_events(of: &[AssetEventSeen]) -> AirflowFact {
    AirflowFact::AssetTold { told: AssetTold::Events { events: of.to_vec(), total: of.len() as u64 } }
}
