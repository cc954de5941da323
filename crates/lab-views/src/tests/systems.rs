//! A lab of several engines: a view speaks of its own engine's nodes.

use lab_model::{
    Fact, Observation, Source,
    facts::lab::{LabFact, NodeInfo},
};
use serde_json::{Value, json};

use crate::{kinds, testing::start};

fn node(system: &str, role: &str, name: &str, node_id: Option<i32>) -> NodeInfo {
    NodeInfo { name: name.into(), system: system.into(), role: role.into(), node_id, ..NodeInfo::default() }
}

fn shown(kind: &str, nodes: Vec<NodeInfo>) -> Value {
    let mut fact = start(false);
    if let LabFact::LabStarted { nodes: of, .. } = &mut fact {
        *of = nodes;
    }
    let found = kinds().iter().find(|known| known.name == kind).unwrap();
    let mut fold = (found.new_fold)();
    let (seq, heard_at, said_at, cause) = (0, 0, None, None);
    fold.apply(&Observation { seq, heard_at, said_at, source: Source::Pipewright, cause, fact: Fact::Lab(fact) });
    fold.project(&json!({})).unwrap().model
}

fn names(model: &Value, list: &str, field: &str) -> Vec<Value> {
    model[list].as_array().unwrap().iter().map(|one| one[field].clone()).collect()
}

#[test]
fn a_view_speaks_of_its_own_engines_nodes() {
    let mixed = || {
        vec![
            node("airflow", "database", "postgres-1", None),
            node("airflow", "airflow", "airflow-1", Some(7)),
            node("kafka", "broker", "kafka-1", Some(1)),
            node("kafka", "controller", "controller-1", Some(100)),
            node("cassandra", "node", "cassandra-1", None),
            node("cassandra", "sidecar", "sidecar", None),
        ]
    };
    assert_eq!(names(&shown("kafka_cluster", mixed()), "brokers", "id"), [1]);
    assert_eq!(names(&shown("cassandra_ring", mixed()), "nodes", "node"), ["cassandra-1"]);
    assert_eq!(names(&shown("lab_nodes", mixed()), "nodes", "name").len(), 6);
    assert_eq!(shown("airflow_components", mixed())["api_server"]["node"], "airflow-1");
    // Journals of before name no engine.
    let before = || vec![node("", "broker", "kafka-1", Some(1)), node("", "node", "cassandra-1", None)];
    assert_eq!(names(&shown("kafka_cluster", before()), "brokers", "id"), [1]);
    assert_eq!(names(&shown("cassandra_ring", before()), "nodes", "node"), ["cassandra-1"]);
}
