//! What is remembered of requests: the newest one by one, all of them as counts, loads, and read repairs as counted.

use std::collections::{BTreeMap, VecDeque};

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        cassandra::{CassandraFact, RequestSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::{Load, ReadRepairs};
use crate::parts::{members::Members, ring::Change, statement::names};

/// Requests kept, the newest.
const REQUESTS: usize = 500;
/// Loads kept, the newest.
const LOADS: usize = 10;
/// Tables and keyspaces whose requests are counted apart.
const NAMES: usize = 500;

/// Requests by outcome.
pub(super) type Outcomes = BTreeMap<String, u64>;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// The oldest first.
    pub(super) requests: VecDeque<Ended>,
    pub(super) outcomes: Outcomes,
    /// Outcomes of requests that name a table or a keyspace, by that name.
    pub(super) named: BTreeMap<String, Outcomes>,
    /// The newest first.
    pub(super) loads: VecDeque<Load>,
    #[serde(default)]
    pub(super) members: Members,
    /// By node.
    #[serde(default)]
    pub(super) read_repairs: BTreeMap<String, ReadRepairs>,
}

/// A request that has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Ended {
    pub(super) request: RequestSeen,
    pub(super) at: Millis,
    pub(super) client: String,
    /// The action that sent it.
    #[serde(default)]
    pub(super) action: Option<u64>,
}

fn action_of(observation: &Observation) -> Option<u64> {
    observation.cause.map(|cause| cause.0)
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let schema = self.members.apply(observation).into_iter().flatten().any(|change| matches!(change, Change::Schema(_)));
        match (&observation.fact, &observation.source) {
            (Fact::Lab(LabFact::LabStarted { adopted: false, .. }), _) => {
                let members = std::mem::take(&mut self.members);
                *self = Self { members, ..Self::default() };
            }
            (Fact::Cassandra(CassandraFact::RequestEnded { request }), Source::Client(client)) => {
                self.ends(client, request, observation);
            }
            (Fact::Cassandra(fact @ CassandraFact::LoadTold { .. }), Source::Client(client)) => self.loads(client, fact, action_of(observation)),
            (
                Fact::Cassandra(CassandraFact::ReadRepairsCounted { blocking, reconciled, timed_out }),
                Source::Node(node),
            ) => {
                let (blocking, reconciled, timed_out) = (*blocking, *reconciled, *timed_out);
                let counted = ReadRepairs { node: node.clone(), blocking, reconciled, timed_out };
                self.read_repairs.insert(node.clone(), counted);
            }
            _ => return schema,
        }
        true
    }

    fn ends(&mut self, client: &str, request: &RequestSeen, observation: &Observation) {
        let (at, action) = (observation.heard_at, action_of(observation));
        let ended = Ended { request: request.clone(), at, client: client.to_owned(), action };
        if let Some(known) = self.requests.iter_mut().find(|known| known.request.id == request.id) {
            *known = ended;
            return;
        }
        let outcome = request.outcome.name();
        let count = |outcomes: &mut Outcomes| *outcomes.entry(outcome.to_owned()).or_default() += 1;
        count(&mut self.outcomes);
        for name in names(&request.cql) {
            if self.named.len() < NAMES || self.named.contains_key(&name) {
                count(self.named.entry(name).or_default());
            }
        }
        self.requests.push_back(ended);
        if self.requests.len() > REQUESTS {
            self.requests.pop_front();
        }
    }

    fn loads(&mut self, client: &str, fact: &CassandraFact, action: Option<u64>) {
        let CassandraFact::LoadTold { table, kind, level, asked, ended, latency, per_second, running } = fact else {
            return;
        };
        let ok = ended.get("ok").copied().unwrap_or_default();
        let all = ended.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let now = Load {
            client: client.to_owned(),
            action,
            table: table.clone(),
            kind: *kind,
            level: level.clone(),
            asked: *asked,
            ok,
            not_ok: all.saturating_sub(ok),
            outcomes: ended.clone(),
            latency: latency.clone(),
            per_second: (per_second * 10.0).round() / 10.0,
            running: *running,
        };
        let same = |known: &&mut Load| {
            (known.action, &known.client, &known.table, known.kind) == (now.action, &now.client, &now.table, now.kind)
        };
        // Loads of journals that name no action are told apart by their ends.
        let goes_on = |known: &&mut Load| action.is_some() || known.running || **known == now;
        match self.loads.iter_mut().find(same).filter(goes_on) {
            Some(known) => *known = now,
            None => self.loads.push_front(now),
        }
        self.loads.truncate(LOADS);
    }
}
