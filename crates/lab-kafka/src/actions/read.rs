//! `kafka.read`
//!
//! Read by plain fetches from the leaders, as any consumer does, but without a group: librdkafka wants one's name even
//! from those who join none, and asking for its coordinator makes Kafka create the topic of committed offsets.

use std::{collections::BTreeMap, time::Duration};

use futures::{StreamExt as _, stream::FuturesUnordered};
use lab_model::{Code, Problem, facts::kafka::KafkaFact};
use lab_probe::action::{Verb, check_name, check_range, counted, failed};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::{
    Actions, ByHand, Scope,
    names::check_topic,
    reach::{Reach, Readable},
    scope::Witness,
};
use crate::{
    ask::{
        Place,
        records::{self, Piece},
    },
    error,
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

impl Verb<Actions> for Read {
    const NAME: &'static str = "kafka.read";
    const TITLE: &'static str = "Read a topic";
    const SAYS: &'static str =
        "Reads all partitions of a topic from the beginning to their present end. Joins no group and commits nothing.";

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

    fn unseen(&self) -> &'static str {
        "Pipewright does not see what your own client reads. A check may ask for that: then press the button."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let finding = async { scope.reach().readable(&self.topic).await };
        let logs = scope.or_cancelled(&format!("be asked for {}", self.topic), finding).await?;
        let witness = scope.witness(&self.name);
        witness.tell(KafkaFact::ReadingBegan { topic: self.topic.clone(), group: None });
        let mut reading = Reading::of(&self.topic, &logs, self.limit, witness.clone());
        let outcome = self.follow(scope, &mut reading).await;
        let records = reading.records;
        let how = match &outcome {
            Ok(()) => "left".to_owned(),
            Err(problem) if problem.code == Code::Cancelled => "left".to_owned(),
            Err(problem) => format!("failed: {} {}", problem.message, problem.detail),
        };
        witness.tell(KafkaFact::ReadingEnded { records, how });
        let limited = if reading.open.is_empty() { "" } else { "; there are more" };
        outcome.map(|()| format!("{}{limited}", reading.summary()))
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
    /// Goes on until the partitions are read, or nothing comes for too long.
    async fn follow(&self, scope: &Scope, reading: &mut Reading) -> Result<(), Problem> {
        let reach = scope.reach();
        let mut progress = Instant::now();
        while reading.goes_on() {
            let before = reading.records;
            let trouble = tokio::select! {
                read = reading.on(&reach) => read.err(),
                () = scope.cancel.cancelled() => return Err(failed::cancelled(&reading.summary())),
            };
            if reading.records > before {
                progress = Instant::now();
                let total = usize::try_from(reading.total).unwrap_or_default();
                let count = usize::try_from(reading.records).unwrap_or_default();
                scope.report(format!("read {}", self.topic), count, total, "records");
            } else if progress.elapsed() > STALLED {
                return Err(trouble.unwrap_or_else(|| reading.stalled()));
            } else {
                sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }
}

/// How far a reading is.
struct Reading {
    topic: String,
    /// Partitions not yet read to where they ended: the next offset, and that end.
    open: BTreeMap<i32, Readable>,
    by_partition: BTreeMap<i32, u64>,
    records: u64,
    total: u64,
    witness: Witness,
}

impl Reading {
    fn of(topic: &str, logs: &BTreeMap<i32, Readable>, limit: u64, witness: Witness) -> Self {
        let open = logs.iter().filter(|(_, log)| log.from < log.to);
        let total: i64 = logs.values().map(|log| log.to - log.from).sum();
        Self {
            topic: topic.to_owned(),
            open: open.map(|(partition, log)| (*partition, *log)).collect(),
            by_partition: logs.keys().map(|partition| (*partition, 0)).collect(),
            records: 0,
            total: total.unsigned_abs().min(limit),
            witness,
        }
    }

    fn goes_on(&self) -> bool {
        !self.open.is_empty() && self.records < self.total
    }

    async fn on(&mut self, reach: &Reach<'_>) -> Result<(), Problem> {
        let (topic, open) = (self.topic.clone(), self.open.clone());
        read_on(reach, &topic, &open, |partition, piece| self.take(partition, piece)).await
    }

    fn take(&mut self, partition: i32, piece: Piece) {
        let Some(log) = self.open.get_mut(&partition) else { return };
        let end = log.to;
        log.from = piece.next;
        if piece.next >= end {
            self.open.remove(&partition);
        }
        for record in piece.records.into_iter().filter(|record| record.offset < end) {
            if self.records == self.total {
                return;
            }
            self.records += 1;
            *self.by_partition.entry(partition).or_default() += 1;
            let topic = self.topic.clone();
            self.witness.tell(KafkaFact::RecordRead { topic, partition, record, group: None });
        }
    }

    fn summary(&self) -> String {
        let records = counted(self.records, "record");
        let parts: Vec<String> =
            self.by_partition.iter().map(|(partition, count)| format!("{count} from partition {partition}")).collect();
        format!("read {records} of {}: {}", self.topic, parts.join(", "))
    }

    fn stalled(&self) -> Problem {
        let doing = format!("no record came from {}; {}", self.topic, self.summary());
        error::timed_out(&doing, STALLED)
    }
}

/// Asks every leader of these partitions of a topic once for what comes next; what the first to answer gives is taken first.
pub(super) async fn read_on(
    reach: &Reach<'_>,
    name: &str,
    open: &BTreeMap<i32, Readable>,
    mut take: impl FnMut(i32, Piece),
) -> Result<(), Problem> {
    let topic = reach.topic(name).await?;
    let mut by_leader = BTreeMap::<i32, BTreeMap<Place, i64>>::new();
    for partition in &topic.partitions {
        if let (Some(leader), Some(log)) = (partition.leader, open.get(&partition.partition)) {
            by_leader.entry(leader).or_default().insert((name.to_owned(), partition.partition), log.from);
        }
    }
    let mut asked: FuturesUnordered<_> =
        by_leader.iter().map(|(leader, positions)| pieces(reach, *leader, positions)).collect();
    let mut trouble = Ok(());
    while let Some(answer) = asked.next().await {
        match answer {
            Ok(pieces) => pieces.into_iter().for_each(|(place, piece)| take(place.1, piece)),
            Err(error) => trouble = Err(error),
        }
    }
    trouble
}

/// What one leader has to give. A partition it refuses (it may just have lost the lead) is left for the next time.
async fn pieces(
    reach: &Reach<'_>,
    leader: i32,
    positions: &BTreeMap<Place, i64>,
) -> Result<Vec<(Place, Piece)>, Problem> {
    let mut asked = reach.node(leader).await?;
    let read = records::read(&mut asked.connection, positions).await;
    let pieces = read.map_err(|failure| error::asking("return records", &asked.node, failure))?;
    Ok(pieces.into_iter().filter_map(|(place, piece)| Some((place, piece.ok()?))).collect())
}
