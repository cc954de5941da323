//! What a read of several replicas makes of them, by Cassandra's own rules (`db/rows/Cells.java`, `Row.java`).
//!
//! A deletion takes what was written at its time or before. Of two cells the higher timestamp wins; then one that is deleted
//! or expires; then a deletion; then the later expiry, the shorter life, and the larger bytes of the value
//! (`Cells.resolveRegular` of 5.0.8). A cell that has expired comes to a coordinator as a deletion, made when the cell was
//! written (`AbstractCell.purge`); a row's marker comes as it is (`LivenessInfo.supersedes`). A counter adds up what each node
//! counted.

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
};

use lab_model::facts::cassandra::{CellSeen, Deletion, Mark, RowSeen, Shard};

use super::fold::Held;

/// One of them wins, and which one is not known: two long values are alike as far as they are known, or
/// more was there than was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undecided;

/// What is left of a column in a row, of one replica or of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Left<'a> {
    /// Cells by their path; a column of one cell has the empty path.
    cells: BTreeMap<&'a str, &'a Mark>,
    /// A counter's shards, by whose they are: how often changed, how much.
    shards: BTreeMap<&'a str, (i64, i64)>,
    /// The newest deletion that takes cells of this column.
    deleted: Option<Deletion>,
    /// The row's marker in place of a column.
    is_marker: bool,
}

/// The end of something of which nothing is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    /// Timestamp of the newest write that left nothing, microseconds.
    pub(super) at: i64,
    /// Cells are held as deleted.
    pub(super) deleted: bool,
    /// Cells have expired.
    pub(super) expired: bool,
}

/// What these cells, or a deletion of all of them, came to; none if there is neither.
pub(super) fn ended<'a>(marks: impl Iterator<Item = &'a Mark>, whole: Option<i64>) -> Option<Ended> {
    let gone: Vec<&Mark> = marks.filter(|mark| is_gone(mark)).collect();
    let at = gone.iter().map(|mark| mark.at).max().max(whole)?;
    Some(Ended { at, deleted: gone.iter().any(|mark| mark.deleted), expired: gone.iter().any(|mark| !mark.deleted) })
}

fn is_gone(mark: &Mark) -> bool {
    mark.deleted || mark.over
}

impl Left<'_> {
    /// A read shows a value.
    pub(super) fn is_live(&self) -> bool {
        !self.shards.is_empty() || self.cells.values().any(|mark| !is_gone(mark))
    }

    fn live(&self) -> impl Iterator<Item = (&str, (CellVersion<'_>, Option<&str>))> {
        let live = self.cells.iter().filter(|(_, mark)| !is_gone(mark));
        live.map(|(path, mark)| (*path, (told(mark, self.is_marker), mark.digest.as_deref())))
    }

    /// Neither a value nor a deletion.
    pub(super) fn is_nothing(&self) -> bool {
        self.cells.is_empty() && self.shards.is_empty() && self.deleted.is_none()
    }

    /// A read takes the same from both.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        let live = self.live().eq(other.live()) && self.shards == other.shards;
        let at = |left: &Self| left.ended().map(|ended| ended.at);
        live && (self.is_live() || at(self) == at(other))
    }

    /// All that a read shows of the whole is here, and more than that.
    pub(super) fn is_more_than(&self, whole: &Self) -> bool {
        let own: BTreeMap<_, _> = self.live().collect();
        let mut shown = whole.live().peekable();
        shown.peek().is_some() && shown.all(|(path, cell)| own.get(path) == Some(&cell))
    }

    /// Something of the whole is here, but not all of it.
    pub(super) fn is_part_of(&self, whole: &Self) -> bool {
        let several = whole.cells.len() > 1 || whole.cells.keys().any(|path| !path.is_empty());
        let alike = |mark: &Mark, other: &Mark| match (is_gone(mark), is_gone(other)) {
            (true, true) => mark.at == other.at,
            _ => told(mark, false) == told(other, false) && mark.digest == other.digest,
        };
        let cell = |(path, mark): (&&str, &&Mark)| whole.cells.get(path).is_some_and(|other| alike(mark, other));
        let shard = |(of, shard): (&&str, &(i64, i64))| whole.shards.get(of) == Some(shard);
        (several && self.cells.iter().any(cell)) || self.shards.iter().any(shard)
    }

    /// How it ended, if nothing of it is left.
    pub(super) fn ended(&self) -> Option<Ended> {
        let whole = self.deleted.map(|deletion| deletion.at);
        if self.is_live() { None } else { ended(self.cells.values().copied(), whole) }
    }
}

/// A cell as a coordinator is told it. Of two the greater one wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CellVersion<'a> {
    at: i64,
    ends: bool,
    /// A deletion, or a cell that has expired.
    pub(super) deleted: bool,
    /// When it expires, or when the deletion was made.
    since: Option<i64>,
    ttl: Reverse<Option<i32>>,
    /// Hex sorts as the bytes do.
    raw: &'a str,
}

pub(super) fn told(mark: &Mark, is_marker: bool) -> CellVersion<'_> {
    let expired = mark.over && !mark.deleted && !is_marker;
    let ttl = mark.ttl.filter(|_| !expired);
    let since = if expired { mark.expires.map(|at| at - i64::from(mark.ttl.unwrap_or_default())) } else { mark.expires };
    let deleted = mark.deleted || expired;
    let raw = if deleted { "" } else { &mark.raw };
    CellVersion { at: mark.at, ends: deleted || mark.expires.is_some(), deleted, since, ttl: Reverse(ttl), raw }
}

/// What is left of a column of a row when these replicas are read; `None` as column means the row's marker.
pub(super) fn left<'a>(copies: &[&'a Held], place: &Place<'_>, column: Option<&str>) -> Result<Left<'a>, Undecided> {
    let rows = || copies.iter().filter_map(|copy| Some((*copy, place.row(copy)?)));
    let mut left = Left { deleted: copies.iter().filter_map(|copy| place.deletion(copy)).max(), ..Left::default() };
    let Some(column) = column else {
        left.is_marker = true;
        let markers = rows().filter_map(|(_, row)| row.marker.as_ref());
        for mark in markers {
            left.take("", mark)?;
        }
        return Ok(left);
    };
    let cells = || rows().filter_map(|(_, row)| row.cells.iter().find(|cell| cell.column == column));
    left.deleted = left.deleted.max(cells().filter_map(|cell| cell.cleared).max());
    for cell in cells() {
        left.take_all(cell)?;
    }
    Ok(left)
}

impl<'a> Left<'a> {
    fn take_all(&mut self, cell: &'a CellSeen) -> Result<(), Undecided> {
        if cell.more {
            return Err(Undecided);
        }
        if !cell.shards.is_empty() {
            return self.count(cell);
        }
        if let Some(mark) = &cell.mark {
            self.take("", mark)?;
        }
        cell.parts.iter().try_for_each(|part| self.take(&part.path, &part.mark))
    }

    fn take(&mut self, path: &'a str, mark: &'a Mark) -> Result<(), Undecided> {
        if self.deleted.is_some_and(|deletion| mark.at <= deletion.at) {
            return Ok(());
        }
        let wins = match self.cells.get(path) {
            Some(other) => order(mark, other, self.is_marker)? == Ordering::Greater,
            None => true,
        };
        if wins {
            self.cells.insert(path, mark);
        }
        // A counter that was deleted stays so.
        if mark.deleted {
            self.shards.clear();
        }
        Ok(())
    }

    fn count(&mut self, cell: &'a CellSeen) -> Result<(), Undecided> {
        let at = cell.mark.as_ref().map_or(0, |mark| mark.at);
        if self.deleted.is_some_and(|deletion| at <= deletion.at) || self.cells.values().any(|mark| mark.deleted) {
            return Ok(());
        }
        for Shard { of, clock, count, global } in &cell.shards {
            // How the older kinds of shards merge is not told by these numbers alone.
            if !global {
                return Err(Undecided);
            }
            let known = self.shards.entry(of).or_insert((*clock, *count));
            *known = (*known).max((*clock, *count));
        }
        Ok(())
    }
}

/// Which of two cells wins.
fn order(a: &Mark, b: &Mark, is_marker: bool) -> Result<Ordering, Undecided> {
    let (one, other) = (told(a, is_marker), told(b, is_marker));
    let decided = one.cmp(&other);
    if decided.is_eq() && !one.deleted && a.digest != b.digest { Err(Undecided) } else { Ok(decided) }
}

/// A row of the partition.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    pub(super) clustering: &'a str,
    pub(super) is_static: bool,
    /// As rows sort; empty for the static row, and where only CQL was asked.
    pub(super) order: &'a str,
}

/// Only some copies may have told where it lies.
impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.is_static, self.clustering) == (other.is_static, other.clustering)
    }
}

impl<'a> Place<'a> {
    pub(super) fn of(row: &'a RowSeen) -> Self {
        Self { clustering: &row.clustering, is_static: row.is_static, order: &row.order }
    }

    /// The row of a copy that lies here, whatever is left of it.
    pub(super) fn row<'b>(&self, copy: &'b Held) -> Option<&'b RowSeen> {
        let mut rows = copy.rows.as_deref().unwrap_or_default().iter();
        rows.find(|row| row.is_static == self.is_static && row.clustering == self.clustering)
    }

    /// Whether the copy told what it holds here.
    pub(super) fn is_told(&self, copy: &Held) -> bool {
        let rows = copy.rows.as_deref().unwrap_or_default();
        let last = rows.iter().map(|row| row.order.as_str()).max().unwrap_or_default();
        !copy.more || self.row(copy).is_some() || (copy.exact && self.order <= last)
    }

    /// The newest deletion of the copy that takes the whole row.
    pub(super) fn deletion(&self, copy: &Held) -> Option<Deletion> {
        let over = copy.ranges.iter().filter(|range| {
            !self.is_static && range.from.as_str() < self.order && self.order < range.to.as_str()
        });
        let own = self.row(copy).and_then(|row| row.deleted);
        copy.deleted.max(own).max(over.map(|range| range.deleted).max())
    }

    /// A read of these copies shows a row here.
    pub(super) fn is_live(&self, copies: &[&Held]) -> Result<bool, Undecided> {
        if left(copies, self, None)?.is_live() {
            return Ok(true);
        }
        let rows: Vec<&RowSeen> = copies.iter().filter_map(|copy| self.row(copy)).collect();
        for cell in rows.iter().flat_map(|row| &row.cells) {
            if left(copies, self, Some(&cell.column))?.is_live() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at: i64, raw: &str) -> Mark {
        Mark { at, raw: raw.into(), ..Mark::default() }
    }

    #[test]
    fn cells_are_ordered_as_cassandra_orders_them() {
        let expiring = |at, expires, ttl| Mark { expires: Some(expires), ttl: Some(ttl), ..mark(at, "05") };
        let deleted = |at, since| Mark { deleted: true, expires: Some(since), ..mark(at, "") };
        // Each loses against the next one.
        let all = [
            mark(1, "ff"),
            // Of int 9, 10 and -1 the last one has the largest bytes.
            mark(2, "00000009"),
            mark(2, "0000000a"),
            mark(2, "ffffffff"),
            mark(2, "ffffffff00"),
            expiring(2, 10, 5),
            expiring(2, 11, 6),
            expiring(2, 11, 5),
            deleted(2, 3),
            deleted(2, 4),
            // Expired, it is a deletion of the second in which it was written.
            Mark { over: true, ..expiring(2, 10, 5) },
            Mark { over: true, ..expiring(2, 11, 5) },
            mark(3, ""),
        ];
        for (place, a) in all.iter().enumerate() {
            for (other, b) in all.iter().enumerate() {
                assert_eq!(order(a, b, false), Ok(place.cmp(&other)), "{a:?} {b:?}");
            }
        }
        let long = |digest: &str| Mark { digest: Some(digest.into()), ..mark(1, "ab") };
        assert_eq!(order(&long("a"), &long("b"), false), Err(Undecided));
        assert_eq!(order(&long("a"), &long("a"), false), Ok(Ordering::Equal));
        // A row's marker that has expired is compared as one that has not.
        let over = Mark { over: true, ..expiring(2, 10, 5) };
        assert_eq!(order(&over, &expiring(2, 11, 5), true), Ok(Ordering::Less));
        assert_eq!(order(&over, &expiring(2, 11, 5), false), Ok(Ordering::Greater));
    }
}
