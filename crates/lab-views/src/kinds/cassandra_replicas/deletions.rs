//! Deletions of whole partitions, ranges and rows: what a replica holds as deleted, and which of another's it lacks.
//!
//! A read repair and a repair send them like cells, also where a read shows nothing different.

use lab_model::facts::cassandra::{CellSeen, RangeSeen, RowSeen};

use super::{Deleted, fold::Held, merge::Place};

/// What one copy holds as deleted, besides cells of rows that it shows.
pub(super) fn told(held: &Held) -> Vec<Deleted> {
    let said =
        |what: String, at: i64| Deleted { what, deleted_at: at.to_string(), or_expired: false };
    let partition = held.deleted.map(|deletion| said("the partition".to_owned(), deletion.at));
    let ranges = held.ranges.iter().map(|range| said("rows of a range".to_owned(), range.deleted.at));
    let rows = held.rows.iter().flatten().filter(|row| !row.live);
    let rows = rows.flat_map(|row| {
        let whole = row.deleted.map(|deletion| said(named(row), deletion.at));
        whole.into_iter().chain(row.cells.iter().filter_map(|cell| gone(row, cell)))
    });
    partition.into_iter().chain(ranges).chain(rows).collect()
}

/// A column of a row that shows nothing: deleted alone, or expired. A node hands out what has expired as deleted.
fn gone(row: &RowSeen, cell: &CellSeen) -> Option<Deleted> {
    let marks = cell.mark.iter().chain(cell.parts.iter().map(|part| &part.mark));
    let at = marks.filter(|mark| mark.deleted).map(|mark| mark.at);
    let at = at.chain(cell.cleared.map(|deletion| deletion.at)).max()?;
    if row.deleted.is_some_and(|whole| whole.at >= at) {
        return None;
    }
    let what = if row.clustering.is_empty() { cell.column.clone() } else { format!("{} of row {}", cell.column, row.clustering) };
    Some(Deleted { what, deleted_at: at.to_string(), or_expired: true })
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
    use lab_model::facts::cassandra::{Deletion, Mark};

    use super::*;

    #[test]
    fn a_column_that_is_gone_is_not_called_a_row() {
        let mark = |at| Mark { at, deleted: true, ..Mark::default() };
        let cell = |column: &str, at| CellSeen { column: column.into(), mark: Some(mark(at)), ..CellSeen::default() };
        let row = |clustering: &str, deleted: Option<i64>, cells| RowSeen {
            clustering: clustering.into(),
            cells,
            is_static: false,
            live: false,
            order: String::new(),
            marker: None,
            deleted: deleted.map(|at| Deletion { at, since: 1 }),
        };
        let rows = vec![
            row("", None, vec![cell("v", 1000)]),
            row("5", Some(2000), vec![cell("v", 1000), cell("w", 3000)]),
        ];
        let told = told(&Held { rows: Some(rows), exact: true, ..Held::default() });
        let told: Vec<_> = told.iter().map(|gone| (gone.what.as_str(), gone.deleted_at.as_str(), gone.or_expired)).collect();
        assert_eq!(told, [("v", "1000", true), ("row 5", "2000", false), ("w of row 5", "3000", true)]);
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
