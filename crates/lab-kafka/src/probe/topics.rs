//! The topics somebody looks at: what the broker believes of them, its own replicas, and, where it leads, the records.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    KafkaNeed,
    facts::kafka::{KafkaFact, PartitionSeen},
};

use super::{
    account::{Account, Subject},
    records::Positions,
};
use crate::{
    ask::{
        Place, replicas,
        topics::{self, Belief},
    },
    wire::{Connection, Failure},
};

/// Asks broker `id` for the topics among the needs.
pub(super) async fn look(
    connection: &mut Connection,
    account: &Account,
    positions: &mut Positions,
    id: Option<i32>,
    needs: &BTreeSet<KafkaNeed>,
) -> Result<(), Failure> {
    let with_replicas = named(needs, |need| match need {
        KafkaNeed::Partitions { topic } => Some(topic),
        _ => None,
    });
    let with_records = named(needs, |need| match need {
        KafkaNeed::Records { topic } | KafkaNeed::Log { topic } => Some(topic),
        _ => None,
    });
    let whole = named(needs, |need| if let KafkaNeed::Log { topic } = need { Some(topic) } else { None });
    let all = with_replicas.union(&with_records).cloned().collect();
    positions.keep(&with_records, whole);
    let beliefs = topics::describe(connection, &all).await?;
    for (name, belief) in &beliefs {
        hear_belief(account, positions, name, belief, with_replicas.contains(name));
    }
    let Some(id) = id else { return Ok(()) };
    let mine = places(&beliefs, |partition| partition.replicas.contains(&id));
    let replicas = replicas::read(connection, &mine).await?;
    for ((topic, partition), said) in &replicas {
        if with_replicas.contains(topic) {
            let fact = match said {
                Ok(replica) => replica.fact(topic, *partition),
                Err(refused) => {
                    KafkaFact::ReplicaRefused { topic: topic.clone(), partition: *partition, error: refused.name() }
                }
            };
            account.hear(Subject::Replica(topic.clone(), *partition), fact);
        }
    }
    let mut led = places(&beliefs, |partition| partition.leader == Some(id));
    led.retain(|(topic, _)| with_records.contains(topic));
    positions.look(connection, account, &led, &replicas).await
}

fn named(needs: &BTreeSet<KafkaNeed>, topic: impl Fn(&KafkaNeed) -> Option<&String>) -> BTreeSet<String> {
    needs.iter().filter_map(|need| topic(need).cloned()).collect()
}

fn places(beliefs: &BTreeMap<String, Belief>, which: impl Fn(&PartitionSeen) -> bool) -> Vec<Place> {
    let mut places = Vec::new();
    for (name, belief) in beliefs {
        if let Belief::Known(topic) = belief {
            let chosen = topic.partitions.iter().filter(|partition| which(partition));
            places.extend(chosen.map(|partition| (name.clone(), partition.partition)));
        }
    }
    places
}

/// Says what the broker believes of a topic, and forgets what belonged to another topic of the same name.
fn hear_belief(account: &Account, positions: &mut Positions, name: &str, belief: &Belief, wanted: bool) {
    let (id, fact) = match belief {
        Belief::Known(topic) => (Some(topic.id.as_str()), topic.fact(name)),
        Belief::Unknown => (None, KafkaFact::TopicMissing { topic: name.to_owned() }),
    };
    if positions.is_another(name, id) {
        account.keep(|about| !matches!(about, Subject::Replica(topic, _) | Subject::Config(topic) if topic == name));
    }
    if wanted {
        account.hear(Subject::Topic(name.to_owned()), fact);
    }
}
