//! Deletions of whole partitions, ranges and rows: what a replica holds as deleted, and which of another's it lacks.
//!
//! A read repair and a repair send them like cells, also where a read shows nothing different.

use lab_model::facts::cassandra::{CellSeen, Mark, RangeSeen, RowSeen};

use super::{
    Deleted, Gone,
    fold::Held,
    merge::{Ended, Place, ended},
};

/// What one copy holds as deleted or expired, besides cells of rows that it shows.
pub(super) fn told(held: &Held) -> Vec<Deleted> {
    let said = |what: String, at: i64| Deleted { what, deleted_at: at.to_string(), how: Gone::Deleted };
    let partition = held.deleted.map(|deletion| said("the partition".to_owned(), deletion.at));
    let ranges = held.ranges.iter().map(|range| said("rows of a range".to_owned(), range.deleted.at));
    let rows = held.rows.iter().flatten().filter(|row| !row.live);
    let rows = rows.flat_map(|row| {
        let whole = row.deleted.map(|deletion| said(named(row), deletion.at));
        let marker = row.marker.as_ref().filter(|mark| mark.over);
        let over = marker.map(|mark| Deleted { how: Gone::Expired, ..said(named(row), mark.at) });
        let cells = row.cells.iter().filter_map(|cell| gone(row, cell, held.expired_apart));
        whole.into_iter().chain(over).chain(cells)
    });
    partition.into_iter().chain(ranges).chain(rows).collect()
}

/// A column of a row that shows nothing: deleted alone, or expired. What was written with the row expires with it.
fn gone(row: &RowSeen, cell: &CellSeen, expired_apart: bool) -> Option<Deleted> {
    let ended = ended(marks(cell), cell.cleared.map(|deletion| deletion.at))?;
    let with_row = row.marker.as_ref().is_some_and(|mark| mark.over && !ended.deleted && mark.at == ended.at);
    if with_row || row.deleted.is_some_and(|whole| whole.at >= ended.at) {
        return None;
    }
    let what = if row.clustering.is_empty() { cell.column.clone() } else { format!("{} of row {}", cell.column, row.clustering) };
    Some(Deleted { what, deleted_at: ended.at.to_string(), how: how(ended, expired_apart) })
}

/// The word for it. Nodes that hand out what has expired as deleted leave open which of the two it was.
pub(super) fn how(ended: Ended, expired_apart: bool) -> Gone {
    match (ended.deleted, ended.expired) {
        (true, _) if !expired_apart => Gone::Either,
        (true, true) => Gone::Both,
        (false, true) => Gone::Expired,
        (_, false) => Gone::Deleted,
    }
}

/// When the first of what is left expires, or the last of it did: seconds since 1970.
pub(super) fn expiry(cell: &CellSeen) -> Option<i64> {
    let expiring = || marks(cell).filter(|mark| !mark.deleted && mark.ttl.is_some());
    let left = expiring().filter(|mark| !mark.over).filter_map(|mark| mark.expires).min();
    let is_left = marks(cell).any(|mark| !mark.deleted && !mark.over);
    left.or_else(|| expiring().filter(|_| !is_left).filter_map(|mark| mark.expires).max())
}

fn marks(cell: &CellSeen) -> impl Iterator<Item = &Mark> {
    cell.mark.iter().chain(cell.parts.iter().map(|part| &part.mark))
}

fn named(row: &RowSeen) -> String {
    match (row.is_static, row.clustering.as_str()) {
        (true, _) => "the static columns".to_owned(),
        (false, "") => "the row".to_owned(),
        (false, clustering) => format!("row {clustering}"),
    }
}

/// Whether another copy holds a deletion that this one does not: its own are older, or elsewhere.
pub(super) fn lacks(own: &Held, others: &[&Held]) -> bool {
    others.iter().any(|other| {
        let whole = own.deleted.map(|deletion| deletion.at);
        let is_new = |at: i64| whole.is_none_or(|whole| whole < at);
        let partition = other.deleted.is_some_and(|deletion| is_new(deletion.at));
        // A copy that told only its beginning may hold the same further on.
        let ranges = || other.ranges.iter().filter(|range| is_new(range.deleted.at) && !own.more);
        let rows = || other.rows.iter().flatten().filter_map(|row| Some((Place::of(row), row.deleted?.at)));
        partition
            || ranges().any(|range| !covers(&own.ranges, range))
            || rows().any(|(place, at)| {
                place.is_told(own) && place.deletion(own).is_none_or(|deletion| deletion.at < at)
            })
    })
}

/// Whether the ranges together, each of them as new, leave nothing of another one out.
fn covers(ranges: &[RangeSeen], other: &RangeSeen) -> bool {
    let mut as_new: Vec<&RangeSeen> = ranges.iter().filter(|range| range.deleted.at >= other.deleted.at).collect();
    as_new.sort_by(|a, b| a.from.cmp(&b.from));
    let covered = as_new.iter().fold(other.from.as_str(), |covered, range| {
        if range.from.as_str() <= covered && range.to.as_str() > covered { &range.to } else { covered }
    });
    covered >= other.to.as_str()
}

#[cfg(test)]
mod tests {
    use lab_model::facts::cassandra::{Deletion, PartSeen};

    use super::*;

    fn row(clustering: &str, deleted: Option<i64>, marker: Option<Mark>, cells: Vec<CellSeen>) -> RowSeen {
        RowSeen {
            clustering: clustering.into(),
            cells,
            is_static: false,
            live: false,
            order: String::new(),
            marker,
            deleted: deleted.map(|at| Deletion { at, since: 1 }),
        }
    }

    fn cell(column: &str, mark: Mark) -> CellSeen {
        CellSeen { column: column.into(), mark: Some(mark), ..CellSeen::default() }
    }

    fn deleted(at: i64) -> Mark {
        Mark { at, deleted: true, ..Mark::default() }
    }

    fn expired(at: i64) -> Mark {
        Mark { at, over: true, ttl: Some(1), expires: Some(9), ..Mark::default() }
    }

    fn words(rows: Vec<RowSeen>, expired_apart: bool) -> Vec<(String, String, Gone)> {
        let told = told(&Held { rows: Some(rows), exact: true, expired_apart, ..Held::default() });
        told.into_iter().map(|gone| (gone.what, gone.deleted_at, gone.how)).collect()
    }

    fn word(what: &str, at: &str, how: Gone) -> (String, String, Gone) {
        (what.to_owned(), at.to_owned(), how)
    }

    #[test]
    fn a_column_that_is_gone_is_not_called_a_row() {
        let rows = || {
            vec![
                row("", None, None, vec![cell("v", deleted(1000))]),
                row("5", Some(2000), None, vec![cell("v", deleted(1000)), cell("w", deleted(3000))]),
            ]
        };
        let expected =
            |how| [word("v", "1000", how), word("row 5", "2000", Gone::Deleted), word("w of row 5", "3000", how)];
        assert_eq!(words(rows(), true), expected(Gone::Deleted));
        // As nodes told it that turned what had expired into a deletion.
        assert_eq!(words(rows(), false), expected(Gone::Either));
    }

    #[test]
    fn what_has_expired_is_told_from_what_was_deleted() {
        let parts = |marks: &[Mark]| CellSeen {
            column: "m".into(),
            cleared: Some(Deletion { at: 1, since: 1 }),
            parts: marks.iter().map(|mark| PartSeen { path: mark.at.to_string(), mark: mark.clone() }).collect(),
            ..CellSeen::default()
        };
        let told = words(
            vec![
                // An INSERT with a TTL: its cells end with the row. Another one was deleted later.
                row("1", None, Some(expired(5)), vec![cell("v", expired(5)), cell("w", deleted(6)), cell("x", expired(7))]),
                row("2", None, None, vec![parts(&[expired(5), expired(6)])]),
                row("3", None, None, vec![parts(&[expired(5), deleted(6)])]),
                row("4", None, None, vec![parts(&[deleted(6)]), CellSeen { parts: Vec::new(), ..parts(&[]) }]),
            ],
            true,
        );
        assert_eq!(
            told,
            [
                word("row 1", "5", Gone::Expired),
                word("w of row 1", "6", Gone::Deleted),
                word("x of row 1", "7", Gone::Expired),
                word("m of row 2", "6", Gone::Expired),
                word("m of row 3", "6", Gone::Both),
                word("m of row 4", "6", Gone::Deleted),
                word("m of row 4", "1", Gone::Deleted),
            ]
        );
    }

    #[test]
    fn the_first_expiry_of_what_is_left_or_the_last_of_what_was() {
        let of = |mark: Mark| expiry(&cell("v", mark));
        assert_eq!((of(expired(5)), of(deleted(5)), of(Mark::default())), (Some(9), None, None));
        let part = |expires: i64, over| PartSeen { path: expires.to_string(), mark: Mark { expires: Some(expires), over, ..expired(5) } };
        let of = |parts| expiry(&CellSeen { parts, ..CellSeen::default() });
        assert_eq!(of(vec![part(3, true), part(8, false), part(7, false)]), Some(7));
        assert_eq!(of(vec![part(3, true), part(4, true)]), Some(4));
        assert_eq!(of(vec![part(3, true), PartSeen { path: "x".into(), mark: Mark::default() }]), None);
    }

    fn held(ranges: &[(&str, &str, i64)]) -> Held {
        let range = |(from, to, at): &(&str, &str, i64)| RangeSeen {
            from: (*from).into(),
            to: (*to).into(),
            deleted: Deletion { at: *at, since: 1 },
        };
        Held { rows: Some(Vec::new()), exact: true, ranges: ranges.iter().map(range).collect(), ..Held::default() }
    }

    #[test]
    fn a_range_is_lacked_unless_others_as_new_cover_all_of_it() {
        let theirs = held(&[("20", "60", 5)]);
        for (own, lacking) in [
            (held(&[]), true),
            (held(&[("20", "60", 5)]), false),
            (held(&[("10", "70", 9)]), false),
            (held(&[("10", "70", 4)]), true),
            (held(&[("40", "60", 6), ("20", "40", 5)]), false),
            (held(&[("20", "40", 5), ("50", "60", 5)]), true),
            (Held { deleted: Some(Deletion { at: 5, since: 1 }), ..held(&[]) }, false),
            (Held { deleted: Some(Deletion { at: 4, since: 1 }), ..held(&[]) }, true),
        ] {
            assert_eq!(lacks(&own, &[&theirs]), lacking, "{own:?}");
        }
        let whole = Held { deleted: Some(Deletion { at: 4, since: 1 }), ..held(&[]) };
        assert!(lacks(&theirs, &[&whole]) && !lacks(&whole, &[&whole]));
    }
}
