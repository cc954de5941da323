//! What an action has at hand while it runs.

use std::{sync::Arc, time::Duration};

use lab_model::{Problem, Progress, ProgressSink};
use lab_probe::action::failed;
use tokio_util::sync::CancellationToken;

use super::{DagFiles, Images, refused::RUNS};
use crate::{Server, ask, rest::Rest};

/// What stands for the DAG's newest run where nobody has looked which one that is.
pub(super) const NEWEST: &str = "<the newest run>";

/// One run of an action.
pub(super) struct Scope {
    pub(super) server: Server,
    pub(super) files: Arc<dyn DagFiles>,
    pub(super) images: Option<Arc<dyn Images>>,
    /// How long one question may take.
    pub(super) patience: Duration,
    pub(super) progress: ProgressSink,
    pub(super) cancel: CancellationToken,
}

impl Scope {
    /// A way to the API server, for this action alone.
    pub(super) fn rest(&self) -> Rest {
        Rest::new(&self.server, self.patience)
    }

    /// Where images are built for it.
    pub(super) fn images(&self) -> Result<&dyn Images, Problem> {
        let hint = "Start a stack with Airflow: pipewright up airflow-1";
        self.images.as_deref().ok_or_else(|| failed::not_now("No image can be built for this Airflow", hint))
    }

    /// The run that is meant: the one that is named, or the DAG's newest.
    pub(super) async fn run_meant(&self, dag: &str, named: Option<String>) -> Result<String, Problem> {
        if let Some(run) = named {
            return Ok(run);
        }
        let (doing, mut rest) = (format!("find the newest run of {dag}"), self.rest());
        let newest = self.or_cancelled(&doing, ask::newest_run(&mut rest, dag)).await?;
        let newest = newest.map_err(|failure| RUNS.on(&doing, &rest, &failure))?;
        newest
            .ok_or_else(|| failed::not_now(&format!("{dag} has no run"), "Trigger one, or look which DAGs there are."))
    }

    /// Says how far it is.
    pub(super) fn report(&self, step: &str) {
        (self.progress)(Progress::step(step));
    }

    /// The end of some work, unless the person stops it before: then nobody knows what Airflow made of it.
    pub(super) async fn or_cancelled<T>(&self, doing: &str, work: impl Future<Output = T>) -> Result<T, Problem> {
        tokio::select! {
            done = work => Ok(done),
            () = self.cancel.cancelled() => Err(failed::cancelled(&format!("Airflow may still {doing}"))),
        }
    }
}
