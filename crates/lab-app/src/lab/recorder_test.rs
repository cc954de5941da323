//! The journal under many threads: its order, who follows it from where, and whom it wakes.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Barrier,
    thread::{self, JoinHandle},
};

use lab_lessons::Truth;
use lab_model::{
    Fact, Source,
    facts::lab::{LabFact, NodeInfo, NodeState},
};
use serde_json::json;

use super::*;
use crate::{lab::Following, test_host::header};

const THREADS: usize = 8;
const EACH: usize = 500;

/// What is on disk of the journal in that folder.
fn written(folder: &Path) -> Vec<Observation> {
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn silent(why: String) -> Draft {
    Draft::new(Source::Node("node-1".into()), LabFact::FellSilent { why })
}

/// Many threads tell at once, each fact with words of its own. What the journal then holds, and which place each of the
/// threads was told for its words.
fn told_by_many() -> (Vec<Observation>, BTreeMap<String, u64>) {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(Some(JournalFile::create(folder.path(), header()).unwrap()));
    let begin = Arc::new(Barrier::new(THREADS));
    let tell = |thread: usize| -> JoinHandle<Vec<(String, u64)>> {
        let (recorder, begin) = (Arc::clone(&recorder), Arc::clone(&begin));
        thread::spawn(move || {
            begin.wait();
            let words = (0..EACH).map(|number| format!("{thread}-{number}"));
            words.map(|why| (why.clone(), recorder.record(silent(why)))).collect()
        })
    };
    let threads: Vec<_> = (0..THREADS).map(tell).collect();
    let places = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    drop(recorder);
    (written(folder.path()), places)
}

fn words(observation: &Observation) -> &str {
    let Fact::Lab(LabFact::FellSilent { why }) = &observation.fact else { panic!("{observation:?}") };
    why
}

#[test]
fn places_have_no_gap_and_no_place_is_given_twice_whoever_tells() {
    let (journal, _) = told_by_many();
    let places: Vec<u64> = journal.iter().map(|observation| observation.seq).collect();
    let count = u64::try_from(THREADS * EACH).unwrap();
    assert_eq!(places, (0..count).collect::<Vec<u64>>());
}

#[test]
fn time_never_goes_backwards_whoever_tells() {
    let (journal, _) = told_by_many();
    let back = journal.windows(2).find(|pair| pair[1].heard_at < pair[0].heard_at);
    assert_eq!(back, None);
}

#[test]
fn each_thread_is_told_the_place_of_what_it_said() {
    let (journal, places) = told_by_many();
    let held: BTreeMap<String, u64> = journal.iter().map(|it| (words(it).to_owned(), it.seq)).collect();
    assert_eq!(places, held);
}

/// A journal of a lab with one node.
fn of_one_node() -> Arc<Recorder> {
    let recorder = Recorder::new(None);
    let start = LabFact::LabStarted {
        lab: "lab".into(),
        stack: "none".into(),
        nodes: vec![NodeInfo { name: "node-1".into(), ..NodeInfo::default() }],
        images: Vec::new(),
        adopted: false,
        settings: Vec::new(),
    };
    recorder.record(Draft::new(Source::Pipewright, start));
    recorder
}

fn node(state: NodeState) -> Draft {
    let fact = LabFact::NodeChanged { node: "node-1".into(), state, exit_code: None, networks: Vec::new() };
    Draft::new(Source::Docker, fact)
}

/// Follows that the node is in that state.
fn follow(recorder: &Arc<Recorder>, state: &str, when: &str) -> Following {
    let holds = format!("nodes.exists(n, n.state == '{state}')");
    let sentence = json!({ "say": state, "view": "lab_nodes", "holds": holds, "when": when });
    recorder.follow(vec![serde_json::from_value(sentence).unwrap()], Vec::new())
}

fn truth(following: &Following) -> Truth {
    following.told().states[0].truth
}

#[test]
fn who_begins_to_follow_in_the_middle_knows_at_once_what_was_said_before() {
    let recorder = of_one_node();
    recorder.record(node(NodeState::Paused));
    assert_eq!(truth(&follow(&recorder, "paused", "now")), Truth::True);
}

#[test]
fn what_was_so_only_before_somebody_followed_never_was_for_him() {
    let recorder = of_one_node();
    recorder.record(node(NodeState::Paused));
    recorder.record(node(NodeState::Running));
    let following = follow(&recorder, "paused", "ever");
    recorder.record(node(NodeState::Stopped));
    assert_eq!(truth(&following), Truth::False);
}

/// Between the picture that a follow begins with and the first observation that it is shown is nothing: else it would stay
/// at the old picture.
#[test]
fn a_follow_that_begins_while_something_is_said_misses_nothing() {
    for round in 0..300 {
        let recorder = of_one_node();
        let begin = Arc::new(Barrier::new(2));
        let (telling, ready) = (Arc::clone(&recorder), Arc::clone(&begin));
        let teller = thread::spawn(move || {
            ready.wait();
            telling.record(node(NodeState::Paused));
        });
        begin.wait();
        let following = follow(&recorder, "paused", "now");
        teller.join().unwrap();
        assert_eq!(truth(&following), Truth::True, "in round {round}");
    }
}

#[test]
fn a_follow_that_is_dropped_is_told_nothing_more() {
    let recorder = of_one_node();
    let following = follow(&recorder, "paused", "now");
    let told = following.receiver();
    drop(following);
    assert!(told.has_changed().is_err(), "it is judged still");
}

#[test]
fn the_end_of_one_follow_is_no_other_ones() {
    let recorder = of_one_node();
    let [first, second] = ["paused", "paused"].map(|state| follow(&recorder, state, "now"));
    drop(first);
    recorder.record(node(NodeState::Paused));
    assert_eq!(truth(&second), Truth::True);
}

#[test]
fn only_the_kinds_that_a_fact_concerns_have_another_revision() {
    let recorder = of_one_node();
    let revisions = || lab_views::kinds().iter().map(|kind| (kind.name, recorder.revision(kind.name)));
    let before: Vec<(&str, u64)> = revisions().collect();
    recorder.record(Draft::new(Source::Pipewright, LabFact::MachineSlept { gap: 1 }));
    let other: Vec<&str> = revisions().zip(before).filter(|(now, old)| now != old).map(|(now, _)| now.0).collect();
    assert_eq!(other, ["timeline"]);
}

/// That a client is heard again concerns no view.
#[test]
fn who_waits_for_changes_is_woken_by_what_concerns_no_view_too() {
    let recorder = of_one_node();
    let mut changes = recorder.changes();
    let woken = [0; 3].map(|_| {
        changes.mark_unchanged();
        recorder.record(Draft::new(Source::Client("reader".into()), LabFact::Heard));
        changes.has_changed().unwrap()
    });
    assert_eq!(woken, [true; 3]);
}
