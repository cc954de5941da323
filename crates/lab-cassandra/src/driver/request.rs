//! One request: sent, ended, told.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use lab_model::{
    ActionId, Draft, Source,
    facts::cassandra::{CassandraFact, RequestKind, RequestOutcome, RequestSeen},
};
use scylla::{
    client::session::Session,
    policies::load_balancing::{NodeIdentifier, SingleTargetLoadBalancingPolicy},
    response::PagingState,
    statement::{Consistency, SerialConsistency, Statement},
};
use tokio::time::Instant;

use super::{
    Driver,
    came::{Came, micros, read_answer, read_result, seen},
    kind::kind_of,
    outcome::outcome,
};
use crate::{
    Node,
    level::{Level, SerialLevel},
    wire::{Connection, Failure, Question},
};

/// So long a node that did not answer has its turn last.
const SILENT_FOR: Duration = Duration::from_secs(5);

/// A request to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// A statement without bound values.
    pub cql: String,
    /// The node to ask; else they take turns.
    pub coordinator: Option<String>,
    /// How many replicas must answer.
    pub level: Level,
    /// Over which replicas a conditional write is decided; `SERIAL` unless told.
    pub serial_level: Option<SerialLevel>,
    /// For names of tables without one.
    pub keyspace: Option<String>,
    /// Have every node write down what it did for it.
    pub trace: bool,
    /// The source of the fact that tells it.
    pub client: String,
    /// The action it is part of.
    pub cause: Option<ActionId>,
}

impl Request {
    /// At level ONE, from client `console`, without a trace.
    pub fn of(cql: impl Into<String>) -> Self {
        Self {
            cql: cql.into(),
            coordinator: None,
            level: Level::One,
            serial_level: None,
            keyspace: None,
            trace: false,
            client: "console".into(),
            cause: None,
        }
    }
}

impl Driver {
    /// Sends a request and tells how it ended.
    pub(crate) async fn request(self: &Arc<Self>, request: &Request) -> RequestSeen {
        let id = self.next_id();
        let kind = kind_of(&request.cql);
        let came = match self.coordinator(request).await {
            Ok(node) => {
                let raw = request.trace || request.keyspace.is_some() || request.level == Level::NodeLocal;
                let mut came = if raw { self.send_raw(request, &node).await } else { self.send(request, &node).await };
                if kind == RequestKind::Schema && came.outcome == Some(RequestOutcome::Ok) {
                    self.agree(&mut came).await;
                }
                (Some(node), came)
            }
            Err(failure) => (None, Came { outcome: Some(failure.outcome()), ..Came::default() }),
        };
        let seen = seen(id, kind, request, came);
        let fact = CassandraFact::RequestEnded { request: seen.clone() };
        self.tell(Source::Client(request.client.clone()), request.cause, fact);
        seen
    }

    /// Tells a fact, in answer to the action if there is one.
    pub(super) fn tell(&self, source: Source, cause: Option<ActionId>, fact: CassandraFact) {
        let said_at = written_at(&fact);
        (self.out)(Draft { said_at, cause, ..Draft::new(source, fact) });
    }

    /// The node asked for, or whose turn it is among those that answer.
    async fn coordinator(&self, request: &Request) -> Result<String, Failure> {
        if let Some(node) = &request.coordinator {
            let known = self.cluster.named(node);
            return known
                .map(|node| node.name.clone())
                .ok_or_else(|| Failure::NoConnection(format!("there is no node {node}")));
        }
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let all = &self.cluster.nodes;
        let mut turns: Vec<&Node> = (0..all.len()).map(|turn| &all[(first + turn) % all.len()]).collect();
        // Nodes that were silent a moment ago are asked only if no other answers.
        turns.sort_by_key(|node| self.was_silent(&node.name));
        let mut why = Failure::NoConnection("there are no nodes".into());
        for node in turns {
            match self.idle.take(node).await {
                Ok(connection) => {
                    self.give_back(&node.name, connection);
                    return Ok(node.name.clone());
                }
                Err(failure) => {
                    let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
                    silent.insert(node.name.clone(), Instant::now());
                    why = failure;
                }
            }
        }
        Err(why)
    }

    fn was_silent(&self, node: &str) -> bool {
        let silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.get(node).is_some_and(|since| since.elapsed() < SILENT_FOR)
    }

    /// Through the driver. Where the driver has no connection (yet) though the node answers, by the raw protocol:
    /// “no connection” must be true.
    async fn send(&self, request: &Request, node: &str) -> Came {
        let came = match self.sessions.lab(&self.cluster).await {
            Ok(session) => self.send_through(&session, request, node).await,
            Err(failure) => Came { outcome: Some(failure.outcome()), ..Came::default() },
        };
        match came.outcome {
            Some(RequestOutcome::NoConnection { .. }) => self.send_raw(request, node).await,
            _ => came,
        }
    }

    async fn send_through(&self, session: &Session, request: &Request, node: &str) -> Came {
        let host_id = match self.host_id(node).await {
            Ok(host_id) => host_id,
            Err(failure) => return Came { outcome: Some(failure.outcome()), ..Came::default() },
        };
        let mut statement = Statement::new(request.cql.as_str());
        statement.set_load_balancing_policy(Some(SingleTargetLoadBalancingPolicy::new(
            NodeIdentifier::HostId(host_id),
            None,
        )));
        // Only NODE_LOCAL is unknown to the driver, and never comes here.
        statement.set_consistency(consistency(request.level).unwrap_or(Consistency::One));
        statement.set_serial_consistency(Some(match request.serial_level {
            Some(SerialLevel::LocalSerial) => SerialConsistency::LocalSerial,
            _ => SerialConsistency::Serial,
        }));
        let began = Instant::now();
        let answered = session.query_single_page(statement, &[], PagingState::start()).await;
        let took_micros = micros(began);
        match answered {
            Ok((result, paging)) => {
                let more = !paging.finished();
                Came { outcome: Some(RequestOutcome::Ok), took_micros, ..read_result(result, more) }
            }
            Err(error) => Came { outcome: Some(outcome(&error)), took_micros, ..Came::default() },
        }
    }

    /// By the raw protocol.
    async fn send_raw(&self, request: &Request, node: &str) -> Came {
        let spread = if request.trace { self.spread_traces().await } else { None };
        let mut connection = match self.connect(node).await {
            Ok(connection) => connection,
            Err(failure) => return Came { outcome: Some(failure.outcome()), ..Came::default() },
        };
        if let Some(keyspace) = &request.keyspace {
            let used = connection.ask(&Question::of(&format!("USE {}", crate::ask::key::name(keyspace)))).await;
            if let Err(failure) = used {
                return Came { outcome: Some(failure.outcome()), ..Came::default() };
            }
        }
        let mut came = ask(&mut connection, request).await;
        came.warnings.extend(spread);
        // One that uses a keyspace would use it for the next one too.
        if request.keyspace.is_none() {
            self.give_back(node, connection);
        }
        came
    }

    /// The next statement may go to another node: it should know the same schema.
    async fn agree(&self, came: &mut Came) {
        self.forget_tables();
        if !self.agreed().await {
            came.warnings.push("not all nodes have the new schema yet".into());
        }
    }
}

async fn ask(connection: &mut Connection, request: &Request) -> Came {
    let question = Question {
        cql: &request.cql,
        level: request.level,
        serial: request.serial_level,
        trace: request.trace,
        from: None,
    };
    let began = Instant::now();
    let answered = connection.ask(&question).await;
    let took_micros = micros(began);
    match answered {
        Ok(answer) => Came { outcome: Some(RequestOutcome::Ok), took_micros, ..read_answer(answer) },
        Err(failure) => {
            let outcome = Some(failure.outcome());
            let (trace, warnings) = match failure {
                Failure::Refused(refusal) => (refusal.trace, refusal.warnings),
                _ => (None, Vec::new()),
            };
            Came { outcome, took_micros, trace, warnings, ..Came::default() }
        }
    }
}

/// As the driver has it.
pub(crate) fn consistency(level: Level) -> Option<Consistency> {
    Some(match level {
        Level::Any => Consistency::Any,
        Level::One => Consistency::One,
        Level::Two => Consistency::Two,
        Level::Three => Consistency::Three,
        Level::Quorum => Consistency::Quorum,
        Level::All => Consistency::All,
        Level::LocalQuorum => Consistency::LocalQuorum,
        Level::EachQuorum => Consistency::EachQuorum,
        Level::Serial => Consistency::Serial,
        Level::LocalSerial => Consistency::LocalSerial,
        Level::LocalOne => Consistency::LocalOne,
        Level::NodeLocal => return None,
    })
}

/// When the newest line of a trace was written, by the clock of who wrote it.
fn written_at(fact: &CassandraFact) -> Option<i64> {
    let CassandraFact::TraceRead { started_at, events, .. } = fact else { return None };
    Some(events.iter().map(|event| event.at_micros / 1000).max().unwrap_or(*started_at))
}
