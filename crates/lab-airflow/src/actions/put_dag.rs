//! `airflow.put_dag`

use std::time::Duration;

use lab_model::{
    Problem, counted,
    facts::airflow::{DagSeen, advice},
};
use lab_probe::action::{Verb, check_text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    names::check_file,
    parsed::{self, FileSeen},
};
use crate::{error, rest::Failure};

/// Bytes; a DAG is a few hundred lines.
const LARGEST: usize = 256 * 1024;
/// DAGs named one by one.
const NAMED: usize = 5;
/// Airflow has noticed a file by then, if it makes anything of it.
const PASSED_OVER: Duration = Duration::from_secs(20);

/// Writes a file into the DAGs folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutDag {
    /// The file's name, like `hello.py`. One of this name is replaced.
    #[schemars(length(min = 4, max = 100))]
    file: String,
    /// What is in it: Python.
    #[schemars(length(min = 1, max = 262_144))]
    text: String,
}

impl Verb<Actions> for PutDag {
    const NAME: &'static str = "airflow.put_dag";
    const TITLE: &'static str = "Write a DAG file";
    const SAYS: &'static str = "Writes a file into the DAGs folder, and waits until Airflow has read it.";

    fn check(&self) -> Result<(), String> {
        check_file(&self.file)?;
        check_text("text", &self.text)?;
        if self.text.len() > LARGEST || self.text.contains('\0') {
            return Err(format!("`text` must be at most {LARGEST} bytes of Python"));
        }
        Ok(())
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.copy(&self.file)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("read {}", self.file);
        let mut rest = scope.rest();
        let refused = |node: &str, failure: &Failure| error::asking(&doing, node, failure);
        let before = scope.or_cancelled(&doing, parsed::look(&mut rest, &self.file)).await?;
        let before = before.map_err(|failure| refused(rest.node(), &failure))?;
        scope.report(&format!("Writing {}", self.file));
        scope.files.put(&self.file, &self.text).await?;
        scope.report(&format!("Airflow reads {}", self.file));
        let slow = || scope.report(&still(&self.file));
        let wait = (limit(&self.text), &slow as &(dyn Fn() + Sync));
        let read = parsed::read_again(&mut rest, (&self.file, &self.text), &before, wait);
        let read = scope.or_cancelled(&doing, read).await?;
        let read = read.map_err(|failure| refused(rest.node(), &failure))?;
        let Some(seen) = read else { return Ok(format!("{} is written; {}", self.file, unread(&self.text))) };
        let mut twice = Vec::new();
        for (dag, file) in moved(&before, &seen) {
            // One that was removed a moment ago gave its DAGs away.
            if scope.files.has(&file).await? {
                twice.push((dag, file));
            }
        }
        Ok(format!("{}{}", told(&self.file, &seen), also_in(&twice)))
    }
}

/// What is waited for where it takes long: Airflow reads one file after the other.
fn still(file: &str) -> String {
    let limit = parsed::GIVES_UP.as_secs();
    format!("Airflow still reads {file}, or a file before it; it gives a file up after {limit} s")
}

/// Airflow does not even open a file in which these words are missing.
fn is_passed_over(text: &str) -> bool {
    let text = text.to_lowercase();
    !(text.contains("dag") && text.contains("airflow"))
}

/// How long to wait for it. Of what is passed over nothing comes.
fn limit(text: &str) -> Duration {
    if is_passed_over(text) { PASSED_OVER } else { parsed::LIMIT }
}

/// What may have kept Airflow from making anything of the text.
fn unread(text: &str) -> String {
    let limit = parsed::LIMIT.as_secs();
    if !is_passed_over(text) {
        let gives_up = parsed::GIVES_UP.as_secs();
        return format!(
            "within {limit} s Airflow made no DAG of it. It reads one file after the other, and gives a file up after {gives_up} s"
        );
    }
    "Airflow passes it over, because it reads only files with both of the words `dag` and `airflow` in them".to_owned()
}

/// DAGs of the file that were in another one until now, with that file.
fn moved(before: &FileSeen, seen: &FileSeen) -> Vec<(String, String)> {
    let here = |dag: &String| seen.dags.iter().any(|now| !now.is_stale && now.dag_id == *dag);
    before.elsewhere.iter().filter(|(dag, _)| here(dag)).cloned().collect()
}

/// That there is another file with one of its DAGs. Airflow itself says nothing of it.
fn also_in(twice: &[(String, String)]) -> String {
    let of = |(dag, file): &(String, String)| format!("{dag} was in {file} until now, which is still there");
    match twice.split_first() {
        None => String::new(),
        Some((first, others)) => {
            let others = others.iter().map(|one| format!(", and {}", of(one)));
            let said: String = [of(first)].into_iter().chain(others).take(NAMED).collect();
            format!(
                ". {said}. Of two files with one DAG id Airflow keeps the DAG that it read last. Change one of the ids"
            )
        }
    }
}

/// What became of the file.
fn told(file: &str, seen: &FileSeen) -> String {
    if let Some(error) = &seen.error {
        let line = error.line.map(|line| format!(" in line {line}")).unwrap_or_default();
        let instead = advice(&error.error).map(|advice| format!(". {advice}")).unwrap_or_default();
        return format!("{file} is written, and Airflow cannot import it{line}: {}{instead}", error.error);
    }
    let there: Vec<&DagSeen> = seen.dags.iter().filter(|dag| !dag.is_stale).collect();
    let named = there.iter().take(NAMED).map(|dag| match dag.version_number {
        Some(version) => format!("{} (version {version})", dag.dag_id),
        None => dag.dag_id.clone(),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let more = if there.len() > NAMED { ", …" } else { "" };
    format!("Airflow has read {file}: {} in it: {named}{more}", counted(there.len() as u64, "DAG"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_airflow_passes_over_is_said_to_be_one() {
        assert!(unread("def f(\n").starts_with("Airflow passes it over"));
        assert!(unread("from airflow.sdk import DAG").starts_with("within 45 s"));
        assert!(limit("def f(\n") < parsed::GIVES_UP && limit("from airflow.sdk import DAG") > parsed::GIVES_UP);
    }

    #[test]
    fn a_dag_that_is_in_another_file_too_is_said_to_be() {
        let dag = |dag_id: &str, is_stale| DagSeen {
            dag_id: dag_id.into(),
            is_paused: false,
            is_stale,
            has_import_errors: false,
            relative_fileloc: Some("two.py".into()),
            last_parsed_at: None,
            timetable_summary: None,
            version_number: None,
        };
        let elsewhere = ["dupe", "other", "left"].map(|dag| (dag.to_owned(), "one.py".to_owned())).to_vec();
        let before = FileSeen { elsewhere, ..FileSeen::default() };
        let now =
            FileSeen { dags: vec![dag("dupe", false), dag("own", false), dag("left", true)], ..FileSeen::default() };
        let moved = moved(&before, &now);
        assert_eq!(moved, [("dupe".to_owned(), "one.py".to_owned())]);
        let words = ". dupe was in one.py until now, which is still there. Of two files with one DAG id Airflow keeps the DAG \
            that it read last. Change one of the ids";
        assert_eq!((also_in(&moved).as_str(), also_in(&[]).as_str()), (words, ""));
    }
}
