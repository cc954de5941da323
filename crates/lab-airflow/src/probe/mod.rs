//! Watches an Airflow: asks its API server for what is needed, and says what is new.
//!
//! Airflow pushes nothing, and each answer costs it some hundredths of a second of a processor. It is asked once a second
//! while a run is under way, while it starts, and after something changed; every five seconds else.

mod account;
mod closer;
mod files;
mod graph;
mod instances;
mod logs;
mod looking;
mod of_assets;
mod of_dag;
mod of_left;
mod of_log;
mod of_stores;
mod of_task;
mod places;
mod slots;
mod waiting;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lab_model::{AirflowNeed, Draft, DraftSink};
use lab_probe::Watch;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use self::files::DagFolder;
use self::{closer::Closer, files::Files, logs::Logs, looking::Looking};
use crate::Server;

/// How long one question may take before the API server counts as silent. Beside tasks that begin it takes its time.
const DEADLINE: Duration = Duration::from_secs(3);

/// An Airflow being watched. Dropping it ends the watch.
#[derive(Debug)]
pub struct Probe {
    watch: Watch,
}

impl Probe {
    /// Starts observing; must be called inside a tokio runtime.
    ///
    /// Facts come when they are new; besides, the node's `Heard` or `FellSilent` comes when that changes and with every
    /// look. Ends when `cancel` is cancelled or the probe is dropped.
    #[allow(clippy::needless_pass_by_value, reason = "the probe owns what it watches by")]
    pub fn start(
        server: Server,
        folder: Arc<dyn DagFolder>,
        needs: watch::Receiver<BTreeSet<AirflowNeed>>,
        out: impl Fn(Draft) + Send + Sync + 'static,
        cancel: CancellationToken,
    ) -> Self {
        let out: DraftSink = Arc::new(out);
        let watch = Watch::until(&cancel);
        watch.begin(Files::new(Arc::clone(&folder), Arc::clone(&out)), &needs);
        watch.begin(Looking::new(&server, Arc::clone(&out)), &needs);
        watch.begin(Closer::new(&server, Arc::clone(&out)), &needs);
        watch.begin(Logs::new(&server, folder, out), &needs);
        Self { watch }
    }

    /// Resolves when everything that was true at this call has been looked at and sent, or its deadline has passed; at once
    /// when the probe has ended.
    pub async fn settled(&self) {
        self.watch.settled().await;
    }

    /// Looks at everything again soon: something was done to Airflow.
    pub fn look_soon(&self) {
        self.watch.rounds().wish();
    }
}
