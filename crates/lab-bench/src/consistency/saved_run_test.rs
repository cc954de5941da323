//! A run that an earlier Pipewright saved, with the journal of its lab: it opens, reads the same, and its evidence is in the
//! journal.
//!
//! Made by a test of the whole product on 30 November, unchanged; of the journal those facts were left out that are not
//! about the ring or requests (traces, φ, tables, a spare that never ran).

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Header, Millis, Observation,
    facts::cassandra::{CassandraFact, RequestSeen},
};
use lab_views::{
    View,
    kinds::cassandra_ring::{State, TheView},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::*;
use crate::words::unknown;

const RUN: &str = include_str!("saved_run/run.json");
const JOURNAL: &str = include_str!("saved_run/journal.ndjson");
/// Counts and trials of each cell.
const CELLS: [(&str, &str); 2] = [
    (
        include_str!("saved_run/cells/rf3-stop-whole-ONE-ONE.json"),
        include_str!("saved_run/trials/rf3-stop-whole-ONE-ONE.json"),
    ),
    (
        include_str!("saved_run/cells/rf3-stop-whole-ALL-ONE.json"),
        include_str!("saved_run/trials/rf3-stop-whole-ALL-ONE.json"),
    ),
];

fn run() -> Run {
    Run::read(1, RUN.as_bytes(), |error| unknown(error.to_string(), String::new())).unwrap()
}

/// What a file says, read and written again: nothing of it is lost.
fn whole<T: DeserializeOwned + Serialize>(text: &str) -> T {
    let read: T = serde_json::from_str(text).unwrap();
    assert_eq!(json!(read), serde_json::from_str::<Value>(text).unwrap());
    read
}

fn cells() -> Vec<(Cell, Vec<Trial>)> {
    CELLS.map(|(cell, trials)| (whole(cell), whole(trials))).into()
}

#[test]
fn nothing_of_a_saved_run_is_lost() {
    let mut file: Value = serde_json::from_str(RUN).unwrap();
    file["kind"] = "consistency".into();
    assert_eq!(json!(run()), file, "it was saved when there was only one experiment");
}

#[test]
fn a_saved_run_still_adds_up() {
    let kept = |plan: &CellPlan| {
        let found = cells().into_iter().find(|(cell, _)| cell.cell == plan.cell);
        Ok(found.map(|(cell, trials)| (Some(cell), trials)).unwrap_or_default())
    };
    let verified = Verified::of(&run(), &[], kept);
    assert_eq!((verified.cells, verified.of_cells, verified.trials), (2, 2, 40));
    assert!(verified.holds, "{:?}", verified.findings);
}

#[test]
fn a_saved_run_reads_as_it_did() {
    let cells = cells();
    let shown = Experiment::of(run(), cells.iter().map(|(cell, _)| cell.clone()).collect(), None);
    assert_eq!((shown.info.state, shown.info.trials, shown.info.stale), (crate::RunState::Done, 40, 19));
    // The report of that day counted 20 reads of the first, whose writes were all refused.
    let says = [
        "1 cell with R + W > RF: no read was answered after an acknowledged write, so it is not tested here.",
        "1 cell whose levels need not share a replica: stale reads in 1, most in write ONE, read ONE at RF 3 with stop (19 of \
         20 trials). The last read of each trial goes, on purpose, through a node that missed the write: this is the worst case.",
        "Every trial had a result that the rules allow.",
        "You were right about 1 cell of 2.",
    ];
    assert_eq!(shown.says, says);
}

#[test]
fn its_report_has_the_matrix_first_and_then_every_cell_with_its_trials() {
    let cells = cells();
    let shown = Experiment::of(run(), cells.iter().map(|(cell, _)| cell.clone()).collect(), None);
    let trials: Vec<(String, Vec<Trial>)> = cells.into_iter().map(|(cell, trials)| (cell.cell, trials)).collect();
    let html = report::html(&shown, &trials);
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"));
    assert!(at("<b class=\"stale\">19</b> of 20 stale") < at("id=\"rf3-stop-whole-ONE-ONE\""));
    assert!(at("<b>20</b> of 20 unavailable") < at("id=\"rf3-stop-whole-ALL-ONE\""));
    assert!(at("cassandra-1: &#39;new&#39;, cassandra-2: &#39;new&#39; and cassandra-3: &#39;old&#39;") > 0);
    let rows = html.matches("<tr>").count();
    assert_eq!(rows, 40 + 2 + 1 + 4, "40 trials, two rows of the matrix, a fault, and four heads");
}

#[test]
fn what_the_rules_say_of_its_plan_is_what_was_saved() {
    let run = run();
    let checked = check(run.plan.clone(), &Topology::of("cassandra-3", 3)).unwrap();
    assert_eq!((checked.plan, checked.cells), (run.plan, run.cells));
}

/// Every line of the journal, with the ring's fold as it is after it.
fn journal() -> (Vec<Observation>, State) {
    let mut lines = JOURNAL.lines();
    let header: Header = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(header.lab, run().lab);
    let observations: Vec<Observation> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut ring = State::default();
    for observation in &observations {
        TheView::apply(&mut ring, observation);
    }
    (observations, ring)
}

/// When a request ended and how, by its id.
fn requests(observations: &[Observation]) -> BTreeMap<&str, (Millis, &RequestSeen)> {
    let ended = observations.iter().filter_map(|observation| match &observation.fact {
        Fact::Cassandra(CassandraFact::RequestEnded { request }) => {
            Some((request.id.as_str(), (observation.heard_at, request)))
        }
        _ => None,
    });
    ended.collect()
}

#[test]
fn its_requests_are_in_the_journal_as_the_trials_tell_them() {
    let (observations, _) = journal();
    let requests = requests(&observations);
    let cells = cells();
    let trials = cells.iter().flat_map(|(_, trials)| trials);
    let told: Vec<&TrialRequest> = trials
        .flat_map(|trial| {
            let reads = trial.during.iter().chain(&trial.after_return);
            std::iter::once(&trial.write).chain(reads.map(|read| &read.request))
        })
        .collect();
    assert_eq!(told.len(), 100, "of 40 trials 20 were refused, and nothing was read after the return");
    for told in told {
        assert_eq!(*told, TrialRequest::of(requests[told.id.as_str()].1));
    }
}

#[test]
fn read_back_from_the_journal_each_trial_is_judged_as_it_was() {
    let (observations, ring) = journal();
    let requests = requests(&observations);
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let (members, victims) = (set(&["cassandra-1", "cassandra-2", "cassandra-3"]), set(&["cassandra-3"]));
    let judge = |trial: &Trial, phase: TrialPhase| {
        let read = &trial.during.as_ref().unwrap().request;
        let ((written, write), (ended, _)) = (requests[trial.write.id.as_str()], requests[read.id.as_str()]);
        let span = (written - write.took_micros / 1000, ended);
        let asked = trial.write.coordinator.iter().chain(&read.coordinator).cloned().collect();
        Phase { phase, members: &members, victims: &victims }.why_not(&ring, span, &asked)
    };
    for (cell, trials) in &cells() {
        for trial in trials {
            assert_eq!(judge(trial, cell.phase), trial.set_aside, "{} {}", cell.cell, trial.trial);
            let other = judge(trial, TrialPhase::Before).unwrap();
            assert!(other.ends_with("believed cassandra-3 down"), "{other}");
        }
    }
}
