//! Wires Cassandra's probe and clients, and the files on its data volumes, to a lab's journal.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::StreamExt;
use lab_cassandra::{Agent, ByHand, Cassandra, Cluster, Files, Node, Probe};
use lab_docker::{Engine, Fault, Stack};
use lab_model::{
    ActionCall, ActionId, CassandraNeed, Draft, Fact, Need, Problem, ProgressSink, Source,
    facts::{cassandra::CassandraFact, lab::NodeInfo},
};
use lab_views::kinds::cassandra_ring;
use tokio_util::sync::CancellationToken;

use super::{Folds, LabParts, Novelty, Recorder, Registration, System, Thing, container, needs_of, sink};

/// The variable with the password of the nodes' agents, chosen when the lab came up, and their user.
const PASSWORD: &str = "AGENT_PASSWORD";
const USER: &str = "pipewright";
/// The sidecar that sees every data volume.
const SIDECAR: &str = "sidecar";
/// Between two tries to look into the volumes, e.g. while the sidecar starts.
const AGAIN: Duration = Duration::from_secs(2);

pub(super) const ENGINE: Registration = Registration {
    name: "cassandra",
    catalog: Cassandra::catalog,
    by_hand,
    holds,
    words,
    novelty,
    start: |parts| start(parts).map(|side| Box::new(side) as Box<dyn System>),
};

fn by_hand(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    let nodes = stack.nodes().iter();
    let nodes = nodes.filter(|node| node.system == ENGINE.name && node.kind == "node" && node.spare.is_none());
    let containers = nodes.map(|node| (node.name.clone(), container(lab, &node.name))).collect();
    Cassandra::by_hand(call, &ByHand { containers })
}

fn holds(recorder: &Recorder) -> Vec<Thing> {
    let ring = recorder.model::<cassandra_ring::TheView>(&cassandra_ring::Params::default());
    let joined = ring.nodes.into_iter().filter(|node| node.spare && node.member).map(|node| node.node);
    things(ring.keyspaces.into_iter().map(|keyspace| keyspace.name), joined)
}

fn things(keyspaces: impl Iterator<Item = String>, joined: impl Iterator<Item = String>) -> Vec<Thing> {
    let made = keyspaces.filter(|name| name != "system" && !name.starts_with("system_"));
    let keyspaces = made.map(|name| Thing { kind: "keyspace", name });
    keyspaces.chain(joined.map(|name| Thing { kind: "node", name })).collect()
}

/// Cassandra speaks of addresses, people of nodes. An address that no node is known to have stays.
fn words(folds: &Folds, fact: &Fact) -> Option<String> {
    let Fact::Cassandra(fact) = fact else { return None };
    let ring = folds.state::<cassandra_ring::TheView>()?;
    Some(fact.with_names(|address| ring.name_of(address))?.to_string())
}

/// φ goes up and down with every heartbeat, the commit log grows by what a node notes of itself, and a table's count of
/// reads is raised by our own looking.
fn novelty(fact: &Fact) -> Option<Novelty> {
    match fact {
        Fact::Cassandra(CassandraFact::PhiRead { .. } | CassandraFact::CommitLogRead { .. }) => Some(Novelty::Beat),
        Fact::Cassandra(CassandraFact::TableRead { table, .. }) => {
            let mut said = Box::new(fact.clone());
            if let Fact::Cassandra(CassandraFact::TableRead { local_reads, .. }) = &mut *said {
                *local_reads = 0;
            }
            Some(Novelty::IfOther { subject: table.clone(), said })
        }
        _ => None,
    }
}

/// A lab's Cassandra.
pub(super) struct CassandraSide {
    probe: Probe,
    clients: Arc<Cassandra>,
    engine: Engine,
    lab: String,
    stack: Arc<Stack>,
}

/// Starts the probe and makes the clients, if the lab has Cassandra nodes.
fn start(parts: &LabParts<'_>) -> Option<CassandraSide> {
    let nodes = nodes(parts);
    if nodes.is_empty() {
        return None;
    }
    let cluster = Cluster::of(nodes);
    let out = sink(parts.recorder);
    let told = Arc::clone(&out);
    let wanted = needs_of(parts, |need| if let Need::Cassandra(need) = need { Some(need.clone()) } else { None });
    look_at_files(parts);
    Some(CassandraSide {
        probe: Probe::start(cluster.clone(), wanted, move |draft| told(draft), parts.cancel.clone()),
        clients: Arc::new(Cassandra::new(cluster, out)),
        engine: parts.engine.clone(),
        lab: parts.lab.to_owned(),
        stack: Arc::clone(parts.stack),
    })
}

fn nodes(parts: &LabParts<'_>) -> Vec<Node> {
    let password = parts.variables.get(PASSWORD);
    let node = |info: &NodeInfo| {
        let agent = info.agent.clone().zip(password.cloned());
        Some(Node {
            name: info.name.clone(),
            cql: info.endpoint.clone()?,
            agent: agent.map(|(address, password)| Agent { address, user: USER.into(), password }),
            address: info.address.clone(),
            spare: info.spare,
        })
    };
    parts.nodes.iter().filter(|info| info.is_of(ENGINE.name) && info.role != SIDECAR).filter_map(node).collect()
}

/// Watches the data volumes through the lab's sidecar, as long as somebody wants to know of hints or SSTables.
fn look_at_files(parts: &LabParts<'_>) {
    let Some(sidecar) =
        parts.nodes.iter().find(|info| info.is_of(ENGINE.name) && info.role == SIDECAR).map(|info| info.name.clone())
    else {
        return;
    };
    let (engine, lab) = (parts.engine.clone(), parts.lab.to_owned());
    let (recorder, needs, cancel) = (Arc::clone(parts.recorder), Arc::clone(parts.needs), parts.cancel.clone());
    tokio::spawn(async move {
        let mut wanted = needs.wanted();
        let mut files = Files::default();
        let watching = async {
            while wanted.wait_for(|all| all.iter().any(of_files)).await.is_ok() {
                let mut unwanted = needs.wanted();
                tokio::select! {
                    () = follow_files(&engine, &lab, &sidecar, &mut files, &recorder) => {}
                    _ = unwanted.wait_for(|all| !all.iter().any(of_files)) => {}
                }
            }
        };
        cancel.run_until_cancelled(watching).await;
    });
}

fn of_files(need: &Need) -> bool {
    matches!(need, Need::Cassandra(CassandraNeed::Hints | CassandraNeed::Storage { .. } | CassandraNeed::Rows { .. }))
}

/// Until the sidecar's listing ends.
async fn follow_files(engine: &Engine, lab: &str, sidecar: &str, files: &mut Files, recorder: &Recorder) {
    files.begin_anew();
    let command = Files::command();
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let mut lines = match engine.lines(lab, sidecar, &command).await {
        Ok(lines) => lines,
        Err(error) => {
            tracing::debug!(lab, %error, "the data volumes cannot be looked at yet");
            return tokio::time::sleep(AGAIN).await;
        }
    };
    while let Some(Ok(line)) = lines.next().await {
        for fact in files.hear(&line) {
            recorder.record(Draft::new(Source::Docker, fact));
        }
    }
}

impl CassandraSide {
    pub(super) fn clients(&self) -> &Arc<Cassandra> {
        &self.clients
    }

    fn node_of(call: &ActionCall) -> &str {
        call.args.get("node").and_then(|node| node.as_str()).unwrap_or_default()
    }
}

#[async_trait]
impl System for CassandraSide {
    fn always(&self) -> Vec<Need> {
        vec![Need::Cassandra(CassandraNeed::Ring)]
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
        // A spare's container exists from the start and runs from here on; the joining itself is Cassandra's.
        if call.name == "cassandra.join" {
            self.engine.fault(&self.lab, &self.stack, Self::node_of(call), Fault::Start).await?;
        }
        let said = self.clients.run(id, call, progress, cancel).await?;
        if call.name == "cassandra.decommission" {
            self.engine.fault(&self.lab, &self.stack, Self::node_of(call), Fault::Stop).await?;
        }
        Ok(said)
    }

    async fn stop_clients(&self) {
        self.clients.stop_all().await;
    }

    async fn restore(&self) {
        self.clients.restore().await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lab_model::Observation;

    use super::*;

    #[test]
    fn keyspaces_that_cassandra_makes_for_itself_are_nobodys() {
        let keyspaces = ["shop", "system", "system_auth", "systematic"].map(str::to_owned);
        let held = things(keyspaces.into_iter(), ["cassandra-4".to_owned()].into_iter());
        let held: Vec<String> = held.iter().map(ToString::to_string).collect();
        assert_eq!(held, ["keyspace shop", "keyspace systematic", "cassandra-4, a node that joined the ring"]);
    }

    #[test]
    fn a_fact_names_nodes_by_the_addresses_they_said() {
        let turned =
            |address: &str| -> Fact { CassandraFact::PeerTurned { address: address.to_owned(), up: false }.into() };
        let mut folds = Folds::new();
        assert_eq!(folds.words(&turned("10.0.0.3")), "now believes 10.0.0.3 down");
        let described = CassandraFact::NodeDescribed {
            host_id: "h".into(),
            address: "10.0.0.3".into(),
            cluster_name: "c".into(),
            version: "5.0.8".into(),
            data_center: "dc1".into(),
            rack: "r1".into(),
            tokens: Vec::new(),
            schema_version: "s".into(),
            mode: None,
        };
        let source = Source::Node("cassandra-3".into());
        folds.apply(&Observation { seq: 0, heard_at: 0, said_at: None, source, cause: None, fact: described.into() });
        assert_eq!(folds.words(&turned("10.0.0.3")), "now believes cassandra-3 down");
        assert_eq!(folds.words(&turned("10.0.0.33")), "now believes 10.0.0.33 down");
        let counted = CassandraFact::HintsCounted {
            in_progress: 0,
            total: 2,
            created: [("10.0.0.3".to_owned(), 2)].into(),
            not_stored: BTreeMap::new(),
            succeeded: 0,
            failed: 0,
            timed_out: 0,
        };
        let words = "wrote hints since it started: 2 for cassandra-3; delivered 0";
        assert_eq!(folds.words(&counted.into()), words);
    }
}
