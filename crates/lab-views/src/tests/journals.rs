//! The journal in each kind's folder, and what it shows: `model.json`, from which the UI's tests are fed as well.
//!
//! The parameters in `model.json` are chosen by hand; the rest is compared, or written with `UPDATE_SNAPSHOTS=1`.

use std::{fs, path::PathBuf};

use lab_model::{FORMAT, Header, Observation};
use serde_json::{Value, json};

use crate::{Kind, Projection, kinds};

fn folder(kind: &Kind) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/kinds").join(kind.name)
}

fn journal(kind: &Kind) -> Vec<Observation> {
    let text = fs::read_to_string(folder(kind).join("journal.ndjson")).unwrap();
    let mut lines = text.lines();
    let header: Header = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert!(header.format <= FORMAT, "{}", kind.name);
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

fn show(kind: &Kind, observations: &[Observation], params: &Value) -> Value {
    let mut fold = (kind.new_fold)();
    for observation in observations {
        fold.apply(observation);
    }
    let Projection { model, table, summary, known } = fold.project(params).unwrap();
    json!({ "params": params, "model": model, "table": table, "summary": summary, "known": known })
}

#[test]
fn journals_are_whole() {
    for kind in kinds() {
        let observations = journal(kind);
        assert!(observations.len() > 5, "{}", kind.name);
        for (observation, seq) in observations.iter().zip(0..) {
            assert_eq!(observation.seq, seq, "{}", kind.name);
        }
        assert!(observations.is_sorted_by_key(|observation| observation.heard_at), "{}", kind.name);
    }
}

#[test]
fn journals_show_what_is_kept_beside_them() {
    for kind in kinds() {
        let file = folder(kind).join("model.json");
        let kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let shown = show(kind, &journal(kind), &kept["params"]);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::write(&file, format!("{shown:#}\n")).unwrap();
        } else {
            assert_eq!(shown, kept, "{}: if the change is meant, run again with UPDATE_SNAPSHOTS=1", kind.name);
        }
    }
}

/// `keyframe.json`: what a kind knew after its journal when its keyframe was first kept. A part of a journal begins with one,
/// so those of an earlier Pipewright must be gone on from: what is new in a state has a default.
#[test]
fn a_keyframe_of_an_earlier_pipewright_is_gone_on_from() {
    for kind in kinds() {
        let file = folder(kind).join("keyframe.json");
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() && !file.exists() {
            let mut fold = (kind.new_fold)();
            for observation in journal(kind) {
                fold.apply(&observation);
            }
            fs::write(&file, format!("{}\n", fold.keyframe())).unwrap();
        }
        let kept: Value = serde_json::from_str(&fs::read_to_string(&file).expect(kind.name)).unwrap();
        let resumed = (kind.from_keyframe)(kept).unwrap_or_else(|error| panic!("{}: {error:?}", kind.name));
        let model: Value = serde_json::from_str(&fs::read_to_string(folder(kind).join("model.json")).unwrap()).unwrap();
        assert!(resumed.project(&model["params"]).is_ok(), "{}", kind.name);
    }
}

#[test]
fn tables_are_rectangles() {
    for kind in kinds() {
        let observations = journal(kind);
        let kept: Value = serde_json::from_str(&fs::read_to_string(folder(kind).join("model.json")).unwrap()).unwrap();
        let mut fold = (kind.new_fold)();
        for observation in &observations {
            fold.apply(observation);
            let table = fold.project(&kept["params"]).unwrap().table;
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", kind.name);
        }
    }
}

#[test]
fn an_observation_that_changes_the_picture_says_so() {
    for kind in kinds() {
        let kept: Value = serde_json::from_str(&fs::read_to_string(folder(kind).join("model.json")).unwrap()).unwrap();
        let mut fold = (kind.new_fold)();
        let mut before = fold.project(&kept["params"]).unwrap();
        for observation in journal(kind) {
            let changed = fold.apply(&observation);
            let now = fold.project(&kept["params"]).unwrap();
            assert!(changed || now == before, "{} at {observation:?}", kind.name);
            before = now;
        }
    }
}
