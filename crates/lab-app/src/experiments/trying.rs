//! Making one trial: write, look at the replicas, read, look again; and the read after the node is back.

use std::{collections::BTreeSet, time::Duration};

use lab_cassandra::{Request, SerialLevel};
use lab_model::{
    Datum, Millis,
    facts::cassandra::{CellSeen, RequestOutcome, RequestSeen},
};

use super::{
    ground::Ground,
    keys::{NEW, OLD},
    levels::{conditional, name},
    theory::{Scene, Seat},
};
use crate::schema::{CellPlan, FaultKind, Level, ReplicaHolds, Trial, TrialRead, TrialRequest};

/// A replica that can be asked answers within milliseconds.
const LOOK_LIMIT: Duration = Duration::from_secs(3);

/// A trial before it is made.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) number: u32,
    pub(super) key: String,
    pub(super) scene: Scene,
    /// The coordinator of the write.
    pub(super) writer: Seat,
    /// The coordinator of the read during the fault.
    pub(super) reader: Seat,
    /// The coordinator of the read after the return.
    pub(super) returned: Option<Seat>,
    /// Read right after the write, without looking in between.
    pub(super) at_once: bool,
    /// With tracing.
    pub(super) trace: bool,
}

/// A trial that was made during the fault.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) spec: Spec,
    pub(super) trial: Trial,
    /// Journal time from before the write to after the read.
    pub(super) span: (Millis, Millis),
    /// The node that it asked.
    pub(super) asked: BTreeSet<String>,
}

/// Where a cell's rows lie.
pub(super) struct Table<'a> {
    pub(super) ground: &'a Ground,
    /// `keyspace.table`.
    pub(super) name: &'a str,
    pub(super) cell: &'a CellPlan,
}

impl Table<'_> {
    /// Write and read while the fault lasts.
    pub(super) async fn during(&self, spec: Spec) -> Tried {
        let (began, from) = (self.ground.now(), self.ground.seq());
        let write = self.write(&spec).await;
        let acknowledged = write.outcome == "ok";
        let ends = |ends: super::theory::Ends| ends.into_iter().map(str::to_owned).collect();
        let before = if spec.at_once { Vec::new() } else { self.look(&spec, true).await };
        let during = self.read(&spec, &spec.reader, acknowledged, before, true).await;
        let trial = Trial {
            trial: spec.number,
            key: spec.key.clone(),
            old: OLD.into(),
            new: NEW.into(),
            replicas: spec.scene.replicas.iter().map(|seat| seat.node.clone()).collect(),
            victims: spec.scene.victims.iter().cloned().collect(),
            set_aside: None,
            write,
            acknowledged,
            write_theory: ends(spec.scene.write_ends(self.cell.write, &spec.writer)),
            during: Some(during),
            after_return: None,
            journal: (from, self.ground.seq()),
        };
        let asked = BTreeSet::from([spec.writer.node.clone(), spec.reader.node.clone()]);
        Tried { span: (began, self.ground.now()), asked, trial, spec }
    }

    /// The read after the node is back.
    pub(super) async fn after_return(&self, tried: &mut Tried) {
        // A write that was refused left nothing that could be missed.
        let Some(seat) = tried.spec.returned.clone().filter(|_| tried.trial.write.outcome != "unavailable") else {
            return;
        };
        let before = self.look(&tried.spec, false).await;
        let read = self.read(&tried.spec, &seat, tried.trial.acknowledged, before, false).await;
        tried.trial.after_return = Some(read);
        tried.trial.journal.1 = self.ground.seq();
    }

    async fn write(&self, spec: &Spec) -> TrialRequest {
        let (level, table, key) = (self.cell.write, self.name, &spec.key);
        let request = if conditional(level) {
            let local = level == Level::LocalSerial;
            Request {
                level: if local { lab_cassandra::Level::LocalQuorum } else { lab_cassandra::Level::Quorum },
                serial_level: Some(if local { SerialLevel::LocalSerial } else { SerialLevel::Serial }),
                ..Request::of(format!("UPDATE {table} SET v = '{NEW}' WHERE k = '{key}' IF v = '{OLD}'"))
            }
        } else {
            Request { level: of(level), ..Request::of(format!("INSERT INTO {table} (k, v) VALUES ('{key}', '{NEW}')")) }
        };
        self.send(request, &spec.writer, spec.trace).await.0
    }

    async fn read(
        &self,
        spec: &Spec,
        seat: &Seat,
        acknowledged: bool,
        before: Vec<ReplicaHolds>,
        during: bool,
    ) -> TrialRead {
        let cql = format!("SELECT v FROM {} WHERE k = '{}'", self.name, spec.key);
        let request = Request { level: of(self.cell.read), ..Request::of(cql) };
        let (request, value) = self.send(request, seat, spec.trace).await;
        let after = self.look(spec, during).await;
        let ok = request.outcome == "ok";
        let ends = if during { spec.scene.read_ends(self.cell.read, seat) } else { super::theory::Ends::from(["ok"]) };
        TrialRead {
            stale: acknowledged && ok && value.as_deref() != Some(NEW),
            must_be_fresh: spec.scene.must_be_fresh((self.cell.write, &spec.writer), (self.cell.read, seat)),
            at_once: during && spec.at_once,
            theory: ends.into_iter().map(str::to_owned).collect(),
            request,
            value,
            before,
            after,
        }
    }

    async fn send(&self, request: Request, seat: &Seat, trace: bool) -> (TrialRequest, Option<String>) {
        let request = Request { coordinator: Some(seat.node.clone()), trace, ..request };
        match self.ground.request(request.clone()).await {
            Some(seen) => {
                let value = seen.rows.first().and_then(|row| text(row.first()?));
                (told(&seen), value)
            }
            None => (no_answer(&request, seat), None),
        }
    }

    /// What each replica holds alone, as far as it can be asked.
    async fn look(&self, spec: &Spec, during: bool) -> Vec<ReplicaHolds> {
        let looks = spec.scene.replicas.iter().map(|seat| async {
            let node = &seat.node;
            let silent = during.then(|| why_silent(spec.scene.fault, spec.scene.victims.contains(node))).flatten();
            if let Some(why) = silent {
                return cannot(node, why);
            }
            let read = self.ground.cassandra.read_locally(node, self.name, &spec.key);
            match tokio::time::timeout(LOOK_LIMIT, read).await {
                Ok(Ok(rows)) => {
                    let cell = rows.into_iter().flat_map(|row| row.cells).find(|cell| cell.column == "v");
                    holds(node, cell)
                }
                Ok(Err(error)) => cannot(node, &error.message),
                Err(_) => cannot(node, "did not answer"),
            }
        });
        futures::future::join_all(looks).await
    }
}

fn why_silent(fault: FaultKind, victim: bool) -> Option<&'static str> {
    match fault {
        _ if !victim => None,
        FaultKind::None | FaultKind::Cut => None,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack | FaultKind::Dc => Some("is stopped"),
        FaultKind::Kill => Some("was killed"),
        FaultKind::Pause => Some("is paused"),
    }
}

fn cannot(node: &str, why: &str) -> ReplicaHolds {
    ReplicaHolds { node: node.to_owned(), value: None, written_at: None, error: Some(why.to_owned()) }
}

/// What the bench writes is short text; null is none.
fn text(value: &Datum) -> Option<String> {
    (!value.is_null()).then(|| value.text.clone())
}

fn holds(node: &str, cell: Option<CellSeen>) -> ReplicaHolds {
    let (value, at) = cell.map_or((None, None), |cell| (text(&cell.value), cell.written_at));
    ReplicaHolds { node: node.to_owned(), value, written_at: at.map(|at| at.to_string()), error: None }
}

/// A request as a trial keeps it: exactly as it ended.
fn told(seen: &RequestSeen) -> TrialRequest {
    let (mut required, mut alive, mut received) = (None, None, None);
    match &seen.outcome {
        RequestOutcome::Unavailable { required: needs, alive: up } => (required, alive) = (Some(*needs), Some(*up)),
        RequestOutcome::WriteTimeout { required: needs, received: came, .. }
        | RequestOutcome::ReadTimeout { required: needs, received: came, .. }
        | RequestOutcome::WriteFailure { required: needs, received: came, .. }
        | RequestOutcome::ReadFailure { required: needs, received: came, .. } => {
            (required, received) = (Some(*needs), Some(*came));
        }
        _ => {}
    }
    let not_applied = seen.outcome == RequestOutcome::Ok && seen.applied == Some(false);
    TrialRequest {
        id: seen.id.clone(),
        cql: seen.cql.clone(),
        coordinator: seen.coordinator.clone(),
        level: seen.level.clone(),
        serial_level: seen.serial_level.clone(),
        outcome: if not_applied { "not_applied" } else { seen.outcome.name() }.to_owned(),
        says: if not_applied { "its condition did not hold".into() } else { seen.outcome.to_string() },
        required,
        alive,
        received,
        took_ms: seen.took_micros as f64 / 1000.0,
        trace: seen.trace.clone(),
    }
}

fn no_answer(request: &Request, seat: &Seat) -> TrialRequest {
    TrialRequest {
        id: String::new(),
        cql: request.cql.clone(),
        coordinator: Some(seat.node.clone()),
        level: request.level.name().to_owned(),
        serial_level: request.serial_level.map(|level| level.name().to_owned()),
        outcome: "no_answer".into(),
        says: "no answer within 30 s".into(),
        required: None,
        alive: None,
        received: None,
        took_ms: 30_000.0,
        trace: None,
    }
}

/// A level as the clients have it.
fn of(level: Level) -> lab_cassandra::Level {
    // A list by name: what is written here is what is asked for.
    name(level).parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_the_clients_level_of_that_name() {
        use Level::{All, Any, EachQuorum, LocalOne, LocalQuorum, LocalSerial, One, Quorum, Serial, Three, Two};
        for level in [Any, One, Two, Three, Quorum, All, LocalOne, LocalQuorum, EachQuorum, Serial, LocalSerial] {
            assert_eq!(of(level).name(), name(level));
        }
    }
}
