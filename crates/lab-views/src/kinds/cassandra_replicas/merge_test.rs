//! Cells, shards and deletions of replicas beside each other: which of them a read of all would return.

use super::*;
use crate::View;

#[test]
fn of_equal_timestamps_the_larger_bytes_win_and_not_the_larger_text() {
    let int = |value: &str, raw: &str| {
        let cell = CellSeen { mark: Some(mark(1000, raw)), ..plain_cell("temp", Some(value), 1000) };
        read(vec![row("", vec![cell])], false, true)
    };
    check(
        &placed([c(1, int("9", "00000009")), c(2, int("10", "0000000a")), c(3, int("10", "0000000a"))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "older", "/replicas/0/rows/0/cells/0/standing": "newest" }),
    );
    check(
        &placed([c(1, int("-1", "ffffffff")), c(2, int("10", "0000000a")), c(3, int("10", "0000000a"))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "newest", "/replicas/0/rows/0/cells/0/standing": "older" }),
    );
}

#[test]
fn nobody_lacks_what_nobody_wrote() {
    let row_of = |cells: Vec<CellSeen>| row("1", cells.into_iter().chain([plain_cell("never", None, 0)]).collect());
    let written = || {
        let cell = CellSeen { mark: Some(mark(1000, "61")), ..plain_cell("v", Some("a"), 1000) };
        read(vec![row_of(vec![cell])], false, true)
    };
    let deleted = |at| {
        let gone = Some(Deletion { at, since: 1 });
        read(vec![RowSeen { live: false, deleted: gone, ..row_of(vec![plain_cell("v", None, 0)]) }], false, true)
    };
    check(
        &placed([c(1, written()), c(2, deleted(1000)), c(3, written())]),
        &json!({
            "/replicas/2/rows/0/cells/0/standing": "older",
"/replicas/2/rows/0/cells/1/column": "never",
            "/replicas/2/rows/0/cells/1/standing": "same",
        }),
    );
    // All of a collection is gone with its row, although one copy has a newer deletion within it, and an entry left.
    let left = || map(Some("{b: 2}"), &[("a", None, 2000), ("b", Some("2"), 1000)]);
    let CassandraFact::RowsRead { mut rows, .. } = left() else { panic!() };
    rows[0].deleted = Some(Deletion { at: 1500, since: 1 });
    rows[0].live = false;
    rows[0].cells.clear();
    check(
        &placed([c(1, left()), c(2, left()), c(3, read(rows, false, true))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "older", "/replicas/2/behind": true }),
    );
}

#[test]
fn collections_are_merged_cell_by_cell() {
    let new = parts("l", "[1]", 1999, &[("aa", "01", 2000)]);
    let old = || parts("l", "[9]", 999, &[("bb", "09", 1000)]);
    check(
        &placed([c(1, new), c(2, old()), c(3, old())]),
        &json!({
            "/replicas/2/rows/0/cells/0/standing": "newest",
            "/replicas/0/rows/0/cells/0/standing": "older",
            "/replicas/0/behind": true,
            "/replicas/2/behind": false,
        }),
    );
    // Elements that were added one by one come together.
    let added = |path: &'static str, at| parts("s", path, 1, &[(path, "", at)]);
    check(
        &placed([c(1, added("aa", 5)), c(2, added("bb", 6)), c(3, added("bb", 6))]),
        &json!({
            "/replicas/2/rows/0/cells/0/standing": "part",
            "/replicas/0/rows/0/cells/0/standing": "part",
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-2 holds a part of s. \
                cassandra-3 holds a part of s. cassandra-1 holds a part of s.",
        }),
    );
}

/// A map's entries: key, value (none where it was deleted), time.
fn map(shown: Option<&str>, entries: &[(&str, Option<&str>, i64)]) -> CassandraFact {
    let part = |(path, value, at): &(&str, Option<&str>, i64)| PartSeen {
        path: (*path).to_owned(),
        mark: Mark { deleted: value.is_none(), ..mark(*at, value.unwrap_or_default()) },
    };
    let cell = CellSeen { parts: entries.iter().map(part).collect(), ..plain_cell("m", shown, 1) };
    read(vec![row("", vec![cell])], false, true)
}

#[test]
fn a_collection_that_holds_too_much_is_no_part() {
    let both = || map(Some("{a: 1, b: 2}"), &[("a", Some("1"), 1000), ("b", Some("2"), 1000)]);
    let of = |first: CassandraFact, second: &str, third: &str, behind: [bool; 2]| {
        check(
            &placed([c(1, both()), c(2, first), c(3, both())]),
            &json!({
                "/replicas/0/rows/0/cells/0/standing": second,
                "/replicas/0/behind": behind[0],
                "/replicas/2/rows/0/cells/0/standing": third,
                "/replicas/2/behind": behind[1],
            }),
        );
    };
    // A newer deletion of one entry is elsewhere: nothing is lacked, and one entry is too much.
    of(map(Some("{b: 2}"), &[("a", None, 2000), ("b", Some("2"), 1000)]), "newest", "surplus", [false, true]);
    of(map(None, &[("a", None, 2000)]), "part", "surplus", [true, true]);
    // An older deletion takes nothing.
    of(map(None, &[("a", None, 500)]), "older", "newest", [true, false]);
    // Too much of one and too little of another: each takes a part from the other.
    of(map(Some("{c: 3}"), &[("a", None, 2000), ("c", Some("3"), 1000)]), "part", "part", [true, true]);
    // Of what is gone as a whole nobody holds too much: it is older.
    of(map(None, &[("a", None, 2000), ("b", None, 2000)]), "newest", "older", [false, true]);
    check(
        &placed([c(1, both()), c(2, map(None, &[("a", None, 2000)])), c(3, both())]),
        &json!({
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-2 holds a part of m. \
                cassandra-3 holds more of m than a read of all shows. cassandra-1 holds more of m than a read of all shows.",
        }),
    );
}

/// A cell with a TTL of 10 seconds; nothing to see where it is over.
fn fading(at: i64, expires: i64, over: bool) -> CassandraFact {
    let mark = Mark { expires: Some(expires), ttl: Some(10), over, ..mark(at, "05") };
    let value = (!over).then_some("5");
    let cell = CellSeen { mark: Some(mark), ttl: value.map(|_| 3), ..plain_cell("temp", value, at) };
    read(vec![RowSeen { live: !over, ..row("", vec![cell]) }], false, true)
}

#[test]
fn what_has_expired_is_no_difference_and_no_deletion() {
    check(
        &placed((1..=3).map(|id| c(id, fading(1000, 70, true)))),
        &json!({
            "/agree": true,
            "/replicas/0/rows": [],
            "/replicas/0/deletions": [{ "what": "temp", "deleted_at": "1000", "how": "expired" }],
            "summary": "Key oslo of weather.readings: 3 replicas, and none holds a row. cassandra-2 holds temp as expired. \
                cassandra-3 holds temp as expired. cassandra-1 holds temp as expired.",
        }),
    );
    // One was asked before it was over, and may be silent since.
    check(
        &placed([c(1, fading(1000, 70, false)), c(2, fading(1000, 70, true)), c(3, fading(1000, 70, true))]),
        &json!({ "/agree": true, "/replicas/2/behind": false, "/replicas/2/rows/0/cells/0/expires_at": 70 }),
    );
    // Not yet over: of two the later expiry wins; over, it is a deletion and wins against one that lives.
    check(
        &placed([c(1, fading(1000, 70, false)), c(2, fading(1000, 80, false)), c(3, fading(1000, 80, false))]),
        &json!({ "/versions": 2, "/replicas/2/behind": true, "/replicas/0/rows/0/cells/0/standing": "newest" }),
    );
    check(
        &placed([c(1, fading(1000, 70, true)), c(2, fading(1000, 80, false)), c(3, fading(1000, 80, false))]),
        &json!({ "/versions": 2, "/replicas/2/behind": false, "/replicas/0/rows/0/cells/0/standing": "older" }),
    );
    // Expired here and deleted there, by writes of the same time: a read is told the same of both.
    let gone = |at| {
        let mark = Mark { deleted: true, expires: Some(60), ..mark(at, "") };
        let cell = CellSeen { mark: Some(mark), ..plain_cell("temp", None, 0) };
        read(vec![RowSeen { live: false, ..row("", vec![cell]) }], false, true)
    };
    let beside = |at| placed([c(1, fading(1000, 70, true)), c(2, gone(at)), c(3, gone(at))]);
    check(
        &beside(1000),
        &json!({ "/agree": true, "/replicas/2/deletions/0/how": "expired", "/replicas/0/deletions/0/how": "deleted" }),
    );
    check(&beside(2000), &json!({ "/versions": 2, "/replicas/2/behind": true, "/replicas/0/behind": false }));
}

#[test]
fn a_cell_that_is_gone_says_how() {
    let beside = |gone: Mark, expired_apart: bool| {
        let cells = vec![CellSeen { mark: Some(gone), ..plain_cell("temp", None, 0) }, CellSeen { mark: Some(mark(1, "61")), ..plain_cell("note", Some("a"), 1) }];
        let CassandraFact::RowsRead { table, key, rows, .. } = read(vec![row("", cells)], false, true) else { panic!() };
        let (deleted, ranges) = (None, Vec::new());
        CassandraFact::RowsRead { table, key, rows, more: false, exact: true, deleted, ranges, expired_apart, spent: 1 }
    };
    let deleted = || Mark { deleted: true, expires: Some(60), ..mark(10, "") };
    let expired = || Mark { expires: Some(60), ttl: Some(5), over: true, ..mark(10, "") };
    let of = |gone: Mark, apart| placed((1..=3).map(|id| c(id, beside(gone.clone(), apart))).collect::<Vec<_>>());
    check(&of(deleted(), true), &json!({ "/replicas/0/rows/0/cells/0/gone": "deleted", "/replicas/0/rows/0/cells/0/expires_at": null }));
    check(&of(expired(), true), &json!({ "/replicas/0/rows/0/cells/0/gone": "expired", "/replicas/0/rows/0/cells/0/expires_at": 60 }));
    // As it was told before the two were told apart.
    check(
        &of(deleted(), false),
        &json!({
            "/replicas/0/rows/0/cells/0/gone": "either",
            "/replicas/0/rows/0/cells/0/deleted_at": "10",
            "/replicas/0/spent": 1,
            "summary": "Key oslo of weather.readings: 3 replicas, and all hold the same. cassandra-2 stores 1 deletion that no \
                read counts any more (gc_grace_seconds). cassandra-3 stores 1 deletion that no read counts any more \
                (gc_grace_seconds). cassandra-1 stores 1 deletion that no read counts any more (gc_grace_seconds).",
        }),
    );
}

#[test]
fn the_table_says_how_something_ended_and_what_is_too_much() {
    let rows = |said: &[Draft]| {
        let mut state = super::super::State::default();
        journal(said).iter().for_each(|observation| { TheView::apply(&mut state, observation); });
        let params = serde_json::from_value(json!({ "table": "weather.readings", "key": "oslo" })).unwrap();
        let table = serde_json::to_value(TheView::project(&state, &params).table).unwrap();
        let row = |row: &Value| [0, 6, 9].map(|at| row[at].as_str().unwrap_or_default().to_owned()).join(" | ");
        table["rows"].as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let both = || map(Some("{a: 1, b: 2}"), &[("a", Some("1"), 1000), ("b", Some("2"), 1000)]);
    let one = map(Some("{b: 2}"), &[("a", None, 2000), ("b", Some("2"), 1000)]);
    assert_eq!(
        rows(&placed([c(1, both()), c(2, one), c(3, both())])),
        ["cassandra-2 | {b: 2} | newest", "cassandra-3 | {a: 1, b: 2} | too much", "cassandra-1 | {a: 1, b: 2} | too much"]
    );
    let fades = || fading(1000, 70, true);
    assert_eq!(
        rows(&placed([c(1, fades()), c(2, deleted(2000)), c(3, fades())])),
        ["cassandra-2 | the partition: deleted | ", "cassandra-3 | temp: expired | ", "cassandra-1 | temp: expired | "]
    );
}

#[test]
fn a_counter_adds_up_what_each_node_counted() {
    let (nine, ten) = (counter("9", &[("a", 1, 9)]), counter("10", &[("b", 2, 10)]));
    check(
        &placed([c(1, nine.clone()), c(2, ten), c(3, counter("19", &[("a", 1, 9), ("b", 2, 10)]))]),
        &json!({
            "/replicas/2/rows/0/cells/0/standing": "part",
            "/replicas/0/rows/0/cells/0/standing": "part",
            "/replicas/1/rows/0/cells/0/standing": "newest",
        }),
    );
    check(
        &placed([c(1, nine), c(2, counter("12", &[("a", 2, 12)])), c(3, counter("12", &[("a", 2, 12)]))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "older", "/replicas/0/rows/0/cells/0/standing": "newest" }),
    );
}

/// A partition that this replica holds as deleted.
fn deleted(at: i64) -> CassandraFact {
    let (table, key) = ("weather.readings".to_owned(), "oslo".to_owned());
    let deleted = Some(Deletion { at, since: 1 });
    CassandraFact::RowsRead { table, key, rows: Vec::new(), more: false, exact: true, deleted, ranges: Vec::new(), expired_apart: true, spent: 0 }
}

#[test]
fn a_deletion_is_newer_or_older_like_anything() {
    check(
        &placed([c(1, deleted(20)), c(2, temp("5", 10)), c(3, temp("5", 10))]),
        &json!({
            "/replicas/2/rows": [],
            "/replicas/2/deletions/0/what": "the partition",
            "/replicas/2/behind": false,
            "/replicas/0/rows/0/cells/0/standing": "older",
            "/replicas/0/behind": true,
        }),
    );
    check(
        &placed([c(1, deleted(5)), c(2, temp("5", 10)), c(3, temp("5", 10))]),
        &json!({ "/replicas/2/behind": true, "/replicas/2/lacks": [""], "/replicas/0/rows/0/cells/0/standing": "newest" }),
    );
    let cell_gone = |at| {
        let mark = Mark { deleted: true, expires: Some(1), ..mark(at, "") };
        let cells = vec![CellSeen { mark: Some(mark), ..plain_cell("temp", None, 0) }];
        read(vec![row("", cells)], false, true)
    };
    check(
        &placed([c(1, cell_gone(10)), c(2, temp("5", 10)), c(3, temp("5", 10))]),
        &json!({
            "/replicas/2/rows/0/cells/0/standing": "newest",
            "/replicas/2/rows/0/cells/0/deleted_at": "10",
            "/replicas/0/rows/0/cells/0/standing": "older",
        }),
    );
}

#[test]
fn a_range_takes_the_rows_within_it() {
    let range = |from: &str, to: &str, at| {
        let CassandraFact::RowsRead { table, key, .. } = nothing() else { panic!() };
        let ranges = vec![RangeSeen { from: from.into(), to: to.into(), deleted: Deletion { at, since: 1 } }];
        CassandraFact::RowsRead { table, key, rows: Vec::new(), more: false, exact: true, deleted: None, ranges, expired_apart: true, spent: 0 }
    };
    let both: &[_] = &[("temp", Some("1"), 5)];
    let two = || rows(&[("4", both), ("6", both)], false);
    check(
        &placed([c(1, range("5", "7", 9)), c(2, two()), c(3, two())]),
        &json!({
            "/replicas/2/lacks": ["4"],
            "/replicas/0/rows/0/cells/0/standing": "newest",
            "/replicas/0/rows/1/cells/0/standing": "older",
        }),
    );
}

#[test]
fn static_columns_that_are_not_there_are_no_row_that_is_lacked() {
    let of_all = || RowSeen { is_static: true, ..row("", vec![CellSeen { mark: Some(mark(5, "61")), ..plain_cell("s", Some("a"), 5) }]) };
    let whole = || read(vec![of_all()], false, true);
    check(
        &placed([c(1, nothing()), c(2, whole()), c(3, whole())]),
        &json!({
            "/replicas/2/lacks": ["static"],
            "/replicas/2/behind": true,
            "/replicas/0/lacks": [],
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-1 lacks the static columns.",
        }),
    );
}

#[test]
fn what_only_cql_tells_is_not_guessed_at() {
    check(
        &placed([c(1, by_cql(None, 0)), c(2, by_cql(Some("5"), 10)), c(3, by_cql(Some("5"), 10))]),
        &json!({
            "/replicas/2/behind": null,
            "/replicas/0/rows/0/cells/0/standing": "differs",
            "summary": "Key oslo of weather.readings: 3 replicas hold 2 different versions. cassandra-2 has another temp; which \
                one is newer is not known. cassandra-3 has another temp; which one is newer is not known. cassandra-1 has no \
                row there (never written, or deleted).",
        }),
    );
    check(
        &placed([c(1, by_cql(Some("9"), 10)), c(2, by_cql(Some("10"), 10)), c(3, by_cql(Some("10"), 10))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "differs", "/replicas/0/rows/0/cells/0/standing": "differs" }),
    );
    check(
        &placed([c(1, by_cql(Some("9"), 11)), c(2, by_cql(Some("10"), 10)), c(3, by_cql(Some("10"), 10))]),
        &json!({ "/replicas/2/rows/0/cells/0/standing": "newest", "/replicas/0/behind": true }),
    );
}
