//! `kafka.read`

use std::{collections::BTreeMap, time::Duration};

use lab_model::facts::kafka::KafkaFact;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::timeout;

use super::{
    ByHand, Scope,
    create_topic::counted,
    reach::Readable,
    scope::Witness,
    verb::{Verb, check_name, check_range, check_topic},
};
use crate::{
    Error,
    clients::consumer::{Consumer, Heard},
};

/// Without a word for this long, the reading is given up.
const STALLED: Duration = Duration::from_secs(15);

/// Reads a topic from its beginning, alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// The reader's name.
    #[serde(default = "reader")]
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// Stop after so many records.
    #[serde(default = "limit")]
    #[schemars(range(min = 1, max = 10000))]
    limit: u64,
}

fn reader() -> String {
    "reader".into()
}

fn limit() -> u64 {
    10_000
}

impl Verb for Read {
    const NAME: &'static str = "kafka.read";
    const TITLE: &'static str = "Read a topic";
    const SAYS: &'static str =
        "Reads all partitions of a topic from the beginning to where they end now; in no group, committing nothing.";

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        check_name("name", &self.name)?;
        check_range("limit", self.limit, 1, 10_000)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let mut arguments = vec!["--topic", &self.topic, "--from-beginning", "--timeout-ms", "5000"];
        arguments.extend(SHOW_PLACES);
        vec![place.tool("kafka-console-consumer", &arguments)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Error> {
        let finding = async { scope.reach().readable(&self.topic).await };
        let logs = scope.or_cancelled(&format!("be asked for {}", self.topic), finding).await?;
        let witness = scope.witness(&self.name);
        witness.tell(KafkaFact::ReadingBegan { topic: self.topic.clone(), group: None });
        let mut reading = Reading::of(&self.topic, &logs, witness.clone());
        let outcome = if reading.open.is_empty() { Ok(()) } else { self.follow(scope, &mut reading, &logs).await };
        let records = reading.records;
        let how = match &outcome {
            Ok(()) | Err(Error::Cancelled { .. }) => "left".to_owned(),
            Err(error) => format!("failed: {error} {}", error.detail()),
        };
        witness.tell(KafkaFact::ReadingEnded { records, how });
        outcome.map(|()| reading.summary())
    }
}

/// Makes the console consumer show what our pictures show.
pub(super) const SHOW_PLACES: [&str; 6] = [
    "--formatter-property",
    "print.partition=true",
    "--formatter-property",
    "print.offset=true",
    "--formatter-property",
    "print.key=true",
];

impl Read {
    async fn follow(&self, scope: &Scope, reading: &mut Reading, logs: &BTreeMap<i32, Readable>) -> Result<(), Error> {
        let from = reading.open.keys().map(|partition| (*partition, logs[partition].from)).collect();
        let total: i64 = logs.values().map(|log| log.to - log.from).sum();
        let total = usize::try_from(total.min(self.limit.cast_signed())).unwrap_or_default();
        let consumer = Consumer::alone(&scope.cluster.bootstrap(), &self.name, &self.topic, &from)?;
        let outcome = loop {
            if reading.open.is_empty() || reading.records >= self.limit {
                break Ok(());
            }
            let heard = tokio::select! {
                heard = timeout(STALLED, consumer.next()) => heard,
                () = scope.cancel.cancelled() => break Err(Error::Cancelled { so_far: reading.summary() }),
            };
            match heard {
                Ok(Heard::Fatal(words)) => {
                    break Err(Error::Client { doing: format!("read {}", self.topic), words });
                }
                Ok(Heard::Trouble(words)) => reading.trouble = Some(words),
                Ok(Heard::Record { partition, record }) => reading.take(partition, record),
                Ok(Heard::End { partition }) => {
                    reading.open.remove(&partition);
                }
                Err(_) => break Err(reading.stalled()),
            }
            if reading.records.is_multiple_of(100) {
                scope.report(format!("read {}", self.topic), reading.count(), total, "records");
            }
        };
        consumer.close().await;
        outcome
    }
}

/// How far a reading is.
struct Reading {
    topic: String,
    /// Partitions not yet read to where they ended, and that end.
    open: BTreeMap<i32, i64>,
    by_partition: BTreeMap<i32, i64>,
    records: u64,
    trouble: Option<String>,
    witness: Witness,
}

impl Reading {
    fn of(topic: &str, logs: &BTreeMap<i32, Readable>, witness: Witness) -> Self {
        let open = logs.iter().filter(|(_, log)| log.from < log.to);
        Self {
            topic: topic.to_owned(),
            open: open.map(|(partition, log)| (*partition, log.to)).collect(),
            by_partition: logs.keys().map(|partition| (*partition, 0)).collect(),
            records: 0,
            trouble: None,
            witness,
        }
    }

    fn take(&mut self, partition: i32, record: lab_model::facts::kafka::RecordSeen) {
        let Some(end) = self.open.get(&partition).copied() else { return };
        if record.offset + 1 >= end {
            self.open.remove(&partition);
        }
        if record.offset < end {
            self.records += 1;
            *self.by_partition.entry(partition).or_default() += 1;
            let topic = self.topic.clone();
            self.witness.tell(KafkaFact::RecordRead { topic, partition, record, group: None });
        }
    }

    fn count(&self) -> usize {
        usize::try_from(self.records).unwrap_or(usize::MAX)
    }

    fn summary(&self) -> String {
        let records = counted(i64::try_from(self.records).unwrap_or(i64::MAX), "record");
        let parts: Vec<String> =
            self.by_partition.iter().map(|(partition, count)| format!("{count} from partition {partition}")).collect();
        format!("read {records} of {}: {}", self.topic, parts.join(", "))
    }

    fn stalled(&self) -> Error {
        let because = self.trouble.as_ref().map(|words| format!(" ({words})")).unwrap_or_default();
        let doing = format!("no record came from {}{because}; {}", self.topic, self.summary());
        Error::TimedOut { doing, limit: STALLED }
    }
}
