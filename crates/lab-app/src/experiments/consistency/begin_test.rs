//! What is left of a run that cannot begin. What an engine is needed for is in `tests/live/consistency.rs`.

use std::path::{Path, PathBuf};

use lab_model::Code;

use super::*;
use crate::{
    Content, Host,
    schema::{ExperimentList, JobId, RunState},
};

/// A host whose container engine is nowhere.
struct NoEngine {
    data: PathBuf,
    content: Content,
}

impl Host for NoEngine {
    fn data_dir(&self) -> &Path {
        &self.data
    }

    fn content(&self) -> &Content {
        &self.content
    }

    fn engine_setting(&self) -> Option<String> {
        Some(format!("unix://{}", self.data.join("no.sock").display()))
    }
}

fn app(data: &Path) -> Arc<App> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    App::new(Arc::new(NoEngine { data: data.to_owned(), content: Content::under(root) })).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_run_broke_off_is_known_when_the_application_is_started_again() {
    let dir = tempfile::tempdir().unwrap();
    let plan = serde_json::json!({ "plan": { "write": ["ONE"], "read": ["ONE"] } });
    let first = app(dir.path());
    let begun = begin(&first, serde_json::from_value(plan).unwrap()).unwrap();
    let problem = first.jobs.wait(JobId { job: begun.job }).await.unwrap_err();
    first.experiments.settled().await;

    let info = show(&app(dir.path()).experiments, begun.experiment).unwrap().info;
    assert_eq!((info.state, info.problem), (RunState::Unfinished, Some(problem.clone())));
    assert_ne!(problem.code, Code::Cancelled);
}

#[tokio::test]
async fn a_run_whose_lab_can_never_be_is_refused_and_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path());
    let plan = serde_json::json!({ "plan": { "write": ["ONE"], "read": ["ONE"], "lab": "My Lab" } });
    let refused = begin(&app, serde_json::from_value(plan).unwrap()).unwrap_err();
    assert_eq!(refused.code, Code::ActionInvalid);
    assert_eq!(list(&app.experiments).unwrap(), ExperimentList::default());
}
