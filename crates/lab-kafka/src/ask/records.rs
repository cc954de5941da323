//! The records of partitions, read from their leader as a consumer of committed records would.

use std::collections::{BTreeMap, BTreeSet};

use bytes::{Buf, Bytes};
use kafka_protocol::{
    messages::fetch_response::{AbortedTransaction, PartitionData},
    records::{Record, RecordBatchDecoder, TimestampType},
};
use lab_model::facts::kafka::RecordSeen;

use super::{Place, replicas::fetch};
use crate::wire::{Connection, Failure, Refusal, refusal};

/// The record header in which our producers write an id of their own.
pub(crate) const ID_HEADER: &str = "pipewright-id";
/// How much of a value is kept, in characters.
const VALUE_SHOWN: usize = 200;
/// Bytes asked for per partition and question.
const BYTES: i32 = 1 << 20;
/// Isolation level `read_committed`: nothing beyond the last stable offset, aborted transactions named.
const READ_COMMITTED: i8 = 1;

/// A piece of a partition.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Piece {
    /// In offset order.
    pub(crate) records: Vec<RecordSeen>,
    /// Where to go on.
    pub(crate) next: i64,
}

/// Reads on from each position.
pub(crate) async fn read(
    connection: &mut Connection,
    positions: &BTreeMap<Place, i64>,
) -> Result<BTreeMap<Place, Result<Piece, Refusal>>, Failure> {
    if positions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let places = positions.iter().map(|(place, offset)| (place.clone(), *offset));
    let answer = connection.ask(&fetch(places, BYTES, READ_COMMITTED)).await?;
    refusal(answer.error_code, None)?;
    let mut pieces = BTreeMap::new();
    for topic in answer.responses {
        for partition in topic.partitions {
            let place = (topic.topic.0.to_string(), partition.partition_index);
            let Some(from) = positions.get(&place) else { continue };
            let piece = match refusal(partition.error_code, None) {
                Ok(()) => Ok(piece(partition, *from)?),
                Err(refused) => Err(refused),
            };
            pieces.insert(place, piece);
        }
    }
    Ok(pieces)
}

fn piece(partition: PartitionData, from: i64) -> Result<Piece, Failure> {
    let aborted = partition.aborted_transactions.unwrap_or_default();
    match partition.records {
        Some(bytes) => decode(bytes, aborted, from).map_err(|why| Failure::Silent(format!("record batch: {why}"))),
        None => Ok(Piece { records: Vec::new(), next: from }),
    }
}

/// Decodes batches up to the first incomplete one, leaving out what consumers never see: records before `from` (a batch
/// comes whole), control records, and records of aborted transactions.
fn decode(mut bytes: Bytes, aborted: Vec<AbortedTransaction>, from: i64) -> Result<Piece, String> {
    let mut transactions = Aborted::new(aborted);
    let mut piece = Piece { records: Vec::new(), next: from };
    while let Some((mut batch, last)) = next_batch(&mut bytes) {
        let set = RecordBatchDecoder::decode(&mut batch).map_err(|why| why.to_string())?;
        transactions.reach(last);
        for record in &set.records {
            if transactions.visible(record) && record.offset >= from {
                piece.records.push(seen(record));
            }
        }
        piece.next = piece.next.max(last + 1);
    }
    Ok(piece)
}

/// Splits off the first batch, with its last offset; none if it is not there as a whole.
fn next_batch(bytes: &mut Bytes) -> Option<(Bytes, i64)> {
    // Base offset (8), length of what follows (4), leader epoch (4), magic (1), checksum (4), attributes (2), and then
    // the last record's offset relative to the base.
    const LAST_OFFSET_DELTA: usize = 23;
    let mut header = bytes.get(..LAST_OFFSET_DELTA + 4)?;
    let base = header.get_i64();
    let length = usize::try_from(header.get_i32()).ok()? + 12;
    header.advance(LAST_OFFSET_DELTA - 12);
    let last = base + i64::from(header.get_i32());
    (bytes.len() >= length).then(|| (bytes.split_to(length), last))
}

/// Which producers are inside an aborted transaction at the point reached.
struct Aborted {
    to_come: Vec<(i64, i64)>,
    now: BTreeSet<i64>,
}

impl Aborted {
    fn new(transactions: Vec<AbortedTransaction>) -> Self {
        let mut to_come: Vec<(i64, i64)> =
            transactions.into_iter().map(|aborted| (aborted.first_offset, aborted.producer_id.0)).collect();
        to_come.sort_unstable_by(|a, b| b.cmp(a));
        Self { to_come, now: BTreeSet::new() }
    }

    /// The batch that ends at `last` comes next.
    fn reach(&mut self, last: i64) {
        while let Some((_, producer)) = self.to_come.pop_if(|(first, _)| *first <= last) {
            self.now.insert(producer);
        }
    }

    fn visible(&mut self, record: &Record) -> bool {
        if record.control {
            // Key: version (2 bytes), type (2 bytes; 0 = abort). The marker closes the producer's transaction.
            if record.key.as_ref().is_some_and(|key| key.get(2..4) == Some(&[0, 0])) {
                self.now.remove(&record.producer_id);
            }
            return false;
        }
        !(record.transactional && self.now.contains(&record.producer_id))
    }
}

fn seen(record: &Record) -> RecordSeen {
    let id = record.headers.get(ID_HEADER.as_bytes()).and_then(Option::as_ref);
    let known_time = record.timestamp >= 0 || record.timestamp_type == TimestampType::LogAppend;
    record_seen(
        record.offset,
        id.map(AsRef::as_ref),
        record.key.as_deref(),
        record.value.as_deref(),
        known_time.then_some(record.timestamp),
    )
}

/// A record as the lab shows it, from its parts as bytes.
pub(crate) fn record_seen(
    offset: i64,
    id: Option<&[u8]>,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    timestamp: Option<i64>,
) -> RecordSeen {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    RecordSeen {
        offset,
        id: id.map(text),
        key: key.map(text),
        value: text(value.unwrap_or_default()).chars().take(VALUE_SHOWN).collect(),
        timestamp,
    }
}

#[cfg(test)]
#[path = "records_test.rs"]
mod tests;
