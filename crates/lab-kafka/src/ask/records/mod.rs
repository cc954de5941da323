//! The records of partitions, read from their leader as a consumer of committed records would.

mod batch;
mod large;
mod record;
mod unpack;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, Read as _},
};

use bytes::Bytes;
use kafka_protocol::messages::{
    FetchResponse,
    fetch_response::{AbortedTransaction, PartitionData},
};
use lab_model::{Datum, facts::kafka::RecordSeen};

use self::{
    batch::{Batch, Head},
    record::{Odd, Record},
};
use super::{Place, replicas::fetch};
use crate::wire::{Answer, Connection, Failure, Refusal, refusal};

pub(crate) use self::record::{HEADERS, datum};

/// The record header in which our producers write an id of their own.
pub(crate) const ID_HEADER: &str = "pipewright-id";
/// Bytes asked for per partition and question.
const BYTES: i32 = 1 << 20;
/// A broker gives the first batch whole, however large: a larger answer than this is not taken into memory.
const LARGEST: usize = 16 << 20;
/// A batch may swell when it is unpacked; what comes after so many bytes is left unread.
const LARGEST_UNPACKED: u64 = 256 << 20;
/// Isolation level `read_committed`: nothing beyond the last stable offset, aborted transactions named.
const READ_COMMITTED: i8 = 1;

/// A piece of a partition: everything that consumers see between two offsets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Piece {
    /// In offset order.
    pub(crate) records: Vec<RecordSeen>,
    /// Where it begins.
    pub(crate) from: i64,
    /// Where to go on.
    pub(crate) next: i64,
}

/// What came of a question, by partition.
pub(crate) type Pieces = BTreeMap<Place, Result<Piece, Refusal>>;

/// Reads on from each position. An answer that is too large is asked for again partition by partition: only the one whose
/// next batch is too large goes without it.
pub(crate) async fn read(connection: &mut Connection, positions: &BTreeMap<Place, i64>) -> Result<Pieces, Failure> {
    if positions.is_empty() {
        return Ok(Pieces::new());
    }
    if let Some(pieces) = ask(connection, positions).await? {
        return Ok(pieces);
    }
    let mut pieces = Pieces::new();
    for (place, from) in positions {
        let one = BTreeMap::from([(place.clone(), *from)]);
        pieces.extend(ask(connection, &one).await?.unwrap_or_default());
    }
    Ok(pieces)
}

/// None: the answer is too large, and smaller questions would do.
async fn ask(connection: &mut Connection, positions: &BTreeMap<Place, i64>) -> Result<Option<Pieces>, Failure> {
    let places = positions.iter().map(|(place, offset)| (place.clone(), *offset));
    match connection.ask_for(&fetch(places, BYTES, READ_COMMITTED), LARGEST).await? {
        Answer::Whole(answer) => Ok(Some(whole(answer, positions)?)),
        Answer::Beginning { .. } if positions.len() > 1 => Ok(None),
        Answer::Beginning { version, bytes, size } => {
            let head = large::first_batch(version, &bytes);
            let head = head.ok_or_else(|| Failure::Unreadable(format!("records: it has {size} bytes")))?;
            let piece =
                |(place, from): (&Place, &i64)| (place.clone(), Ok(instead(head, *from, Datum::too_large(head.bytes))));
            Ok(Some(positions.iter().map(piece).collect()))
        }
    }
}

fn whole(answer: FetchResponse, positions: &BTreeMap<Place, i64>) -> Result<Pieces, Failure> {
    refusal(answer.error_code, None)?;
    let mut pieces = Pieces::new();
    for topic in answer.responses {
        for partition in topic.partitions {
            let place = (topic.topic.0.to_string(), partition.partition_index);
            if let Some(from) = positions.get(&place) {
                let refused = refusal(partition.error_code, None);
                pieces.insert(place, refused.map(|()| piece(partition, *from)));
            }
        }
    }
    Ok(pieces)
}

fn piece(partition: PartitionData, from: i64) -> Piece {
    let aborted = partition.aborted_transactions.unwrap_or_default();
    decode(partition.records.unwrap_or_default(), aborted, from)
}

/// Decodes batches up to the first incomplete one, leaving out what consumers never see: records before `from` (a batch
/// comes whole), control records, and records of aborted transactions.
fn decode(mut bytes: Bytes, aborted: Vec<AbortedTransaction>, from: i64) -> Piece {
    let mut transactions = Aborted::new(aborted);
    let mut piece = Piece { records: Vec::new(), from, next: from };
    while let Some(batch) = batch::next(&mut bytes) {
        let last = batch.as_ref().map_or_else(|head| head.last, |batch| batch.head.last);
        transactions.reach(last);
        match batch {
            Ok(batch) if transactions.visible(&batch) => piece.records.extend(seen(&batch, from)),
            Ok(_) => {}
            Err(head) => piece.records.extend(instead(head, from, unread(head, "its head makes no sense")).records),
        }
        piece.next = piece.next.max(last.saturating_add(1));
    }
    piece
}

/// What is said of a batch instead of its records.
fn instead(head: Head, from: i64, value: Datum) -> Piece {
    let stretch = stretch(head.base, head.last, from, value);
    Piece { records: stretch.into_iter().collect(), from, next: from.max(head.last.saturating_add(1)) }
}

fn unread(head: Head, why: &str) -> Datum {
    Datum::unread(why, head.bytes)
}

/// Offsets whose records are not known.
fn stretch(first: i64, last: i64, from: i64, value: Datum) -> Option<RecordSeen> {
    let offset = first.max(from);
    (offset <= last).then(|| RecordSeen {
        offset,
        through: (last > offset).then_some(last),
        key: value.clone(),
        value,
        ..RecordSeen::default()
    })
}

/// The records of a batch; what cannot be read of it stands for itself only.
fn seen(batch: &Batch, from: i64) -> Vec<RecordSeen> {
    let Head { base, last, records, .. } = batch.head;
    if !batch.intact {
        return stretch(base, last, from, unread(batch.head, "its checksum is wrong")).into_iter().collect();
    }
    let mut seen = Vec::new();
    let mut next = base;
    let read = opened(batch).and_then(|mut stream| {
        for _ in 0..records {
            // After a record that claims the batch's last offset there is no place in it: the next one is of another batch.
            if next > last {
                break;
            }
            let record = in_batch(record::next(&mut stream)?, &batch.head, next);
            next = record.offset.saturating_add(1);
            if record.offset >= from {
                seen.push(record);
            }
        }
        Ok(())
    });
    if let Err(why) = read {
        seen.extend(stretch(next, last, from, unread(batch.head, &why.to_string())));
    }
    seen
}

fn opened(batch: &Batch) -> std::io::Result<impl BufRead + '_> {
    Ok(unpack::unpack(batch.head.codec(), &batch.packed)?.take(LARGEST_UNPACKED))
}

/// `next`: its offset, if it does not say one that the batch has.
fn in_batch(record: Result<Record, Odd>, head: &Head, next: i64) -> RecordSeen {
    let offset =
        |delta: i64| Some(head.base.saturating_add(delta)).filter(|offset| (next..=head.last).contains(offset));
    match record {
        Ok(record) => match offset(record.offset) {
            Some(offset) => RecordSeen {
                offset,
                through: None,
                id: record.id,
                key: record.key.datum(),
                value: record.value.datum(),
                headers: record.headers,
                headers_more: Some(record.headers_more).filter(|more| *more > 0),
                timestamp: head.time(record.time),
            },
            None => odd(next, "its offset is outside of its batch", 0),
        },
        Err(Odd { offset: said, bytes, why }) => odd(said.and_then(offset).unwrap_or(next), &why, bytes),
    }
}

fn odd(offset: i64, why: &str, bytes: u64) -> RecordSeen {
    let value = Datum::unread(why, bytes);
    RecordSeen { offset, key: value.clone(), value, ..RecordSeen::default() }
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

    fn visible(&mut self, batch: &Batch) -> bool {
        if batch.head.control() {
            // Key: version (2 bytes), type (2 bytes; 0 = abort). The marker closes the producer's transaction.
            let marker = opened(batch).and_then(|mut stream| record::next(&mut stream));
            let key = marker.ok().and_then(|record| Some(record.ok()?.key));
            if key.as_ref().and_then(|key| key.bytes()?.get(2..4)) == Some(&[0, 0]) {
                self.now.remove(&batch.head.producer);
            }
            return false;
        }
        !(batch.head.transactional() && self.now.contains(&batch.head.producer))
    }
}

#[cfg(test)]
mod tests;
