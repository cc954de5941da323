//! Evidence: what made a sentence true, and not what was heard or waited for besides.

use lab_model::{
    Source,
    facts::lab::{NodeInfo, NodeState},
};
use serde_json::json;

use super::*;

/// A journal of two nodes in which time goes on as a test says.
struct Journal {
    folds: Folds,
    follower: Option<Follower>,
    seq: u64,
}

impl Journal {
    fn new() -> Self {
        let mut told = Self { folds: Folds::new(), follower: None, seq: 0 };
        let node = |name: &str| NodeInfo { name: name.to_owned(), ..NodeInfo::default() };
        let (nodes, images) = (vec![node("kafka-1"), node("kafka-2")], Vec::new());
        let start = LabFact::LabStarted {
            lab: "l".into(),
            stack: "s".into(),
            nodes,
            images,
            adopted: false,
            settings: Vec::new(),
        };
        told.hear(0, Source::Pipewright, start);
        told
    }

    fn follow(&mut self, holds: &str, when: &str) {
        let sentence = json!({ "say": "it is so", "view": "lab_nodes", "with": {}, "holds": holds, "when": when });
        let sentence: Sentence = serde_json::from_value(sentence).unwrap();
        self.follower = Some(Follower::new(1, (vec![sentence], Vec::new()), (0, self.seq), &self.folds).0);
    }

    fn hear(&mut self, heard_at: Millis, source: Source, fact: LabFact) {
        let observation =
            Observation { seq: self.seq, heard_at, said_at: None, source, cause: None, fact: Fact::Lab(fact) };
        self.seq += 1;
        let changed = self.folds.apply(&observation);
        if let Some(follower) = &mut self.follower {
            follower.see(&observation, &changed, &self.folds);
        }
    }

    fn node(&mut self, at: Millis, node: &str, state: NodeState) {
        let fact = LabFact::NodeChanged { node: node.to_owned(), state, exit_code: None, networks: Vec::new() };
        self.hear(at, Source::Docker, fact);
    }

    fn state(&self) -> CheckState {
        let told = self.follower.as_ref().unwrap().told.borrow();
        told.states[0].clone()
    }

    fn words(&self) -> Option<String> {
        self.state().evidence.map(|evidence| evidence.words)
    }
}

const STOPPED: &str = "nodes.exists(n, n.name == 'kafka-1' && n.state == 'stopped')";

#[test]
fn the_fact_that_made_it_so_is_the_evidence() {
    let mut told = Journal::new();
    told.follow(STOPPED, "now");
    told.node(10, "kafka-2", NodeState::Running);
    told.node(20, "kafka-1", NodeState::Running);
    assert_eq!(told.state().truth, Truth::False);
    told.node(30, "kafka-1", NodeState::Stopped);
    assert_eq!(told.state().truth, Truth::True);
    assert_eq!(told.words().as_deref(), Some("kafka-1 is stopped"));
    // What is told of others afterwards is not why.
    told.node(40, "kafka-2", NodeState::Paused);
    assert_eq!(told.words().as_deref(), Some("kafka-1 is stopped"));
}

#[test]
fn what_was_heard_while_time_went_on_is_no_evidence() {
    let mut told = Journal::new();
    told.follow(STOPPED, "for 2s");
    told.node(10, "kafka-1", NodeState::Running);
    told.node(20, "kafka-2", NodeState::Running);
    told.node(100, "kafka-1", NodeState::Stopped);
    told.node(900, "kafka-2", NodeState::Paused);
    assert_ne!(told.state().truth, Truth::True);
    told.hear(2200, Source::Node("kafka-2".into()), LabFact::Heard);
    assert_eq!(told.state().truth, Truth::True);
    assert_eq!(told.words().as_deref(), Some("kafka-1 is stopped"));
}

#[test]
fn what_was_so_from_the_beginning_has_no_evidence() {
    let mut told = Journal::new();
    told.node(10, "kafka-1", NodeState::Stopped);
    told.node(10, "kafka-2", NodeState::Running);
    told.follow(STOPPED, "now");
    assert_eq!((told.state().truth, told.words()), (Truth::True, None));
}

#[test]
fn actions_that_ended_well_are_told() {
    let mut told = Journal::new();
    told.follow(STOPPED, "now");
    let mut act = |id: u64, outcome: Outcome| {
        let action = ActionCall { name: format!("docker.{id}"), args: serde_json::Map::new() };
        let facts = [
            LabFact::ActionBegan { action, by_hand: Vec::new() },
            LabFact::ActionEnded { outcome, says: String::new(), code: None, took: 1 },
        ];
        for fact in facts {
            let observation = Observation {
                seq: told.seq,
                heard_at: 1,
                said_at: None,
                source: Source::Pipewright,
                cause: Some(ActionId(id)),
                fact: Fact::Lab(fact),
            };
            told.seq += 1;
            let changed = told.folds.apply(&observation);
            told.follower.as_mut().unwrap().see(&observation, &changed, &told.folds);
        }
    };
    act(1, Outcome::Done);
    act(2, Outcome::Failed);
    act(3, Outcome::Done);
    let follower = told.follower.as_ref().unwrap();
    let done: Vec<String> = follower.told.borrow().done.iter().map(|action| action.name.clone()).collect();
    assert_eq!(done, ["docker.1", "docker.3"]);
}
