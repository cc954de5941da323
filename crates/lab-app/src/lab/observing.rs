//! Wires probes to the journal. Probes fetch, views interpret: nothing here looks at a fact.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use futures::StreamExt;
use lab_docker::{Engine, NodeSeen};
use lab_kafka::{Broker, Cluster, Kafka, Probe};
use lab_model::{
    Draft, DraftSink, KafkaNeed, Need, Source,
    facts::lab::{LabFact, NodeInfo},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{KafkaSide, Needs, Recorder};

/// How often the clocks are compared.
const SLEEP_CHECK: Duration = Duration::from_secs(5);

/// Starts the Kafka probe and makes the lab's Kafka clients, if the lab has brokers.
pub(super) fn kafka(
    nodes: &[NodeInfo],
    recorder: &Arc<Recorder>,
    needs: &Needs,
    cancel: &CancellationToken,
) -> Option<KafkaSide> {
    let brokers = brokers(nodes);
    if brokers.is_empty() {
        return None;
    }
    let recorder = Arc::clone(recorder);
    let out: DraftSink = Arc::new(move |draft: Draft| {
        recorder.record(draft);
    });
    let told = Arc::clone(&out);
    let wanted = kafka_needs(needs.wanted(), cancel.clone());
    let probe = Probe::start(brokers.clone(), wanted, move |draft| told(draft), cancel.clone());
    let actions = Kafka::new(Cluster { brokers }, out);
    Some(KafkaSide { probe, actions })
}

fn brokers(nodes: &[NodeInfo]) -> Vec<Broker> {
    let broker = |node: &NodeInfo| {
        let address = node.endpoint.clone()?;
        Some(Broker { node: node.name.clone(), node_id: node.node_id, address })
    };
    nodes.iter().filter(|node| node.role.contains("broker")).filter_map(broker).collect()
}

/// The Kafka part of what is wanted, as it changes.
fn kafka_needs(
    mut wanted: watch::Receiver<BTreeSet<Need>>,
    cancel: CancellationToken,
) -> watch::Receiver<BTreeSet<KafkaNeed>> {
    let pick = |all: &BTreeSet<Need>| {
        all.iter().filter_map(|need| if let Need::Kafka(need) = need { Some(need.clone()) } else { None }).collect()
    };
    let (sender, receiver) = watch::channel(pick(&wanted.borrow_and_update()));
    tokio::spawn(async move {
        while let Some(Ok(())) = cancel.run_until_cancelled(wanted.changed()).await {
            sender.send_replace(pick(&wanted.borrow_and_update()));
        }
    });
    receiver
}

/// Writes what the container engine says of the lab's nodes.
pub(super) fn nodes(engine: &Engine, lab: &str, recorder: &Arc<Recorder>, cancel: &CancellationToken) {
    let mut states = engine.watch(lab);
    let recorder = Arc::clone(recorder);
    let cancel = cancel.clone();
    tokio::spawn(async move {
        while let Some(Some(seen)) = cancel.run_until_cancelled(states.next()).await {
            recorder.record(Draft::new(Source::Docker, said_of_node(seen)));
        }
    });
}

fn said_of_node(seen: Result<NodeSeen, lab_docker::Error>) -> LabFact {
    match seen {
        Ok(NodeSeen { node, state, exit_code, networks }) => LabFact::NodeChanged { node, state, exit_code, networks },
        Err(error) => LabFact::FellSilent { why: error.to_string() },
    }
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
