//! The files' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::airflow::{AirflowFact, FileListed, FileRead},
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(file: Option<&str>, said: Vec<AirflowFact>, expected: &Value) {
    let params = file.map_or(json!({}), |file| json!({ "file": file }));
    let said: Vec<Draft> = std::iter::once(airflow_started()).chain(said.into_iter().map(a)).collect();
    crate::testing::check::<TheView>(&params, &said, expected);
}

fn listed(names: &[&str]) -> AirflowFact {
    let file = |name: &&str| FileListed { name: (*name).to_owned(), size: 12, changed_at: Some(AT) };
    AirflowFact::FilesListed { files: names.iter().map(file).collect(), total: names.len() as u64 }
}

fn read(name: &str, text: Option<&str>, unread: Option<&str>) -> AirflowFact {
    let owned = |words: Option<&str>| words.map(ToOwned::to_owned);
    AirflowFact::FileRead { file: FileRead { name: name.to_owned(), text: owned(text), unread: owned(unread) } }
}

#[test]
fn nothing_said_is_not_known() {
    let awaits = ["the list of files", "the text of the file"];
    let summary = "Which files there are is not known yet. a.py was not read yet.";
    let expected = json!({ "known": false, "awaits": awaits, "/files": null, "/opened": null, "summary": summary });
    check(Some("a.py"), Vec::new(), &expected);
    let expected = json!({ "known": true, "awaits": [], "/files": [], "/file_count": 0,
        "summary": "There are no files in the folder with DAGs." });
    check(None, vec![listed(&[])], &expected);
}

#[test]
fn a_file_is_shown_as_it_is_now() {
    let said = vec![
        read("a.py", Some("old"), None),
        listed(&["a.py", "sub/größe.py"]),
        read("a.py", Some("import this\n\nx = '|'"), None),
        listed(&["a.py", "sub/größe.py"]),
    ];
    let file = json!({ "name": "sub/größe.py", "size": 12, "changed_at": AT });
    let expected = json!({
        "known": true, "/files/1": file, "/unread": null,
        "/opened": { "name": "a.py", "exists": true, "text": "import this\n\nx = '|'", "unread": null },
        "table/2": ["3", "x = '|'"],
        "summary": "2 files: a.py and sub/größe.py. a.py has 3 lines.",
    });
    check(Some("a.py"), said.clone(), &expected);
    check(None, said, &json!({ "/opened": null, "table/1": ["sub/größe.py", "12", "18:51:00"] }));
}

#[test]
fn what_is_gone_or_cannot_be_read_has_no_text() {
    let said = || vec![read("a.py", Some("x"), None), listed(&["a.py"])];
    let gone = said().into_iter().chain([read("a.py", None, None), listed(&[])]).collect();
    let none = json!({ "name": "a.py", "exists": false, "text": null, "unread": null });
    check(Some("a.py"), gone, &json!({ "/opened": none, "/files": [] }));
    let not_text = said().into_iter().chain([read("a.py", None, Some("line 2 is not UTF-8"))]).collect();
    let summary = "1 file: a.py. a.py cannot be shown: line 2 is not UTF-8.";
    check(Some("a.py"), not_text, &json!({ "/opened/exists": true, "/opened/text": null, "summary": summary }));
}

#[test]
fn a_folder_that_could_not_be_looked_into_keeps_what_was_known_and_says_so() {
    let unread = || AirflowFact::FilesUnread { why: "The files could not be listed.".to_owned() };
    let said = vec![listed(&["a.py"]), unread()];
    let summary = "1 file: a.py. The folder could not be looked into the last time: The files could not be listed.";
    check(
        None,
        said.clone(),
        &json!({ "/files/0/name": "a.py", "/unread": "The files could not be listed.", "summary": summary }),
    );
    let again = said.into_iter().chain([listed(&["a.py"])]).collect();
    check(None, again, &json!({ "/unread": null }));
}
