//! What one node's agent says: beliefs, φ, hints, metrics. On a connection of its own, because it may be silent while CQL
//! answers, and answer while CQL is closed: while a node joins, and after it has left.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lab_model::{CassandraNeed, facts::cassandra::CassandraFact};
use lab_probe::{Look, Pace};

use super::{
    DEADLINE, Known, Seldom,
    account::{Account, Subject},
    own_words::with_mode,
};
use crate::{
    Node,
    agent::{Jolokia, Reading, Wanted},
    node::Asked,
    wire::Failure,
};

/// Beans are dearer than rows, and most changes of belief are pushed: five times a second is often enough.
const AT_MOST_EVERY: Duration = Duration::from_millis(200);
/// A counter of hints that were not stored for a peer may come while nothing else changes: so long it is not seen.
const NAMES_WHILE_CALM: Duration = Duration::from_secs(4);
/// An agent that does not answer is tried this often.
const WHILE_SILENT: Duration = Duration::from_millis(1000);
/// After so many looks without a word, what the node is doing is not known any more.
const GIVEN_UP: u32 = 3;
/// The same while CQL answers: then it is likely to do what it did, and only the agent is slow.
const GIVEN_UP_ALONE: u32 = 10;

/// An agent being asked.
pub(super) struct ThroughAgent {
    name: String,
    agent: Option<Jolokia>,
    account: Account,
    pace: Arc<Pace>,
    known: Arc<Known>,
    asked: Asked,
    /// Looks without a word since the last one with one.
    silent: u32,
    phi: Seldom,
    /// The node's counters of hints for its peers, and when to look for others.
    hint_counters: Vec<String>,
    hint_names: Seldom,
    /// Hints that no counter of a peer has, e.g. of batches that were replayed.
    hints_of_nobody: u64,
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
            silent: 0,
            phi: Seldom::every(Duration::from_millis(900)),
            hint_counters: Vec::new(),
            hint_names: Seldom::every(NAMES_WHILE_CALM),
            hints_of_nobody: 0,
        }
    }

    fn wanted(&mut self, needs: &BTreeSet<CassandraNeed>, fresh: bool) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        if !needs.contains(&CassandraNeed::Phi) {
            self.phi.rest();
        } else if self.phi.due(fresh) {
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
                CassandraNeed::Hints => wanted.push(if self.hint_names.due_calmly(self.pace.is_stirred(), fresh) {
                    Wanted::HintsAndNames
                } else {
                    Wanted::Hints(self.hint_counters.clone())
                }),
                CassandraNeed::Storage { table } => {
                    let of_table = table.split_once('.').map(|(keyspace, table)| (keyspace.into(), table.into()));
                    wanted.extend(of_table.map(|(keyspace, table)| Wanted::Table(keyspace, table)));
                    wanted.push(Wanted::CommitLog);
                }
                CassandraNeed::ReadRepairs => wanted.push(Wanted::ReadRepairs),
                _ => {}
            }
        }
        wanted
    }

    async fn ask(&mut self, needs: &BTreeSet<CassandraNeed>, fresh: bool) -> Result<(), Failure> {
        let wanted = self.wanted(needs, fresh);
        let (answered_at, readings) = self.read(&wanted).await?;
        let account = self.account.said_at(answered_at);
        for reading in readings {
            self.hear(&account, reading);
        }
        Ok(())
    }

    async fn read(&mut self, wanted: &[Wanted]) -> Result<(Option<i64>, Vec<Reading>), Failure> {
        let Some(agent) = &mut self.agent else { return Ok((None, Vec::new())) };
        let (answered_at, mut readings) = agent.read(wanted).await?;
        // A hint for somebody who had none before makes a counter, which is in no sum of the known ones.
        if let Some(at) = readings.iter().position(|reading| nobodys(reading) > self.hints_of_nobody) {
            readings.remove(at);
            readings.extend(agent.read(&[Wanted::HintsAndNames]).await?.1);
        }
        for reading in &readings {
            if let Reading::Hints { names: Some(names), .. } = reading {
                self.hint_counters.clone_from(names);
                self.hints_of_nobody = nobodys(reading);
            }
        }
        Ok((answered_at, readings))
    }

    fn hear(&self, account: &Account, reading: Reading) {
        match reading {
            Reading::Fact(mut fact) => match &mut fact {
                CassandraFact::PhiRead { .. } => {
                    account.hear_calmly(Subject::Phi, fact);
                }
                // Metrics that move all the time while a load runs.
                CassandraFact::TableRead { table, .. } => {
                    let table = table.clone();
                    account.hear_calmly(Subject::Table(table), fact);
                }
                CassandraFact::CommitLogRead { .. } => {
                    account.hear_calmly(Subject::CommitLog, fact);
                }
                CassandraFact::ReadRepairsCounted { .. } => account.hear(Subject::ReadRepairs, fact),
                // CQL may have opened since it was asked for: then it has said the same.
                CassandraFact::NodeDescribed { address, .. } => {
                    // A node that has only begun does not know its place in the ring.
                    if address.is_empty() {
                        *address = self.known.address().unwrap_or_default();
                    }
                    account.hear(Subject::Node, fact);
                }
                other => tracing::warn!(?other, "a fact without a subject"),
            },
            Reading::Beliefs { mode, mut believed } => {
                // A failure detector knows its own node too, and believes it up.
                if let (CassandraFact::PeersBelieved { peers }, Some(own)) = (&mut believed, self.known.address()) {
                    peers.retain(|peer| peer.address != own);
                }
                account.hear(Subject::Beliefs, believed);
                self.turn(account, mode);
            }
            Reading::Hints { counted, enabled, window_ms, process, names: _ } => {
                account.hear_calmly(Subject::Hints, counted);
                let paused = self.asked.is_paused(&self.name, process);
                account.hear(Subject::HintSwitches, CassandraFact::HintsSet { enabled, window_ms, paused });
            }
        }
    }

    /// What the node is doing belongs to its description.
    fn turn(&self, account: &Account, mode: String) {
        let mode = Some(mode);
        if self.known.mode() == mode {
            return;
        }
        self.known.set_mode(mode.clone());
        if let Some(described) = account.said(&Subject::Node) {
            account.hear(Subject::Node, with_mode(described, mode));
        }
    }
}

/// How many of the hints written are in no counter of a peer that was read.
fn nobodys(reading: &Reading) -> u64 {
    let Reading::Hints { counted: CassandraFact::HintsCounted { total, created, .. }, .. } = reading else { return 0 };
    total.saturating_sub(created.values().sum())
}

impl Look for ThroughAgent {
    type Need = CassandraNeed;

    async fn look(&mut self, needs: &BTreeSet<CassandraNeed>, fresh: bool) {
        match self.ask(needs, fresh).await {
            Ok(()) => self.silent = 0,
            Err(failure) => {
                tracing::debug!(node = self.name, %failure, "no word of the agent");
                self.silent += 1;
                let limit = if self.known.is_heard() { GIVEN_UP_ALONE } else { GIVEN_UP };
                if self.silent >= limit {
                    self.known.set_mode(None);
                }
            }
        }
    }

    fn interval(&self) -> Duration {
        if self.silent > 0 { WHILE_SILENT } else { self.pace.interval().max(AT_MOST_EVERY) }
    }
}
