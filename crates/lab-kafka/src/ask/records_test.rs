//! Batches as Kafka stores them, encoded here and decoded as the probe does.

use bytes::BytesMut;
use kafka_protocol::{
    messages::ProducerId,
    records::{Compression, NO_PARTITION_LEADER_EPOCH, RecordBatchEncoder, RecordEncodeOptions},
};

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
        headers: [(ID_HEADER.into(), Some(Bytes::from(format!("station-{offset}"))))].into(),
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
        let piece = decode(bytes, Vec::new(), 0).unwrap();
        assert_eq!(offsets(&piece), [0, 1], "{compression:?}");
        assert_eq!(piece.next, 2);
        let first = &piece.records[0];
        assert_eq!(first.id.as_deref(), Some("station-0"));
        assert_eq!(first.key.as_deref(), Some("oslo"));
        assert_eq!(first.value, "record 0");
        assert_eq!(first.timestamp, Some(1_700_000_000_000));
    }
}

#[test]
fn a_batch_comes_whole_but_only_what_is_new_is_taken() {
    let bytes = batch(&[record(10, -1), record(11, -1), record(12, -1)], Compression::None).freeze();
    let piece = decode(bytes, Vec::new(), 12).unwrap();
    assert_eq!(offsets(&piece), [12]);
    assert_eq!(piece.next, 13);
}

#[test]
fn an_incomplete_batch_waits_for_the_next_look() {
    let mut bytes = batch(&[record(0, -1)], Compression::None);
    let second = batch(&[record(1, -1)], Compression::None);
    bytes.extend_from_slice(&second[..second.len() - 1]);
    let piece = decode(bytes.freeze(), Vec::new(), 0).unwrap();
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
    let piece = decode(bytes.freeze(), aborted, 0).unwrap();
    // Producer 7 aborted its first transaction and committed its second.
    assert_eq!(offsets(&piece), [1, 4]);
    assert_eq!(piece.next, 6);
}

#[test]
fn a_damaged_batch_is_an_error_and_no_record() {
    let mut bytes = batch(&[record(0, -1)], Compression::None);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert!(decode(bytes.freeze(), Vec::new(), 0).unwrap_err().contains("redundancy"));
}

#[test]
fn long_values_are_cut_between_characters() {
    let value = "é".repeat(300);
    let seen = record_seen(0, None, None, Some(value.as_bytes()), None);
    assert_eq!(seen.value.chars().count(), VALUE_SHOWN);
}
