//! Assignments as members of classic groups carry them: bytes of anybody's making.

use super::*;

/// Version 0; topic `orders` with partitions 1 and 0; no data of the client's own.
const ASSIGNED: &[u8] = b"\0\0\0\0\0\x01\0\x06orders\0\0\0\x02\0\0\0\x01\0\0\0\0\xff\xff\xff\xff";

fn seen(bytes: &[u8]) -> Result<Vec<TopicPartitions>, String> {
    read(Bytes::copy_from_slice(bytes))
}

#[test]
fn an_assignment_is_read() {
    assert_eq!(seen(ASSIGNED).unwrap(), [TopicPartitions { topic: "orders".into(), partitions: vec![0, 1] }]);
    assert_eq!(seen(b"").unwrap(), []);
}

#[test]
fn what_is_none_says_so() {
    let cases: [&[u8]; 6] = [
        b"\0",
        b"\0\0",
        &ASSIGNED[..20],
        b"{\"partitions\": [1]}",
        b"\0\0\x7f\xff\xff\xff",
        b"\0\0\0\0\0\x01\0\x02\xff\xfe\0\0\0\0\xff\xff\xff\xff",
    ];
    for bytes in cases {
        assert!(seen(bytes).unwrap_err().starts_with("its assignment"), "{bytes:?}");
    }
}

#[test]
fn any_bytes_are_an_assignment_or_a_reason() {
    bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
        if let Err(why) = seen(bytes) {
            assert!(why.starts_with("its assignment"), "{why}");
        }
    });
}
