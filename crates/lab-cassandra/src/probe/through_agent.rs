//! What one node's agent says: beliefs, φ, hints, metrics. On a connection of its own, because it may be silent while CQL
//! answers, and answer while CQL is closed: while a node joins, and after it has left.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lab_model::{CassandraNeed, facts::cassandra::CassandraFact};

use super::{
    DEADLINE, Known, Seldom,
    account::{Account, Subject},
    lane::Look,
    own_words::with_mode,
    pace::Pace,
};
use crate::{
    Node,
    agent::{Jolokia, Reading, Wanted},
    node::Asked,
    wire::Failure,
};

/// Beans are dearer than rows, and changes of belief are pushed: a quarter of a second is often enough.
const AT_MOST_EVERY: Duration = Duration::from_millis(250);
/// An agent that does not answer is tried this often.
const WHILE_SILENT: Duration = Duration::from_millis(1000);

/// An agent being asked.
pub(super) struct ThroughAgent {
    name: String,
    agent: Option<Jolokia>,
    account: Account,
    pace: Arc<Pace>,
    known: Arc<Known>,
    asked: Asked,
    silent: bool,
    phi: Seldom,
}

impl ThroughAgent {
    pub(super) fn new(node: &Node, account: Account, pace: Arc<Pace>, known: Arc<Known>, asked: Asked) -> Self {
        Self {
            name: node.name.clone(),
            agent: node.agent.as_ref().map(|agent| Jolokia::new(agent, DEADLINE)),
            account,
            pace,
            known,
            asked,
            silent: false,
            phi: Seldom::every(Duration::from_millis(900)),
        }
    }

    fn wanted(&mut self, needs: &BTreeSet<CassandraNeed>) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        if !needs.contains(&CassandraNeed::Phi) {
            self.phi.rest();
        } else if self.phi.due() {
            wanted.push(Wanted::Phi);
        }
        for need in needs {
            match need {
                CassandraNeed::Ring => {
                    wanted.push(Wanted::Beliefs);
                    if !self.known.is_heard() {
                        wanted.push(Wanted::Itself);
                    }
                }
                CassandraNeed::Hints => wanted.push(Wanted::Hints),
                CassandraNeed::Storage { table } => {
                    let of_table = table.split_once('.').map(|(keyspace, table)| (keyspace.into(), table.into()));
                    wanted.extend(of_table.map(|(keyspace, table)| Wanted::Table(keyspace, table)));
                    wanted.push(Wanted::CommitLog);
                }
                CassandraNeed::Repairs => wanted.push(Wanted::ReadRepairs),
                _ => {}
            }
        }
        wanted
    }

    async fn ask(&mut self, needs: &BTreeSet<CassandraNeed>) -> Result<(), Failure> {
        let wanted = self.wanted(needs);
        let Some(agent) = &mut self.agent else { return Ok(()) };
        for reading in agent.read(&wanted).await? {
            self.hear(reading);
        }
        Ok(())
    }

    fn hear(&self, reading: Reading) {
        match reading {
            Reading::Fact(fact) => match &fact {
                CassandraFact::PhiRead { .. } => {
                    self.account.hear_calmly(Subject::Phi, fact);
                }
                CassandraFact::TableRead { table, .. } => self.account.hear(Subject::Table(table.clone()), fact),
                CassandraFact::CommitLogRead { .. } => {
                    self.account.hear_calmly(Subject::CommitLog, fact);
                }
                CassandraFact::ReadRepairsCounted { .. } => self.account.hear(Subject::ReadRepairs, fact),
                // CQL may have opened since it was asked for: then it has said the same.
                _ => self.account.hear(Subject::Node, fact),
            },
            Reading::Beliefs { mode, believed } => {
                self.account.hear(Subject::Beliefs, believed);
                self.turn(mode);
            }
            Reading::Hints { counted, enabled, window_ms, process } => {
                self.account.hear(Subject::Hints, counted);
                let paused = self.asked.is_paused(&self.name, process);
                self.account.hear(Subject::HintSwitches, CassandraFact::HintsSet { enabled, window_ms, paused });
            }
        }
    }

    /// What the node is doing belongs to its description.
    fn turn(&self, mode: String) {
        let mode = Some(mode);
        if self.known.mode() == mode {
            return;
        }
        self.known.set_mode(mode.clone());
        if let Some(described) = self.account.said(&Subject::Node) {
            self.account.hear(Subject::Node, with_mode(described, mode));
        }
    }
}

impl Look for ThroughAgent {
    async fn look(&mut self, needs: &BTreeSet<CassandraNeed>) {
        let asked = self.ask(needs).await;
        self.silent = asked.is_err();
        if let Err(failure) = asked {
            self.known.set_mode(None);
            tracing::debug!(node = self.name, %failure, "no word of the agent");
        }
    }

    fn interval(&self) -> Duration {
        if self.silent { WHILE_SILENT } else { self.pace.interval().max(AT_MOST_EVERY) }
    }
}
