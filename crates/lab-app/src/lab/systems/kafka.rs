//! Wires Kafka's probe and clients to a lab's journal.

use std::sync::Arc;

use async_trait::async_trait;
use lab_docker::Stack;
use lab_kafka::{Broker, ByHand, Cluster, Kafka, Probe, TakeNumbers};
use lab_model::{ActionCall, ActionId, KafkaNeed, Need, Problem, ProgressSink, facts::lab::NodeInfo};
use lab_views::kinds::kafka_cluster;
use tokio_util::sync::CancellationToken;

use super::{super::sent::SentCounts, LabParts, Recorder, Registration, System, Thing, container, needs_of, sink};

/// The listener that tools inside a broker's container use; every Kafka stack has it.
const INSIDE: &str = "localhost:9092";

pub(super) const ENGINE: Registration = Registration {
    name: "kafka",
    catalog: Kafka::catalog,
    by_hand,
    unseen: Kafka::unseen,
    holds,
    words: |_, _| None,
    novelty: |_| None,
    start: |parts| start(parts).map(|side| Box::new(side) as Box<dyn System>),
};

fn by_hand(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    let broker = stack.nodes().iter().find(|node| node.system == ENGINE.name && node.kind.contains("broker"));
    broker.map_or_else(Vec::new, |broker| {
        Kafka::by_hand(call, &ByHand { container: container(lab, &broker.name), bootstrap: INSIDE.into() })
    })
}

fn holds(recorder: &Recorder) -> Vec<Thing> {
    let kafka = recorder.model::<kafka_cluster::TheView>(&kafka_cluster::Params { internal: false });
    things(kafka.topics)
}

fn things(topics: Vec<String>) -> Vec<Thing> {
    let made = topics.into_iter().filter(|topic| !topic.starts_with("__"));
    made.map(|name| Thing { kind: "topic", name }).collect()
}

/// A lab's Kafka.
pub(super) struct KafkaSide {
    probe: Probe,
    actions: Kafka,
}

/// Starts the probe and makes the clients, if the lab has brokers.
fn start(parts: &LabParts<'_>) -> Option<KafkaSide> {
    let brokers = brokers(parts.nodes);
    if brokers.is_empty() {
        return None;
    }
    let out = sink(parts.recorder);
    let told = Arc::clone(&out);
    let wanted = needs_of(parts, |need| if let Need::Kafka(need) = need { Some(need.clone()) } else { None });
    Some(KafkaSide {
        probe: Probe::start(brokers.clone(), wanted, move |draft| told(draft), parts.cancel.clone()),
        actions: Kafka::numbered_by(Cluster { brokers }, out, numbers(parts)),
    })
}

pub(super) fn brokers(nodes: &[NodeInfo]) -> Vec<Broker> {
    let broker = |node: &NodeInfo| {
        let address = node.endpoint.clone()?;
        Some(Broker { node: node.name.clone(), node_id: node.node_id, address })
    };
    nodes.iter().filter(|node| node.is_of(ENGINE.name) && node.role == "broker").filter_map(broker).collect()
}

#[async_trait]
impl System for KafkaSide {
    fn always(&self) -> Vec<Need> {
        vec![Need::Kafka(KafkaNeed::Cluster)]
    }

    async fn settled(&self) {
        self.probe.settled().await;
    }

    async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        self.actions.run(id, call, progress, cancel).await
    }

    async fn stop_clients(&self) {
        self.actions.stop_all().await;
    }
}

/// Numbers of records, shared with other programs of ours that send to the lab.
fn numbers(parts: &LabParts<'_>) -> Box<TakeNumbers> {
    let counts = SentCounts::new(parts.data_dir, parts.lab, parts.instance);
    Box::new(move |producer, count, after| counts.take(producer, count, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_that_kafka_makes_for_itself_are_nobodys() {
        let held = things(vec!["orders".into(), "__consumer_offsets".into()]);
        assert_eq!(held.iter().map(ToString::to_string).collect::<Vec<_>>(), ["topic orders"]);
    }
}
