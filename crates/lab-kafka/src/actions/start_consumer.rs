//! `kafka.start_consumer`

use std::time::Duration;

use lab_model::{
    Problem,
    facts::kafka::{KafkaFact, TopicPartitions},
};
use lab_probe::action::{Verb, check_name, check_range, failed};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{Actions, ByHand, Scope, names::check_topic, read::SHOW_PLACES, running::Member, scope::Witness};
use crate::{
    ask::groups,
    clients::consumer::{Consumer, Heard, Membership, Protocol},
    error,
};

/// How long the coordinator may take to admit a member and settle who has what.
const TO_JOIN: Duration = Duration::from_secs(20);

/// Starts a consumer in a group; it runs until it is stopped.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartConsumer {
    /// The topic it subscribes to.
    #[schemars(length(min = 1, max = 249))]
    topic: String,
    /// The consumer's group.
    #[schemars(length(min = 1, max = 60))]
    group: String,
    /// The consumer's name (`client.id`); no other consumer in the lab may have it.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// How the group divides partitions.
    #[serde(default)]
    protocol: Spoken,
    /// Where to begin in partitions for which the group has committed nothing.
    #[serde(default)]
    from: From,
    /// Read at most so many records a second, for a consumer that cannot keep up; as fast as it can unless told.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10000))]
    rate: Option<u32>,
}

/// A group's protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Spoken {
    /// KIP-848: the coordinator assigns partitions, one by one.
    #[default]
    Consumer,
    /// The older one: all stop, a member assigns, all go on.
    Classic,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum From {
    /// With the first record.
    #[default]
    Earliest,
    /// With what comes next.
    Latest,
}

impl Verb<Actions> for StartConsumer {
    const NAME: &'static str = "kafka.start_consumer";
    const TITLE: &'static str = "Start a consumer";
    const SAYS: &'static str = "Starts a consumer that joins a group and reads on until it is stopped.";
    const STAYS: bool = true;

    fn check(&self) -> Result<(), String> {
        check_topic(&self.topic)?;
        check_name("group", &self.group)?;
        check_name("name", &self.name)?;
        self.rate.map_or(Ok(()), |rate| check_range("rate", rate, 1, 10_000))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let client = format!("client.id={}", self.name);
        let mut arguments = vec!["--topic", self.topic.as_str(), "--group", &self.group, "--command-property", &client];
        if self.protocol == Spoken::Consumer {
            arguments.extend(["--command-property", "group.protocol=consumer"]);
        }
        if self.from == From::Earliest {
            arguments.push("--from-beginning");
        }
        arguments.extend(SHOW_PLACES);
        vec![place.tool("kafka-console-consumer", &arguments)]
    }

    fn unseen(&self) -> &'static str {
        "Pipewright sees your consumer in its group, but not which records it gets. A check may ask for that: then press the \
         button."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let finding = async { scope.reach().topic(&self.topic).await };
        scope.or_cancelled(&format!("be asked for {}", self.topic), finding).await?;
        let (member, holds) = self.begin(scope)?;
        let joined = scope.or_cancelled("see it in the group for a moment", self.joined(scope, &holds)).await;
        if joined.is_err() {
            if let Ok(entered) = scope.running.take(&self.name) {
                entered.leave().await;
            }
            return joined;
        }
        if member.left.borrow().is_some() {
            let what = format!("Consumer {} ended at once", self.name);
            return Err(failed::not_now(&what, "The timeline says why."));
        }
        joined
    }
}

/// What a member holds; none before it was given anything.
type Holds = watch::Receiver<Option<Vec<TopicPartitions>>>;

impl StartConsumer {
    /// Starts it in the background.
    fn begin(&self, scope: &Scope) -> Result<(Member, Holds), Problem> {
        let (left, leaves) = watch::channel(None);
        let member = Member { group: self.group.clone(), leave: CancellationToken::new(), left: leaves };
        scope.running.enter(&self.name, member.clone())?;
        let witness = scope.witness(&self.name);
        let (given, holds) = watch::channel(None);
        let tell = {
            let (witness, group) = (witness.clone(), self.group.clone());
            Box::new(move |assignment: Vec<TopicPartitions>| {
                // A rebalance may leave everything as it was.
                if given.borrow().as_ref() != Some(&assignment) {
                    let group = group.clone();
                    witness.tell(KafkaFact::PartitionsAssigned { group, assignment: assignment.clone() });
                    given.send_replace(Some(assignment));
                }
            })
        };
        let membership = Membership {
            group: &self.group,
            protocol: match self.protocol {
                Spoken::Consumer => Protocol::Consumer,
                Spoken::Classic => Protocol::Classic,
            },
            from: match self.from {
                From::Earliest => "earliest",
                From::Latest => "latest",
            },
        };
        let bootstrap = scope.cluster.bootstrap();
        let consumer = Consumer::member(&bootstrap, &self.name, &self.topic, &membership, tell);
        let consumer = consumer.inspect_err(|_| {
            // Nothing runs under that name after all.
            let _ = scope.running.take(&self.name);
        })?;
        witness.tell(KafkaFact::ReadingBegan { topic: self.topic.clone(), group: Some(self.group.clone()) });
        let task = Task {
            topic: self.topic.clone(),
            group: self.group.clone(),
            pause: self.rate.map(|rate| Duration::from_secs(1) / rate),
            leave: member.leave.clone(),
            witness,
        };
        tokio::spawn(async move {
            let records = task.run(consumer).await;
            left.send_replace(Some(records));
        });
        Ok((member, holds))
    }

    /// Waits until the coordinator lists it in a settled group, and it holds what the coordinator says.
    async fn joined(&self, scope: &Scope, holds: &Holds) -> Result<String, Problem> {
        let began = Instant::now();
        let mut coordinator = scope.reach().coordinator(&self.group).await?;
        let protocol = match self.protocol {
            Spoken::Consumer => "consumer",
            Spoken::Classic => "classic",
        };
        let listed = groups::one(&self.group, protocol);
        loop {
            if let Ok(described) = groups::describe(&mut coordinator.connection, &listed).await
                && let Some(assigned) = described.iter().find_map(|group| settled(group, &self.name))
                && holds.borrow().as_deref().unwrap_or_default() == assigned.as_slice()
            {
                return Ok(self.says(&assigned));
            }
            if began.elapsed() > TO_JOIN {
                let doing = format!("{} could not join group {}", self.name, self.group);
                return Err(error::timed_out(&doing, TO_JOIN));
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn says(&self, assigned: &[TopicPartitions]) -> String {
        if assigned.is_empty() {
            return format!("{} is in group {} and has no partition", self.name, self.group);
        }
        let held: Vec<String> = assigned.iter().map(ToString::to_string).collect();
        format!("{} is in group {} and has {}", self.name, self.group, held.join(", "))
    }
}

/// What the member `client` has in a settled group.
fn settled(group: &KafkaFact, client: &str) -> Option<Vec<TopicPartitions>> {
    match group {
        KafkaFact::GroupDescribed { state, members, .. } if state == "Stable" => {
            members.iter().find(|member| member.client_id == client).map(|member| member.assignment.clone())
        }
        _ => None,
    }
}

/// A consumer at work.
struct Task {
    topic: String,
    group: String,
    /// Between two records.
    pause: Option<Duration>,
    leave: CancellationToken,
    witness: Witness,
}

impl Task {
    /// Reads until it shall leave or cannot go on; gives the number of records read.
    async fn run(self, consumer: Consumer) -> u64 {
        let mut records = 0;
        let how = loop {
            let heard = tokio::select! {
                biased;
                () = self.leave.cancelled() => break "left".to_owned(),
                heard = consumer.next() => heard,
            };
            match heard {
                Heard::Record { partition, record } => {
                    records += 1;
                    let offset = record.offset;
                    let (topic, group) = (self.topic.clone(), Some(self.group.clone()));
                    self.witness.tell(KafkaFact::RecordRead { topic, partition, record: *record, group });
                    consumer.done_with(partition, offset);
                    self.rest().await;
                }
                Heard::Trouble(words) => {
                    tracing::warn!(group = self.group, words, "a consumer has trouble");
                    sleep(Duration::from_millis(100)).await;
                }
                Heard::Fatal(words) => break format!("failed: {words}"),
            }
        };
        consumer.close().await;
        self.witness.tell(KafkaFact::ReadingEnded { records, how });
        records
    }

    async fn rest(&self) {
        if let Some(pause) = self.pause {
            tokio::select! {
                () = sleep(pause) => {}
                () = self.leave.cancelled() => {}
            }
        }
    }
}
