//! Frames as a node of version 5.0.8 sent them, and as they must not be.

use lab_model::facts::cassandra::RequestOutcome;

use super::*;
use crate::level::{Level, SerialLevel};

fn frame(flags: u8, opcode: u8, body: &[u8]) -> Frame {
    let mut bytes = BytesMut::from(&[0x84, flags, 0, 7, opcode][..]);
    bytes.put_u32(u32::try_from(body.len()).unwrap());
    bytes.put_slice(body);
    let frame = Frame::split(&mut bytes).unwrap().unwrap();
    assert_eq!((frame.stream, bytes.len()), (7, 0));
    frame
}

fn text(words: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(words.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(words.as_bytes());
    bytes
}

#[test]
fn an_error_brings_its_trace_and_its_numbers() {
    let mut body = vec![0x11; 16];
    body.extend(0x1000i32.to_be_bytes());
    body.extend(text("Cannot achieve consistency level ALL"));
    body.extend([0, 5, 0, 0, 0, 3, 0, 0, 0, 2]);
    let Err(Failure::Refused(refusal)) = frame(WITH_TRACE, opcode::ERROR, &body).answer() else { panic!() };
    assert_eq!(refusal.outcome, RequestOutcome::Unavailable { required: 3, alive: 2 });
    assert_eq!(refusal.trace.as_deref(), Some("11111111-1111-1111-1111-111111111111"));
    assert_eq!(refusal.words, "Cannot achieve consistency level ALL");
}

#[test]
fn the_kinds_of_timeout_and_failure_stay_apart() {
    let refusal = |code: i32, rest: &[u8]| {
        let mut body = code.to_be_bytes().to_vec();
        body.extend(text("words"));
        body.extend([0, 4, 0, 0, 0, 1, 0, 0, 0, 2]);
        body.extend(rest);
        frame(0, opcode::ERROR, &body).answer().unwrap_err().outcome()
    };
    let (required, received) = (2, 1);
    let write_type = "SIMPLE".to_owned();
    assert_eq!(refusal(0x1100, &text("SIMPLE")), RequestOutcome::WriteTimeout { required, received, write_type });
    assert_eq!(refusal(0x1200, &[1]), RequestOutcome::ReadTimeout { required, received, data_present: true });
    assert_eq!(refusal(0x1300, &[0, 0, 0, 1, 0]), RequestOutcome::ReadFailure { required, received, failed: 1 });
    assert_eq!(refusal(0x1500, &[0, 0, 0, 3]), RequestOutcome::WriteFailure { required, received, failed: 3 });
    let error = "SyntaxError".to_owned();
    assert_eq!(refusal(0x2000, &[]), RequestOutcome::Refused { error, words: "words".into() });
}

#[test]
fn rows_are_read_by_name() {
    let mut body = vec![0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3];
    body.extend([text("lab"), text("readings"), text("k"), vec![0, 0x0D]].concat());
    body.extend([text("v"), vec![0, 0x09], text("s"), vec![0, 0x22, 0, 0x0D]].concat());
    body.extend([0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 4, 0, 0, 0, 42]);
    body.extend([0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, b'x']);
    let warnings = [vec![0, 1], text("slow")].concat();
    let answer = frame(WITH_WARNINGS, opcode::RESULT, &[warnings, body.clone()].concat()).answer().unwrap();
    assert_eq!(answer.warnings, ["slow"]);
    let table = answer.table.unwrap();
    let row = table.rows().next().unwrap();
    assert_eq!((row.word("k").as_str(), row.number("v"), row.texts("s")), ("a", Some(42), vec!["x".to_owned()]));
    let shown: Vec<String> = row.all().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["a", "42", "{'x'}"]);
    assert_eq!((row.text("nonsense"), table.count(), table.more), (None, 1, false));

    body.truncate(body.len() - 1);
    assert!(matches!(frame(0, opcode::RESULT, &body).answer(), Err(Failure::NoAnswer(_))));
}

#[test]
fn pushes() {
    let push = |parts: &[Vec<u8>]| frame(0, opcode::EVENT, &parts.concat()).event();
    let inet = vec![4, 10, 213, 5, 11, 0, 0, 0x23, 0x52];
    let address = "10.213.5.11".to_owned();
    assert_eq!(
        push(&[text("STATUS_CHANGE"), text("DOWN"), inet.clone()]),
        Ok(Event::Status { up: false, address: address.clone() })
    );
    assert_eq!(
        push(&[text("TOPOLOGY_CHANGE"), text("NEW_NODE"), inet]),
        Ok(Event::Topology { change: "NEW_NODE".into(), address })
    );
    let change = || vec![text("SCHEMA_CHANGE"), text("CREATED")];
    let created = |target: &str, name: &str| {
        Ok(Event::Schema { change: "CREATED".into(), target: target.into(), name: name.into() })
    };
    assert_eq!(push(&[change(), vec![text("KEYSPACE"), text("lab")]].concat()), created("KEYSPACE", "lab"));
    let table = [change(), vec![text("TABLE"), text("lab"), text("readings")]].concat();
    assert_eq!(push(&table), created("TABLE", "lab.readings"));
    assert!(push(&[text("MOON_CHANGE"), text("FULL")]).is_err());
}

#[test]
fn frames_come_in_pieces() {
    let whole = [0x84, 0, 0, 1, opcode::READY, 0, 0, 0, 0, 0x84, 0, 0xFF, 0xFF, opcode::EVENT, 0, 0, 0, 2, 9];
    let mut bytes = BytesMut::from(&whole[..4]);
    assert!(Frame::split(&mut bytes).unwrap().is_none());
    bytes.put_slice(&whole[4..]);
    assert_eq!(Frame::split(&mut bytes).unwrap().unwrap().opcode, opcode::READY);
    assert!(Frame::split(&mut bytes).unwrap().is_none());
    bytes.put_u8(9);
    assert_eq!(Frame::split(&mut bytes).unwrap().unwrap().stream, -1);
    assert!(Frame::split(&mut BytesMut::from(&b"HTTP/1.1 400"[..])).is_err());
}

#[test]
fn a_question_on_the_wire() {
    let question = Question {
        cql: "SELECT",
        level: Level::NodeLocal,
        serial: Some(SerialLevel::LocalSerial),
        trace: true,
        from: None,
    };
    let body = query(&question);
    assert_eq!(body[..], [&[0, 0, 0, 6][..], b"SELECT", &[0, 0x0B, 0x14, 0, 0, 0x13, 0x88, 0, 0x09]].concat());
    let onward = query(&Question { from: Some(b"after"), ..question });
    let asked = [&[0, 0, 0, 6][..], b"SELECT", &[0, 0x0B, 0x1C, 0, 0, 0x13, 0x88, 0, 0, 0, 5], b"after", &[0, 0x09]];
    assert_eq!(onward[..], asked.concat());
    let sent = write(opcode::QUERY, 3, true, &body);
    assert_eq!(sent[..HEADER], [4, 2, 0, 3, 7, 0, 0, 0, u8::try_from(body.len()).unwrap()]);
}

#[test]
fn no_bytes_of_a_node_panic_or_claim_memory() {
    bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
        let mut buffer = BytesMut::from(bytes);
        while let Ok(Some(_)) = Frame::split(&mut buffer) {}
        let Some((kind, body)) = bytes.split_first() else { return };
        let opcode = [opcode::ERROR, opcode::RESULT, opcode::EVENT][usize::from(kind % 3)];
        let frame = Frame { flags: kind >> 2, stream: 0, opcode, body: Bytes::copy_from_slice(body) };
        let _ = (frame.answer(), frame.event());
    });
}
