//! `kafka.delete_records`

use std::{collections::BTreeMap, time::Duration};

use futures::future::join_all;
use lab_model::{Problem, facts::kafka::PartitionSeen};
use lab_probe::action::{Verb, check_range, failed, quoted};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::{
    Actions, ByHand, Scope,
    names::check_topic,
    reach::{TO_COME, by_leader, no_partition},
};
use crate::{
    ask::{
        Place,
        deleting::{self, HIGH_WATERMARK},
    },
    error,
    wire::{Failure, Refusal},
};

/// Deletes the records of a topic before an offset.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteRecords {
    /// The topic.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// Before what: `"high_watermark"` for all that consumers may read, or an offset.
    before: Before,
    /// The only partition to delete from; all of them unless told.
    #[serde(default)]
    #[schemars(range(min = 0))]
    partition: Option<i32>,
}

/// Where the log begins from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Before {
    /// A mark of the log.
    Mark(MarkWord),
    /// An offset, at most the high watermark.
    Offset(#[schemars(range(min = 0))] i64),
}

/// A mark of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum MarkWord {
    /// The high watermark of each partition.
    HighWatermark,
}

impl Before {
    /// As the protocol and Kafka's own tool write it.
    fn offset(self) -> i64 {
        match self {
            Self::Mark(MarkWord::HighWatermark) => HIGH_WATERMARK,
            Self::Offset(offset) => offset,
        }
    }
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mark(MarkWord::HighWatermark) => f.write_str("the high watermark"),
            Self::Offset(offset) => write!(f, "offset {offset}"),
        }
    }
}

impl Verb<Actions> for DeleteRecords {
    const NAME: &'static str = "kafka.delete_records";
    const TITLE: &'static str = "Delete records";
    const SAYS: &'static str =
        "Deletes the oldest records of a topic, before an offset or all that consumers may read.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        self.partition.map_or(Ok(()), |partition| check_range("partition", partition, 0, i32::MAX))?;
        match self.before {
            // Kafka's own tool has −1 for it, which here is more likely a slip.
            Before::Offset(offset) if offset < 0 => Err(format!(
                "`before` must not be negative, not {offset}; \"high_watermark\" is all that consumers may read"
            )),
            _ => Ok(()),
        }
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let feed = match self.partition {
            Some(partition) => format!("echo {}", quoted(&written(&self.entry(&partition.to_string())))),
            None => self.entries_of_all(place),
        };
        // The tool takes a file: what comes through the pipe is one, too.
        vec![place.fed(&feed, "kafka-delete-records", &["--offset-json-file", "/dev/stdin"])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("delete records of {}", self.topic);
        scope.or_cancelled(&doing, self.delete(scope)).await
    }
}

/// The file that Kafka's tool wants.
fn written(entries: &str) -> String {
    format!("{{\"partitions\":[{entries}],\"version\":1}}")
}

/// What kept a leader from deleting.
struct Trouble {
    problem: Problem,
    /// It was not the leader, or has not heard of the topic yet: a moment later another answer may come.
    passes: bool,
}

impl DeleteRecords {
    /// A partition in the tool's file.
    fn entry(&self, partition: &str) -> String {
        format!("{{\"topic\":\"{}\",\"partition\":{partition},\"offset\":{}}}", self.topic, self.before.offset())
    }

    /// The tool has no word for all partitions: another one lists them, and `awk` writes the file, with `@` for quotes,
    /// because a quote within quotes is hard to read.
    fn entries_of_all(&self, place: &ByHand) -> String {
        // It takes a pattern.
        let pattern = self.topic.replace('.', "[.]");
        let list = place.piped("kafka-get-offsets", &["--topic", &pattern]);
        let text = |json: &str, with: &str| format!("\"{}\"", json.replace('"', "@").replace('#', with));
        let entry = text(&self.entry("#"), "\" $2 \"");
        let whole = text(&written("#"), "\" all \"");
        let program = format!("{{ all = all s {entry}; s = \",\" }} END {{ print {whole} }}");
        format!("{list} | awk -F: {} | tr @ '\"'", quoted(&program))
    }

    async fn delete(&self, scope: &Scope) -> Result<String, Problem> {
        let mut marks = BTreeMap::new();
        match self.go_on(scope, &mut marks).await {
            Ok(()) => Ok(self.says(&marks)),
            Err(problem) if marks.is_empty() => Err(problem),
            // The journal keeps the message: it must tell of what is gone all the same.
            Err(problem) => {
                let message = format!("{} Done all the same: {}.", problem.message, self.says(&marks));
                Err(Problem { message, ..problem })
            }
        }
    }

    fn says(&self, marks: &BTreeMap<i32, i64>) -> String {
        let mut said: Vec<String> =
            marks.iter().map(|(partition, mark)| format!("{mark} in partition {partition}")).collect();
        match (said.pop(), said.is_empty()) {
            (None, _) => format!("{} has no partition", self.topic),
            (Some(only), true) => format!("the low watermark of {} is now {only}", self.topic),
            (Some(last), false) => {
                format!("the low watermarks of {} are now {} and {last}", self.topic, said.join(", "))
            }
        }
    }

    /// Asks the leaders until each has answered for good; what they did is in `marks` also when one of them did not.
    async fn go_on(&self, scope: &Scope, marks: &mut BTreeMap<i32, i64>) -> Result<(), Problem> {
        let began = Instant::now();
        loop {
            let topic = scope.reach().topic(&self.topic).await?;
            let left = self.wanted(&topic.partitions)?.into_iter().filter(|seen| !marks.contains_key(&seen.partition));
            let led = by_leader(&self.topic, left)?;
            let asked = led.into_iter().map(|(leader, places)| self.ask(scope, leader, places));
            let (mut lasting, mut passing) = (None, None);
            for answer in join_all(asked).await.into_iter().flatten() {
                match answer {
                    Ok((partition, mark)) => {
                        marks.insert(partition, mark);
                    }
                    Err(Trouble { problem, passes: true }) => passing = passing.or(Some(problem)),
                    Err(Trouble { problem, passes: false }) => lasting = lasting.or(Some(problem)),
                }
            }
            match lasting.or_else(|| passing.take_if(|_| began.elapsed() > TO_COME)) {
                Some(problem) => return Err(problem),
                None if passing.is_none() => return Ok(()),
                None => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    fn wanted<'a>(&self, partitions: &'a [PartitionSeen]) -> Result<Vec<&'a PartitionSeen>, Problem> {
        let Some(only) = self.partition else { return Ok(partitions.iter().collect()) };
        let found: Vec<&PartitionSeen> = partitions.iter().filter(|seen| seen.partition == only).collect();
        if found.is_empty() { Err(no_partition(&self.topic, only)) } else { Ok(found) }
    }

    /// Asks one leader for its partitions; gives the low watermark of each.
    async fn ask(&self, scope: &Scope, leader: i32, places: Vec<Place>) -> Vec<Result<(i32, i64), Trouble>> {
        let silent = |problem| vec![Err(Trouble { problem, passes: false })];
        let mut reached = match scope.reach().node(leader).await {
            Ok(reached) => reached,
            Err(problem) => return silent(problem),
        };
        let offsets = places.iter().map(|place| (place.clone(), self.before.offset()));
        let mut marks = match deleting::delete_before(&mut reached.connection, offsets).await {
            Ok(marks) => marks,
            Err(failure) => return silent(error::asking(&self.doing(&places[0]), &reached.node, failure)),
        };
        let answer = |place: Place| match marks.remove(&place) {
            Some(Ok(mark)) => Ok((place.1, mark)),
            Some(Err(refusal)) => Err(self.refused(&place, &reached.node, refusal)),
            None => {
                let failure = Failure::Silent(format!("its answer does not name {}-{}", place.0, place.1));
                let problem = error::asking(&self.doing(&place), &reached.node, failure);
                Err(Trouble { problem, passes: false })
            }
        };
        places.into_iter().map(answer).collect()
    }

    fn doing(&self, (topic, partition): &Place) -> String {
        format!("delete records of {topic}-{partition} before {}", self.before)
    }

    fn refused(&self, place: &Place, node: &str, refusal: Refusal) -> Trouble {
        let name = refusal.name();
        let passes = matches!(name.as_str(), "NOT_LEADER_OR_FOLLOWER" | "UNKNOWN_TOPIC_OR_PARTITION");
        if name == "REQUEST_TIMED_OUT" {
            // The leader moves its own log start before it waits.
            let what = format!("{node} has deleted records of {}-{}, but not every live replica has", place.0, place.1);
            let hint = "Look whether a broker is paused or cut off: its replica follows when it is back.";
            return Trouble { problem: failed::timed_out(&what, deleting::LIMIT, hint), passes };
        }
        let problem = error::advised(&self.doing(place), node, refusal.into(), advice(&name));
        Trouble { problem, passes }
    }
}

/// What to do about a refusal, by Kafka's name of it.
fn advice(name: &str) -> &'static str {
    match name {
        "OFFSET_OUT_OF_RANGE" => {
            "Give an offset up to the partition's high watermark, or \"high_watermark\" for all that consumers may read."
        }
        "POLICY_VIOLATION" => {
            "The topic is compacted, which keeps the newest record of each key: give it `cleanup.policy` \
             `compact,delete` or `delete` first."
        }
        "TOPIC_AUTHORIZATION_FAILED" => "Have somebody allow DELETE on the topic (kafka-acls.sh).",
        "INVALID_TOPIC_EXCEPTION" => "Kafka keeps the records of its own topics.",
        "NOT_LEADER_OR_FOLLOWER" | "UNKNOWN_TOPIC_OR_PARTITION" => "Look who leads the partition now, then try again.",
        _ => "",
    }
}
