//! Watches a cluster: asks every node for what is needed, on its own connections, and says what is new.
//!
//! Nobody waits for anybody: each node has a task for what CQL says, one for what its agent says, and one that listens
//! to what it pushes. A node that is paused or dead is silent, and the others go on at full pace.

mod account;
mod on_volumes;
mod own_words;
mod partitions;
mod pushes;
mod scans;
mod through_agent;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lab_model::{CassandraNeed, Draft, DraftSink};
use lab_probe::{Pace, Watch};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

pub use self::on_volumes::Shell;
use self::{account::Account, on_volumes::OnVolumes, own_words::OwnWords, pushes::listen, through_agent::ThroughAgent};
use crate::Cluster;

/// How long one question may take before the node counts as silent.
const DEADLINE: Duration = Duration::from_millis(1000);

/// A cluster being watched. Dropping it ends the watch.
#[derive(Debug)]
pub struct Probe {
    watch: Watch,
}

impl Probe {
    /// Starts observing; must be called inside a tokio runtime.
    ///
    /// Each draft's source is the node that said it. Facts come when they are new; besides, every node's `Heard` or
    /// `FellSilent` (of its CQL port) comes when that changes and about once a second. Ends when `cancel` is cancelled
    /// or the probe is dropped. Without needs only the beat and the pushes go on.
    #[allow(clippy::needless_pass_by_value, reason = "the probe owns what it watches by")]
    pub fn start(
        cluster: Cluster,
        needs: watch::Receiver<BTreeSet<CassandraNeed>>,
        out: impl Fn(Draft) + Send + Sync + 'static,
        cancel: CancellationToken,
    ) -> Self {
        let out: DraftSink = Arc::new(out);
        let watch = Watch::until(&cancel);
        let pace = Arc::new(Pace::default());
        if let Some(scans) = scans::of(&cluster.nodes, &out) {
            watch.begin(scans, &needs);
        }
        for node in cluster.nodes {
            let account = Account::of(&node.name, Arc::clone(&out), Arc::clone(&pace));
            let known = Arc::new(Known::default());
            known.set_address(node.address.clone());
            let own = OwnWords::new(node.clone(), account.clone(), Arc::clone(&pace), Arc::clone(&known));
            let agent =
                ThroughAgent::new(&node, account.clone(), Arc::clone(&pace), Arc::clone(&known), cluster.asked.clone());
            watch.begin(own, &needs);
            watch.begin(agent, &needs);
            watch.beside(listen(node.cql, account, known, watch.rounds()));
        }
        Self { watch }
    }

    /// Looks at the nodes' data volumes too, through a shell that sees them. Said by docker.
    pub fn look_at_volumes(
        &self,
        shell: impl Shell,
        needs: &watch::Receiver<BTreeSet<CassandraNeed>>,
        out: impl Fn(Draft) + Send + Sync + 'static,
    ) {
        self.watch.begin(OnVolumes::new(shell, Arc::new(out)), needs);
    }

    /// Resolves when every node has answered, or let its deadline pass, in a whole round begun after this call: what
    /// was true at the call has been looked at and sent. Resolves at once when the probe has ended.
    pub async fn settled(&self) {
        self.watch.settled().await;
    }
}

/// What the tasks of one node know of each other.
#[derive(Debug, Default)]
struct Known {
    /// CQL answers.
    heard: AtomicBool,
    /// The schema was pushed to have changed since it was last read.
    schema_turned: AtomicBool,
    /// What the node is doing, by its agent.
    mode: Mutex<Option<String>>,
    /// The own address, by which its agent names it too.
    address: Mutex<Option<String>>,
}

impl Known {
    fn mode(&self) -> Option<String> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_mode(&self, mode: Option<String>) {
        *self.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }

    fn address(&self) -> Option<String> {
        self.address.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_address(&self, address: Option<String>) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    fn is_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }
}

/// What a node pushes when it changes is asked this often while all is calm. After a push everything is asked at once, and
/// so it is when somebody listens again after pushes may have been lost.
const WHILE_CALM: Duration = Duration::from_secs(10);
/// What is asked seldom while all is calm is asked this often while something changes.
const WHILE_STIRRED: Duration = Duration::from_millis(400);

/// Something that need not be asked with every look.
#[derive(Debug)]
struct Seldom {
    every: Duration,
    last: Option<Instant>,
}

impl Seldom {
    fn every(every: Duration) -> Self {
        Self { every, last: None }
    }

    /// Due now, or wanted fresh; the next time is `every` from now.
    fn due(&mut self, fresh: bool) -> bool {
        self.due_after(self.every, fresh)
    }

    /// The same, where it is asked seldom only as long as all is calm.
    fn due_calmly(&mut self, stirred: bool, fresh: bool) -> bool {
        self.due_after(if stirred { WHILE_STIRRED } else { self.every }, fresh)
    }

    fn due_after(&mut self, rest: Duration, fresh: bool) -> bool {
        let now = Instant::now();
        let due = fresh || self.last.is_none_or(|last| now - last >= rest);
        if due {
            self.last = Some(now);
        }
        due
    }

    /// Not wanted: as soon as it is, it is due.
    fn rest(&mut self) {
        self.last = None;
    }
}
