//! The sentence about a topic's records. A number of offsets is never told as one of records.

use super::{Key, Model, Reader, Reads, Writer};
use crate::parts::words::{brief, count, few, first, list, short};

/// Partitions, readers, groups and keys spoken of one by one.
const SPOKEN: usize = 5;

/// How much of the topic was read.
#[derive(Debug, Default)]
pub(super) struct Extent {
    /// Every partition that can be asked was.
    pub(super) known: bool,
    /// There is no such topic.
    pub(super) missing: bool,
    /// Offsets read, in all partitions.
    pub(super) read: i64,
}

/// Speaks about all of the model's partitions.
pub(super) fn summary(model: &Model, extent: &Extent) -> String {
    let topic = brief(&model.topic);
    if extent.missing {
        return format!("There is no topic {topic}.");
    }
    if !extent.known && model.partitions.is_empty() && model.readers.is_empty() && model.writers.is_empty() {
        return format!("Nothing was heard of topic {topic} yet.");
    }
    let mut said = vec![format!("{topic}: {}.", amount(model, extent))];
    said.extend(open(model));
    said.extend(keys(model));
    let writers: Vec<String> = model.writers.iter().map(writer).collect();
    said.extend(first(SPOKEN, &writers, "producers"));
    let readers: Vec<String> = model.readers.iter().map(reader).collect();
    said.extend(first(SPOKEN, &readers, "readers"));
    said.extend(groups(&model.groups));
    said.join(" ")
}

fn amount(model: &Model, extent: &Extent) -> String {
    let partitions = count(model.partitions.len(), "partition");
    let found = count(model.found, "record");
    match (model.stored, model.offsets) {
        (Some(stored), _) => {
            let many = model.partitions.len() > 1 && model.partitions.len() <= SPOKEN;
            let each = list(model.partitions.iter().map(|partition| partition.found));
            let each = if many { format!(" ({each})") } else { String::new() };
            format!("{} in {partitions}{each}", count(stored, "record"))
        }
        (None, Some(offsets)) => {
            // While a transaction is open the newest are those that nobody is shown.
            let newest = if model.partitions.iter().any(|log| log.open_from.is_some()) { "" } else { "the newest " };
            format!("{found} read so far, from {newest}{} of {} in {partitions}", extent.read, count(offsets, "offset"))
        }
        (None, None) if model.partitions.is_empty() => "no record was heard of yet".to_owned(),
        (None, None) if extent.known => format!("{found} read so far in {partitions}"),
        (None, None) => format!("{found} read so far; not every partition was asked yet"),
    }
}

/// Where transactions are open: what lies from there on is not shown.
fn open(model: &Model) -> Option<String> {
    let open = model.partitions.iter().filter_map(|log| Some((log.partition, log.open_from?)));
    let places: Vec<String> = open.map(|(partition, from)| format!("from offset {from} in partition {partition}")).collect();
    let places = (!places.is_empty()).then(|| few(SPOKEN, places))?;
    Some(format!("A transaction is open: {places} no record is shown before it ends."))
}

/// Where the keys lie, while there are few enough to say.
fn keys(model: &Model) -> Option<String> {
    let keys = &model.keys;
    if keys.is_empty() || keys.len() > SPOKEN {
        let least = if model.keys_whole { "" } else { "At least " };
        return (!keys.is_empty()).then(|| format!("{least}{}.", count(keys.len(), "key")));
    }
    let place = |key: &Key| {
        let noun = if key.partitions.len() == 1 { "partition" } else { "partitions" };
        format!("{} in {noun} {}", short(&key.key.to_string(), 40), few(SPOKEN, &key.partitions))
    };
    let noun = match (keys.len(), model.keys_whole) {
        (1, true) => "Key",
        (_, true) => "Keys",
        (1, false) => "Known key",
        (_, false) => "Known keys",
    };
    Some(format!("{noun}: {}.", keys.iter().map(place).collect::<Vec<_>>().join("; ")))
}

/// Groups that read it, as far as Kafka tells.
fn groups(groups: &[Reads]) -> Option<String> {
    let committed: Vec<&Reads> = groups.iter().filter(|group| !group.committed.is_empty()).collect();
    let names = few(3, committed.iter().map(|group| brief(&group.group)));
    let (noun, have) = if committed.len() == 1 { ("Group", "has") } else { ("Groups", "have") };
    (!committed.is_empty()).then(|| format!("{noun} {names} {have} committed offsets here."))
}

fn writer(writer: &Writer) -> String {
    let got = count(writer.acknowledged, "record");
    match (&writer.error, writer.refused) {
        (Some(error), refused) => {
            let more = format!("{refused} not, the last because: {}", short(error.trim_end_matches('.'), 100));
            format!("{} got {got} acknowledged and {more}.", brief(&writer.client))
        }
        (None, _) => format!("{} got {got} acknowledged.", brief(&writer.client)),
    }
}

fn reader(reader: &Reader) -> String {
    let who = match &reader.group {
        Some(group) => format!("{} in group {}", brief(&reader.client), brief(group)),
        None => brief(&reader.client),
    };
    let has = if reader.assigned.is_empty() {
        String::new()
    } else {
        format!(", which has {} {},", if reader.assigned.len() == 1 { "partition" } else { "partitions" }, few(SPOKEN, &reader.assigned))
    };
    let verb = if reader.reading { "has read" } else { "read" };
    let again = match reader.read_again {
        0 => String::new(),
        again => format!(", {again} of them again"),
    };
    format!("{who}{has} {verb} {}{again}{}.", count(reader.count, "record"), order(reader))
}

/// How the order of reading compares with the order of sending.
fn order(reader: &Reader) -> String {
    let keys = match reader.out_of_order_within_key {
        0 => String::new(),
        times => format!(", {} within a key", late(times)),
    };
    let partitions = match (reader.numbered, reader.out_of_order, reader.out_of_order_within_partition) {
        (0, _, _) => String::new(),
        (_, 0, 0) => ", in the order of sending".to_owned(),
        (_, across, 0) => {
            format!(", in the order of sending within each partition, but {} across partitions", late(across))
        }
        (_, _, within) => format!(", {} within a partition", late(within)),
    };
    partitions + &keys
}

fn late(times: u32) -> String {
    format!("{} out of order", count(times, "time"))
}
