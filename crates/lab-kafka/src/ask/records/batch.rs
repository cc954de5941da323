//! A batch as Kafka stores it: its head, and where the next one begins.
//!
//! kafka-protocol has a decoder too. It takes header keys for text and gives up at the first one that is none, though
//! Kafka checks nothing of the kind; one record then costs a whole answer. It also unpacks without a limit.

use bytes::{Buf, Bytes};

/// What stands before a batch's records.
const HEAD: usize = 61;
/// Base offset and length: what the length does not count.
const BEFORE: usize = 12;
/// Where the checksum stands, and where what it is of begins.
const CHECKSUM: usize = 17;

/// A whole batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Batch {
    pub(super) head: Head,
    /// The records, still packed.
    pub(super) packed: Bytes,
    /// The bytes are what the checksum says.
    pub(super) intact: bool,
}

/// The head of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) base: i64,
    /// The last offset that belongs to it, whether a record is left there or not.
    pub(super) last: i64,
    /// All of its bytes.
    pub(super) bytes: u64,
    magic: i8,
    checksum: u32,
    attributes: i16,
    base_time: i64,
    max_time: i64,
    pub(super) producer: i64,
    pub(super) records: i32,
}

impl Head {
    /// Reads it; none if there are not enough bytes for one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut head = bytes.get(..HEAD)?;
        let base = head.get_i64();
        let length = u64::try_from(head.get_i32()).unwrap_or_default();
        let _leader_epoch = head.get_i32();
        let (magic, checksum, attributes) = (head.get_i8(), head.get_u32(), head.get_i16());
        let last = base.saturating_add(i64::from(head.get_i32().max(0)));
        let (base_time, max_time, producer) = (head.get_i64(), head.get_i64(), head.get_i64());
        head.advance(6);
        let records = head.get_i32();
        let bytes = length + BEFORE as u64;
        Some(Self { base, last, bytes, magic, checksum, attributes, base_time, max_time, producer, records })
    }

    /// Which compression.
    pub(super) fn codec(&self) -> i16 {
        self.attributes & 7
    }

    /// The records belong to a transaction.
    pub(super) fn transactional(&self) -> bool {
        self.attributes & 0x10 != 0
    }

    /// The batch holds a marker of Kafka's own, which consumers never see.
    pub(super) fn control(&self) -> bool {
        self.attributes & 0x20 != 0
    }

    /// The time of a record that is so much later than the first; none if its producer gave none.
    pub(super) fn time(&self, later: i64) -> Option<i64> {
        let appended = self.attributes & 8 != 0;
        let time = if appended { self.max_time } else { self.base_time.saturating_add(later) };
        (time >= 0).then_some(time)
    }
}

/// Splits off the first batch; none if it is not there as a whole. A head that makes no sense takes all that is left: where
/// the next one begins cannot be known.
pub(super) fn next(bytes: &mut Bytes) -> Option<Result<Batch, Head>> {
    let head = Head::read(bytes)?;
    let length = usize::try_from(head.bytes).unwrap_or(usize::MAX);
    if head.magic != 2 || length < HEAD {
        let left = bytes.split_off(0).len() as u64;
        return Some(Err(Head { last: head.base, bytes: left, ..head }));
    }
    if bytes.len() < length {
        return None;
    }
    let batch = bytes.split_to(length);
    let intact = crc32c::crc32c(&batch[CHECKSUM + 4..]) == head.checksum;
    Some(Ok(Batch { head, packed: batch.slice(HEAD..), intact }))
}
