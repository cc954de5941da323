//! Prints what a cluster says, one draft per line as JSON: for looking at the probe with one's own eyes.
//!
//! `cargo run -p lab-kafka --example kafka_watch -- 1=127.0.0.1:29092,2=127.0.0.1:39092 cluster groups partitions:readings`

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use lab_kafka::{Broker, Probe};
use lab_model::KafkaNeed;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let mut args = std::env::args().skip(1);
    let Some(brokers) = args.next() else {
        eprintln!("watch <id>=<address>,… [cluster] [groups] [partitions:<topic>] [records:<topic>]");
        std::process::exit(2);
    };
    let (_needs, needed) = watch::channel(args.filter_map(|word| need(&word)).collect::<BTreeSet<_>>());
    let began = Arc::new(Instant::now());
    let print = move |draft: lab_model::Draft| {
        let line = serde_json::json!({
            "at": began.elapsed().as_millis(), "source": draft.source, "fact": draft.fact,
        });
        println!("{line}");
    };
    let probe = Probe::start(brokers.split(',').map(broker).collect(), needed, print, CancellationToken::new());
    probe.settled().await;
    eprintln!("settled");
    let _ = tokio::signal::ctrl_c().await;
}

fn broker(written: &str) -> Broker {
    let (id, address) = written.split_once('=').unwrap_or(("", written));
    Broker { node: format!("kafka-{id}"), node_id: id.parse().ok(), address: address.to_owned() }
}

fn need(word: &str) -> Option<KafkaNeed> {
    match word.split_once(':') {
        Some(("partitions", topic)) => Some(KafkaNeed::Partitions { topic: topic.to_owned() }),
        Some(("records", topic)) => Some(KafkaNeed::Records { topic: topic.to_owned() }),
        None if word == "cluster" => Some(KafkaNeed::Cluster),
        None if word == "groups" => Some(KafkaNeed::Groups),
        _ => None,
    }
}
