//! Promise 2: whoever tells, looks and follows at the same time, no verdict ever says other than the picture.

use std::{
    path::Path,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use lab_lessons::{Moment, Sentence, Truth, Verdict};
use lab_model::{
    ActionCall, ActionId, Draft, Observation, Source,
    facts::lab::{LabFact, NodeInfo, NodeState, Outcome},
};
use lab_views::Projection;
use proptest::{
    collection::vec,
    prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest},
    sample::select,
};
use serde_json::{Map, Value, json};

use super::{Following, Recorder};
use crate::{journals::JournalFile, test_host::header};

const KIND: &str = "lab_nodes";

/// What may be said of two nodes and of what is done to them.
fn told() -> impl Strategy<Value = Draft> {
    let node = || select(vec!["a", "b"]).prop_map(ToOwned::to_owned);
    let state = select(vec![NodeState::Running, NodeState::Paused, NodeState::Stopped]);
    let changed = (node(), state).prop_map(|(node, state)| {
        let fact = LabFact::NodeChanged { node, state, exit_code: None, networks: Vec::new() };
        Draft::new(Source::Docker, fact)
    });
    let heard = prop_oneof![Just(LabFact::Heard), Just(LabFact::FellSilent { why: "no answer".into() })];
    let heard = (node(), heard).prop_map(|(node, fact)| Draft::new(Source::Node(node), fact));
    let began =
        LabFact::ActionBegan { action: ActionCall { name: "x.y".into(), args: Map::new() }, by_hand: Vec::new() };
    let ended = LabFact::ActionEnded { outcome: Outcome::Done, says: String::new(), code: None, took: 1 };
    let acted = (1..4_u64, select(vec![began, ended]))
        .prop_map(|(id, fact)| Draft::new(Source::Pipewright, fact).because_of(ActionId(id)));
    prop_oneof![5 => changed, 3 => heard, 2 => acted, 1 => Just(pipewright(LabFact::LabBecameReady { took: 1 }))]
}

fn pipewright(fact: LabFact) -> Draft {
    Draft::new(Source::Pipewright, fact)
}

/// What each of three threads tells.
fn tellers() -> impl Strategy<Value = Vec<Vec<Draft>>> {
    vec(vec(told(), 1..30), 3)
}

fn start() -> Draft {
    let node = |name: &str| NodeInfo { name: name.to_owned(), ..NodeInfo::default() };
    pipewright(LabFact::LabStarted {
        lab: "lab".into(),
        stack: "none".into(),
        nodes: vec![node("a"), node("b")],
        images: Vec::new(),
        adopted: false,
        settings: Vec::new(),
    })
}

fn sentences(holds: &[&str]) -> Vec<Sentence> {
    let sentence =
        |holds: &&str| serde_json::from_value(json!({ "say": holds, "view": KIND, "holds": holds })).unwrap();
    holds.iter().map(sentence).collect()
}

fn checks() -> Vec<Sentence> {
    sentences(&["nodes.exists(n, n.name == 'a' && n.state == 'running')", "nodes.exists(n, n.state == 'paused')"])
}

fn options() -> Vec<Sentence> {
    sentences(&[
        "nodes.all(n, n.heard == 'answering')",
        "nodes.exists(n, n.heard == 'silent')",
        "actions.exists(a, a.state == 'done') && !well",
    ])
}

/// What the sentences say of a picture.
fn read(sentences: &[Sentence], shown: &Projection<Value>) -> Vec<Truth> {
    let moment = Moment { model: &shown.model, before: None, began: 0 };
    let says = |sentence: &Sentence| if shown.known { sentence.holds.evaluate(moment) } else { Truth::Unknown };
    sentences.iter().map(says).collect()
}

/// Each of them tells in a thread of its own, while `beside` is done in another one until all was told.
fn while_told<T: Send>(recorder: &Recorder, tellers: Vec<Vec<Draft>>, beside: impl Fn(&AtomicBool) -> T + Sync) -> T {
    let (begin, over) = (Barrier::new(tellers.len() + 1), AtomicBool::new(false));
    thread::scope(|scope| {
        let tell = |drafts: Vec<Draft>| {
            begin.wait();
            for draft in drafts {
                recorder.record(draft);
                // On one core as on many: each tells between what the others do.
                thread::yield_now();
            }
        };
        let telling: Vec<_> = tellers.into_iter().map(|drafts| scope.spawn(move || tell(drafts))).collect();
        let beside = scope.spawn(|| {
            begin.wait();
            beside(&over)
        });
        telling.into_iter().for_each(|thread| thread.join().unwrap());
        over.store(true, Ordering::Release);
        beside.join().unwrap()
    })
}

/// Where truth and picture are of one revision and differ, in words; none if something was told while both were asked for.
fn contradiction(recorder: &Recorder, following: &Following, followed: &[Sentence]) -> Option<String> {
    let before = recorder.revision(KIND);
    let told: Vec<Truth> = following.told().states.iter().map(|state| state.truth).collect();
    let shown = recorder.project(KIND, &json!({})).unwrap();
    let same_moment = recorder.revision(KIND) == before;
    let picture = read(followed, &shown);
    (same_moment && told != picture).then(|| format!("told {told:?}, shown {picture:?} of {}", shown.model))
}

/// What an independent reading of the journal says of the checks and options: whether and which held together.
fn reread(folder: &Path) -> Verdict {
    let (checks, options) = (checks(), options());
    let mut verdict = Verdict::new(options.len());
    let mut fold = (lab_views::kind(KIND).unwrap().new_fold)();
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    for line in std::fs::read_to_string(file).unwrap().lines().skip(1) {
        let observation: Observation = serde_json::from_str(line).unwrap();
        fold.apply(&observation);
        let shown = fold.project(&json!({})).unwrap();
        verdict.see(observation.heard_at, &read(&checks, &shown), &read(&options, &shown));
    }
    verdict
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn no_truth_contradicts_the_picture_of_its_moment(tellers in tellers()) {
        let recorder = Recorder::new(None);
        recorder.record(start());
        let followed: Vec<Sentence> = checks().into_iter().chain(options()).collect();
        let long = recorder.follow(checks(), options());
        let found = while_told(&recorder, tellers, |over| loop {
            let last = over.load(Ordering::Acquire);
            let short = recorder.follow(checks(), options());
            let found = [&long, &short].into_iter().find_map(|one| contradiction(&recorder, one, &followed));
            if found.is_some() || last {
                return found;
            }
            thread::yield_now();
        });
        assert_eq!(found, None);
    }

    /// The verdict that came about while all was told is the one that the journal gives when it is read from its beginning.
    #[test]
    fn what_held_together_at_some_moment_was_seen_and_nothing_else(tellers in tellers()) {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::new(Some(JournalFile::create(folder.path(), header()).unwrap()));
        recorder.record(start());
        let following = recorder.follow(checks(), options());
        while_told(&recorder, tellers, |over| while !over.load(Ordering::Acquire) {
            recorder.project(KIND, &json!({})).unwrap();
            thread::yield_now();
        });
        let seen = following.told().verdict;
        recorder.flush();
        assert_eq!(seen, reread(folder.path()));
    }
}

#[test]
fn checks_that_hold_together_only_between_two_neighbours_were_seen() {
    let recorder = Recorder::new(None);
    recorder.record(start());
    let following = recorder.follow(checks(), Vec::new());
    for (node, state) in [("a", NodeState::Running), ("b", NodeState::Paused), ("a", NodeState::Stopped)] {
        let (node, networks) = (node.to_owned(), Vec::new());
        recorder.record(Draft::new(Source::Docker, LabFact::NodeChanged { node, state, exit_code: None, networks }));
    }
    let verdict = following.told().verdict;
    assert_eq!((verdict.checks_ever_held(), verdict.checks_hold_since()), (true, None));
}
