//! The list of actions: names, schemas, arguments, command lines. No node.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn call(name: &str, args: &serde_json::Value) -> ActionCall {
    ActionCall { name: name.to_owned(), args: args.as_object().cloned().unwrap_or_default() }
}

fn place() -> ByHand {
    let container = |node: &str| (node.to_owned(), format!("lab-{node}-1"));
    ByHand { containers: vec![container("cassandra-1"), container("cassandra-2")] }
}

#[test]
fn every_action_is_described_for_people_and_closed_for_typos() {
    let catalog = Cassandra::catalog();
    let names: BTreeSet<&str> = catalog.iter().map(|action| action.name).collect();
    assert_eq!(names.len(), catalog.len());
    for action in catalog {
        assert!(action.name.starts_with("cassandra."));
        assert!(!action.title.is_empty() && action.says.ends_with('.'));
        assert_eq!(action.params["additionalProperties"], json!(false), "{}", action.name);
        for (argument, schema) in action.params["properties"].as_object().unwrap() {
            let described = schema["description"].as_str().is_some_and(|words| !words.is_empty());
            assert!(described, "{}: {argument} has no description", action.name);
        }
    }
}

#[test]
fn each_action_has_a_command_line() {
    let calls = [
        (
            call(
                "cassandra.execute",
                &json!({ "cql": "SELECT * FROM lab.t;", "level": "QUORUM", "trace": true,
                "coordinator": "cassandra-2" }),
            ),
            "docker exec -it lab-cassandra-2-1 cqlsh -e 'CONSISTENCY QUORUM; TRACING ON; SELECT * FROM lab.t'",
        ),
        (
            call("cassandra.create_keyspace", &json!({ "keyspace": "lab", "replication": { "dc1": 3 } })),
            "docker exec -it lab-cassandra-1-1 cqlsh -e \"CREATE KEYSPACE lab WITH replication = \
             {'class': 'NetworkTopologyStrategy', 'dc1': 3}\"",
        ),
        (
            call("cassandra.create_table", &json!({ "table": "lab.t", "columns": "k text PRIMARY KEY" })),
            "docker exec -it lab-cassandra-1-1 cqlsh -e 'CREATE TABLE lab.t (k text PRIMARY KEY)'",
        ),
        (
            call("cassandra.repair", &json!({ "keyspace": "lab", "table": "t", "mode": "preview" })),
            "docker exec -it lab-cassandra-1-1 nodetool repair --full --preview lab t",
        ),
        (
            call("cassandra.flush", &json!({ "table": "lab.t", "node": "cassandra-2" })),
            "docker exec -it lab-cassandra-2-1 nodetool flush lab t",
        ),
        (
            call("cassandra.decommission", &json!({ "node": "cassandra-2" })),
            "docker exec -it lab-cassandra-2-1 nodetool decommission",
        ),
    ];
    for (call, line) in calls {
        assert_eq!(Cassandra::by_hand(&call, &place()), [line], "{call}");
    }
    let hints = call("cassandra.set_hints", &json!({ "window_seconds": 30, "paused": true }));
    assert_eq!(
        Cassandra::by_hand(&hints, &place()),
        [
            "docker exec -it lab-cassandra-1-1 nodetool setmaxhintwindow 30000",
            "docker exec -it lab-cassandra-2-1 nodetool setmaxhintwindow 30000",
            "docker exec -it lab-cassandra-1-1 nodetool pausehandoff",
            "docker exec -it lab-cassandra-2-1 nodetool pausehandoff",
        ]
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_any_node_is_asked() {
    let cassandra = Cassandra::new(Cluster::default(), Arc::new(|draft| panic!("told {draft:?}")));
    let nonsense = [
        ("cassandra.execute", json!({ "cql": " " })),
        ("cassandra.execute", json!({ "cql": "SELECT", "level": "MOST" })),
        ("cassandra.execute", json!({ "cql": "SELECT", "level": "NODE_LOCAL" })),
        ("cassandra.create_keyspace", json!({ "keyspace": "Lab", "replication": { "dc1": 3 } })),
        ("cassandra.create_keyspace", json!({ "keyspace": "lab", "replication": {} })),
        ("cassandra.create_keyspace", json!({ "keyspace": "lab", "replication": { "d'c": 3 } })),
        ("cassandra.create_table", json!({ "table": "t", "columns": "k int PRIMARY KEY" })),
        ("cassandra.run_load", json!({ "table": "lab.t", "count": 0 })),
        ("cassandra.run_load", json!({ "table": "lab.t", "level": "NODE_LOCAL" })),
        ("cassandra.set_hints", json!({})),
        ("cassandra.repair", json!({ "keyspace": "lab", "mode": "half" })),
        ("cassandra.flush", json!({ "table": "lab.t", "nod": "x" })),
    ];
    for (name, args) in nonsense {
        let call = call(name, &args);
        let error = cassandra.run(ActionId(1), &call, Arc::new(|_| {}), CancellationToken::new()).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{call}: {error:?}");
        assert!(Cassandra::by_hand(&call, &place()).is_empty());
    }
    let unknown = call("cassandra.dance", &json!({}));
    let error = cassandra.run(ActionId(1), &unknown, Arc::new(|_| {}), CancellationToken::new()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }));
}

/// Which action, then a line for each argument: its name, `=`, and JSON or any other text.
fn typed(bytes: &[u8]) -> Option<ActionCall> {
    let (action, lines) = bytes.split_first()?;
    let catalog = Cassandra::catalog();
    let name = catalog[usize::from(*action) % catalog.len()].name;
    let text = String::from_utf8_lossy(lines);
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let args = pairs.map(|(name, text)| (name.to_owned(), value(text))).collect();
    Some(ActionCall { name: name.to_owned(), args })
}

#[test]
fn any_arguments_make_a_command_line_or_none() {
    bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
        let Some(call) = typed(bytes) else { return };
        for line in Cassandra::by_hand(&call, &place()) {
            assert!(!line.is_empty());
        }
    });
}

/// The kept inputs are calls that make sense: else nothing but refusals was tried.
#[test]
fn the_kept_arguments_are_calls() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/actions/__fuzz__/actions__tests__any_arguments_make_a_command_line_or_none/corpus"
    );
    let mut named = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let call = typed(&std::fs::read(&path).unwrap()).unwrap();
        assert!(!Cassandra::by_hand(&call, &place()).is_empty(), "{}: {call:?}", path.display());
        named.insert(call.name);
    }
    assert_eq!(named.len(), Cassandra::catalog().len());
}
