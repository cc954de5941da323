//! Progress is written whole or not at all, and never lost.

use std::fs;

use lab_lessons::{Error, Progress};

const STEPS: [&str; 2] = ["create", "order"];

#[test]
fn what_was_done_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("deeper/progress.json");
    let mut progress = Progress::default();
    progress.done("kafka/first-topic", "create", STEPS);
    progress.done("kafka/first-topic", "create", STEPS);
    assert!(progress.predict("kafka/first-topic", "create", 1));
    assert!(!progress.predict("kafka/first-topic", "create", 2), "once");
    assert_eq!([1, 2, 2], [(); 3].map(|()| progress.hint("kafka/first-topic", "order", 2)));
    assert!(!progress.of("kafka/first-topic").finished);
    progress.done("kafka/first-topic", "order", STEPS);
    progress.save(&file).unwrap();

    let loaded = Progress::load(&file).unwrap();
    assert_eq!((&loaded.progress, &loaded.repaired), (&progress, &None));
    let lesson = loaded.progress.of("kafka/first-topic");
    assert_eq!((lesson.done, lesson.finished), (vec!["create".to_owned(), "order".to_owned()], true));
    assert_eq!(lesson.predictions["create"], 1);

    progress.reset("kafka/first-topic", "order", STEPS);
    let lesson = progress.of("kafka/first-topic");
    assert_eq!((lesson.done, lesson.hints.len(), lesson.finished), (vec!["create".to_owned()], 0, true));
}

#[test]
fn a_damaged_file_is_moved_aside_and_the_one_before_it_taken() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("progress.json");
    let mut progress = Progress::default();
    progress.done("a/b", "one", ["one"]);
    progress.save(&file).unwrap();
    progress.save(&file).unwrap();
    fs::write(&file, "{ \"format\": 1, \"lessons\": { cut").unwrap();

    let loaded = Progress::load(&file).unwrap();
    let repaired = loaded.repaired.unwrap();
    assert!(repaired.from_backup && loaded.progress == progress);
    assert_eq!(repaired.moved_to, dir.path().join("progress.json.damaged-1"));
    assert!(fs::read_to_string(&repaired.moved_to).unwrap().ends_with("cut"));
    assert_eq!(Progress::load(&file).unwrap().repaired, None, "set right on the disk, too");

    fs::write(&file, "[]").unwrap();
    fs::remove_file(dir.path().join("progress.json.bak")).unwrap();
    let loaded = Progress::load(&file).unwrap();
    let repaired = loaded.repaired.unwrap();
    assert!(!repaired.from_backup && loaded.progress == Progress::default());
    assert_eq!(repaired.moved_to, dir.path().join("progress.json.damaged-2"));
}

#[test]
fn a_newer_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("progress.json");
    fs::write(&file, r#"{ "format": 2, "lessons": [] }"#).unwrap();
    assert!(matches!(Progress::load(&file), Err(Error::NewerProgress { format: 2, .. })));
    assert!(file.exists());
    assert_eq!(Progress::load(&dir.path().join("none.json")).unwrap().progress, Progress::default());
}

#[test]
fn a_file_from_the_first_version_stays_readable() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("progress.json");
    fs::write(&file, r#"{ "format": 1, "lessons": { "kafka/first-topic": { "done": ["create"], "predictions": { "create": 1 } } } }"#).unwrap();
    let loaded = Progress::load(&file).unwrap();
    assert_eq!((loaded.repaired, loaded.progress.of("kafka/first-topic").predictions["create"]), (None, 1));
}
