//! The hops from the task that cut a payload into records to the groups that read them from Kafka.

use serde_json::Value;

use super::{Hop, Place, Standing, content, is_general};
use crate::parts::pipeline::{Pipeline, ledger::Entry, left::OfRun};

/// What tasks leave, by task and key.
pub(super) const LIST_GENERAL: (&str, &str) = ("split", "general_weather");
pub(super) const LIST_PERIODIC: (&str, &str) = ("split", "periodic_weather");
pub(super) const SENT_GENERAL: (&str, &str) = ("produce.general", "return_value");
pub(super) const SENT_PERIODIC: (&str, &str) = ("produce.periodic", "return_value");

/// A record as it is followed.
pub(super) struct Followed<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) topic: &'a str,
    pub(super) id: &'a str,
    /// Where it is in Kafka, in the order of partition and offset.
    pub(super) places: Vec<(i32, i64, &'a Entry)>,
}

impl<'a> Followed<'a> {
    pub(super) fn new(pipeline: &'a Pipeline, topic: &'a str, id: &'a str) -> Self {
        let is_it = |(_, _, entry): &(i32, i64, &Entry)| entry.id.as_deref() == Some(id);
        Self { pipeline, topic, id, places: pipeline.ledger.records(topic).filter(is_it).collect() }
    }

    pub(super) fn general(&self) -> bool {
        is_general(self.topic)
    }

    /// The hash that its first header in Kafka says.
    pub(super) fn hash(&self) -> Option<&'a str> {
        self.places.iter().find_map(|(_, _, entry)| entry.hash.as_deref())
    }

    pub(super) fn same(&self, hash: Option<&String>) -> Option<bool> {
        Some(hash?.as_str() == self.hash()?)
    }

    /// The first run that sent it.
    pub(super) fn run(&self) -> Option<&'a str> {
        let first = self.places.iter().min_by_key(|(_, _, entry)| entry.at)?;
        first.2.run.as_deref()
    }

    pub(super) fn left(&self, place: (&str, &str)) -> Option<&'a OfRun> {
        self.pipeline.left.of(place)?.runs.get(self.run()?)
    }
}

/// The list of records that the task `split` left, and where `produce` says that it sent this one.
pub(super) fn task(followed: &Followed<'_>) -> Hop {
    let (list, sent, name) = if followed.general() {
        (LIST_GENERAL, SENT_GENERAL, "general")
    } else {
        (LIST_PERIODIC, SENT_PERIODIC, "periodic")
    };
    let read: Option<Vec<Value>> = followed.left(list).and_then(|left| serde_json::from_str(left.json()?).ok());
    let found = read.as_ref().map(|records| in_list(followed, records));
    let (standing, why) = match found {
        Some(Some(_)) => (Standing::Found, None),
        Some(None) => (Standing::Missing, Some("It is not among the records that the task left.")),
        None => (Standing::Unknown, Some("What the task split left in its run is not read, or too long to be read.")),
    };
    Hop {
        hop: "task".to_owned(),
        stage: "Collection".to_owned(),
        title: "what Airflow's task handed over".to_owned(),
        standing,
        places: found.flatten().into_iter().chain(sent_to(followed, sent, name)).collect(),
        why: why.map(ToOwned::to_owned),
        at: None,
        took: None,
    }
}

fn in_list(followed: &Followed<'_>, records: &[Value]) -> Option<Place> {
    let is_it = |record: &Value| id_of(followed.general(), record).as_deref() == Some(followed.id);
    let at = records.iter().position(is_it)?;
    let hash = content::hash(&records[at]);
    Some(Place {
        place: format!("run {}, task split, XCom {}[{at}]", followed.run().unwrap_or_default(), followed.topic),
        said_by: Some("Airflow".to_owned()),
        same: followed.same(Some(&hash)),
        hash: Some(hash),
    })
}

/// Where the task that sent it says that it is.
fn sent_to(followed: &Followed<'_>, sent: (&str, &str), name: &str) -> Option<Place> {
    let told: Value = serde_json::from_str(followed.left(sent)?.json()?).ok()?;
    let records = told.get("records")?.as_array()?;
    let it = records.iter().find(|one| one.get(0).and_then(Value::as_str) == Some(followed.id))?;
    let (partition, offset) = (it.get(1)?.as_i64()?, it.get(2)?.as_i64()?);
    let is_there = |(at, found, _): &(i32, i64, &Entry)| i64::from(*at) == partition && *found == offset;
    Some(Place {
        place: format!("task produce.{name} says: partition {partition}, offset {offset}"),
        said_by: Some("Airflow".to_owned()),
        hash: None,
        same: (!followed.places.is_empty()).then(|| followed.places.iter().any(is_there)),
    })
}

/// The id that a record has by its content.
fn id_of(general: bool, record: &Value) -> Option<String> {
    let text = |name: &str| record.get(name)?.as_str();
    if general {
        return text("updated").map(ToOwned::to_owned);
    }
    Some(format!("{}/{}/{}", text("region")?, text("updated")?, text("start")?))
}

/// Each place at which it lies in its topic.
pub(super) fn log(followed: &Followed<'_>) -> Hop {
    let place = |(partition, offset, entry): &(i32, i64, &Entry)| Place {
        place: format!("{}-{partition}, offset {offset}, key {}", followed.topic, entry.key),
        said_by: followed
            .pipeline
            .topics
            .leaders_log(followed.topic, *partition, |id| followed.pipeline.nodes.name(id))
            .map(|(leader, _)| leader),
        hash: entry.content.clone(),
        same: entry.sound,
    };
    let known = followed.pipeline.topics.known(followed.topic);
    let (standing, why) = match (followed.places.len(), known) {
        (0, true) => (Standing::Missing, Some(format!("No record of that id is in {}.", followed.topic))),
        (0, false) => (Standing::Unknown, Some(format!("{} is not read yet.", followed.topic))),
        (1, _) => (Standing::Found, None),
        (many, _) => (Standing::Found, Some(format!("It is there {many} times: each of them was sent."))),
    };
    Hop {
        hop: "log".to_owned(),
        stage: "Ingestion".to_owned(),
        title: "what Kafka keeps".to_owned(),
        standing,
        places: followed.places.iter().map(place).collect(),
        why,
        at: followed.places.iter().filter_map(|(_, _, entry)| entry.at).min(),
        took: None,
    }
}

/// The groups that commit offsets of its topic: which have passed it.
pub(super) fn groups(followed: &Followed<'_>) -> Hop {
    let first = followed.places.iter().min_by_key(|(_, _, entry)| entry.at);
    let mut places = Vec::new();
    let mut passed = 0;
    if let Some((partition, offset, _)) = first {
        for (name, group) in &followed.pipeline.groups.all {
            let Some(committed) = group.offsets.get(followed.topic).and_then(|of| of.get(partition)) else { continue };
            let has = committed > offset;
            passed += usize::from(has);
            let verb = if has { "passed it" } else { "has not read it" };
            places.push(Place {
                place: format!("group {name} committed {committed} of partition {partition}: {verb}"),
                said_by: Some(group.coordinator.clone()),
                hash: None,
                same: None,
            });
        }
    }
    let known = followed.pipeline.groups.all_listed(&followed.pipeline.nodes);
    let (standing, why) = match (first, known, passed) {
        (None, ..) => (Standing::Unknown, None),
        (_, false, _) => (Standing::Unknown, Some("Not all groups were told.".to_owned())),
        (_, _, 0) => (Standing::Waits, Some("No group has read it yet.".to_owned())),
        _ => (Standing::Found, None),
    };
    Hop {
        hop: "groups".to_owned(),
        stage: "Ingestion".to_owned(),
        title: "who has read it".to_owned(),
        standing,
        places,
        why,
        at: None,
        took: None,
    }
}
