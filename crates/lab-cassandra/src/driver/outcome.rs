//! How a request through scylla ended, never flattened.

use lab_model::facts::cassandra::RequestOutcome;
use scylla::errors::{DbError, ExecutionError, PrepareError, RequestAttemptError};

use crate::wire::named_error;

/// How a request ended that did not end well.
pub(crate) fn outcome(error: &ExecutionError) -> RequestOutcome {
    match error {
        ExecutionError::LastAttemptError(attempt) => attempt_outcome(attempt),
        ExecutionError::PrepareError(PrepareError::AllAttemptsFailed { first_attempt }) => {
            attempt_outcome(first_attempt)
        }
        ExecutionError::RequestTimeout(limit) => {
            RequestOutcome::NoAnswer { why: format!("no answer within {} ms", limit.as_millis()) }
        }
        ExecutionError::ConnectionPoolError(_) | ExecutionError::EmptyPlan | ExecutionError::PrepareError(_) => {
            RequestOutcome::NoConnection { why: error.to_string() }
        }
        ExecutionError::BadQuery(_) => {
            RequestOutcome::Refused { error: "Invalid".into(), words: format!("the client said: {error}") }
        }
        _ => RequestOutcome::NoAnswer { why: error.to_string() },
    }
}

/// How one attempt ended.
pub(crate) fn attempt_outcome(error: &RequestAttemptError) -> RequestOutcome {
    match error {
        RequestAttemptError::DbError(said, words) => said_outcome(said, words),
        RequestAttemptError::UnableToAllocStreamId => RequestOutcome::NoConnection { why: error.to_string() },
        RequestAttemptError::SerializationError(_) | RequestAttemptError::CqlRequestSerialization(_) => {
            RequestOutcome::Refused { error: "Invalid".into(), words: format!("the client said: {error}") }
        }
        broken => RequestOutcome::NoAnswer { why: broken.to_string() },
    }
}

fn said_outcome(said: &DbError, words: &str) -> RequestOutcome {
    match said {
        DbError::Unavailable { required, alive, .. } => {
            RequestOutcome::Unavailable { required: *required, alive: *alive }
        }
        DbError::WriteTimeout { received, required, write_type, .. } => RequestOutcome::WriteTimeout {
            required: *required,
            received: *received,
            write_type: write_type.as_str().to_owned(),
        },
        DbError::ReadTimeout { received, required, data_present, .. } => {
            RequestOutcome::ReadTimeout { required: *required, received: *received, data_present: *data_present }
        }
        DbError::ReadFailure { received, required, numfailures, .. } => {
            RequestOutcome::ReadFailure { required: *required, received: *received, failed: *numfailures }
        }
        DbError::WriteFailure { received, required, numfailures, .. } => {
            RequestOutcome::WriteFailure { required: *required, received: *received, failed: *numfailures }
        }
        other => RequestOutcome::Refused { error: name(other), words: words.to_owned() },
    }
}

/// The protocol's name, the same as the raw client's.
fn name(said: &DbError) -> String {
    let code = match said {
        DbError::SyntaxError => 0x2000,
        DbError::Invalid => 0x2200,
        DbError::AlreadyExists { .. } => 0x2400,
        DbError::FunctionFailure { .. } => 0x1400,
        DbError::AuthenticationError => 0x0100,
        DbError::Unauthorized => 0x2100,
        DbError::ConfigError => 0x2300,
        DbError::Overloaded => 0x1001,
        DbError::IsBootstrapping => 0x1002,
        DbError::TruncateError => 0x1003,
        DbError::Unprepared { .. } => 0x2500,
        DbError::ServerError => 0x0000,
        DbError::ProtocolError => 0x000A,
        DbError::Other(code) => *code,
        other => return format!("{other:?}"),
    };
    named_error(code)
}

#[cfg(test)]
mod tests {
    use scylla::statement::Consistency;

    use super::*;

    #[test]
    fn what_the_coordinator_said_stays_what_it_said() {
        let unavailable = DbError::Unavailable { consistency: Consistency::All, required: 3, alive: 2 };
        let error = ExecutionError::LastAttemptError(RequestAttemptError::DbError(unavailable, "words".into()));
        assert_eq!(outcome(&error), RequestOutcome::Unavailable { required: 3, alive: 2 });
        let invalid = RequestAttemptError::DbError(DbError::Invalid, "no such table".into());
        let expected = RequestOutcome::Refused { error: "Invalid".into(), words: "no such table".into() };
        assert_eq!(attempt_outcome(&invalid), expected);
    }

    #[test]
    fn nothing_sent_and_nothing_heard_stay_apart() {
        assert_eq!(outcome(&ExecutionError::EmptyPlan).name(), "no_connection");
        let limit = ExecutionError::RequestTimeout(std::time::Duration::from_secs(15));
        assert_eq!(outcome(&limit), RequestOutcome::NoAnswer { why: "no answer within 15000 ms".into() });
    }
}
