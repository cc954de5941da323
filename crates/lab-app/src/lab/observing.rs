//! Writes what the container engine and the machine say. Probes fetch, views interpret: nothing here looks at a fact.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use futures::StreamExt;
use lab_docker::{Engine, LabNode, NodeSeen};
use lab_model::{
    Draft, Source,
    facts::lab::{LabFact, NodeInfo, NodeState},
};
use tokio_util::sync::CancellationToken;

use super::Recorder;

/// How often the clocks are compared.
const SLEEP_CHECK: Duration = Duration::from_secs(5);

/// Writes what the container engine says of the lab's nodes.
pub(super) fn nodes(engine: &Engine, lab: &str, recorder: &Arc<Recorder>, cancel: &CancellationToken) {
    let mut states = engine.watch(lab);
    let recorder = Arc::clone(recorder);
    let cancel = cancel.clone();
    tokio::spawn(async move {
        while let Some(Some(seen)) = cancel.run_until_cancelled(states.next()).await {
            recorder.record(said_of_node(seen));
        }
    });
}

/// Writes which of the stack's nodes have no container: the container engine tells only of those that are there.
pub(super) fn missing(recorder: &Recorder, nodes: &[NodeInfo], found: &[LabNode]) {
    for node in nodes.iter().filter(|node| found.iter().all(|found| found.name != node.name)) {
        let (node, state) = (node.name.clone(), NodeState::Absent);
        let fact = LabFact::NodeChanged { node, state, exit_code: None, networks: Vec::new() };
        recorder.record(Draft::new(Source::Docker, fact));
    }
}

pub(super) fn said_of_node(seen: Result<NodeSeen, lab_docker::Error>) -> Draft {
    let (said_at, fact) = match seen {
        Ok(NodeSeen { node, state, exit_code, networks, since }) => {
            (since, LabFact::NodeChanged { node, state, exit_code, networks })
        }
        Err(error) => (None, LabFact::FellSilent { why: error.to_string() }),
    };
    Draft { said_at, ..Draft::new(Source::Docker, fact) }
}

/// Notes when the machine slept: the monotonic clock stands still meanwhile, the wall clock does not.
/// Flushes the journal on the way.
pub(super) fn sleep(recorder: &Arc<Recorder>, cancel: &CancellationToken) {
    let recorder = Arc::clone(recorder);
    let cancel = cancel.clone();
    tokio::spawn(async move {
        let mut before = (Instant::now(), SystemTime::now());
        while cancel.run_until_cancelled(tokio::time::sleep(SLEEP_CHECK)).await.is_some() {
            let wall = before.1.elapsed().unwrap_or_default();
            let gap = wall.saturating_sub(before.0.elapsed());
            if gap > SLEEP_CHECK {
                let gap = u64::try_from(gap.as_millis()).unwrap_or(u64::MAX);
                recorder.record(Draft::new(Source::Pipewright, LabFact::MachineSlept { gap }));
            }
            before = (Instant::now(), SystemTime::now());
            recorder.flush();
        }
    });
}
