//! Does actions on a cluster and prints what the clients saw, one draft per line as JSON.
//!
//! `echo '{"do":"cassandra.execute","cql":"SELECT * FROM lab.t"}' | cargo run -p lab-cassandra --example cassandra_act -- cassandra-1=127.0.0.1:29042`
//!
//! One action per line; `sleep 2` waits; a line that begins with `&` runs beside those after it; one that begins with
//! `^2 ` is cancelled after two seconds. Ends with its input.

mod support;

use std::{io::BufRead, sync::Arc, time::Duration};

use lab_cassandra::{ByHand, Cassandra};
use lab_model::{ActionCall, ActionId, DraftSink};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    support::log();
    let Some(nodes) = std::env::args().nth(1) else {
        eprintln!("act <name>=<cql>[/<agent>[/<own address>]],…   with one action per line as JSON on standard input");
        std::process::exit(2);
    };
    let out: DraftSink = Arc::new(|draft| {
        let line = serde_json::json!({ "source": draft.source, "cause": draft.cause, "fact": draft.fact });
        println!("{line}");
    });
    let cassandra = Arc::new(Cassandra::new(support::cluster(&nodes), out));
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
        let doing = act(Arc::clone(&cassandra), number as u64, call.to_owned(), cancel);
        if line.starts_with('&') {
            beside.push(tokio::spawn(doing));
        } else {
            doing.await;
        }
    }
    for doing in beside {
        let _ = doing.await;
    }
    cassandra.stop_all().await;
}

async fn act(cassandra: Arc<Cassandra>, number: u64, line: String, cancel: CancellationToken) {
    let call: ActionCall = match serde_json::from_str(&line) {
        Ok(call) => call,
        Err(why) => return eprintln!("{line}: {why}"),
    };
    let place = ByHand { containers: vec![("cassandra-1".into(), "cassandra-1".into())] };
    for typed in Cassandra::by_hand(&call, &place) {
        eprintln!("$ {typed}");
    }
    let began = std::time::Instant::now();
    match cassandra.run(ActionId(number), &call, Arc::new(|_| {}), cancel).await {
        Ok(said) => eprintln!("{:?}: {said}", began.elapsed()),
        Err(error) => eprintln!("{:?}: {}", began.elapsed(), error.problem()),
    }
}
