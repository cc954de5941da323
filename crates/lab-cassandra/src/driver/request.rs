//! One request: sent, ended, told.

use std::sync::{Arc, atomic::Ordering};

use lab_model::{
    ActionId, Draft, Source,
    facts::cassandra::{CassandraFact, RequestKind, RequestOutcome, RequestSeen},
};
use scylla::{
    client::session::Session,
    deserialize::row::ColumnIterator,
    policies::load_balancing::{NodeIdentifier, SingleTargetLoadBalancingPolicy},
    response::{PagingState, query_result::QueryResult},
    statement::{Consistency, SerialConsistency, Statement},
};
use tokio::time::Instant;

use super::{Driver, kind::kind_of, outcome::outcome};
use crate::{
    level::{Level, SerialLevel},
    wire::{Answer, Connection, CqlType, Failure, Question, render},
};

/// Letters of a statement that are told.
const CQL_MOST: usize = 500;
/// Rows of an answer that are told.
const ROWS_MOST: usize = 20;
/// Letters of a value that are told.
const VALUE_MOST: usize = 300;

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

/// What came back.
#[derive(Debug, Default)]
struct Came {
    outcome: Option<RequestOutcome>,
    took_micros: u64,
    trace: Option<String>,
    warnings: Vec<String>,
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
    row_count: u64,
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
        let draft = Draft::new(source, fact);
        (self.out)(match cause {
            Some(cause) => draft.because_of(cause),
            None => draft,
        });
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
        let count = self.cluster.nodes.len();
        let mut why = Failure::NoConnection("there are no nodes".into());
        for turn in 0..count {
            let node = &self.cluster.nodes[(first + turn) % count];
            match self.idle.take(node).await {
                Ok(connection) => {
                    self.give_back(&node.name, connection);
                    return Ok(node.name.clone());
                }
                Err(failure) => why = failure,
            }
        }
        Err(why)
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
        let Ok(session) = self.sessions.lab(&self.cluster).await else { return };
        if session.await_schema_agreement().await.is_err() {
            came.warnings.push("not all nodes have the new schema yet".into());
        }
    }
}

async fn ask(connection: &mut Connection, request: &Request) -> Came {
    let question =
        Question { cql: &request.cql, level: request.level, serial: request.serial_level, trace: request.trace };
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

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn read_answer(answer: Answer) -> Came {
    let mut came = Came { trace: answer.trace, warnings: answer.warnings, ..Came::default() };
    if let Some(table) = answer.table {
        came.columns = table.columns.iter().map(|column| column.name.clone()).collect();
        came.rows = table.rows().take(ROWS_MOST).map(crate::wire::Row::all).collect();
        came.row_count = table.count() as u64;
        came.say_more(table.more);
    }
    came
}

fn read_result(result: QueryResult, more: bool) -> Came {
    let mut came = Came { warnings: result.warnings().map(str::to_owned).collect(), ..Came::default() };
    let Ok(rows) = result.into_rows_result() else { return came };
    came.columns = rows.column_specs().iter().map(|column| column.name().to_owned()).collect();
    came.row_count = rows.rows_num() as u64;
    if let Ok(read) = rows.rows::<ColumnIterator<'_, '_>>() {
        came.rows = read.take(ROWS_MOST).filter_map(Result::ok).map(read_row).collect();
    }
    came.say_more(more);
    came
}

fn read_row(row: ColumnIterator<'_, '_>) -> Vec<Option<String>> {
    let value = |column: scylla::deserialize::row::RawColumn<'_, '_>| {
        let kind = CqlType::from(column.spec.typ());
        column.slice.map(|slice| render(&kind, slice.as_slice()))
    };
    row.map(|column| column.ok().and_then(value)).collect()
}

impl Came {
    fn say_more(&mut self, more: bool) {
        if more {
            self.warnings.push(format!("only the first {} rows were read", self.row_count));
        }
    }

    /// A conditional write: whether its condition held.
    fn applied(&self) -> Option<bool> {
        let place = self.columns.iter().position(|column| column == "[applied]")?;
        self.rows.first()?.get(place)?.as_deref().map(|value| value == "true")
    }
}

fn seen(id: String, kind: RequestKind, request: &Request, (coordinator, came): (Option<String>, Came)) -> RequestSeen {
    let conditional = kind == RequestKind::Conditional;
    let serial = request.serial_level.unwrap_or(SerialLevel::Serial);
    let applied = came.applied().filter(|_| conditional);
    let shorten = |value: Option<String>| value.map(|value| first(&value, VALUE_MOST));
    let rows = came.rows.into_iter().map(|row| row.into_iter().map(shorten).collect()).collect();
    RequestSeen {
        id,
        cql: first(&request.cql, CQL_MOST),
        kind,
        coordinator,
        level: request.level.name().to_owned(),
        serial_level: conditional.then(|| serial.name().to_owned()),
        outcome: came.outcome.unwrap_or(RequestOutcome::Ok),
        took_micros: came.took_micros,
        trace: came.trace,
        columns: came.columns,
        rows,
        row_count: came.row_count,
        applied,
        warnings: came.warnings,
    }
}

fn first(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
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
