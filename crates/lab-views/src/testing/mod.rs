//! The words in which the tests of the kinds are written: who says what, and what a projection must then show.

mod airflow;
mod airflow_closer;
mod airflow_why;
mod cassandra;
mod kafka;

use lab_model::{
    ActionCall, ActionId, Draft, Fact, Observation, Source,
    facts::lab::{LabFact, NodeInfo, NodeState},
};
use serde_json::Value;

pub(crate) use self::{airflow::*, airflow_closer::*, airflow_why::*, cassandra::*, kafka::*};
use crate::{Gaps, View};

/// Folds what was said, 100 ms apart, and compares the projection with what is expected: `summary`, `known`, `refusal` (its
/// message), `awaits`, JSON pointers into the model (`/partitions/0/leader`), or a cell of the table (`table/0/5`: row, column).
pub(crate) fn check<V: View>(params: &Value, said: &[Draft], expected: &Value) {
    let mut state = V::State::default();
    for observation in journal(said) {
        V::apply(&mut state, &observation);
    }
    let params = serde_json::from_value(params.clone()).expect("params of the kind");
    let mut projection = serde_json::to_value(V::project(&state, &params)).unwrap();
    let Gaps { refusal, awaits } = V::gaps(&state, &params);
    projection["refusal"] = refusal.map(|problem| problem.message).into();
    projection["awaits"] = awaits.into();
    for (place, wanted) in expected.as_object().expect("an object of expectations") {
        let found = match place.split_once('/') {
            Some(("", _)) => at(&projection["model"], place),
            Some(("table", cell)) => at(&projection["table"]["rows"], &format!("/{cell}")),
            _ => at(&projection, &format!("/{place}")),
        };
        assert_eq!(found, wanted, "at {place} in {:#}\nsummary: {}", projection["model"], projection["summary"]);
    }
}

/// What stands at a JSON pointer. Beyond the end of a list, and below what is null, there is null; a field that no object
/// there has is a mistake: it would be null for ever.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    pointer.split('/').skip(1).fold(value, |value, name| match value {
        Value::Null => value,
        Value::Array(list) => name.parse().ok().and_then(|index: usize| list.get(index)).unwrap_or(&Value::Null),
        _ => value.get(name).unwrap_or_else(|| panic!("nothing is called {name} at {pointer} in {value:#}")),
    })
}

#[test]
fn beyond_a_list_and_below_null_there_is_null() {
    let model = serde_json::json!({ "leader": null, "isr": [1] });
    assert_eq!((at(&model, "/isr/0"), at(&model, "/isr/1/node")), (&Value::from(1), &Value::Null));
    assert_eq!(at(&model, "/leader/node"), &Value::Null);
}

#[test]
#[should_panic(expected = "nothing is called leeder")]
fn a_field_that_no_model_has_is_not_null() {
    at(&serde_json::json!({ "leader": 1 }), "/leeder");
}

/// As a journal, 100 ms apart.
pub(crate) fn journal(said: &[Draft]) -> Vec<Observation> {
    said.iter().zip(0..).map(|(draft, seq)| observed(seq, draft.clone())).collect()
}

/// At a place in the journal.
pub(crate) fn observed(seq: u64, Draft { said_at, source, cause, fact }: Draft) -> Observation {
    Observation { seq, heard_at: seq * 100, said_at, source, cause, fact }
}

/// Said by a client of ours.
pub(crate) fn client(name: &str, fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Client(name.to_owned()), fact)
}

/// Said by Pipewright.
pub(crate) fn app(fact: LabFact) -> Draft {
    Draft::new(Source::Pipewright, fact)
}

/// Three brokers and a controller.
pub(crate) fn started() -> Draft {
    app(start(false))
}

pub(crate) fn start(adopted: bool) -> LabFact {
    let node = |name: String, role: &str, id| NodeInfo {
        endpoint: (role == "broker").then(|| format!("127.0.0.1:{}", 19091 + id)),
        name,
        role: role.to_owned(),
        node_id: Some(id),
        ..NodeInfo::default()
    };
    let brokers = (1..=3).map(|id| node(format!("kafka-{id}"), "broker", id));
    let controller = node("controller-1".to_owned(), "controller", 100);
    let nodes = brokers.chain([controller]).collect();
    LabFact::LabStarted {
        lab: "lab-a".to_owned(),
        stack: "kafka-3".to_owned(),
        nodes,
        images: Vec::new(),
        adopted,
        settings: Vec::new(),
    }
}

/// The container engine reports a node.
pub(crate) fn container(node: &str, state: NodeState, networks: &[&str]) -> Draft {
    let networks = networks.iter().map(ToString::to_string).collect();
    let exit_code = (state == NodeState::Stopped).then_some(137);
    Draft::new(Source::Docker, LabFact::NodeChanged { node: node.to_owned(), state, exit_code, networks })
}

pub(crate) fn silent() -> LabFact {
    LabFact::FellSilent { why: "no answer within 1 s".to_owned() }
}

/// `kafka.create_topic` with that id begins.
pub(crate) fn action_began(id: u64) -> Draft {
    let args = [("topic".to_owned(), Value::from("orders"))].into_iter().collect();
    let action = ActionCall { name: "kafka.create_topic".to_owned(), args };
    let by_hand = vec!["kafka-topics.sh --create --topic orders".to_owned()];
    app(LabFact::ActionBegan { action, by_hand }).because_of(ActionId(id))
}
