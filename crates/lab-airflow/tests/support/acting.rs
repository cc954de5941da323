//! One action against a server made of answers.

use std::sync::Arc;

use async_trait::async_trait;
use lab_airflow::{Airflow, DagFiles, Server};
use lab_model::{ActionCall, Problem};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Answer, FakeServer, Question};

/// Nobody may touch the folder.
struct NoFiles;

#[async_trait]
impl DagFiles for NoFiles {
    async fn put(&self, file: &str, _text: &str) -> Result<(), Problem> {
        panic!("wrote {file}")
    }

    async fn has(&self, _: &str) -> Result<bool, Problem> {
        Ok(true)
    }

    async fn remove(&self, file: &str) -> Result<bool, Problem> {
        panic!("removed {file}")
    }
}

pub(crate) async fn act(server: &FakeServer, name: &str, args: Value) -> Result<String, Problem> {
    let (node, address, user) = ("airflow-1".to_owned(), server.address.clone(), "lab".to_owned());
    let airflow = Airflow::new(Server { node, address, user, password: "hush".into() }, Arc::new(NoFiles));
    let call = ActionCall { name: name.to_owned(), args: args.as_object().unwrap().clone() };
    airflow.run(&call, Arc::new(|_| {}), CancellationToken::new()).await
}

pub(crate) fn is(question: &Question, method: &str, path: &str) -> bool {
    question.method == method && question.path.starts_with(&format!("/api/v2/{path}"))
}

pub(crate) fn broken() -> Answer {
    Answer::Say(500, json!({ "detail": "Database error" }))
}

pub(crate) fn says(status: u16, words: &str) -> Answer {
    Answer::Say(status, json!({ "detail": words }))
}

/// The task instances of the run of which the tests speak, and how it is called.
pub(crate) const TASKS: &str = "dags/hello/dagRuns/r/taskInstances";

pub(crate) fn of_run() -> Value {
    json!({ "dag": "hello", "run": "r" })
}

pub(crate) fn with(mut args: Value, more: &Value) -> Value {
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    args
}
