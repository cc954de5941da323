//! The bean's answers, read.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::ColumnSeen;

use super::*;

fn table() -> TableSeen {
    let column = |(name, kind, cql_type): (&str, &str, &str)| ColumnSeen {
        name: name.into(),
        kind: kind.into(),
        cql_type: cql_type.into(),
    };
    let columns = [
        ("k", "partition_key", "text"),
        ("c", "clustering", "int"),
        ("s", "static", "text"),
        ("v", "regular", "int"),
        ("l", "regular", "list<int>"),
        ("m", "regular", "map<text, int>"),
    ];
    let columns = columns.into_iter().map(column).collect();
    TableSeen { name: "t".into(), columns, id: String::new(), options: BTreeMap::new() }
}

/// As a node of version 5.0.8 said it, by a bean that told what had expired as deleted.
const SAID: &str = include_str!("replica_test.json");
/// By one that tells the two apart, held against `sstabledump`.
const EXPIRED: &str = include_str!("replica_expired_test.json");

#[test]
fn deletions_and_parts_are_read() {
    let held = read(SAID, &table(), &UserTypes::new()).unwrap();
    assert!(held.exact && !held.more && held.deleted.is_none());
    let texts = |row: usize| {
        let cells = held.rows[row].cells.iter().map(|cell| cell.value.to_string());
        (held.rows[row].clustering.clone(), cells.collect::<Vec<_>>().join(" | "))
    };
    assert_eq!(texts(0), (String::new(), "st".to_owned()));
    assert!(held.rows[0].is_static);
    assert_eq!(texts(1), ("1".to_owned(), "null | [1, 2] | {'x': 1}".to_owned()));
    assert!(held.rows[1].cells[0].mark.as_ref().is_some_and(|mark| mark.deleted));
    assert_eq!(held.rows[1].cells[1].parts.len(), 2);
    assert_eq!(held.rows[3].cells[0].ttl, Some(1000));
    assert!(!held.rows[4].live && held.rows[4].deleted.is_some());
    let inside = |row: &RowSeen| held.ranges[0].from < row.order && row.order < held.ranges[0].to;
    assert_eq!(held.ranges.len(), 1);
    assert!(!held.rows.iter().any(inside));
}

#[test]
fn what_has_expired_is_read_as_such() {
    assert!(!read(SAID, &table(), &UserTypes::new()).unwrap().expired_apart);
    let held = read(EXPIRED, &table(), &UserTypes::new()).unwrap();
    assert_eq!((held.expired_apart, held.spent), (true, 4));
    // Static, a row, a cell, one of deletion, one that lives.
    let v = |row: usize| held.rows[row].cells[0].mark.clone().unwrap();
    let ends = |mark: Mark| (mark.deleted, mark.over, mark.ttl, mark.expires);
    let expired = (false, true, Some(1), Some(1_795_998_721));
    assert_eq!([ends(v(0)), ends(v(1)), ends(v(2))], [expired; 3]);
    assert!(held.rows[1].marker.as_ref().is_some_and(|mark| mark.over));
    assert_eq!(ends(v(3)), (true, false, None, Some(1_795_998_720)));
    assert_eq!(ends(v(4)), (false, false, Some(5000), Some(1_796_003_720)));
    let shown = |row: usize, cell: usize| held.rows[row].cells[cell].value.to_string();
    assert_eq!([shown(0, 0), shown(2, 0), shown(2, 2)], ["null", "null", "{'c': 3}"]);
    assert_eq!(
        [held.rows[2].cells[0].written_at, held.rows[4].cells[0].written_at],
        [None, Some(1_795_998_720_373_928)]
    );
    let over: Vec<bool> = held.rows[2].cells[2].parts.iter().map(|part| part.mark.over).collect();
    assert_eq!(over, [true, true, false]);
    assert_eq!(held.rows[4].cells[0].ttl, Some(4996));
}

#[test]
fn no_answer_of_an_agent_panics() {
    let (table, types) = (table(), UserTypes::new());
    bolero::check!().with_iterations(10_000).with_type::<(u16, u8)>().for_each(|(place, byte): &(u16, u8)| {
        for answer in [SAID, EXPIRED] {
            let mut said = answer.as_bytes().to_vec();
            let place = usize::from(*place) % said.len();
            said[place] = *byte;
            let _ = read(&String::from_utf8_lossy(&said), &table, &types);
        }
    });
}
