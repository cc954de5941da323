//! Backfills of a DAG: what the actions on them share.

use serde::Deserialize;

use super::refused::Advice;
use crate::rest::{Failure, Rest, part};

pub(super) const ADVICE: Advice = Advice {
    missing: "Look at the list of DAGs: a new file is read within a few seconds.",
    conflict: "A DAG has one backfill at a time: wait until it has ended, or cancel it with airflow.cancel_backfill.",
};

/// One of them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Backfill {
    pub(super) id: i64,
    pub(super) completed_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Backfills {
    backfills: Vec<Backfill>,
}

/// `backfills?dag_id=<dag>…`: the newest one.
pub(super) fn path(dag: &str) -> String {
    format!("backfills?dag_id={}&order_by=-id&limit=1", part(dag))
}

/// A DAG's newest one, if it has any.
pub(super) async fn newest(rest: &mut Rest, dag: &str) -> Result<Option<Backfill>, Failure> {
    Ok(rest.get::<Backfills>(&path(dag)).await?.said.backfills.into_iter().next())
}
