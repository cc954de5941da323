//! The kinds by name: what `build.rs` found, and what the erased trait says.

use lab_model::{AirflowNeed, CassandraNeed, KafkaNeed, Need};
use serde_json::{Value, json};

use crate::{kind, kinds};

#[test]
fn every_folder_is_a_kind_of_its_own_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kinds");
    let mut folders: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(kinds().iter().map(|kind| kind.name).collect::<Vec<_>>(), folders);
    assert!(kinds().iter().all(|kind| !kind.says.is_empty()));
    assert!(kind("nonsense").is_none());
}

#[test]
fn what_each_kind_needs() {
    let topic = || "orders".to_owned();
    let [cluster, groups] = [KafkaNeed::Cluster, KafkaNeed::Groups].map(Need::Kafka);
    let partitions = Need::Kafka(KafkaNeed::Partitions { topic: topic() });
    let records = Need::Kafka(KafkaNeed::Records { topic: topic() });
    let [ring, phi, hints, repairs, read_repairs, settings] = [
        CassandraNeed::Ring,
        CassandraNeed::Phi,
        CassandraNeed::Hints,
        CassandraNeed::Repairs,
        CassandraNeed::ReadRepairs,
        CassandraNeed::Settings,
    ]
    .map(Need::Cassandra);
    let (table, name) = (|| "weather.readings".to_owned(), || "oslo".to_owned());
    let key = Need::Cassandra(CassandraNeed::Key { table: table(), key: name() });
    let rows = Need::Cassandra(CassandraNeed::Rows { table: table(), key: name() });
    let storage = Need::Cassandra(CassandraNeed::Storage { table: table() });
    let oslo = json!({ "table": "weather.readings", "key": "oslo" });
    let [components, dags] = [AirflowNeed::Components, AirflowNeed::Dags].map(Need::Airflow);
    let runs = Need::Airflow(AirflowNeed::Runs { dag: "hello".into() });
    let cases: &[(&str, Value, &[&Need])] = &[
        ("kafka_cluster", json!({}), &[&cluster, &Need::Nodes]),
        ("kafka_partitions", json!({ "topic": "orders" }), &[&partitions, &groups, &cluster]),
        ("kafka_records", json!({ "topic": "orders" }), &[&records, &partitions, &groups]),
        ("kafka_groups", json!({}), &[&groups]),
        ("kafka_groups", json!({ "topic": "orders" }), &[&groups, &partitions]),
        ("timeline", Value::Null, &[&cluster, &groups, &ring, &repairs, &components, &dags, &Need::Nodes]),
        ("cassandra_ring", json!({}), &[&ring, &phi, &repairs, &Need::Nodes]),
        ("cassandra_ring", oslo.clone(), &[&ring, &phi, &repairs, &Need::Nodes, &key]),
        ("cassandra_replicas", oslo, &[&ring, &key, &rows, &hints, &Need::Nodes]),
        ("cassandra_request", json!({}), &[&ring]),
        ("cassandra_requests", json!({}), &[&ring, &read_repairs]),
        ("cassandra_hints", json!({}), &[&hints, &ring, &Need::Nodes]),
        ("cassandra_storage", json!({ "table": "weather.readings" }), &[&storage, &ring]),
        ("cassandra_settings", json!({}), &[&settings]),
        ("airflow_components", json!({}), &[&components, &Need::Nodes]),
        ("airflow_dags", json!({ "file": "hello.py" }), &[&dags, &components]),
        ("airflow_runs", json!({ "dag": "hello" }), &[&runs, &dags, &components]),
        ("lab_nodes", json!({ "actions": 3 }), &[&Need::Nodes]),
        ("lab_image", json!({ "node": "airflow-1" }), &[&Need::Nodes]),
    ];
    needs_are(cases);
}

#[test]
fn what_airflows_files_tasks_and_stores_need() {
    let [components, variables, assets] =
        [AirflowNeed::Components, AirflowNeed::Variables, AirflowNeed::Assets].map(Need::Airflow);
    let runs = Need::Airflow(AirflowNeed::Runs { dag: "hello".into() });
    let files = Need::Airflow(AirflowNeed::Files { file: Some("hello.py".into()) });
    let of = |run: Option<&str>| {
        let (dag, run, task) = ("hello".into(), run.map(str::to_owned), "load".into());
        Need::Airflow(AirflowNeed::Task { dag, run, task, map_index: -1, try_number: Some(2) })
    };
    needs_are(&[
        ("airflow_files", json!({ "file": "hello.py" }), &[&files]),
        (
            "airflow_task",
            json!({ "dag": "hello", "run": "r1", "task": "load", "try": 2 }),
            &[&of(Some("r1")), &components],
        ),
        ("airflow_task", json!({ "dag": "hello", "task": "load", "try": 2 }), &[&of(None), &components, &runs]),
        ("airflow_variables", json!({ "key": "region" }), &[&variables, &components]),
        ("airflow_assets", json!({}), &[&assets, &components]),
    ]);
}

#[test]
fn what_the_graph_and_the_slots_of_airflow_need() {
    let hello = || "hello".to_owned();
    let runs = Need::Airflow(AirflowNeed::Runs { dag: hello() });
    let [graph, newest, r1, slots] = [
        AirflowNeed::Graph { dag: hello() },
        AirflowNeed::Waiting { dag: hello(), run: None },
        AirflowNeed::Waiting { dag: hello(), run: Some("r1".into()) },
        AirflowNeed::Slots,
    ]
    .map(Need::Airflow);
    let [components, dags] = [AirflowNeed::Components, AirflowNeed::Dags].map(Need::Airflow);
    needs_are(&[
        ("airflow_dag", json!({ "dag": "hello" }), &[&runs, &graph, &newest, &slots, &dags, &components]),
        ("airflow_dag", json!({ "dag": "hello", "run": "r1" }), &[&runs, &graph, &r1, &slots, &dags, &components]),
        ("airflow_slots", json!({ "minutes": 5 }), &[&slots, &components]),
    ]);
}

fn needs_are(cases: &[(&str, Value, &[&Need])]) {
    for (name, params, expected) in cases {
        let needs = (kind(name).unwrap().needs)(params).unwrap();
        assert_eq!(needs.iter().collect::<Vec<_>>(), *expected, "{name} with {params}");
    }
}

#[test]
fn params_that_do_not_fit_are_refused_in_clear_words() {
    let cases = [
        ("kafka_partitions", json!({ "topik": "orders" }), "view kafka_partitions: unknown field `topik`"),
        ("kafka_partitions", json!({}), "view kafka_partitions: missing field `topic`"),
        ("lab_nodes", json!({ "actions": "many" }), "view lab_nodes: invalid type: string \"many\""),
        ("timeline", json!([1, 2]), "view timeline: invalid type"),
        ("airflow_runs", json!({}), "view airflow_runs: missing field `dag`"),
        ("airflow_dag", json!({ "run": "r1" }), "view airflow_dag: missing field `dag`"),
        ("airflow_slots", json!({ "minutes": -1 }), "view airflow_slots: invalid value: integer `-1`"),
        ("airflow_task", json!({ "dag": "d", "run": "r" }), "view airflow_task: missing field `task`"),
        ("lab_image", json!({}), "view lab_image: missing field `node`"),
    ];
    for (name, params, expected) in cases {
        let kind = kind(name).unwrap();
        let needs = (kind.needs)(&params).unwrap_err();
        let shown = (kind.new_fold)().project(&params).unwrap_err();
        assert_eq!(needs, shown);
        assert!(shown.to_string().starts_with(expected), "{shown}");
    }
}

#[test]
fn schemas_name_what_sentences_may_speak_of() {
    for (name, pointer) in [
        ("kafka_cluster", "/properties/brokers"),
        ("kafka_partitions", "/$defs/Replica/properties/says_leader"),
        ("kafka_records", "/$defs/Reader/properties/out_of_order_within_key"),
        ("kafka_groups", "/$defs/Group/properties/rebalances"),
        ("timeline", "/$defs/Entry/properties/about"),
        ("cassandra_ring", "/$defs/Node/properties/believed_down_by"),
        ("cassandra_replicas", "/$defs/Replica/properties/behind"),
        ("cassandra_request", "/properties/digest_mismatch"),
        ("cassandra_requests", "/$defs/Request/properties/alive"),
        ("cassandra_hints", "/$defs/Turn/properties/target"),
        ("cassandra_storage", "/$defs/Store/properties/sstables"),
        ("cassandra_settings", "/$defs/Setting/properties/why"),
        ("airflow_components", "/$defs/Component/properties/latest_heartbeat"),
        ("airflow_dags", "/$defs/ImportError/properties/line"),
        ("airflow_runs", "/$defs/TaskInstance/properties/try_number"),
        ("airflow_dag", "/$defs/Reason/properties/holders"),
        ("airflow_files", "/$defs/File/properties/size"),
        ("airflow_task", "/$defs/Log/properties/error"),
        ("airflow_variables", "/$defs/Variable/properties/noted"),
        ("airflow_assets", "/$defs/AssetEvent/properties/created_dagruns"),
        ("lab_image", "/$defs/Layer/properties/of_base"),
        ("airflow_slots", "/$defs/Interval/properties/holds_pool_slots"),
        ("lab_nodes", "/$defs/Node/properties/cut"),
    ] {
        let kind = kind(name).unwrap();
        let model = (kind.model_schema)().to_value();
        assert!(model.pointer(pointer).is_some(), "{name} {pointer} in {model:#}");
        let params = (kind.params_schema)().to_value();
        assert_eq!(params["additionalProperties"], json!(false), "{name}");
    }
}
