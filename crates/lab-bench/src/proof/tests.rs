//! A proof against itself with one thing changed.

use lab_model::facts::lab::{ImageInUse, Origin};

use super::*;

const HASH: &str = "44136fa355b3678a";

fn place(by: &str, hash: Option<&str>) -> OnePlace {
    let same = hash.map(|hash| hash == HASH);
    OnePlace { place: format!("at {by}"), said_by: Some(by.to_owned()), hash: hash.map(str::to_owned), same }
}

fn hop(name: &str, places: Vec<OnePlace>) -> OneHop {
    OneHop { hop: name.to_owned(), title: name.to_owned(), standing: "found".to_owned(), why: None, places }
}

fn proof() -> Proof {
    let image = ImageInUse {
        engine: "Kafka".into(),
        version: "4.3.1".into(),
        reference: "pipewright/kafka:4.3.1".into(),
        id: "sha256:abc".into(),
        origin: Origin::Own,
    };
    let hops = vec![
        hop("log", vec![place("kafka-1", Some(HASH))]),
        hop("groups", vec![place("kafka-1", None)]),
        hop("row", vec![place("cassandra-1", Some(HASH)), place("cassandra-2", Some(HASH))]),
    ];
    let record = OneRecord {
        topic: "periodic_weather".into(),
        record: "east/<a>".into(),
        hash: Some(HASH.into()),
        hops,
        unknown: Vec::new(),
    };
    let counts = [("fetched", Some(21)), ("stored", Some(21)), ("lost", Some(0)), ("windows", None)];
    Proof {
        format: FORMAT,
        taken: "2026-12-01T10:00:00Z".into(),
        version: "0.1.0".into(),
        lab: "l".into(),
        stack: "pipeline".into(),
        nodes: vec!["kafka-1".into()],
        images: vec![image],
        flow: Flow { counts: counts.map(|(name, count)| (name.to_owned(), count)).into(), ..Flow::default() },
        records: vec![record],
    }
}

/// How each finding stands after a change, by what it is of.
fn after(change: impl Fn(&mut Proof)) -> Vec<(String, Stands)> {
    let (then, mut now) = (proof(), proof());
    change(&mut now);
    compare(&then, &now).into_iter().map(|finding| (finding.what, finding.stands)).collect()
}

fn of(found: &[(String, Stands)], what: &str) -> Stands {
    found.iter().find(|(name, _)| name.starts_with(what)).unwrap_or_else(|| panic!("{what} in {found:?}")).1
}

#[test]
fn what_is_as_it_was_or_grew_holds() {
    let found = after(|now| {
        now.flow.counts.insert("fetched".into(), Some(42));
    });
    assert!(found.iter().all(|(_, stands)| *stands == Stands::Holds), "{found:?}");
    assert_eq!(found.len(), 6, "what was not known then is no claim: {found:?}");
}

#[test]
fn another_content_at_one_replica_breaks_its_record_and_nothing_else() {
    let found = after(|now| now.records[0].hops[2].places[1] = place("cassandra-2", Some("0000")));
    assert_eq!((of(&found, "periodic_weather"), of(&found, "stored")), (Stands::Broken, Stands::Holds));
}

#[test]
fn what_is_gone_is_broken_and_what_cannot_be_asked_is_not_known() {
    let missing = |hop: &OneHop| OneHop { standing: "missing".into(), places: Vec::new(), ..hop.clone() };
    let gone = after(|now| {
        now.records[0].hops[2] = missing(&now.records[0].hops[2]);
        now.flow.counts.insert("stored".into(), Some(20));
    });
    assert_eq!((of(&gone, "periodic_weather"), of(&gone, "stored")), (Stands::Broken, Stands::Broken));
    let silent = after(|now| {
        now.records[0].hops[2].standing = "unknown".into();
        now.records[0].hops[2].places.clear();
        now.flow.counts.insert("stored".into(), None);
        now.images.clear();
    });
    for what in ["periodic_weather", "stored", "Kafka"] {
        assert_eq!(of(&silent, what), Stands::Unknown, "{what}");
    }
    // A log deletes what is old.
    assert_eq!(
        of(&after(|now| now.records[0].hops[0] = missing(&now.records[0].hops[0])), "periodic_weather"),
        Stands::Unknown
    );
    let unread = after(|now| now.records[0].hops[0].places = vec![place("kafka-1", None)]);
    assert_eq!(of(&unread, "periodic_weather"), Stands::Unknown);
    assert_eq!(of(&after(|now| now.records.clear()), "periodic_weather"), Stands::Unknown);
}

#[test]
fn one_replica_that_cannot_be_read_any_more_is_not_known_whatever_the_other_says() {
    let found = after(|now| drop(now.records[0].hops[2].places.pop()));
    assert_eq!(of(&found, "periodic_weather"), Stands::Unknown);
}

#[test]
fn a_window_of_another_content_and_a_hash_that_is_denied_are_broken() {
    let window = |hash: &str| OnePlace { same: None, ..place("cassandra-1", Some(hash)) };
    let (mut then, mut now) = (proof(), proof());
    then.records[0].hops.push(hop("window", vec![window("aa")]));
    now.records[0].hops.push(hop("window", vec![window("bb")]));
    assert!(compare(&then, &now).iter().any(|finding| finding.stands == Stands::Broken));
    let denied = after(|now| now.records[0].hops[1].places[0].same = Some(false));
    assert_eq!(of(&denied, "periodic_weather"), Stands::Broken);
}

#[test]
fn what_another_stack_says_is_no_proof_of_this_one() {
    assert_eq!(of(&after(|now| now.stack = "kafka-1".into()), "stack"), Stands::Broken);
}

#[test]
fn another_image_is_broken() {
    assert_eq!(of(&after(|now| now.images[0].id = "sha256:def".into()), "Kafka"), Stands::Broken);
}

#[test]
fn a_file_that_is_no_proof_says_its_line() {
    let empty = serde_json::to_string_pretty(&Proof { records: Vec::new(), ..proof() }).unwrap();
    assert!(read(&empty).unwrap_err().says.contains("no record"));
    let whole = serde_json::to_string_pretty(&proof()).unwrap();
    assert_eq!(read(&whole), Ok(proof()));
    for (text, line) in [
        (String::new(), 1),
        ("[]".into(), 1),
        (whole.replace("\"format\": 1", "\"format\": 2"), 2),
        (whole.replace("\"stack\"", "\"stacks\""), 6),
        (whole[..whole.len() / 2].to_owned(), whole[..whole.len() / 2].lines().count()),
    ] {
        assert_eq!(read(&text).unwrap_err().line, line, "{text}");
    }
}

#[test]
fn the_page_has_every_record_and_no_markup_of_theirs() {
    let page = html(&proof(), "proof.json");
    assert!(page.contains("east/&lt;a&gt;") && !page.contains("<a>") && page.contains("pipewright verify proof.json"));
    assert_eq!(page.matches(HASH).count(), 4, "its own, the log's, and that of each replica");
}
