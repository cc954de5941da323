//! What can be done to Airflow: one file per action, run on a lab's Airflow through [`Airflow`].
//!
//! An action is data that says what it takes, does it, tells what came back, and knows the command line that does the
//! same. Which buttons exist and what an outcome means for a learner must never move in here.

mod again;
mod assets;
mod backfills;
mod by_hand;
mod clearing;
mod connections;
mod dates;
mod image;
mod instances;
mod kept;
mod names;
mod parsed;
mod pools;
mod refused;
mod scope;
mod secrets;
mod switch;
mod variables;

mod approve;
mod backfill;
mod build_image;
mod cancel_backfill;
mod clear;
mod create_asset_event;
mod delete_connection;
mod delete_dag_file;
mod delete_pool;
mod delete_variable;
mod mark;
mod mark_run;
mod materialize;
mod pause;
mod put_build_file;
mod put_dag;
mod retry;
mod set_connection;
mod set_pool;
mod set_variable;
mod trigger;
mod unpause;
mod use_image;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use lab_model::{ActionCall, ActionSpec, Problem, ProgressSink};
use lab_probe::{action::Acting, verbs};
use tokio_util::sync::CancellationToken;

use self::{
    approve::Approve, backfill::Backfill, build_image::BuildImage, cancel_backfill::CancelBackfill, clear::Clear,
    create_asset_event::CreateAssetEvent, delete_connection::DeleteConnection, delete_dag_file::DeleteDagFile,
    delete_pool::DeletePool, delete_variable::DeleteVariable, mark::Mark, mark_run::MarkRun, materialize::Materialize,
    pause::Pause, put_build_file::PutBuildFile, put_dag::PutDag, retry::Retry, scope::Scope,
    set_connection::SetConnection, set_pool::SetPool, set_variable::SetVariable, trigger::Trigger, unpause::Unpause,
    use_image::UseImage,
};
pub use self::{by_hand::ByHand, image::Images};
use crate::Server;

/// How long one question of an action may take: an Airflow beside busy tasks answers late, and still does it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Airflow, as its actions need it.
enum Actions {}

impl Acting for Actions {
    type Scope = Scope;
    type Place = ByHand;
}

verbs![
    Actions: PutDag, DeleteDagFile, Trigger, Pause, Unpause, PutBuildFile, BuildImage, UseImage, Clear, Retry, Mark, MarkRun, SetVariable, DeleteVariable,
    SetConnection, DeleteConnection, SetPool, DeletePool, Materialize, CreateAssetEvent, Backfill, CancelBackfill, Approve,
];

/// The folder in which Airflow looks for DAGs, as far as actions need it.
#[async_trait]
pub trait DagFiles: Send + Sync {
    /// Writes a file of that name.
    async fn put(&self, file: &str, text: &str) -> Result<(), Problem>;
    /// Whether there is one.
    async fn has(&self, file: &str) -> Result<bool, Problem>;
    /// Removes it; gives whether it was there.
    async fn remove(&self, file: &str) -> Result<bool, Problem>;
}

/// Does actions on one lab's Airflow.
pub struct Airflow {
    server: Server,
    files: Arc<dyn DagFiles>,
    images: Option<Arc<dyn Images>>,
    patience: Duration,
}

impl Airflow {
    /// For an API server, and the folder with its DAGs. No connection is made before it is needed.
    pub fn new(server: Server, files: Arc<dyn DagFiles>) -> Self {
        Self { server, files, images: None, patience: PATIENCE }
    }

    /// The same, where images can be built for it, too.
    #[must_use]
    pub fn with_images(self, images: Arc<dyn Images>) -> Self {
        Self { images: Some(images), ..self }
    }

    /// The same, where each question must be answered within this: something that it needs is known to be away.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Every action with the schema of its arguments.
    pub fn catalog() -> Vec<ActionSpec> {
        catalog()
    }

    /// The command lines by which a person does the same; none if the call makes no sense.
    pub fn by_hand(call: &ActionCall, place: &ByHand) -> Vec<String> {
        by_hand(call, place)
    }

    /// What stays unseen of the call when a person does it by hand; empty if Airflow tells all of it.
    pub fn unseen(call: &ActionCall) -> &'static str {
        unseen(call)
    }

    /// Does an action and waits for its end. Gives what came back, in plain words.
    ///
    /// Cancelling ends it soon, with code `cancelled`, saying what had been done.
    pub async fn run(
        &self,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let (files, images) = (Arc::clone(&self.files), self.images.clone());
        let scope = Scope { server: self.server.clone(), files, images, patience: self.patience, progress, cancel };
        run(call, &scope).await
    }
}

#[cfg(test)]
mod tests;
