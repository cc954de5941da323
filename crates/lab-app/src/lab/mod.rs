//! A running lab: its containers, its journal, its probes and the actions done in it.

mod acting;
mod following;
mod journal_file;
mod needs;
mod observing;
mod recorder;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
};

use lab_docker::{Engine, RunningLab, Stack};
use lab_kafka::{Kafka, Probe};
use lab_lessons::Sentence;
use lab_model::{Draft, KafkaNeed, Millis, Need, Problem, Source, facts::lab::LabFact};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use following::Following;
pub use journal_file::JournalFile;
pub use needs::{NeedGuard, Needs};
pub use recorder::Recorder;

use crate::schema::{LabInfo, Phase};

/// A lab we observe.
pub struct Lab {
    /// Its name: the Compose project.
    pub name: String,
    /// What it was made from.
    pub stack: Arc<Stack>,
    /// Its journal and folds.
    pub recorder: Arc<Recorder>,
    /// What is wanted observed.
    pub needs: Arc<Needs>,
    running: RunningLab,
    engine: Arc<Engine>,
    kafka: Option<KafkaSide>,
    phase: watch::Sender<Phase>,
    ready: Following,
    _always: NeedGuard,
    actions: Mutex<BTreeMap<u64, CancellationToken>>,
    next_action: AtomicU64,
    cancel: CancellationToken,
}

struct KafkaSide {
    probe: Probe,
    actions: Kafka,
}

impl Lab {
    /// Begins to observe a lab whose containers were started or found running.
    pub fn observe(
        engine: Arc<Engine>,
        stack: Arc<Stack>,
        running: RunningLab,
        recorder: Arc<Recorder>,
        ready: Vec<Sentence>,
        adopted: bool,
    ) -> Arc<Self> {
        let cancel = CancellationToken::new();
        let needs = Needs::new();
        let always = needs.want(vec![Need::Nodes, Need::Kafka(KafkaNeed::Cluster)]);
        recorder.record(Draft::new(
            Source::Pipewright,
            LabFact::LabStarted {
                stack: stack.name.clone(),
                nodes: running.nodes.iter().map(|node| node.info.clone()).collect(),
                images: running.images.clone(),
                adopted,
            },
        ));
        let ready = recorder.follow(ready);
        let kafka = observing::kafka(&running, &recorder, &needs, &cancel);
        observing::nodes(&engine, &running, &recorder, &cancel);
        observing::sleep(&recorder, &cancel);
        Arc::new(Self {
            name: running.project.clone(),
            stack,
            recorder,
            needs,
            running,
            engine,
            kafka,
            phase: watch::Sender::new(Phase::Starting),
            ready,
            _always: always,
            actions: Mutex::default(),
            next_action: AtomicU64::new(1),
            cancel,
        })
    }

    /// Returns when every ready sentence of the stack is true; notes how long it took.
    pub async fn become_ready(&self, took: impl FnOnce() -> Millis) {
        self.ready.all_true().await;
        self.recorder.record(Draft::new(Source::Pipewright, LabFact::LabBecameReady { took: took() }));
        self.phase.send_replace(Phase::Ready);
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
        LabInfo {
            lab: self.name.clone(),
            stack: self.stack.name.clone(),
            phase: *self.phase.borrow(),
            nodes: self.running.nodes.iter().map(|node| node.info.clone()).collect(),
            images: self.running.images.clone(),
            endpoints: self.running.endpoints.clone(),
            memory_mib: None,
            machine_memory_mib: mib(self.engine.info().memory_bytes),
            ready: self.ready.states(),
        }
    }

    /// Returns when everything that was true at this call has been looked at by every probe.
    pub async fn settled(&self) {
        if let Some(kafka) = &self.kafka {
            kafka.probe.settled().await;
        }
    }

    /// Memory the containers use now, bytes.
    ///
    /// # Errors
    /// If the container engine does not say.
    pub async fn memory(&self) -> Result<u64, Problem> {
        Ok(lab_docker::memory(&self.engine, &self.running).await?)
    }

    /// Undoes every fault and stops our own clients: the lab is as it was after its start, but for data.
    ///
    /// # Errors
    /// If a fault could not be undone.
    pub async fn calm_down(&self) -> Result<(), Problem> {
        if let Some(kafka) = &self.kafka {
            kafka.actions.stop_all().await;
        }
        lab_docker::undo_all(&self.engine, &self.running).await?;
        Ok(())
    }

    /// Stops observing and acting; containers are left alone.
    pub async fn leave(&self) {
        let actions = std::mem::take(&mut *self.actions.lock().unwrap_or_else(PoisonError::into_inner));
        for cancel in actions.values() {
            cancel.cancel();
        }
        if let Some(kafka) = &self.kafka {
            kafka.actions.stop_all().await;
        }
        self.cancel.cancel();
        self.recorder.flush();
    }

    /// Says that its containers are being removed.
    pub fn is_stopping(&self) {
        self.phase.send_replace(Phase::Stopping);
        self.recorder.record(Draft::new(Source::Pipewright, LabFact::LabStopped));
    }
}

fn mib(bytes: u64) -> u32 {
    u32::try_from(bytes / 1024 / 1024).unwrap_or(u32::MAX)
}
