//! Journals written and read back: what a view shows of one is what it showed then.

use std::{fs, io::Write, path::PathBuf, sync::Arc};

use lab_model::{Code, Draft, FORMAT, Header, Observation};
use lab_views::Kind;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{
    lab::Recorder,
    schema::{JournalInfo, JournalState},
};

const BEGAN: i64 = 1_700_000_000_000;

pub(super) fn header() -> Header {
    Header {
        format: FORMAT,
        lab: "lab".into(),
        stack: "kafka-1".into(),
        began_at: BEGAN,
        pipewright: "0".into(),
        images: Vec::new(),
        engine: String::new(),
    }
}

/// What the engines said in the journal that is kept beside a kind of view, and the parameters it is shown with.
pub(super) fn kept(kind: &Kind) -> (Vec<Draft>, Value) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../lab-views/src/kinds").join(kind.name);
    let text = fs::read_to_string(folder.join("journal.ndjson")).unwrap();
    let observations = text.lines().skip(1).map(|line| serde_json::from_str::<Observation>(line).unwrap());
    let draft = |Observation { said_at, source, cause, fact, .. }| Draft { said_at, source, cause, fact };
    let model: Value = serde_json::from_str(&fs::read_to_string(folder.join("model.json")).unwrap()).unwrap();
    (observations.map(draft).collect(), model["params"].clone())
}

/// A data folder, and a recorder that writes the journal of `lab` in it.
pub(super) fn recording(rotate_at: u64) -> (TempDir, Arc<Recorder>) {
    let data = tempfile::tempdir().unwrap();
    let file = JournalFile::create(&folder(data.path()).join("lab"), header()).unwrap();
    (data, Recorder::new(Some(file.rotating_at(rotate_at))))
}

fn replayed(data: &TempDir) -> Replay {
    Replay::new(&find(data.path(), "lab").unwrap(), None, |_, _| ()).unwrap()
}

pub(super) fn parts(data: &TempDir) -> Vec<PathBuf> {
    part::all(&folder(data.path())).into_iter().map(|part| part.path).collect()
}

#[test]
fn every_kind_shows_of_a_journal_what_it_showed_live() {
    for kind in lab_views::kinds() {
        let (drafts, params) = kept(kind);
        let (data, recorder) = recording(u64::MAX);
        let mut live = Vec::new();
        for draft in drafts {
            recorder.record(draft);
            live.push(recorder.show(kind.name, &params).unwrap());
        }
        recorder.flush();
        let mut seen = 0;
        let mut before = None;
        let journal = find(data.path(), "lab").unwrap();
        let end = journal.read(|line| {
            let reader::Line::Observation(observation) = line else { panic!("{}: a keyframe", kind.name) };
            let at = usize::try_from(observation.seq).unwrap();
            // Of several observations of one millisecond the last one counts.
            before = Some((at, observation.heard_at));
            seen += 1;
            true
        });
        assert_eq!(end, reader::End::Whole);
        assert_eq!(seen, live.len(), "{}", kind.name);
        let (last, until) = before.unwrap();
        for at in [None, Some(until), Some(until + 1)] {
            let replay = Replay::new(&journal, at, |_, _| ()).unwrap();
            assert_eq!(replay.show(kind.name, &params).unwrap(), live[last], "{} at {at:?}", kind.name);
        }
    }
}

#[test]
fn a_later_part_is_read_without_those_before_it() {
    for kind in lab_views::kinds() {
        let (drafts, params) = kept(kind);
        let (data, recorder) = recording(1000);
        drafts.into_iter().for_each(|draft| {
            recorder.record(draft);
        });
        recorder.flush();
        let live = recorder.show(kind.name, &params).unwrap();
        let all = parts(&data);
        assert!(all.len() > 1, "{}: one part only", kind.name);
        assert_eq!(replayed(&data).show(kind.name, &params).unwrap(), live, "{}", kind.name);
        for part in &all[..all.len() - 1] {
            fs::remove_file(part).unwrap();
            let replay = replayed(&data);
            assert_eq!(
                (replay.show(kind.name, &params).unwrap(), replay.missing(kind.name)),
                (live.clone(), None),
                "{}",
                kind.name
            );
        }
    }
}

#[test]
fn a_view_that_cannot_go_on_from_what_was_known_says_that_it_knows_nothing_of_the_parts_before() {
    let data = in_parts();
    let all = parts(&data);
    fs::remove_file(&all[0]).unwrap();
    let text = fs::read_to_string(&all[1]).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines[1]["keyframes"]["cassandra_ring"] = json!("of another shape");
    lines[1]["keyframes"].as_object_mut().unwrap().remove("timeline");
    let spoiled: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&all[1], spoiled).unwrap();
    let replay = replayed(&data);
    let missing = ["cassandra_ring", "timeline", "lab_nodes"].map(|kind| replay.missing(kind));
    let removed =
        || Some("The first part of the journal was removed. What was told there is not known to this view.".to_owned());
    assert_eq!(missing, [removed(), removed(), None]);
}

#[test]
fn a_moment_whose_part_was_removed_is_refused_and_not_shown_as_what_came_later() {
    let dir = tempfile::tempdir().unwrap();
    let lab = folder(dir.path()).join("lab");
    fs::create_dir_all(&lab).unwrap();
    let fact = lab_model::facts::lab::LabFact::LabStopped.into();
    let source = lab_model::Source::Docker;
    let heard = json!(Observation { seq: 90, heard_at: 5200, said_at: None, source, cause: None, fact });
    let text = format!("{}\n{}\n{heard}\n", json!(header()), json!({ "keyframes": {} }));
    fs::write(lab.join(format!("{BEGAN}-1.3.ndjson")), text).unwrap();
    let journal = find(dir.path(), "lab").unwrap();
    let at = |at| Replay::new(&journal, Some(at), |_, _| ());
    let refused = at(5000).err().unwrap();
    assert_eq!((refused.code, refused.detail.as_str()), (Code::Unknown, "The first 3 parts were removed."));
    assert_eq!(refused.hint, "Give a moment from --at 5.200 on.");
    assert_eq!(at(5200).unwrap().until, Some(5200));
}

#[test]
fn a_journal_that_is_written_is_listed_as_such_and_closed_or_cut_off_afterwards() {
    let (data, recorder) = recording(u64::MAX);
    let (drafts, params) = kept(lab_views::kind("kafka_cluster").unwrap());
    drafts.into_iter().for_each(|draft| {
        recorder.record(draft);
    });
    recorder.flush();
    let info = |data: &TempDir| infos(data.path()).remove(0);
    let written = info(&data);
    assert_eq!((written.lab.as_str(), written.stack.as_str(), written.began_at), ("lab", "kafka-1", BEGAN));
    assert_eq!((written.state, written.parts, written.parts_gone), (JournalState::Written, 1, 0));
    let whole = recorder.show("kafka_cluster", &params).unwrap();
    drop(recorder);
    assert_eq!(info(&data), JournalInfo { state: JournalState::Closed, ..written.clone() });

    let part = parts(&data).remove(0);
    let text = fs::read_to_string(&part).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&part).unwrap();
    file.write_all(b"{\"seq\":99,\"heard").unwrap();
    assert_eq!(info(&data).state, JournalState::CutOff);
    assert_eq!(info(&data).until_ms, written.until_ms);
    let replay = replayed(&data);
    assert!(replay.cut_off && replay.at_its_end && !replay.is_written);
    assert_eq!(replay.show("kafka_cluster", &params).unwrap(), whole);

    // Cut anywhere, it is either no journal or one with less in it.
    for length in (0..text.len()).step_by(97) {
        fs::write(&part, &text[..length]).unwrap();
        match find(data.path(), "lab").and_then(|journal| Replay::new(&journal, None, |_, _| ())) {
            Ok(replay) => assert!(replay.show("kafka_cluster", &params).is_ok()),
            Err(problem) => assert_eq!(problem.code, Code::JournalInvalid, "{problem}"),
        }
    }
}

/// A closed journal of several parts, each observation of it heard at another moment.
pub(super) fn in_parts() -> TempDir {
    let (data, recorder) = recording(1000);
    kept(lab_views::kind("cassandra_ring").unwrap()).0.into_iter().for_each(|draft| {
        // No two in one millisecond.
        std::thread::sleep(std::time::Duration::from_millis(2));
        recorder.record(draft);
    });
    drop(recorder);
    assert!(parts(&data).len() > 2 && infos(data.path())[0].state == JournalState::Closed);
    data
}

#[test]
fn a_journal_without_one_of_its_parts_is_listed_as_damaged() {
    let data = in_parts();
    fs::remove_file(&parts(&data)[1]).unwrap();
    assert_eq!(infos(data.path()).remove(0).state, JournalState::Damaged);
}

#[test]
fn a_journal_of_which_a_part_begins_as_none_is_listed_as_damaged() {
    let data = in_parts();
    fs::write(&parts(&data)[1], "{}\n").unwrap();
    assert_eq!(infos(data.path()).remove(0).state, JournalState::Damaged);
}

#[test]
fn what_a_run_keeps_of_a_journal_outlives_it_and_is_found_by_its_name() {
    let (data, recorder) = recording(1000);
    let (drafts, params) = kept(lab_views::kind("cassandra_ring").unwrap());
    let run = data.path().join("experiments/7/journal/lab");
    for draft in drafts {
        recorder.record(draft);
        recorder.keep_in(&run).unwrap();
    }
    let (name, live) = (recorder.name().unwrap(), recorder.show("cassandra_ring", &params).unwrap());
    drop(recorder);
    fs::remove_dir_all(folder(data.path())).unwrap();
    let journal = find(data.path(), &name).unwrap();
    assert_eq!(Replay::new(&journal, None, |_, _| ()).unwrap().show("cassandra_ring", &params).unwrap(), live);
    let listed: Vec<(String, String)> = infos(data.path()).into_iter().map(|info| (info.lab, info.journal)).collect();
    assert_eq!(listed, [("lab".to_owned(), name)]);
}

#[test]
fn what_is_no_journal_is_refused_with_file_and_line() {
    let (data, recorder) = recording(u64::MAX);
    kept(lab_views::kind("lab_nodes").unwrap()).0.into_iter().for_each(|draft| {
        recorder.record(draft);
    });
    drop(recorder);
    let part = parts(&data).remove(0);
    let lines: Vec<String> = fs::read_to_string(&part).unwrap().lines().map(str::to_owned).collect();
    let refused = |lines: &[String]| {
        fs::write(&part, lines.join("\n") + "\n").unwrap();
        let read = find(data.path(), "lab").and_then(|journal| Replay::new(&journal, None, |_, _| ()));
        read.err().unwrap()
    };
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        line.clone_into(&mut lines[at]);
        lines
    };
    let spoiled = refused(&with(2, "not JSON"));
    assert_eq!(spoiled.code, Code::JournalInvalid);
    assert!(spoiled.message.contains(&format!("{}:3 ", part.display())), "{spoiled}");
    let mut missing = lines.clone();
    missing.remove(3);
    assert!(refused(&missing).detail.contains("observation 3 stands where 2 should"), "{}", refused(&missing));
    let newer = json!({ "format": FORMAT + 1, "lab": "", "stack": "", "began_at": 0, "pipewright": "9.9" }).to_string();
    assert!(refused(&with(0, &newer)).message.contains("A newer Pipewright (9.9)"));
    assert!(refused(&with(0, "{}")).message.contains(":1 is not the beginning of a journal"));
    assert_eq!(find(data.path(), "nobody").unwrap_err().code, Code::Unknown);
}

#[test]
fn bytes_are_no_journal_and_harm_nobody() {
    let data = tempfile::tempdir().unwrap();
    let lab = folder(data.path()).join("lab");
    fs::create_dir_all(&lab).unwrap();
    bolero::check!().with_type::<Vec<u8>>().with_iterations(200).for_each(|bytes| {
        fs::write(lab.join("1-1.0.ndjson"), bytes).unwrap();
        assert!(find(data.path(), "lab").is_err());
        let state = if bytes.is_empty() { JournalState::Empty } else { JournalState::Unreadable };
        assert_eq!(infos(data.path()).remove(0).state, state);
    });
}
