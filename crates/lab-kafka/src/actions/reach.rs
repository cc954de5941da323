//! Ways to the right broker: any that answers, one through which the controller answers, a leader, a coordinator.
//!
//! All brokers are tried at once: one that is paused, dead or cut off costs no time.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use lab_model::{Problem, facts::kafka::PartitionSeen};
use lab_probe::action::failed;
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    Broker, Cluster,
    ask::{
        self, Place, groups,
        offsets::{self, As, End},
        topics::{Belief, Topic},
    },
    error,
    wire::{Connection, Failure},
};

/// To connect and learn the versions: a broker beside a busy machine may need seconds, and where another one answers, nobody
/// waits for it.
const TO_OPEN: Duration = Duration::from_secs(6);
/// For one answer; the controller may have to write and replicate something first.
const TO_ANSWER: Duration = Duration::from_secs(10);
/// For something that is about to come: a leader, a coordinator, news reaching a broker.
pub(super) const TO_COME: Duration = Duration::from_secs(10);
/// For the other brokers, after one has said that it does not know a topic: it may be behind.
const TO_CONTRADICT: Duration = Duration::from_secs(2);

/// A broker with a connection to it.
pub(super) struct Reached {
    pub(super) node: String,
    pub(super) connection: Connection,
}

/// The records of a partition a consumer may read: from the first offset to the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Readable {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Which broker will do.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Any,
    WayToController,
    Node(i32),
}

impl Wanted {
    /// Tries one broker; what stands in the way comes with its name.
    async fn attempt(self, broker: &Broker) -> Result<Reached, String> {
        let tried = tokio::time::timeout(TO_OPEN, self.reach(broker)).await;
        let too_late = || Err(Failure::Silent(format!("no answer within {} s", TO_OPEN.as_secs())));
        tried.unwrap_or_else(|_| too_late()).map_err(|why| format!("{}: {why}", broker.node))
    }

    async fn reach(self, broker: &Broker) -> Result<Reached, Failure> {
        let mut reached = open(broker).await?;
        match self {
            Self::Any => {}
            Self::WayToController => {
                ask::cluster::quorum(&mut reached.connection).await?;
            }
            Self::Node(id) => {
                let its = match broker.node_id {
                    None => ask::cluster::id_at(&mut reached.connection, &broker.address).await?,
                    its => its,
                };
                if its != Some(id) {
                    return Err(Failure::Silent(format!("it is not node {id}")));
                }
            }
        }
        Ok(reached)
    }

    /// Whether there is any use in asking this one.
    fn may_be(self, broker: &Broker) -> bool {
        match (self, broker.node_id) {
            (Self::Node(id), Some(its)) => its == id,
            _ => true,
        }
    }
}

/// Ways to a cluster.
pub(super) struct Reach<'a> {
    pub(super) cluster: &'a Cluster,
}

impl Reach<'_> {
    /// The broker of that name.
    pub(super) fn named(&self, node: &str) -> Result<&Broker, Problem> {
        self.cluster.named(node).ok_or_else(|| {
            let known: Vec<&str> = self.cluster.brokers.iter().map(|broker| broker.node.as_str()).collect();
            let what = format!("There is no broker `{node}` in this lab");
            failed::not_now(&what, &format!("Its brokers are {}.", known.join(", ")))
        })
    }

    /// A broker that answers, the first to do so.
    pub(super) async fn any(&self) -> Result<Reached, Problem> {
        self.first(Wanted::Any).await
    }

    /// A broker through which the active controller answers: only such a one can pass on a change.
    pub(super) async fn controller(&self) -> Result<Reached, Problem> {
        self.first(Wanted::WayToController).await
    }

    /// The broker with that node id.
    pub(super) async fn node(&self, id: i32) -> Result<Reached, Problem> {
        self.first(Wanted::Node(id)).await
    }

    async fn first(&self, wanted: Wanted) -> Result<Reached, Problem> {
        let mut ways: FuturesUnordered<_> = self
            .cluster
            .brokers
            .iter()
            .filter(|broker| wanted.may_be(broker))
            .map(|broker| wanted.attempt(broker))
            .collect();
        let mut tried = Vec::new();
        while let Some(way) = ways.next().await {
            match way {
                Ok(reached) => return Ok(reached),
                Err(why) => tried.push(why),
            }
        }
        tried.sort_unstable();
        Err(error::silent(&tried.join("; ")))
    }

    /// A group's coordinator. Kafka makes the topic of committed offsets when the first group comes: that takes a moment.
    pub(super) async fn coordinator(&self, group: &str) -> Result<Reached, Problem> {
        let began = Instant::now();
        loop {
            let mut asked = self.any().await?;
            match groups::coordinator(&mut asked.connection, group).await {
                Ok(id) => return self.node(id).await,
                Err(Failure::Refused(refusal)) if refusal.passing() && began.elapsed() < TO_COME => {
                    sleep(Duration::from_millis(100)).await;
                }
                Err(failure) => {
                    return Err(error::asking(&format!("name the coordinator of {group}"), &asked.node, failure));
                }
            }
        }
    }

    /// What the first broker that knows a topic believes of it. What the controller decided reaches brokers one after the
    /// other: there is no such topic only where none that answers knows it.
    pub(super) async fn topic(&self, name: &str) -> Result<Topic, Problem> {
        let mut beliefs: FuturesUnordered<_> =
            self.cluster.brokers.iter().map(|broker| belief_of(broker, name)).collect();
        let (mut silent, mut unknown) = (Vec::new(), None);
        let mut until = Instant::now() + TO_OPEN + TO_ANSWER;
        while let Ok(Some(belief)) = timeout_at(until, beliefs.next()).await {
            match belief {
                Ok(Ok(topic)) => return Ok(topic),
                Ok(Err(problem)) if unknown.is_none() => {
                    unknown = Some(problem);
                    until = Instant::now() + TO_CONTRADICT;
                }
                Ok(Err(_)) => {}
                Err(why) => silent.push(why),
            }
        }
        silent.sort_unstable();
        Err(unknown.unwrap_or_else(|| error::silent(&silent.join("; "))))
    }

    /// What can be read of each partition of a topic, by its leaders' words.
    pub(super) async fn readable(&self, name: &str) -> Result<BTreeMap<i32, Readable>, Problem> {
        let began = Instant::now();
        loop {
            let topic = self.topic(name).await?;
            let mut readable = BTreeMap::new();
            let mut trouble = None;
            for (leader, places) in by_leader(name, &topic.partitions)? {
                let mut asked = self.node(leader).await?;
                match ends(&mut asked.connection, places).await {
                    Ok(logs) => readable.extend(logs),
                    Err(failure) => trouble = Some((asked.node, failure)),
                }
            }
            match trouble {
                None => return Ok(readable),
                // It has not heard yet that it leads, or that it does no more.
                Some((_, Failure::Refused(refusal))) if refusal.passing() && began.elapsed() < TO_COME => {
                    sleep(Duration::from_millis(100)).await;
                }
                Some((node, failure)) => {
                    return Err(error::asking(&format!("say where {name} ends"), &node, failure));
                }
            }
        }
    }
}

impl Reached {
    /// Waits until this broker's own metadata is as wished: what the controller decided reaches brokers a moment later.
    pub(super) async fn learns(&mut self, name: &str, wished: impl Fn(Option<&Topic>) -> bool) -> Result<(), Problem> {
        let began = Instant::now();
        loop {
            let beliefs = ask::topics::describe(&mut self.connection, &BTreeSet::from([name.to_owned()])).await;
            let beliefs = beliefs.map_err(|failure| error::asking(&format!("describe {name}"), &self.node, failure))?;
            let known = beliefs.get(name).and_then(|belief| match belief {
                Belief::Known(topic) => Some(topic),
                Belief::Unknown => None,
            });
            if wished(known) {
                return Ok(());
            }
            if began.elapsed() > TO_COME {
                let doing = format!("Kafka decided it, but {} has not heard of it", self.node);
                return Err(error::timed_out(&doing, TO_COME));
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// What one broker believes of a topic; why it said nothing comes with its name.
async fn belief_of(broker: &Broker, name: &str) -> Result<Result<Topic, Problem>, String> {
    let mut asked = Wanted::Any.attempt(broker).await?;
    Ok(believed(&mut asked, name).await)
}

/// What a leader lets consumers read of its partitions.
async fn ends(connection: &mut Connection, places: Vec<Place>) -> Result<BTreeMap<i32, Readable>, Failure> {
    let latest = offsets::list(connection, places.clone(), End::Latest, As::Consumer).await?;
    let mut earliest = offsets::list(connection, places, End::Earliest, As::Consumer).await?;
    let mut readable = BTreeMap::new();
    for (place, end) in latest {
        let from = earliest.remove(&place).transpose()?.map_or(0, |found| found.offset);
        readable.insert(place.1, Readable { from, to: end?.offset });
    }
    Ok(readable)
}

/// Partitions of a topic by the node id of their leader; each must have one.
pub(super) fn by_leader<'a>(
    name: &str,
    partitions: impl IntoIterator<Item = &'a PartitionSeen>,
) -> Result<BTreeMap<i32, Vec<Place>>, Problem> {
    let mut led = BTreeMap::<i32, Vec<Place>>::new();
    for partition in partitions {
        let leader = partition.leader.ok_or_else(|| {
            let what = format!("Partition {} of {name} has no leader", partition.partition);
            failed::not_now(&what, "Bring back a broker that holds an in-sync replica of it.")
        })?;
        led.entry(leader).or_default().push((name.to_owned(), partition.partition));
    }
    Ok(led)
}

/// A partition that a topic does not have.
pub(super) fn no_partition(name: &str, partition: i32) -> Problem {
    failed::not_now(&format!("{name} has no partition {partition}"), "Partitions are counted from 0.")
}

/// What the broker reached believes of a topic, or that there is none.
pub(super) async fn believed(asked: &mut Reached, name: &str) -> Result<Topic, Problem> {
    let mut beliefs = ask::topics::describe(&mut asked.connection, &BTreeSet::from([name.to_owned()]))
        .await
        .map_err(|failure| error::asking(&format!("describe {name}"), &asked.node, failure))?;
    match beliefs.remove(name) {
        Some(Belief::Known(topic)) => Ok(topic),
        _ => Err(error::no_topic(name, &format!("UNKNOWN_TOPIC_OR_PARTITION, says {}", asked.node))),
    }
}

/// Opens a connection for actions.
pub(super) async fn open(broker: &Broker) -> Result<Reached, Failure> {
    let connection = Connection::open(&broker.address, TO_OPEN).await?.within(TO_ANSWER);
    Ok(Reached { node: broker.node.clone(), connection })
}
