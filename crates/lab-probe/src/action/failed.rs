//! How an action failed: what all engines say alike. An engine has words of its own besides.

use std::time::Duration;

use lab_model::{Code, Problem};

/// No engine has an action of that name.
pub fn unknown(name: &str) -> Problem {
    problem(Code::Unknown, format!("There is no action `{name}`."), "", "`pipewright do` lists every action.")
}

/// Arguments that make no sense; `what` names the argument, without a full stop.
pub fn invalid(action: &str, what: &str) -> Problem {
    problem(Code::ActionInvalid, format!("`{action}` cannot be done as written: {what}."), "", "")
}

/// An action that makes no sense at this moment: what stands in the way, without a full stop, and what to do first.
pub fn not_now(what: &str, hint: &str) -> Problem {
    problem(Code::NotNow, format!("{what}."), "", hint)
}

/// Nobody that could take the request answers; `why` has each one asked, with its silence.
pub fn silent(engine: &str, why: &str, hint: &str) -> Problem {
    problem(Code::NodeSilent, format!("{engine} does not answer: {why}."), "", hint)
}

/// Somebody refused to do something, e.g. `create topic readings`: in its own words, and what to do next.
pub fn refused(who: &str, doing: &str, words: &str, hint: &str) -> Problem {
    problem(Code::EngineSaidNo, format!("{who} refused to {doing}."), words, hint)
}

/// The limit of a wait was reached; `doing` says what was waited for.
pub fn timed_out(doing: &str, limit: Duration, hint: &str) -> Problem {
    problem(Code::TimedOut, format!("Waited {:.0} s in vain: {doing}.", limit.as_secs_f64()), "", hint)
}

/// The person stopped it: what had been done by then, without a full stop.
pub fn cancelled(so_far: &str) -> Problem {
    problem(Code::Cancelled, format!("Stopped. {so_far}."), "", "")
}

/// Any other.
pub fn problem(code: Code, message: String, detail: &str, hint: &str) -> Problem {
    Problem { code, message, detail: detail.to_owned(), hint: hint.to_owned() }
}
