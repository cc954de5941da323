//! Prints what a cluster says, one draft per line as JSON: for looking at the probe with one's own eyes.
//!
//! `cargo run -p lab-cassandra --example cassandra_watch -- cassandra-1=127.0.0.1:29042/127.0.0.1:28778/10.213.5.11,… ring phi`
//!
//! A node is `<name>=<cql>[/<agent>[/<own address>]]`; the agents' password stands in `AGENT_PASSWORD`. Needs: `ring`,
//! `phi`, `hints`, `repairs`, `settings`, `key:<table>:<key>`, `rows:<table>:<key>`, `storage:<table>`.

mod support;

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use lab_cassandra::Probe;
use lab_model::CassandraNeed;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    support::log();
    let mut args = std::env::args().skip(1);
    let Some(nodes) = args.next() else {
        eprintln!("watch <name>=<cql>[/<agent>[/<own address>]],… [<need>…]");
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
    let probe = Probe::start(support::cluster(&nodes), needed, print, CancellationToken::new());
    probe.settled().await;
    eprintln!("settled");
    let _ = tokio::signal::ctrl_c().await;
}

fn need(word: &str) -> Option<CassandraNeed> {
    let mut parts = word.splitn(3, ':').map(str::to_owned);
    let kind = parts.next()?;
    match (kind.as_str(), parts.next(), parts.next()) {
        ("ring", None, None) => Some(CassandraNeed::Ring),
        ("phi", None, None) => Some(CassandraNeed::Phi),
        ("hints", None, None) => Some(CassandraNeed::Hints),
        ("repairs", None, None) => Some(CassandraNeed::Repairs),
        ("read_repairs", None, None) => Some(CassandraNeed::ReadRepairs),
        ("settings", None, None) => Some(CassandraNeed::Settings),
        ("storage", Some(table), None) => Some(CassandraNeed::Storage { table }),
        ("key", Some(table), Some(key)) => Some(CassandraNeed::Key { table, key }),
        ("rows", Some(table), Some(key)) => Some(CassandraNeed::Rows { table, key }),
        _ => None,
    }
}
