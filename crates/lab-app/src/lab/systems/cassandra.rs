//! Wires Cassandra's probe and clients, and the files on its data volumes, to a lab's journal.

use std::sync::Arc;

use async_trait::async_trait;
use lab_cassandra::{Agent, ByHand, Cassandra, Cluster, Node, Probe, Shell, lists_volumes};
use lab_docker::{Conversation, Engine, Fault, Stack};
use lab_model::{
    ActionCall, ActionId, CassandraNeed, Fact, Need, Problem, ProgressSink,
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

pub(super) const ENGINE: Registration = Registration {
    name: "cassandra",
    catalog: Cassandra::catalog,
    by_hand,
    unseen: Cassandra::unseen,
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
        // Every reading is told, also one that found nothing new.
        Fact::Cassandra(CassandraFact::TableScanned { rows, gone, .. }) if rows.is_empty() && gone.is_empty() => {
            Some(Novelty::Beat)
        }
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
    let probe = Probe::start(cluster.clone(), wanted.clone(), move |draft| told(draft), parts.cancel.clone());
    if let Some(shell) = SidecarShell::of(parts) {
        let told = Arc::clone(&out);
        probe.look_at_volumes(shell, &wanted, move |draft| told(draft));
    }
    Some(CassandraSide {
        probe,
        clients: Arc::new(Cassandra::new(cluster, out)),
        engine: parts.engine.clone(),
        lab: parts.lab.to_owned(),
        stack: Arc::clone(parts.stack),
    })
}

pub(super) fn nodes(parts: &LabParts<'_>) -> Vec<Node> {
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

/// The shell in the lab's sidecar, which sees every data volume.
struct SidecarShell {
    engine: Engine,
    lab: String,
    sidecar: String,
    open: Option<Conversation>,
}

impl SidecarShell {
    /// None if the lab has no sidecar.
    fn of(parts: &LabParts<'_>) -> Option<Self> {
        let sidecar = parts.nodes.iter().find(|info| info.is_of(ENGINE.name) && info.role == SIDECAR)?.name.clone();
        Some(Self { engine: parts.engine.clone(), lab: parts.lab.to_owned(), sidecar, open: None })
    }
}

#[async_trait]
impl Shell for SidecarShell {
    async fn say(&mut self, line: &str) -> Result<(), String> {
        if self.open.is_none() {
            let begun = self.engine.converse(&self.lab, &self.sidecar, &lists_volumes()).await;
            self.open = Some(begun.map_err(|error| error.to_string())?);
        }
        match &mut self.open {
            Some(open) => open.say(line).await.map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    async fn line(&mut self) -> Result<Option<String>, String> {
        match &mut self.open {
            Some(open) => open.line().await.map_err(|error| error.to_string()),
            None => Ok(None),
        }
    }

    fn hang_up(&mut self) {
        self.open = None;
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

    use lab_model::{Observation, Source};

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
