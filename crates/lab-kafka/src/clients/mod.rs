//! librdkafka: the producers and consumers that carry a lab's records. What they may be used for is said by the actions.
//!
//! All waits are short and all addresses IPv4: a lab is on this machine, and a learner is watching.

pub(crate) mod consumer;
pub(crate) mod producer;
mod quiet;
pub(crate) mod streaming;

use std::sync::{Mutex, PoisonError};

use rdkafka::{
    ClientConfig,
    config::RDKafkaLogLevel,
    error::{KafkaError, RDKafkaErrorCode},
};

use crate::wire;

/// What every client of ours has in common. `bootstrap`: addresses, comma between them.
fn common(bootstrap: &str, name: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap)
        .set("client.id", name)
        .set("broker.address.family", "v4")
        // A paused broker accepts connections and never answers: give up on it soon, and ask another who leads now.
        .set("socket.timeout.ms", "4000")
        .set("socket.connection.setup.timeout.ms", "2000")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000")
        .set("retry.backoff.ms", "50")
        .set("socket.nagle.disable", "true");
    config
}

/// The newest complaint of a client about its connections: it explains why something timed out.
#[derive(Debug, Default)]
pub(crate) struct Complaint(Mutex<Option<String>>);

impl Complaint {
    fn note(&self, words: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(words.to_owned());
    }

    fn newest(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An error in the words of Kafka's documentation: `NOT_ENOUGH_REPLICAS (Not enough in-sync replicas)`, or in
/// librdkafka's where the broker said nothing: `Message timed out`.
pub(crate) fn words(error: &KafkaError) -> String {
    match error.rdkafka_error_code() {
        Some(code) => code_words(code),
        None => error.to_string(),
    }
}

fn code_words(code: RDKafkaErrorCode) -> String {
    match code {
        RDKafkaErrorCode::PurgeQueue => return "given up before it was sent".into(),
        RDKafkaErrorCode::PurgeInflight => return "given up after it was sent, before an answer came".into(),
        _ => {}
    }
    // Displayed as `NotEnoughReplicas (Broker: Not enough in-sync replicas)`.
    let said = code.to_string();
    let described = said.split_once('(').map_or(said.as_str(), |(_, rest)| rest.trim_end_matches(')'));
    let described = described.trim_start_matches("Broker: ").trim_start_matches("Local: ");
    match i16::try_from(code as i32).ok().filter(|code| *code > 0).map(|code| wire::refusal(code, None)) {
        Some(Err(refusal)) => format!("{} ({described})", refusal.name()),
        _ => described.to_owned(),
    }
}

/// librdkafka's log lines go to ours.
fn log(name: &str, level: RDKafkaLogLevel, facility: &str, line: &str) {
    use RDKafkaLogLevel::{Alert, Critical, Emerg, Error, Warning};
    match level {
        Emerg | Alert | Critical | Error | Warning => tracing::warn!(client = name, facility, "{line}"),
        _ => tracing::debug!(client = name, facility, "{line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_in_kafkas_words() {
        let refused = KafkaError::MessageProduction(RDKafkaErrorCode::NotEnoughReplicas);
        assert_eq!(words(&refused), "NOT_ENOUGH_REPLICAS (Not enough in-sync replicas)");
        let timed_out = KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut);
        assert_eq!(words(&timed_out), "Message timed out");
    }

    #[test]
    fn the_settings_are_ones_librdkafka_takes() {
        common("127.0.0.1:1", "test").create_native_config().unwrap();
    }
}
