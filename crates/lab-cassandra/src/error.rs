//! What can go wrong when something is asked of Cassandra, with what to do next.

use std::time::Duration;

use lab_model::{Code, Problem, facts::cassandra::RequestOutcome};
use lab_probe::action::failed::{self, problem};

use crate::wire::Failure;

/// A question of ours failed while `doing` something at `node`.
pub(crate) fn asking(doing: &str, node: &str, failure: &Failure) -> Problem {
    match failure {
        Failure::Refused(refusal) => refused(doing, node, &refusal.to_string()),
        why => silent(&format!("{node}: {why}")),
    }
}

/// A node refused what its operator asked, e.g. `flush lab.readings`, in these words.
pub(crate) fn refused(doing: &str, node: &str, words: &str) -> Problem {
    failed::refused(node, doing, words, "The node's words say what stands in the way.")
}

/// No node that could take the request answers; each one asked, with its silence.
pub(crate) fn silent(why: &str) -> Problem {
    failed::silent(
        "Cassandra",
        why,
        "Look whether the nodes run, are paused or cut off; undo the fault, then try again.",
    )
}

/// The limit of a wait was reached.
pub(crate) fn timed_out(doing: &str, limit: Duration) -> Problem {
    failed::timed_out(doing, limit, "Look at the nodes' state, then try again.")
}

/// A request did not end well, e.g. `INSERT at QUORUM`.
pub(crate) fn not_done(doing: &str, outcome: &RequestOutcome) -> Problem {
    let code = match outcome {
        RequestOutcome::NoConnection { .. } | RequestOutcome::NoAnswer { .. } => Code::NodeSilent,
        _ => Code::EngineSaidNo,
    };
    let words = if let RequestOutcome::Refused { words, .. } = outcome { words } else { "" };
    problem(code, format!("{doing} did not succeed: {outcome}."), words, advice(outcome))
}

/// Some requests of a load did not end well, and how many ended how.
pub(crate) fn not_all(refused: u64, sent: u64, words: &str) -> Problem {
    let hint = "The facts count them by kind; look at whom the coordinators believe up.";
    problem(Code::EngineSaidNo, format!("{refused} of {sent} requests did not end well."), words, hint)
}

/// What to do about a request that did not end well.
fn advice(outcome: &RequestOutcome) -> &'static str {
    match outcome {
        RequestOutcome::Ok => "",
        RequestOutcome::Unavailable { .. } => {
            "No replica was asked. Bring replicas back, or ask at a level that needs fewer of them."
        }
        RequestOutcome::WriteTimeout { .. } | RequestOutcome::NoAnswer { .. } => {
            "Nobody knows whether it was written; read it, or write it again if that does no harm."
        }
        RequestOutcome::ReadTimeout { .. } => "Ask again, or at a level that needs fewer replicas.",
        RequestOutcome::WriteFailure { .. } | RequestOutcome::ReadFailure { .. } => {
            "The replicas' logs say what failed there."
        }
        RequestOutcome::Refused { .. } => "Change the statement as Cassandra's words say.",
        RequestOutcome::NoConnection { .. } => {
            "Nothing was sent. Look whether the node runs, is paused or cut off, or ask another one."
        }
    }
}
