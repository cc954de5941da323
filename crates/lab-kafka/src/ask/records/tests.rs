//! Batches as Kafka stores them, encoded here and decoded as the probe does.

use bytes::{BufMut, BytesMut};
use kafka_protocol::{
    messages::ProducerId,
    protocol::StrBytes,
    records::{Compression, NO_PARTITION_LEADER_EPOCH, Record, RecordBatchEncoder, RecordEncodeOptions, TimestampType},
};
use lab_model::DatumKind;

use super::*;

fn record(offset: i64, producer_id: i64) -> Record {
    Record {
        transactional: producer_id >= 0,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: NO_PARTITION_LEADER_EPOCH,
        producer_id,
        producer_epoch: 0,
        timestamp_type: TimestampType::Creation,
        offset,
        sequence: i32::try_from(offset).unwrap(),
        timestamp: 1_700_000_000_000 + offset,
        key: Some(Bytes::from_static(b"oslo")),
        value: Some(Bytes::from(format!("record {offset}"))),
        headers: [(StrBytes::from_static_str(ID_HEADER), Some(Bytes::from(format!("station-{offset}"))))].into(),
    }
}

/// The marker that ends a transaction: type 0 aborts it, 1 commits it.
fn marker(offset: i64, producer_id: i64, kind: u8) -> Record {
    let key = Some(Bytes::copy_from_slice(&[0, 0, 0, kind]));
    Record { control: true, key, headers: Default::default(), ..record(offset, producer_id) }
}

fn batch(records: &[Record], compression: Compression) -> BytesMut {
    let mut bytes = BytesMut::new();
    RecordBatchEncoder::encode(&mut bytes, records, &RecordEncodeOptions { version: 2, compression }).unwrap();
    bytes
}

fn offsets(piece: &Piece) -> Vec<i64> {
    piece.records.iter().map(|record| record.offset).collect()
}

#[test]
fn every_compression_kafka_knows_is_read() {
    use Compression::{Gzip, Lz4, None, Snappy, Zstd};
    for compression in [None, Gzip, Snappy, Lz4, Zstd] {
        let bytes = batch(&[record(0, -1), record(1, -1)], compression).freeze();
        let piece = decode(bytes, Vec::new(), 0);
        assert_eq!(offsets(&piece), [0, 1], "{compression:?}");
        assert_eq!(piece.next, 2);
        let first = &piece.records[0];
        assert_eq!(first.id.as_deref(), Some("station-0"));
        assert_eq!(first.key, Datum::of_text("oslo"));
        assert_eq!(first.value, Datum::of_text("record 0"));
        assert_eq!(first.headers, []);
        assert_eq!(first.timestamp, Some(1_700_000_000_000));
    }
}

#[test]
fn a_batch_comes_whole_but_only_what_is_new_is_taken() {
    let bytes = batch(&[record(10, -1), record(11, -1), record(12, -1)], Compression::None).freeze();
    let piece = decode(bytes, Vec::new(), 12);
    assert_eq!(offsets(&piece), [12]);
    assert_eq!(piece.next, 13);
}

#[test]
fn an_incomplete_batch_waits_for_the_next_look() {
    let mut bytes = batch(&[record(0, -1)], Compression::None);
    let second = batch(&[record(1, -1)], Compression::None);
    bytes.extend_from_slice(&second[..second.len() - 1]);
    let piece = decode(bytes.freeze(), Vec::new(), 0);
    assert_eq!(offsets(&piece), [0]);
    assert_eq!(piece.next, 1);
}

#[test]
fn aborted_records_and_markers_are_not_shown() {
    let mut bytes = BytesMut::new();
    for part in [
        vec![record(0, 7)],
        vec![record(1, 8)],
        vec![marker(2, 7, 0)],
        vec![marker(3, 8, 1)],
        vec![record(4, 7)],
        vec![marker(5, 7, 1)],
    ] {
        bytes.extend_from_slice(&batch(&part, Compression::None));
    }
    let aborted = vec![AbortedTransaction::default().with_producer_id(ProducerId(7)).with_first_offset(0)];
    let piece = decode(bytes.freeze(), aborted, 0);
    // Producer 7 aborted its first transaction and committed its second.
    assert_eq!(offsets(&piece), [1, 4]);
    assert_eq!(piece.next, 6);
}

/// A batch around records as they are given, whole and with the right checksum.
fn around(base: i64, count: i32, attributes: i16, records: &[u8]) -> Bytes {
    let mut body = BytesMut::new();
    body.put_i16(attributes);
    body.put_i32(count - 1);
    body.put_i64(1000);
    body.put_i64(2000);
    body.put_slice(&[0xff; 14]);
    body.put_i32(count);
    body.put_slice(records);
    let mut bytes = BytesMut::new();
    bytes.put_i64(base);
    bytes.put_i32(i32::try_from(body.len()).unwrap() + 9);
    bytes.put_i32(-1);
    bytes.put_i8(2);
    bytes.put_u32(crc32c::crc32c(&body));
    bytes.put_slice(&body);
    bytes.freeze()
}

/// A record by its parts; lengths as one byte each.
fn raw(offset: u8, key: Option<&[u8]>, value: Option<&[u8]>, headers: &[(&[u8], &[u8])]) -> Vec<u8> {
    let part = |bytes: Option<&[u8]>| match bytes {
        None => vec![1],
        Some(bytes) => [&[u8::try_from(bytes.len() * 2).unwrap()], bytes].concat(),
    };
    let mut record = vec![0, 0, offset * 2];
    record.extend(part(key));
    record.extend(part(value));
    record.push(u8::try_from(headers.len() * 2).unwrap());
    for (key, value) in headers {
        record.extend(part(Some(key)));
        record.extend(part(Some(value)));
    }
    [vec![u8::try_from(record.len() * 2).unwrap()], record].concat()
}

fn piece(bytes: Bytes) -> Piece {
    decode(bytes, Vec::new(), 0)
}

#[test]
fn a_header_key_may_be_any_bytes() {
    // As `nonutf8-header.py` sends it.
    let records = raw(0, Some(b"k"), Some(b"v"), &[(b"\xff\xfe", b"x")]);
    let piece = piece(around(1, 1, 0, &records));
    assert_eq!(piece.next, 2);
    let seen = &piece.records[0];
    assert_eq!((seen.offset, seen.key.text.as_str(), seen.value.text.as_str()), (1, "k", "v"));
    assert_eq!(seen.headers[0].key.to_string(), "0xfffe");
    assert_eq!(seen.headers[0].value.to_string(), "x");
}

#[test]
fn keys_and_values_keep_their_bytes() {
    let keys: [Option<&[u8]>; 6] =
        [Some(b"\xff\x01"), Some(b"\xfe\x01"), Some(b"\xfd\x01"), None, Some(b""), Some(b"\x1b[31m")];
    let records: Vec<u8> = keys.iter().zip(0..).flat_map(|(key, offset)| raw(offset, *key, *key, &[])).collect();
    let seen = piece(around(0, 6, 0, &records)).records;
    let shown: Vec<String> = seen.iter().map(|record| record.key.to_string()).collect();
    assert_eq!(shown, ["0xff01", "0xfe01", "0xfd01", "null", "\"\"", "\"\\u{1b}[31m\""]);
    assert!(seen.iter().all(|record| record.key == record.value));
}

#[test]
fn one_record_that_makes_no_sense_costs_itself() {
    // The key is longer than the record.
    let odd = [2 * 5, 0, 0, 2, 100, 7];
    let records = [raw(0, None, Some(b"a"), &[]), odd.to_vec(), raw(2, None, Some(b"c"), &[])].concat();
    let piece = piece(around(10, 3, 0, &records));
    assert_eq!(offsets(&piece), [10, 11, 12]);
    assert_eq!(piece.next, 13);
    assert_eq!(piece.records[1].value.to_string(), "(cannot be read: its key ends early; 5 bytes)");
    assert_eq!(piece.records[2].value.text, "c");
}

#[test]
fn what_comes_after_the_end_of_a_batch_is_one_entry() {
    let records = [raw(0, None, Some(b"a"), &[]), vec![0x80]].concat();
    let piece = piece(around(5, 4, 0, &records));
    assert_eq!((offsets(&piece), piece.next), (vec![5, 6], 9));
    assert_eq!(piece.records[1].through, Some(8));
    assert_eq!(piece.records[1].value.kind, DatumKind::Unread);
}

#[test]
fn a_batch_that_cannot_be_unpacked_is_one_entry_and_the_next_one_is_read() {
    let good = around(9, 1, 0, &raw(0, None, Some(b"good"), &[]));
    for attributes in 1..=7 {
        let bytes = [around(3, 6, attributes, b"no such compression"), good.clone()].concat();
        let piece = piece(bytes.into());
        assert_eq!((offsets(&piece), piece.next), (vec![3, 9], 10), "{attributes}");
        let entry = &piece.records[0];
        assert_eq!((entry.through, entry.value.kind), (Some(8), DatumKind::Unread));
        assert_eq!((&entry.key, entry.value.bytes), (&entry.value, 61 + 19));
    }
}

#[test]
fn a_damaged_batch_is_one_entry() {
    let mut bytes = batch(&[record(0, -1), record(1, -1)], Compression::None);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    bytes.extend_from_slice(&batch(&[record(2, -1)], Compression::None));
    let piece = piece(bytes.freeze());
    assert_eq!((offsets(&piece), piece.next), (vec![0, 2], 3));
    assert!(piece.records[0].value.to_string().contains("its checksum is wrong"));
}

#[test]
fn a_batch_that_swells_is_not_held() {
    use std::io::Write as _;
    // A record whose value is 300 MB of zeros, packed to little.
    let length: u64 = 300 << 20;
    let varint = |mut number: u64| {
        let mut bytes = Vec::new();
        number *= 2;
        while number > 127 {
            bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
        bytes
    };
    let head = [vec![0, 0, 0, 1], varint(length)].concat();
    let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packing.write_all(&varint(head.len() as u64 + length + 1)).unwrap();
    packing.write_all(&head).unwrap();
    for _ in 0..(length >> 20) {
        packing.write_all(&[0; 1 << 20]).unwrap();
    }
    packing.write_all(&[0]).unwrap();
    let piece = piece(around(0, 1, 1, &packing.finish().unwrap()));
    assert_eq!((offsets(&piece), piece.next), (vec![0], 1));
    assert_eq!(piece.records[0].value.kind, DatumKind::Unread);
}

#[test]
fn long_values_are_cut_between_characters() {
    let value = datum(Some("é".repeat(300).as_bytes()));
    assert_eq!((value.text.chars().count(), value.bytes), (200, 600));
    assert_eq!(value.digest.map(|digest| digest.len()), Some(12));
}

/// The beginning of an answer to Fetch, version 12, after its header.
fn beginning(topic: &[u8], partitions: u8, batch: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 10];
    bytes.extend([2, u8::try_from(topic.len()).unwrap() + 1]);
    bytes.extend(topic);
    bytes.push(partitions + 1);
    bytes.extend([0; 30]);
    // An aborted transaction, and no other replica to ask.
    bytes.push(2);
    bytes.extend([7; 16]);
    bytes.push(0);
    bytes.extend([0xff; 4]);
    bytes.extend([0xff, 0xff, 0xff, 0x7f]);
    bytes.extend(batch);
    bytes
}

#[test]
fn a_batch_that_is_too_large_is_known_by_its_head() {
    let batch = around(41, 3, 0, &[0; 100]);
    let head = large::first_batch(12, &beginning(b"big", 1, &batch)).unwrap();
    assert_eq!((head.base, head.last, head.bytes), (41, 43, 161));
    let piece = instead(head, 42, Datum::too_large(head.bytes));
    assert_eq!((offsets(&piece), piece.next, piece.records[0].through), (vec![42], 44, Some(43)));
    assert_eq!(piece.records[0].value.to_string(), "(too large to show: 161 bytes)");
    assert_eq!(large::first_batch(12, &beginning(b"big", 2, &batch)), None);
    assert_eq!(large::first_batch(12, &beginning(b"big", 1, &batch[..60])), None);
    assert_eq!(large::first_batch(13, &beginning(b"big", 1, &batch)), None);
}

#[test]
fn any_bytes_are_records_or_reasons() {
    bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
        let piece = piece(Bytes::copy_from_slice(bytes));
        assert!(piece.next >= piece.from);
        let _ = large::first_batch(12, bytes);
    });
}

#[test]
fn what_has_no_place_in_its_batch_takes_none_in_the_next() {
    // The first record claims the last offset; two more follow that are none.
    let records = [raw(3, None, Some(b"first"), &[]), vec![0], vec![0]].concat();
    let after = around(4, 1, 0, &raw(0, None, Some(b"after"), &[]));
    let piece = piece([around(0, 4, 0, &records), after].concat().into());
    assert_eq!((offsets(&piece), piece.next), (vec![3, 4], 5));
    assert_eq!(piece.records[1].value.text, "after");
}

/// With a right head and checksum, what is inside is reached.
#[test]
fn any_bytes_within_a_batch_cost_that_batch_alone() {
    bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
        let (attributes, inside) = bytes.split_first().unwrap_or((&0, &[]));
        let after = around(4, 1, 0, &raw(0, None, Some(b"after"), &[]));
        let bytes = [around(0, 4, i16::from(attributes & 7), inside), after].concat();
        let piece = piece(bytes.into());
        assert_eq!(piece.next, 5);
        assert!(piece.records.is_sorted_by_key(|record| record.offset));
        assert_eq!(piece.records.last().map(|record| record.value.text.as_str()), Some("after"));
    });
}
