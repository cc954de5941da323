//! `kafka.produce`

mod counting;
mod plan;
mod sending;
mod telling;
mod typed;

use std::time::Duration;

use lab_model::Problem;
use lab_probe::action::{Verb, check_name, check_range, failed};
use schemars::JsonSchema;
use serde::Deserialize;

use self::sending::Sending;
use super::{Actions, ByHand, Scope, names::check_topic, reach::open};
use crate::{clients::producer::Promise, error};

/// Sends records to a topic, each with an id in its header `pipewright-id`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Produce {
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// How many records, made after `key` or `keys` and `value`.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10000))]
    count: Option<usize>,
    /// The same key for all records.
    #[serde(default)]
    key: Option<String>,
    /// Keys in turn: the first record has the first key, and so on, over again.
    #[serde(default)]
    #[schemars(example = ["a", "b"])]
    keys: Vec<String>,
    /// The records themselves, instead of `count`.
    #[serde(default)]
    #[schemars(length(max = 10000), example = serde_json::json!([{ "key": "a", "value": "first" }, { "value": "without a key" }]))]
    records: Vec<Written>,
    /// The value; `{n}` is the record's number in this producer's sending order, `{key}` its key. `record {n}` unless told.
    #[serde(default = "value")]
    value: String,
    /// The producer's name. A record's id is `<name>-<n>`; a name goes on counting from one call to the next.
    #[serde(default = "producer")]
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// The acknowledgement that the producer waits for.
    #[serde(default)]
    acks: Acks,
    /// Whether the broker drops what it already has when a record is sent again. As in Kafka's own producer: on with
    /// `acks = "all"` unless told, impossible without.
    #[serde(default)]
    idempotence: Option<bool>,
    /// Send all records to this partition.
    #[serde(default)]
    #[schemars(range(min = 0))]
    partition: Option<i32>,
    /// How records are spread over partitions: `key` where there are keys, else `round_robin`, unless told.
    #[serde(default)]
    spread: Option<Spread>,
    /// So many records a second; as fast as it goes unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10000))]
    rate: Option<u32>,
    /// A record not acknowledged within this many milliseconds is given up.
    #[serde(default = "timeout_ms")]
    #[schemars(range(min = 500, max = 120000))]
    timeout_ms: u64,
    /// Bootstrap from this broker only, e.g. `kafka-1`.
    #[serde(default)]
    via: Option<String>,
    /// Count as success even if records fail.
    #[serde(default)]
    refusals_ok: bool,
}

/// A record as written in a call.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The record's key.
    #[serde(default)]
    key: Option<String>,
    /// The record's value.
    value: String,
}

/// Kafka's `acks`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
enum Acks {
    /// Every in-sync replica has it.
    #[default]
    #[serde(rename = "all")]
    All,
    /// The leader has it.
    #[serde(rename = "1")]
    Leader,
    /// No acknowledgement: sent is sent.
    #[serde(rename = "0")]
    Nobody,
}

impl Acks {
    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Leader => "1",
            Self::Nobody => "0",
        }
    }
}

/// How records are spread over partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Spread {
    /// In turn, whatever the key: record n goes to partition (n − 1) modulo their number.
    RoundRobin,
    /// By the hash of the key (murmur2, as Kafka's Java clients do it): equal keys, equal partition.
    Key,
    /// What a producer does with records that have no key: a batch to one partition, the next batch to another.
    Sticky,
}

fn value() -> String {
    "record {n}".into()
}

fn producer() -> String {
    "producer".into()
}

fn timeout_ms() -> u64 {
    10_000
}

impl Verb<Actions> for Produce {
    const NAME: &'static str = "kafka.produce";
    const TITLE: &'static str = "Produce records";
    const SAYS: &'static str = "Sends records to a topic and notes which were acknowledged, and where they lie.";

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        check_name("name", &self.name)?;
        check_range("timeout_ms", self.timeout_ms, 500, 120_000)?;
        self.rate.map_or(Ok(()), |rate| check_range("rate", rate, 1, 10_000))?;
        match (self.count, self.records.len()) {
            (None, 0) => return Err("give `count` or `records`".into()),
            (Some(_), 1..) => return Err("give `count` or `records`, not both".into()),
            (count, written) => check_range("count", count.unwrap_or(written), 1, 10_000)?,
        }
        self.check_keys()?;
        if self.idempotence == Some(true) && self.acks != Acks::All {
            return Err("`idempotence` needs `acks = \"all\"`: that is Kafka's own rule".into());
        }
        Ok(())
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        typed::lines(self, place)
    }

    fn unseen(&self) -> &'static str {
        "Pipewright sees the records, but neither in which order your own client sent them, nor how it is answered. A check \
         may ask for that: then press the button."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("be asked for {}", self.topic);
        let partitions = scope.or_cancelled(&doing, self.partitions(scope)).await?;
        let bootstrap = match &self.via {
            Some(node) => scope.reach().named(node)?.address.clone(),
            None => scope.cluster.bootstrap(),
        };
        let counting = async {
            counting::go_on(scope, &self.topic, &self.name).await;
            Ok(())
        };
        scope.or_cancelled(&doing, counting).await?;
        let first = scope.running.number(&self.name, self.total());
        let sending = Sending {
            topic: &self.topic,
            acks: self.acks.word(),
            records: self.plan(first, partitions),
            first,
            rate: self.rate,
            witness: scope.witness(&self.name),
        };
        let promise = Promise {
            acks: self.acks.word(),
            idempotence: self.idempotence.unwrap_or(self.acks == Acks::All),
            patience: Duration::from_millis(self.timeout_ms),
        };
        sending.run(scope, &bootstrap, &self.name, promise, self.refusals_ok).await
    }
}

impl Produce {
    fn total(&self) -> usize {
        self.count.unwrap_or(self.records.len())
    }

    fn keyed(&self) -> bool {
        self.key.is_some() || !self.keys.is_empty() || self.records.iter().any(|record| record.key.is_some())
    }

    fn spread(&self) -> Spread {
        self.spread.unwrap_or(if self.keyed() { Spread::Key } else { Spread::RoundRobin })
    }

    fn check_keys(&self) -> Result<(), String> {
        if self.key.is_some() && !self.keys.is_empty() {
            return Err("give `key` or `keys`, not both".into());
        }
        if !self.records.is_empty() && (self.key.is_some() || !self.keys.is_empty()) {
            return Err("with `records`, each record has its own `key`".into());
        }
        if self.partition.is_some() && self.spread.is_some() {
            return Err("`partition` sends all to one: `spread` has nothing to spread".into());
        }
        match self.spread {
            Some(Spread::Key) if !self.keyed() => Err("`spread = \"key\"` needs keys".into()),
            Some(Spread::Sticky) if self.keyed() => Err("`spread = \"sticky\"` is for records without keys".into()),
            _ => Ok(()),
        }
    }

    /// How many partitions the topic has; the broker that the producer shall begin with must answer.
    async fn partitions(&self, scope: &Scope) -> Result<usize, Problem> {
        let reach = scope.reach();
        if let Some(node) = &self.via {
            let silent = |failure| error::asking(&format!("find topic {}", self.topic), node, failure);
            open(reach.named(node)?).await.map_err(silent)?;
        }
        let partitions = reach.topic(&self.topic).await?.partitions.len();
        match self.partition.map(usize::try_from) {
            Some(Ok(wished)) if wished < partitions => Ok(partitions),
            None => Ok(partitions),
            Some(_) => {
                let what = format!("`partition` must be below {partitions}: {} has no more", self.topic);
                Err(failed::invalid(Self::NAME, &what))
            }
        }
    }
}

#[cfg(test)]
mod tests;
