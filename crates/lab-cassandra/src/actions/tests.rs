//! The list of actions: names, schemas, arguments, command lines. No node.

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
        assert_eq!(error.code, lab_model::Code::ActionInvalid, "{call}: {error:?}");
        assert!(Cassandra::by_hand(&call, &place()).is_empty());
    }
    let unknown = call("cassandra.dance", &json!({}));
    let error = cassandra.run(ActionId(1), &unknown, Arc::new(|_| {}), CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.code, lab_model::Code::Unknown);
}
