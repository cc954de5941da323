//! Why a question got no answer: silence, or a refusal in Kafka's own words.

use kafka_protocol::error::{ParseResponseErrorCode, ResponseError};
use kafka_protocol::protocol::StrBytes;

/// No answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// Nothing (or nothing that can be read) came back; in the words of the socket or the deadline.
    #[error("{0}")]
    Silent(String),
    /// The broker answered, and what it said could not be read here: no silence, and no reason to ask nothing else.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
    /// The broker answered with an error.
    #[error("{0}")]
    Refused(Refusal),
}

/// Kafka's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The code on the wire.
    pub(crate) error: ResponseError,
    /// What the broker added in words.
    pub(crate) words: Option<String>,
}

impl Refusal {
    /// Kafka's name of the error, e.g. `NOT_LEADER_OR_FOLLOWER`.
    pub(crate) fn name(&self) -> String {
        kafka_name(self.error)
    }

    /// The broker says "not now": a moment later the same question may be answered.
    pub(crate) fn passing(&self) -> bool {
        self.error.is_retriable()
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())?;
        match &self.words {
            Some(words) => write!(f, ": {words}"),
            None => Ok(()),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Reads an error code: `Ok` for 0, else the refusal with the broker's words beside it.
pub(crate) fn refusal(code: i16, words: Option<&StrBytes>) -> Result<(), Refusal> {
    match code.err() {
        None => Ok(()),
        Some(error) => Err(Refusal { error, words: words.map(ToString::to_string).filter(|words| !words.is_empty()) }),
    }
}

/// `NotLeaderOrFollower` → `NOT_LEADER_OR_FOLLOWER`: the crate spells Kafka's names in Rust's way.
fn kafka_name(error: ResponseError) -> String {
    if let ResponseError::Unknown(code) = error {
        return format!("error {code}");
    }
    let mut name = String::new();
    for letter in format!("{error:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_names_of_kafkas_documentation() {
        let names = [
            (3, "UNKNOWN_TOPIC_OR_PARTITION"),
            (6, "NOT_LEADER_OR_FOLLOWER"),
            (17, "INVALID_TOPIC_EXCEPTION"),
            (36, "TOPIC_ALREADY_EXISTS"),
            (56, "KAFKA_STORAGE_ERROR"),
            (69, "GROUP_ID_NOT_FOUND"),
            (84, "ELECTION_NOT_NEEDED"),
            (9999, "error 9999"),
        ];
        for (code, name) in names {
            assert_eq!(refusal(code, None).unwrap_err().name(), name);
        }
        assert_eq!(refusal(0, None), Ok(()));
    }

    #[test]
    fn a_refusal_carries_the_brokers_words() {
        let words = StrBytes::from_static_str("Topic 'readings' already exists.");
        let said = refusal(36, Some(&words)).unwrap_err().to_string();
        assert_eq!(said, "TOPIC_ALREADY_EXISTS: Topic 'readings' already exists.");
    }
}
