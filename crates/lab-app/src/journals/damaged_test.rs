//! Journals of which something is missing: what is left is shown as it was, and what is not is said.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{tests::*, *};
use crate::schema::JournalState;

/// The journal that is kept beside a kind of view, its lines changed, as a file that somebody has named.
fn with_lines(kind: &str, change: impl FnOnce(&mut Vec<String>)) -> (TempDir, Journal) {
    let dir = tempfile::tempdir().unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lab-views/src/kinds").join(kind).join("journal.ndjson");
    let mut lines: Vec<String> = fs::read_to_string(kept).unwrap().lines().map(str::to_owned).collect();
    change(&mut lines);
    let file = dir.path().join("x.ndjson");
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    let journal = Journal::open(&file).unwrap();
    (dir, journal)
}

fn read(journal: &Journal, at: Option<u64>) -> Result<Replay, Problem> {
    Replay::new(journal, at, |_, _| ())
}

/// When the observation on a line was heard.
fn heard_at(line: &str) -> u64 {
    serde_json::from_str::<Value>(line).unwrap()["heard_at"].as_u64().unwrap()
}

#[test]
fn a_journal_without_its_beginning_is_refused() {
    let (_dir, journal) = with_lines("lab_nodes", |lines| drop(lines.drain(1..6)));
    for at in [None, Some(0), Some(1_000_000)] {
        let refused = read(&journal, at).err();
        let Some(refused) = refused else { panic!("{at:?} is shown") };
        assert!(refused.detail.contains("observation 5 stands where 0 should"), "{refused}");
        assert!(refused.hint.contains("nothing of it can be read"), "{refused}");
    }
}

#[test]
fn a_part_under_another_name_is_read_from_its_beginning_on() {
    let data = in_parts();
    let (second, other) = (parts(&data).remove(1), data.path().join("foo.ndjson"));
    fs::copy(&second, &other).unwrap();
    let text = fs::read_to_string(&second).unwrap();
    let begins = heard_at(text.lines().nth(2).unwrap());
    let journal = Journal::open(&other).unwrap();
    assert_eq!(read(&journal, Some(begins - 1)).err().unwrap().code, Code::Unknown);
    assert_eq!(read(&journal, None).unwrap().missing("cassandra_ring"), None);
    fs::write(&other, text.replacen("\"timeline\":{", "\"timeline\":{},\"gone\":{", 1)).unwrap();
    let replay = read(&journal, None).unwrap();
    let said = format!("What was told before {} s is not known to this view.", seconds(begins));
    assert_eq!([replay.missing("timeline"), replay.missing("lab_nodes")], [Some(said), None]);
}

#[test]
fn a_keyframe_with_nothing_of_a_state_is_none() {
    for kind in lab_views::kinds() {
        for keyframe in [json!({}), json!(null), json!([]), json!({ "of another": "shape" })] {
            assert!((kind.from_keyframe)(keyframe.clone()).is_err(), "{} takes {keyframe}", kind.name);
        }
        let fresh = (kind.new_fold)().keyframe();
        assert!((kind.from_keyframe)(fresh).is_ok(), "{}", kind.name);
    }
}

#[test]
fn what_stands_before_a_damaged_line_is_shown_and_the_hint_names_its_last_moment() {
    let mut before = 0;
    let (_dir, journal) = with_lines("kafka_partitions", |lines| {
        before = heard_at(&lines[40]);
        "garbage".clone_into(&mut lines[41]);
    });
    let replay = read(&journal, Some(before)).unwrap();
    assert_eq!((replay.until, replay.at_its_end), (Some(before), false));
    assert!(replay.unread[0].starts_with("What was told next cannot be read: "), "{:?}", replay.unread);
    for at in [Some(before + 1), None] {
        let refused = read(&journal, at).err().unwrap();
        assert!(refused.message.contains("x.ndjson:42 is no line of a journal"), "{refused}");
        assert!(refused.hint.contains(&format!("up to --at {}.", seconds(before))), "{refused}");
    }
}

#[test]
fn empty_lines_are_nothing() {
    let (_dir, whole) = with_lines("kafka_partitions", |_| ());
    let (_other, journal) = with_lines("kafka_partitions", |lines| {
        lines.insert(5, String::new());
        lines.push("  ".to_owned());
    });
    let (whole, read) = (read(&whole, None).unwrap(), read(&journal, None).unwrap());
    assert_eq!((read.until, read.at_its_end, read.cut_off), (whole.until, true, false));
}

/// How a journal of several parts was damaged, up to when and from when on it can be read.
fn behind(data: &TempDir, damage: impl FnOnce(&[std::path::PathBuf])) -> (Journal, u64, u64) {
    let all = parts(data);
    let text = |part: &Path| fs::read_to_string(part).unwrap();
    let (last, next) =
        (heard_at(text(&all[0]).lines().last().unwrap()), heard_at(text(&all[2]).lines().nth(2).unwrap()));
    damage(&all);
    (find(data.path(), "lab").unwrap(), last, next)
}

/// What can be read of it is what was shown of it whole.
fn holds((journal, last, next): (Journal, u64, u64), whole: &Replay) {
    let params = tests::kept(lab_views::kind("cassandra_ring").unwrap()).1;
    let replay = read(&journal, None).unwrap();
    assert_eq!(replay.show("cassandra_ring", &params).unwrap(), whole.show("cassandra_ring", &params).unwrap());
    assert_eq!((replay.unread.len(), replay.missing("cassandra_ring")), (1, None));
    assert!(replay.unread[0].contains(&format!("before {} s", seconds(next))), "{:?}", replay.unread);
    assert_eq!(read(&journal, Some(last)).unwrap().until, Some(last));
    assert_eq!(read(&journal, Some(next)).unwrap().until, Some(next));
    for at in last + 1..next {
        let refused = read(&journal, Some(at)).err().unwrap();
        assert!(refused.hint.contains(&format!("from --at {} on", seconds(next))), "{refused}");
    }
}

#[test]
fn what_stands_behind_a_missing_part_is_shown_from_what_was_known_by_then() {
    let data = in_parts();
    let whole = read(&find(data.path(), "lab").unwrap(), None).unwrap();
    holds(behind(&data, |all| fs::remove_file(&all[1]).unwrap()), &whole);
}

#[test]
fn what_stands_behind_a_damaged_part_is_shown_from_what_was_known_by_then() {
    let data = in_parts();
    let whole = read(&find(data.path(), "lab").unwrap(), None).unwrap();
    holds(behind(&data, |all| fs::write(&all[1], "{}\n").unwrap()), &whole);
}

#[test]
fn a_part_that_its_writer_left_empty_is_listed_as_what_it_is() {
    let data = in_parts();
    let whole = infos(data.path()).remove(0);
    let next = parts(&data).len();
    let name = format!("{}.{next}.ndjson", whole.journal);
    fs::write(folder(data.path()).join("lab").join(name), "").unwrap();
    let info = infos(data.path()).remove(0);
    assert_eq!((info.state, info.until_ms), (JournalState::Closed, whole.until_ms));
    assert!(read(&find(data.path(), "lab").unwrap(), None).unwrap().at_its_end);
    fs::create_dir(folder(data.path()).join("killed")).unwrap();
    fs::write(folder(data.path()).join("killed/1-1.0.ndjson"), "").unwrap();
    assert_eq!(infos(data.path()).pop().unwrap().state, JournalState::Empty);
    assert!(find(data.path(), "killed").unwrap_err().message.contains("is empty: nothing was written"));
}

#[test]
fn a_journal_that_is_written_was_not_ended() {
    let (dir, journal) = with_lines("lab_nodes", |lines| drop(lines.pop()));
    let file = dir.path().join("x.ndjson");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "{\"seq\":99,").unwrap();
    assert!(read(&journal, None).unwrap().cut_off);
    let writer = fs::File::open(&file).unwrap();
    writer.try_lock().unwrap();
    let replay = read(&journal, None).unwrap();
    assert!(replay.is_written && !replay.cut_off && replay.at_its_end);
}
