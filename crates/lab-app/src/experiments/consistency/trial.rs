//! Making one trial: write, look at the replicas, read, look again; and the read after the node is back.

use lab_bench::consistency::{Answer, CellPlan, NEW, Node, OLD, TrialMade, TrialPlan, text};
use lab_cassandra::{Request, SerialLevel};

use super::testbed::{REQUEST_LIMIT, Testbed};
use crate::schema::{FaultKind, Level, ReplicaHolds, TrialRequest};

/// Where a cell's rows lie.
pub(super) struct Table<'a> {
    pub(super) testbed: &'a Testbed,
    /// `keyspace.table`.
    pub(super) name: &'a str,
    pub(super) cell: &'a CellPlan,
}

impl Table<'_> {
    /// Write and read while the fault lasts.
    pub(super) async fn during(&self, plan: TrialPlan) -> TrialMade {
        let (began, from) = (self.testbed.now(), self.testbed.place());
        let (write, _) = self.send(self.write(&plan), &plan.writer, plan.trace).await;
        let before = if plan.at_once { Vec::new() } else { self.look(&plan, true).await };
        let read = self.read(&plan, &plan.reader, before, true).await;
        let trial = plan.made(self.cell, write, read, from, &self.testbed.place());
        TrialMade { span: (began, self.testbed.now()), asked: plan.asked(), trial, plan }
    }

    /// The read after the node is back.
    pub(super) async fn after_return(&self, made: &mut TrialMade) {
        // A write that was refused left nothing that could be missed.
        let Some(through) = made.plan.returned.clone().filter(|_| made.trial.write.outcome != "unavailable") else {
            return;
        };
        let before = self.look(&made.plan, false).await;
        let read = self.read(&made.plan, &through, before, false).await;
        let acknowledged = made.trial.acknowledged;
        made.trial.after_return = Some(made.plan.read_after_return(self.cell, &through, acknowledged, read));
        let to = self.testbed.place();
        made.trial.journal.1 = to.seq;
        made.trial.journal_at = made.trial.journal_at.map(|(from, _)| (from, to.at));
    }

    fn write(&self, plan: &TrialPlan) -> Request {
        let (level, table, key) = (self.cell.write, self.name, &plan.key);
        if !level.conditional() {
            return Request {
                level: of(level),
                ..Request::of(format!("INSERT INTO {table} (k, v) VALUES ('{key}', '{NEW}')"))
            };
        }
        let local = level == Level::LocalSerial;
        Request {
            level: if local { lab_cassandra::Level::LocalQuorum } else { lab_cassandra::Level::Quorum },
            serial_level: Some(if local { SerialLevel::LocalSerial } else { SerialLevel::Serial }),
            ..Request::of(format!("UPDATE {table} SET v = '{NEW}' WHERE k = '{key}' IF v = '{OLD}'"))
        }
    }

    async fn read(&self, plan: &TrialPlan, through: &Node, before: Vec<ReplicaHolds>, during: bool) -> Answer {
        let cql = format!("SELECT v FROM {} WHERE k = '{}'", self.name, plan.key);
        let request = Request { level: of(self.cell.read), ..Request::of(cql) };
        let (request, value) = self.send(request, through, plan.trace).await;
        Answer { request, value, before, after: self.look(plan, during).await }
    }

    async fn send(&self, request: Request, through: &Node, trace: bool) -> (TrialRequest, Option<String>) {
        let request = Request { coordinator: Some(through.name.clone()), trace, ..request };
        match self.testbed.request(request.clone()).await {
            Some(seen) => (TrialRequest::of(&seen), seen.rows.first().and_then(|row| text(row.first()?))),
            None => {
                let serial_level = request.serial_level.map(SerialLevel::name);
                let level = request.level.name();
                (TrialRequest::unanswered(&request.cql, &through.name, level, serial_level, REQUEST_LIMIT), None)
            }
        }
    }

    /// What each replica holds alone, as far as it can be asked.
    async fn look(&self, plan: &TrialPlan, during: bool) -> Vec<ReplicaHolds> {
        let conditions = &plan.conditions;
        let looks = conditions.replicas.iter().map(|node| async {
            let victim = during && conditions.victims.contains(&node.name);
            match why_silent(conditions.fault).filter(|_| victim) {
                Some(why) => ReplicaHolds::not_asked(&node.name, why),
                None => self.testbed.look(&node.name, self.name, &plan.key).await,
            }
        });
        futures::future::join_all(looks).await
    }
}

/// Why nodes that have a fault cannot be asked, if they cannot.
fn why_silent(fault: FaultKind) -> Option<&'static str> {
    match fault {
        FaultKind::None | FaultKind::Cut => None,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack | FaultKind::Dc => Some("is stopped"),
        FaultKind::Kill => Some("was killed"),
        FaultKind::Pause => Some("is paused"),
    }
}

/// A level as the clients have it.
fn of(level: Level) -> lab_cassandra::Level {
    // A list by name: what is written here is what is asked for.
    level.name().parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_the_clients_level_of_that_name() {
        for level in Level::ALL {
            assert_eq!(of(level).name(), level.name());
        }
    }
}
