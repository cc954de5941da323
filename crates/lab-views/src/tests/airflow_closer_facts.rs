//! Facts about single things of Airflow in every combination, for the tests of all kinds.

use lab_model::facts::airflow::{
    AirflowFact as Fact, AssetEventSeen, AssetSeen, AssetTold, ConnectionSeen, CreatedRunSeen, EntrySeen, EventSeen,
    FieldSeen, InstanceSeen, LogSeen, QueuedSeen, StoreEventSeen, StoreTold, TaskPlace, TaskTold, TrySeen, ValueSeen,
    VariableSeen, XComSeen, XComsSeen,
};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
};

fn text(of: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    select(of.to_vec()).prop_map(ToOwned::to_owned)
}

fn time() -> impl Strategy<Value = Option<i64>> {
    option::of(prop_oneof![9 => 0..90_000_i64, 1 => any::<i64>()])
}

fn state() -> impl Strategy<Value = Option<String>> {
    option::of(text(&["running", "success", "failed", "up_for_reschedule", "a state of tomorrow"]))
}

fn instance() -> impl Strategy<Value = InstanceSeen> {
    (state(), 0..4_u32, option::of(any::<i32>()), (time(), time()), any::<bool>()).prop_map(
        |(state, try_number, max_tries, (started_at, ended_at), rendered)| InstanceSeen {
            state,
            try_number,
            max_tries,
            operator: None,
            operator_name: None,
            pool: Some("default_pool".to_owned()),
            pool_slots: Some(1),
            priority_weight: None,
            queue: None,
            hostname: None,
            pid: None,
            rendered_map_index: None,
            note: None,
            scheduled_at: None,
            queued_at: None,
            started_at,
            ended_at,
            trigger: None,
            version_number: None,
            rendered_fields: if rendered {
                vec![FieldSeen { name: "op_args".to_owned(), value: "[]".to_owned(), length: 2 }]
            } else {
                Vec::new()
            },
        },
    )
}

fn one_try() -> impl Strategy<Value = TrySeen> {
    (1..4_u32, state(), time(), time()).prop_map(|(try_number, state, started_at, ended_at)| TrySeen {
        try_number,
        state,
        hostname: None,
        queued_at: None,
        started_at,
        ended_at,
    })
}

fn entry() -> impl Strategy<Value = EntrySeen> {
    (time(), text(&["one", "two", "größe"]), option::of(text(&["info", "error"])))
        .prop_map(|(at, event, level)| EntrySeen { at, level, logger: None, event, error_detail: None })
}

fn log() -> impl Strategy<Value = LogSeen> {
    let from = prop_oneof![9 => 0..12_u64, 1 => any::<u64>()];
    (1..4_u32, from, any::<(bool, bool, bool)>(), vec(entry(), 0..6)).prop_map(
        |(try_number, from, (anew, finished, unread), entries)| LogSeen {
            try_number,
            from,
            anew,
            entries,
            finished,
            unread: unread.then(|| "too long".to_owned()),
            error: None,
            sources: Vec::new(),
        },
    )
}

fn xcom() -> impl Strategy<Value = XComSeen> {
    let json = |length| ValueSeen::Json { text: "[1]".to_owned(), length, kind: "array".to_owned() };
    let value =
        prop_oneof![any::<u64>().prop_map(json), Just(ValueSeen::Unread { why: "it was not read yet".to_owned() })];
    (text(&["extract", "load"]), -1..3_i32, time(), value).prop_map(|(task_id, map_index, left_at, value)| XComSeen {
        task_id,
        map_index,
        key: "return_value".to_owned(),
        left_at,
        value,
    })
}

fn event() -> impl Strategy<Value = EventSeen> {
    (time(), text(&["running", "up_for_reschedule", "patch_task_instance"])).prop_map(|(at, event)| EventSeen {
        at,
        event,
        owner: None,
        try_number: None,
        extra: None,
    })
}

fn of_task() -> impl Strategy<Value = TaskTold> {
    prop_oneof![
        1 => Just(TaskTold::Missing),
        3 => instance().prop_map(|seen| TaskTold::Instance(Box::new(seen))),
        2 => vec(one_try(), 0..3).prop_map(TaskTold::Tries),
        4 => log().prop_map(TaskTold::Log),
        2 => (vec(xcom(), 0..3), vec(xcom(), 0..3), any::<bool>())
            .prop_map(|(own, before, more)| TaskTold::XComs(XComsSeen { own, before, more })),
        2 => (vec(event(), 0..4), any::<bool>()).prop_map(|(events, more)| TaskTold::Events { events, more }),
    ]
}

fn variable() -> impl Strategy<Value = VariableSeen> {
    (text(&["region", "größe"]), option::of(text(&["eu", "us"]))).prop_map(|(key, value)| VariableSeen {
        key,
        length: value.as_ref().map(|value| value.len() as u64),
        value,
        digest: None,
        description: None,
        is_encrypted: true,
    })
}

fn connection() -> impl Strategy<Value = ConnectionSeen> {
    (text(&["shop", "db"]), option::of(0..9_i64)).prop_map(|(connection_id, port)| ConnectionSeen {
        connection_id,
        conn_type: "http".to_owned(),
        description: None,
        host: None,
        port,
        schema: None,
        login: None,
        has_password: false,
        extra_keys: Vec::new(),
    })
}

fn store_event() -> impl Strategy<Value = StoreEventSeen> {
    let about = option::of(text(&["region", "shop"]));
    (time(), text(&["post_variable", "delete_connection"]), about).prop_map(|(at, event, about)| StoreEventSeen {
        at,
        event,
        owner: Some("lab".to_owned()),
        about,
    })
}

fn of_store() -> impl Strategy<Value = StoreTold> {
    prop_oneof![
        (vec(variable(), 0..3), 0..5_u64, time()).prop_map(|(variables, total, since)| StoreTold::Variables {
            variables,
            total,
            since
        }),
        (vec(connection(), 0..3), 0..5_u64)
            .prop_map(|(connections, total)| StoreTold::Connections { connections, total }),
        vec(store_event(), 0..4).prop_map(|events| StoreTold::Events { events }),
    ]
}

fn asset() -> impl Strategy<Value = AssetSeen> {
    (1..4_i64, any::<bool>(), time()).prop_map(|(id, scheduling, last_event_at)| AssetSeen {
        id,
        name: format!("asset {id}"),
        uri: format!("file:///{id}"),
        group: "asset".to_owned(),
        extra: None,
        producing_tasks: vec![("etl".to_owned(), "load".to_owned())],
        consuming_tasks: Vec::new(),
        scheduled_dags: if scheduling { vec!["hello".to_owned()] } else { Vec::new() },
        aliases: Vec::new(),
        watchers: Vec::new(),
        last_event_at,
    })
}

fn asset_event() -> impl Strategy<Value = AssetEventSeen> {
    (0..9_i64, 1..4_i64, time(), option::of(text(&["load"])), -1..3_i32).prop_map(
        |(id, asset_id, at, source_task_id, source_map_index)| AssetEventSeen {
            id,
            asset_id,
            name: Some(format!("asset {asset_id}")),
            at,
            source_dag_id: source_task_id.as_ref().map(|_| "etl".to_owned()),
            source_task_id,
            source_run_id: None,
            source_map_index,
            extra: None,
            partition_key: None,
            runs: vec![CreatedRunSeen {
                dag_id: "hello".to_owned(),
                run_id: "r1".to_owned(),
                state: "running".to_owned(),
                triggering: Some(true),
                started_at: at,
                ended_at: None,
            }],
        },
    )
}

fn of_asset() -> impl Strategy<Value = AssetTold> {
    prop_oneof![
        (vec(asset(), 0..3), 0..5_u64).prop_map(|(assets, total)| AssetTold::Assets { assets, total }),
        (vec(asset_event(), 0..3), 0..5_u64).prop_map(|(events, total)| AssetTold::Events { events, total }),
        (1..4_i64, time(), any::<bool>()).prop_map(|(asset_id, since, waits)| AssetTold::Queued {
            asset_id,
            queued: if waits { vec![QueuedSeen { dag_id: "hello".to_owned(), since }] } else { Vec::new() },
        }),
    ]
}

pub(super) fn any_fact() -> impl Strategy<Value = Fact> {
    let place =
        (text(&["extract", "load"]), -1..1_i32).prop_map(|(task_id, map_index)| TaskPlace { task_id, map_index });
    prop_oneof![
        3 => (text(&["hello", "etl"]), text(&["r1", "r2"]), place, of_task())
            .prop_map(|(dag, run, place, told)| Fact::TaskTold { dag, run, place, told }),
        1 => of_store().prop_map(|told| Fact::StoreTold { told }),
        1 => of_asset().prop_map(|told| Fact::AssetTold { told }),
    ]
}
