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
use tokio_util::sync::CancellationToken;

use super::{LabParts, Novelty, Recorder, Registration, System, container, needs_of, sink};

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
    novelty,
    start: |parts| start(parts).map(|side| Box::new(side) as Box<dyn System>),
};

fn by_hand(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    let nodes = stack.nodes().iter();
    let nodes = nodes.filter(|node| node.system == ENGINE.name && node.kind == "node" && node.spare.is_none());
    let containers = nodes.map(|node| (node.name.clone(), container(lab, &node.name))).collect();
    Cassandra::by_hand(call, &ByHand { containers })
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
