//! A running lab: its containers, its journal, its probes and the actions done in it.

mod acting;
#[cfg(test)]
mod agreement_test;
mod begun;
mod ending;
mod folds;
mod follower;
mod following;
mod holding;
mod images;
mod needs;
mod news;
mod observing;
mod recorder;
mod sent;
mod systems;
#[cfg(test)]
pub(crate) mod test_lab;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Duration,
};

use futures::StreamExt;
use lab_cassandra::Cassandra;
use lab_docker::{Engine, Running, Stack, Variables};
use lab_lessons::Sentence;
use lab_model::{
    Code, Draft, Millis, Need, Problem, Source,
    facts::lab::{LabFact, NodeInfo},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use acting::ActionResult;
use acting::Actions;
pub(crate) use ending::was_removed;
pub(crate) use folds::Folds;
pub use follower::FollowReport;
pub use following::Following;
pub(crate) use holding::{Thing, in_the_way};
use images::Images;
pub(crate) use needs::{NeedGuard, Needs};
pub use recorder::Recorder;
pub(crate) use systems::{ENGINES, Registration};
use systems::{LabParts, Systems};

use crate::schema::{LabInfo, OwnPages, Phase};

/// The container engine gives a first reading of a running container within two seconds.
const MEMORY_LIMIT: Duration = Duration::from_secs(4);
/// After every fault was undone, a lab gets this long to be ready again.
const CALM_LIMIT: Duration = Duration::from_secs(240);

/// A lab we observe.
pub struct Lab {
    /// The name: that of the Compose project.
    pub name: String,
    /// What it was made from.
    pub stack: Arc<Stack>,
    /// The journal and its folds.
    pub recorder: Arc<Recorder>,
    /// What is wanted observed.
    pub needs: Arc<Needs>,
    nodes: Vec<NodeInfo>,
    /// Ids of its containers; others under its name are another lab.
    containers: Mutex<BTreeSet<String>>,
    /// What it was made with; other ports are other addresses.
    variables: Variables,
    /// True if somebody looks at the lab, or did.
    looked_at: AtomicBool,
    images: Arc<Images>,
    engine: Engine,
    systems: Systems,
    phase: watch::Sender<Phase>,
    ready: Following,
    _always: [NeedGuard; 2],
    actions: Actions,
    instance: String,
    cancel: CancellationToken,
}

/// Writes what the lab is, and which of its nodes have no container.
fn note_start(recorder: &Recorder, stack: &Stack, nodes: &[NodeInfo], running: &Running) {
    let started = LabFact::LabStarted {
        lab: running.lab.project.clone(),
        stack: running.lab.stack.clone(),
        nodes: nodes.to_vec(),
        images: running.images.clone(),
        adopted: running.adopted,
        settings: stack.settings().to_vec(),
    };
    recorder.record(Draft::new(Source::Pipewright, started));
    observing::missing(recorder, nodes, &running.lab.nodes);
}

impl Lab {
    /// Begins to observe a lab whose containers were started or found running.
    pub fn observe(
        engine: Engine,
        stack: Arc<Stack>,
        running: Running,
        recorder: Arc<Recorder>,
        ready: Vec<Sentence>,
        data_dir: &Path,
    ) -> Arc<Self> {
        Self::observe_with(Systems::start, engine, stack, running, recorder, ready, data_dir)
    }

    /// The same, with the sides of its engines that `start` gives it.
    fn observe_with(
        start: impl FnOnce(&LabParts<'_>) -> Systems,
        engine: Engine,
        stack: Arc<Stack>,
        running: Running,
        recorder: Arc<Recorder>,
        ready: Vec<Sentence>,
        data_dir: &Path,
    ) -> Arc<Self> {
        let nodes = stack.node_infos(&running.variables);
        note_start(&recorder, &stack, &nodes, &running);
        let Running { lab, variables, images, .. } = running;
        let containers: BTreeSet<String> = lab.nodes.iter().map(|node| node.container.clone()).collect();
        let instance = containers.first().cloned().unwrap_or_default();
        let cancel = CancellationToken::new();
        let needs = Needs::new();
        let of_lab = needs.want(vec![Need::Nodes]);
        let ready = recorder.follow(ready, Vec::new());
        let images = Images::of((&engine, &lab.project, &stack), data_dir, &recorder, images);
        let systems = start(&LabParts {
            engine: &engine,
            lab: &lab.project,
            instance: &instance,
            data_dir,
            stack: &stack,
            nodes: &nodes,
            variables: &variables,
            recorder: &recorder,
            images: &images,
            needs: &needs,
            cancel: &cancel,
        });
        let of_systems = needs.want(systems.always());
        observing::nodes(&engine, &lab.project, &recorder, &cancel);
        images.watch(&cancel);
        observing::sleep(&recorder, &cancel);
        Arc::new(Self {
            name: lab.project,
            stack,
            recorder,
            needs,
            nodes,
            containers: Mutex::new(containers),
            variables,
            looked_at: AtomicBool::new(false),
            images,
            engine,
            systems,
            phase: watch::Sender::new(Phase::Starting),
            ready,
            _always: [of_lab, of_systems],
            actions: Actions::default(),
            instance,
            cancel,
        })
    }

    /// Returns when every ready sentence of the stack is true, and notes how long it took; or when the lab has ended.
    pub async fn become_ready(&self, took: impl FnOnce() -> Millis) {
        if self.cancel.run_until_cancelled(self.ready.checks_hold()).await.is_none()
            || *self.phase.borrow() == Phase::Ready
        {
            return;
        }
        self.recorder.record(Draft::new(Source::Pipewright, LabFact::LabBecameReady { took: took() }));
        self.phase.send_replace(Phase::Ready);
    }

    /// Differs for every lab that was made anew, even under the same name.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The ready sentences and what the engines say of them.
    pub fn ready(&self) -> &Following {
        &self.ready
    }

    /// What the lab is doing.
    pub fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// As hosts show it.
    pub fn info(&self) -> LabInfo {
        let (well, troubles) = self.health();
        LabInfo {
            lab: self.name.clone(),
            stack: self.stack.name().to_owned(),
            phase: *self.phase.borrow(),
            nodes: self.nodes.clone(),
            images: self.images.in_use(),
            endpoints: self.endpoints(),
            memory_mib: None,
            machine_memory_mib: mib(self.engine.info().memory_bytes.unwrap_or_default()),
            ready: self.ready.told().states,
            well,
            troubles,
            data_kept: true,
        }
    }

    /// Published addresses by engine.
    fn endpoints(&self) -> BTreeMap<String, Vec<String>> {
        let mut endpoints: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for node in &self.nodes {
            if let Some(address) = &node.endpoint {
                endpoints.entry(node.system.clone()).or_default().push(address.clone());
            }
        }
        endpoints
    }

    /// Returns when everything that was true at this call has been looked at by every probe.
    pub async fn settled(&self) {
        self.systems.settled().await;
    }

    /// The pages that an engine of it has of its own, if any.
    pub fn own_pages(&self) -> Option<OwnPages> {
        self.systems.own_pages()
    }

    /// Memory the containers use now, bytes.
    ///
    /// # Errors
    /// If the container engine does not say.
    pub async fn memory(&self) -> Result<u64, Problem> {
        let mut sum = 0;
        for node in &self.nodes {
            // The first reading says it; a node that does not run says none, and is not waited for.
            let mut stats = self.engine.stats(&self.name, &node.name).await?;
            if let Ok(Some(Ok(stats))) = tokio::time::timeout(MEMORY_LIMIT, stats.next()).await {
                sum += stats.memory_bytes.unwrap_or_default();
            }
        }
        Ok(sum)
    }

    /// Undoes every fault and stops our own clients, and waits until the lab is ready again: it is as it was after its
    /// start, but for data.
    ///
    /// # Errors
    /// If a fault could not be undone, or `timed_out` if the lab does not come back.
    pub async fn calm_down(&self) -> Result<(), Problem> {
        self.systems.stop_clients().await;
        self.engine.undo_all(&self.name, &self.stack).await?;
        // Sentences look at what was said last: what was said before the mending must be said anew.
        self.settled().await;
        if tokio::time::timeout(CALM_LIMIT, self.ready.checks_hold()).await.is_err() {
            return Err(crate::words::not_ready(self, CALM_LIMIT));
        }
        self.systems.restore().await;
        Ok(())
    }

    /// The lab's Cassandra clients.
    ///
    /// # Errors
    /// `not_now` if the lab has no Cassandra.
    pub(crate) fn cassandra(&self) -> Result<&Arc<Cassandra>, Problem> {
        self.systems.cassandra().ok_or_else(|| Problem {
            code: Code::NotNow,
            message: format!("Lab {} has no Cassandra.", self.name),
            detail: String::new(),
            hint: "Start a stack with Cassandra: pipewright up cassandra-3".into(),
        })
    }
}

fn mib(bytes: u64) -> u32 {
    u32::try_from(bytes / 1024 / 1024).unwrap_or(u32::MAX)
}
