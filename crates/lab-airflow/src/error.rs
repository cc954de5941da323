//! What can go wrong when something is asked of Airflow, with what to do next.

use std::time::Duration;

use lab_model::Problem;
use lab_probe::action::failed;

use crate::rest::Failure;

/// A question of ours failed while `doing` something, e.g. `trigger hello`, at `node`.
pub(crate) fn asking(doing: &str, node: &str, failure: &Failure) -> Problem {
    match failure {
        Failure::Refused { status, words } => failed::refused(node, doing, words, advice(*status)),
        why => silent(node, why),
    }
}

/// The API server does not answer.
fn silent(node: &str, why: &Failure) -> Problem {
    failed::silent(
        "Airflow",
        &format!("{node}: {why}"),
        "Look whether the node runs or is paused; undo the fault, then try again.",
    )
}

/// The limit of a wait was reached.
pub(crate) fn timed_out(doing: &str, limit: Duration) -> Problem {
    failed::timed_out(doing, limit, "Look at Airflow's components, then try again.")
}

/// What to do about a refusal.
fn advice(status: u16) -> &'static str {
    match status {
        401 | 403 => "The lab's password is not taken: start the lab again.",
        404 => "Look at the list of DAGs: a new file is read within a few seconds.",
        409 => "There is such a run already: choose another logical date.",
        400 | 422 => "Change the arguments as Airflow's words say.",
        _ => "Look at Airflow's components: its database may be away. Then try again.",
    }
}
