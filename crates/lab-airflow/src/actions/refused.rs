//! What to do where Airflow knows no such thing, or says that it is so already: each kind of thing has words of its own.

use lab_model::Problem;
use lab_probe::action::failed;

use crate::{
    ask, error,
    rest::{Failure, Rest},
};

/// What to do next after such a refusal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Advice {
    /// There is no such thing.
    pub(super) missing: &'static str,
    /// It does not go with what there is.
    pub(super) conflict: &'static str,
}

/// Runs of DAGs, and the tasks in them.
pub(super) const RUNS: Advice = Advice {
    missing: "Look at the DAG's runs, and at the tasks in them.",
    conflict: "Look at the run's tasks: one of them may have changed meanwhile.",
};

impl Advice {
    /// What went wrong while `doing` something, e.g. `clear run x of hello`.
    pub(super) fn on(&self, doing: &str, rest: &Rest, failure: &Failure) -> Problem {
        match failure {
            Failure::Refused { status: 404, words } => failed::refused(rest.node(), doing, words, self.missing),
            Failure::Refused { status: 409, words } => failed::refused(rest.node(), doing, words, self.conflict),
            other => error::asking(doing, rest.node(), other),
        }
    }
}

/// What went wrong where a DAG was meant. Of a stale one Airflow says no more than that it was not found.
pub(super) async fn of_dag(rest: &mut Rest, doing: &str, dag: &str, failure: &Failure) -> Problem {
    let is_stale = failure.is_missing() && ask::dag(rest, dag).await.is_ok_and(|dag| dag.is_stale);
    match failure {
        Failure::Refused { words, .. } if is_stale => {
            let hint =
                format!("No file defines {dag} any more. Write a file with this DAG again, or choose another DAG.");
            failed::refused(rest.node(), doing, words, &hint)
        }
        other => error::asking(doing, rest.node(), other),
    }
}
