//! `airflow.put_dag`

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
        let read = scope.or_cancelled(&doing, parsed::read_again(&mut rest, (&self.file, &self.text), before)).await?;
        let read = read.map_err(|failure| refused(rest.node(), &failure))?;
        Ok(match read {
            Some(seen) => told(&self.file, &seen),
            None => format!("{} is written; {}", self.file, unread(&self.text)),
        })
    }
}

/// What may have kept Airflow from making anything of the text: it does not even open a file in which these words are missing.
fn unread(text: &str) -> String {
    let text = text.to_lowercase();
    let limit = parsed::LIMIT.as_secs();
    if text.contains("dag") && text.contains("airflow") {
        return format!("within {limit} s Airflow made no DAG of it");
    }
    "Airflow passes it over, because it reads only files with both of the words `dag` and `airflow` in them".to_owned()
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
        assert!(unread("from airflow.sdk import DAG").starts_with("within 20 s"));
    }
}
