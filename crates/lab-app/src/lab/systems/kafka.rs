//! Wires Kafka's probe and clients to a lab's journal.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use lab_kafka::{Broker, Cluster, Kafka, Probe};
use lab_model::{ActionCall, ActionId, KafkaNeed, Need, Problem, ProgressSink, facts::lab::NodeInfo};
use tokio_util::sync::CancellationToken;

use super::{Ground, Needs, Recorder, System, needs_of, sink};

/// A lab's Kafka.
pub(super) struct KafkaSide {
    probe: Probe,
    actions: Kafka,
    recorder: Arc<Recorder>,
    needs: Arc<Needs>,
    /// Topics and producers whose earlier records were counted.
    counted: Mutex<BTreeSet<(String, String)>>,
}

/// Starts the probe and makes the clients, if the lab has brokers.
pub(super) fn start(ground: &Ground<'_>) -> Option<KafkaSide> {
    let brokers = brokers(ground.nodes);
    if brokers.is_empty() {
        return None;
    }
    let out = sink(ground.recorder);
    let told = Arc::clone(&out);
    let wanted = needs_of(ground, |need| if let Need::Kafka(need) = need { Some(need.clone()) } else { None });
    Some(KafkaSide {
        probe: Probe::start(brokers.clone(), wanted, move |draft| told(draft), ground.cancel.clone()),
        actions: Kafka::new(Cluster { brokers }, out),
        recorder: Arc::clone(ground.recorder),
        needs: Arc::clone(ground.needs),
        counted: Mutex::default(),
    })
}

fn brokers(nodes: &[NodeInfo]) -> Vec<Broker> {
    let broker = |node: &NodeInfo| {
        let address = node.endpoint.clone()?;
        Some(Broker { node: node.name.clone(), node_id: node.node_id, address })
    };
    nodes.iter().filter(|node| node.is_of("kafka") && node.role == "broker").filter_map(broker).collect()
}

#[async_trait]
impl System for KafkaSide {
    fn name(&self) -> &'static str {
        "kafka"
    }

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
        if call.name == "kafka.produce" {
            self.go_on_counting(call).await;
        }
        self.actions.run(id, call, progress, cancel).await
    }

    async fn stop_clients(&self) {
        self.actions.stop_all().await;
    }
}

impl KafkaSide {
    /// A producer's records are numbered in sending order. In a lab that was taken over, or whose data was kept, its
    /// earlier records are there already: looks once, so that their numbers are not given again.
    async fn go_on_counting(&self, call: &ActionCall) {
        let text = |name: &str, default: &str| {
            call.args.get(name).and_then(|value| value.as_str()).unwrap_or(default).to_owned()
        };
        let (topic, producer) = (text("topic", ""), text("name", "producer"));
        if !self.counted.lock().unwrap_or_else(PoisonError::into_inner).insert((topic.clone(), producer.clone())) {
            return;
        }
        let _wanted = self.needs.want(vec![Need::Kafka(KafkaNeed::Records { topic: topic.clone() })]);
        self.settled().await;
        let params = serde_json::json!({ "topic": topic, "window": 200 });
        let Ok(picture) = self.recorder.project("kafka_records", &params) else { return };
        let records = picture.model["partitions"].as_array().into_iter().flatten();
        let records = records.flat_map(|partition| partition["records"].as_array().into_iter().flatten());
        let ours = records.filter(|record| record["producer"] == producer.as_str());
        if let Some(sent) = ours.filter_map(|record| record["sent"].as_u64()).max() {
            self.actions.count_on(&producer, sent);
        }
    }
}
