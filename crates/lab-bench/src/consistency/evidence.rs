//! From requests as the journal has them to the evidence of a trial: exactly as they ended.

use std::time::Duration;

use lab_model::{
    Datum,
    facts::cassandra::{RequestOutcome, RequestSeen},
};

use super::{ReplicaHolds, TrialRequest};

impl TrialRequest {
    /// A request that ended.
    pub fn of(seen: &RequestSeen) -> Self {
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
        Self {
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

    /// A request of which nothing came back at all, however it would have ended.
    pub fn unanswered(cql: &str, through: &str, level: &str, serial_level: Option<&str>, limit: Duration) -> Self {
        Self {
            id: String::new(),
            cql: cql.to_owned(),
            coordinator: Some(through.to_owned()),
            level: level.to_owned(),
            serial_level: serial_level.map(ToOwned::to_owned),
            outcome: "no_answer".into(),
            says: format!("no answer within {} s", limit.as_secs()),
            required: None,
            alive: None,
            received: None,
            took_ms: limit.as_secs_f64() * 1000.0,
            trace: None,
        }
    }
}

impl ReplicaHolds {
    /// The statement that asks one replica alone: the value, and the timestamp of its write.
    pub fn statement(table: &str, key: &str) -> String {
        format!("SELECT v, WRITETIME(v) FROM {table} WHERE k = '{key}'")
    }

    /// What a replica answered to that.
    pub fn of(node: &str, seen: &RequestSeen) -> Self {
        if seen.outcome != RequestOutcome::Ok {
            return Self::not_asked(node, &seen.outcome.to_string());
        }
        let row = seen.rows.first();
        let column = |place: usize| row.and_then(|row| row.get(place)).and_then(text);
        Self { node: node.to_owned(), value: column(0), written_at: column(1), error: None }
    }

    /// A replica that could not be asked, and why.
    pub fn not_asked(node: &str, why: &str) -> Self {
        Self { node: node.to_owned(), value: None, written_at: None, error: Some(why.to_owned()) }
    }
}

/// What the bench writes is short text; null is none.
pub fn text(value: &Datum) -> Option<String> {
    (!value.is_null()).then(|| value.text.clone())
}

#[cfg(test)]
mod tests {
    use lab_model::facts::cassandra::RequestKind;

    use super::*;

    fn seen(outcome: RequestOutcome) -> RequestSeen {
        RequestSeen {
            id: "r7".into(),
            cql: "…".into(),
            kind: RequestKind::Read,
            coordinator: Some("n1".into()),
            level: "NODE_LOCAL".into(),
            serial_level: None,
            outcome,
            took_micros: 1500,
            trace: None,
            columns: Vec::new(),
            rows: Vec::new(),
            row_count: 0,
            applied: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn numbers_of_an_end_are_kept() {
        let refused = TrialRequest::of(&seen(RequestOutcome::Unavailable { required: 2, alive: 1 }));
        assert_eq!((refused.outcome.as_str(), refused.required, refused.alive), ("unavailable", Some(2), Some(1)));
        let late = RequestOutcome::WriteTimeout { required: 2, received: 1, write_type: "SIMPLE".into() };
        let late = TrialRequest::of(&seen(late));
        assert_eq!((late.required, late.received, late.alive, late.took_ms), (Some(2), Some(1), None, 1.5));
        let not_applied = TrialRequest::of(&RequestSeen { applied: Some(false), ..seen(RequestOutcome::Ok) });
        assert_eq!(not_applied.outcome, "not_applied", "nothing failed, and nothing was written");
    }

    #[test]
    fn a_replica_without_a_row_holds_none_and_one_that_refuses_is_not_known() {
        let answered = |rows| ReplicaHolds::of("n1", &RequestSeen { rows, ..seen(RequestOutcome::Ok) });
        let held = answered(vec![vec![Datum::of_text("new"), Datum::of_text("20")]]);
        assert_eq!((held.value.as_deref(), held.written_at.as_deref(), held.error), (Some("new"), Some("20"), None));
        let none = answered(Vec::new());
        assert_eq!((none.value, none.written_at, none.error), (None, None, None));
        let why = "the connection was refused".to_owned();
        let refused = ReplicaHolds::of("n1", &seen(RequestOutcome::NoConnection { why }));
        assert_eq!(
            (refused.value, refused.error.as_deref()),
            (None, Some("no connection: the connection was refused"))
        );
    }
}
