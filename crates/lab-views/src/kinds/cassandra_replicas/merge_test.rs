//! Cells, shards and deletions of replicas beside each other: which of them a read of all would return.

use super::*;

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
    CassandraFact::RowsRead { table, key, rows: Vec::new(), more: false, exact: true, deleted, ranges: Vec::new() }
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
        CassandraFact::RowsRead { table, key, rows: Vec::new(), more: false, exact: true, deleted: None, ranges }
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
