//! Does actions on a cluster and prints what the clients saw, one draft per line as JSON.
//!
//! `echo '{"do":"kafka.produce","topic":"readings","count":3}' | cargo run -p lab-kafka --example kafka_act -- 1=127.0.0.1:29092`
//!
//! One action per line; `sleep 2` waits; a line that begins with `&` runs beside those after it; one that begins with
//! `^2 ` is cancelled after two seconds. Ends with its input.

use std::{io::BufRead, sync::Arc, time::Duration};

use lab_kafka::{Broker, ByHand, Cluster, Kafka};
use lab_model::{ActionCall, ActionId, DraftSink};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let Some(brokers) = std::env::args().nth(1) else {
        eprintln!("act <id>=<address>,…   with one action per line as JSON on standard input");
        std::process::exit(2);
    };
    let out: DraftSink = Arc::new(|draft| {
        let line = serde_json::json!({ "source": draft.source, "cause": draft.cause, "fact": draft.fact });
        println!("{line}");
    });
    let brokers = brokers.split(',').map(broker).collect();
    let kafka = Arc::new(Kafka::new(Cluster { brokers }, out));
    let mut beside = Vec::new();
    for (number, line) in std::io::stdin().lock().lines().map_while(Result::ok).enumerate() {
        if let Some(seconds) = line.strip_prefix("sleep ") {
            tokio::time::sleep(Duration::from_secs_f64(seconds.parse().unwrap_or(1.0))).await;
            continue;
        }
        let cancel = CancellationToken::new();
        let (limit, call) = match line.strip_prefix('^').and_then(|rest| rest.split_once(' ')) {
            Some((seconds, call)) => (seconds.parse().ok(), call),
            None => (None, line.trim_start_matches('&')),
        };
        if let Some(seconds) = limit {
            let cancel = cancel.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
                cancel.cancel();
            });
        }
        let doing = act(Arc::clone(&kafka), number as u64, call.to_owned(), cancel);
        if line.starts_with('&') {
            beside.push(tokio::spawn(doing));
        } else {
            doing.await;
        }
    }
    for doing in beside {
        let _ = doing.await;
    }
    kafka.stop_all().await;
}

async fn act(kafka: Arc<Kafka>, number: u64, line: String, cancel: CancellationToken) {
    let call: ActionCall = match serde_json::from_str(&line) {
        Ok(call) => call,
        Err(why) => return eprintln!("{line}: {why}"),
    };
    let place = ByHand { container: "kafka-1".into(), bootstrap: "localhost:9092".into() };
    for typed in Kafka::by_hand(&call, &place) {
        eprintln!("$ {typed}");
    }
    let began = std::time::Instant::now();
    match kafka.run(ActionId(number), &call, Arc::new(|_| {}), cancel).await {
        Ok(said) => eprintln!("{:?}: {said}", began.elapsed()),
        Err(error) => eprintln!("{:?}: {}", began.elapsed(), error.problem()),
    }
}

fn broker(written: &str) -> Broker {
    let (id, address) = written.split_once('=').unwrap_or(("", written));
    Broker { node: format!("kafka-{id}"), node_id: id.parse().ok(), address: address.to_owned() }
}
