//! What both examples read from their command line.

use lab_cassandra::{Agent, Cluster, Node};

/// Logs to standard error as `RUST_LOG` says.
pub(crate) fn log() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
}

/// `<name>=<cql>[/<agent>[/<own address>]],…`
pub(crate) fn cluster(written: &str) -> Cluster {
    let password = std::env::var("AGENT_PASSWORD").unwrap_or_default();
    let node = |written: &str| {
        let (name, reached) = written.split_once('=').unwrap_or(("cassandra-1", written));
        let mut reached = reached.split('/').map(str::to_owned);
        let cql = reached.next().unwrap_or_default();
        let agent = reached.next().filter(|agent| !agent.is_empty());
        let agent = agent.map(|address| Agent { address, user: "pipewright".into(), password: password.clone() });
        Node { name: name.to_owned(), cql, agent, address: reached.next() }
    };
    Cluster::of(written.split(',').map(node).collect())
}
