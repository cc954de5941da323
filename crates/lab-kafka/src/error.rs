//! What can go wrong when something is asked of Kafka, with what to do next.

use std::time::Duration;

use lab_model::{Code, Problem};
use lab_probe::action::failed::{self, problem};

use crate::wire::Failure;

/// A question of ours failed while `doing` something at `node`.
pub(crate) fn asking(doing: &str, node: &str, failure: Failure) -> Problem {
    advised(doing, node, failure, "")
}

/// The same; if Kafka refused, with what to do next.
pub(crate) fn advised(doing: &str, node: &str, failure: Failure, advice: &str) -> Problem {
    match failure {
        Failure::Unreadable(why) => {
            let message = format!("Kafka was asked to {doing}. Pipewright cannot read its answer.");
            problem(Code::EngineSaidNo, message, &format!("{node}: {why}"), "Ask with Kafka's own tool.")
        }
        Failure::Silent(why) => silent(&format!("{node}: {why}")),
        Failure::Refused(refusal) => failed::refused("Kafka", doing, &refusal.to_string(), advice),
    }
}

/// No broker that could take the request answers; each one asked, with its silence.
pub(crate) fn silent(why: &str) -> Problem {
    failed::silent("Kafka", why, "Look whether the brokers run, are paused or cut off; undo the fault, then try again.")
}

/// The limit of a wait was reached.
pub(crate) fn timed_out(doing: &str, limit: Duration) -> Problem {
    failed::timed_out(doing, limit, "Look at the brokers' state, then try again.")
}

/// A topic that a broker does not know: Kafka's name of the error, and who said it.
pub(crate) fn no_topic(topic: &str, words: &str) -> Problem {
    problem(Code::EngineSaidNo, format!("There is no topic {topic}."), words, "Create the topic first.")
}

/// The client library gave up, in librdkafka's words.
pub(crate) fn client(doing: &str, words: &str) -> Problem {
    let hint = "Look at the brokers' state, then try again.";
    problem(Code::EngineSaidNo, format!("The Kafka client could not {doing}."), words, hint)
}

/// Some records of a produce were not acknowledged: what was, and the newest error in Kafka's or the client's words.
pub(crate) fn not_acknowledged(refused: usize, sent: usize, words: &str) -> Problem {
    let hint = "The facts say which records; look at leaders and in-sync replicas.";
    problem(Code::EngineSaidNo, format!("{refused} of {sent} records were not acknowledged."), words, hint)
}
