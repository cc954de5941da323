//! Beside each other: how each replica's cells and rows stand beside what a read of all of them would take.
//!
//! Where a replica's deletions are not known (no agent of ours is in it, or the journal is an old one), only two values with
//! different timestamps can be told apart: what is not there may have been deleted later than the others wrote it.

use std::collections::BTreeSet;

use lab_model::facts::cassandra::{CellSeen, Mark, RowSeen};

use super::{
    Cell, Deleted, Row, Standing, deletions,
    fold::Held,
    merge::{Left, Place, Undecided, left, told},
};

/// The static row among clustering keys. A text of that name would stand in quotes.
pub(super) const STATIC: &str = "static";

/// What one node holds, and whether the key's placement counts it.
pub(super) struct Copy<'a> {
    pub(super) held: &'a Held,
    pub(super) replica: bool,
}

/// All copies of one partition.
pub(super) struct Copies<'a> {
    copies: Vec<Copy<'a>>,
    /// Rows and columns of all, in the table's order.
    places: Vec<Place<'a>>,
    columns: Vec<&'a str>,
}

impl<'a> Copies<'a> {
    pub(super) fn new(copies: Vec<Copy<'a>>) -> Self {
        let mut places = Vec::new();
        let mut columns = Vec::new();
        for copy in &copies {
            merge(&mut places, copy.rows().iter().map(Place::of));
            for row in copy.rows() {
                merge(&mut columns, row.cells.iter().map(|cell| cell.column.as_str()));
            }
        }
        if places.iter().all(|place| place.is_static || !place.order.is_empty()) {
            places.sort_by(|a, b| (!a.is_static, a.order).cmp(&(!b.is_static, b.order)));
        }
        Self { copies, places, columns }
    }

    /// How many different contents the replicas hold, as a read is told them. The second in which a node carried out a
    /// deletion is its own: no content, as in Cassandra's digests.
    pub(super) fn versions(&self) -> usize {
        let content = |copy: &Copy<'_>| -> BTreeSet<String> {
            let rows = copy.rows().iter().flat_map(|row| {
                let marker = row.marker.as_ref().map(|mark| (mark.at, mark.expires));
                let of_row = format!("{:?}", (&row.clustering, row.is_static, row.deleted.map(|deletion| deletion.at), marker));
                let cells = row.cells.iter().filter(|cell| is_told(cell));
                cells.map(|cell| format!("{} {}", row.clustering, of_cell(cell))).chain([of_row]).collect::<Vec<_>>()
            });
            let ranges = copy.held.ranges.iter().map(|range| (&range.from, &range.to, range.deleted.at)).collect::<Vec<_>>();
            rows.chain([format!("{:?}", (copy.held.deleted.map(|deletion| deletion.at), ranges))]).collect()
        };
        self.replicas().map(content).collect::<BTreeSet<_>>().len()
    }

    /// The rows of one copy that a read of it shows, with the cells that only others have.
    pub(super) fn rows(&self, index: usize) -> Vec<Row> {
        let copy = &self.copies[index];
        let places = self.places.iter().filter(|place| place.row(copy.held).is_some_and(|row| row.live));
        places.map(|place| self.row(copy, place)).collect()
    }

    /// Clustering keys of the rows that a read of all replicas shows and this copy does not. None where that cannot be known.
    pub(super) fn lacks(&self, index: usize) -> Option<Vec<String>> {
        let copy = &self.copies[index];
        let held = self.held();
        let mut lacking = Vec::new();
        let elsewhere = |place: &&Place<'_>| held.iter().any(|held| place.row(held).is_some_and(|row| row.live));
        for place in self.places.iter().filter(elsewhere) {
            if place.row(copy.held).is_some_and(|row| row.live) || !place.is_told(copy.held) {
                continue;
            }
            match place.is_live(&held) {
                _ if !self.exact() => return None,
                Err(Undecided) => return None,
                Ok(true) if place.is_static => lacking.push(STATIC.to_owned()),
                Ok(true) => lacking.push(place.clustering.to_owned()),
                Ok(false) => {}
            }
        }
        Some(lacking)
    }

    /// Whether it lacks something that another replica has, or holds an older one; none where that cannot be known.
    pub(super) fn behind(&self, index: usize) -> Option<bool> {
        let copy = &self.copies[index];
        let (mut unknown, mut behind) = (false, self.exact() && deletions::lacks(copy.held, &self.held()));
        for place in self.places.iter().filter(|place| place.is_told(copy.held)) {
            let columns = self.columns.iter().filter(|column| self.is_here(place, column)).map(|column| Some(*column));
            for column in columns.chain([None]) {
                match self.standing(copy, place, column) {
                    Standing::Older | Standing::Missing | Standing::Part | Standing::Surplus => behind = true,
                    Standing::Absent | Standing::Differs => unknown = true,
                    Standing::Same | Standing::Newest => {}
                }
            }
        }
        if behind || !unknown { Some(behind) } else { None }
    }

    /// What one copy holds as deleted, besides cells of rows that it shows.
    pub(super) fn deletions(&self, index: usize) -> Vec<Deleted> {
        deletions::told(self.copies[index].held)
    }

    fn replicas(&self) -> impl Iterator<Item = &Copy<'a>> {
        self.copies.iter().filter(|copy| copy.replica)
    }

    fn held(&self) -> Vec<&'a Held> {
        self.replicas().map(|copy| copy.held).collect()
    }

    fn exact(&self) -> bool {
        self.replicas().all(|copy| copy.held.exact)
    }

    fn is_here(&self, place: &Place<'_>, column: &str) -> bool {
        let has = |row: &RowSeen| row.cells.iter().any(|cell| cell.column == column);
        self.copies.iter().any(|copy| place.row(copy.held).is_some_and(has))
    }

    fn row(&self, copy: &Copy<'a>, place: &Place<'a>) -> Row {
        let columns = self.columns.iter().filter(|column| self.is_here(place, column));
        Row {
            clustering: place.clustering.to_owned(),
            is_static: place.is_static,
            standing: self.standing(copy, place, None),
            cells: columns.map(|column| self.cell(copy, place, column)).collect(),
        }
    }

    fn cell(&self, copy: &Copy<'a>, place: &Place<'a>, column: &str) -> Cell {
        let own = seen(copy.held, place, column);
        let shown = own.filter(|cell| !cell.value.is_null());
        let own_left = left(&[copy.held], place, Some(column)).ok();
        let ended = own_left.as_ref().and_then(Left::ended).filter(|_| shown.is_none());
        Cell {
            column: column.to_owned(),
            value: shown.map(|cell| cell.value.clone()).unwrap_or_default(),
            written_at: shown.and_then(|cell| cell.written_at).map(|at| at.to_string()),
            deleted_at: ended.map(|ended| ended.at.to_string()),
            gone: ended.map(|ended| deletions::how(ended, copy.held.expired_apart)),
            ttl: shown.and_then(|cell| cell.ttl),
            expires_at: own.and_then(deletions::expiry),
            standing: self.standing(copy, place, Some(column)),
        }
    }

    /// How a cell, or without a column the row's marker, stands. Only replicas are compared; a node that holds it besides
    /// is set against them.
    fn standing(&self, copy: &Copy<'a>, place: &Place<'a>, column: Option<&str>) -> Standing {
        let others: Vec<&Held> = self.held().into_iter().filter(|held| place.is_told(held)).collect();
        let exact = copy.held.exact && others.iter().all(|held| held.exact);
        // Of a column that nobody wrote or deleted there is nothing to lack: what covers its row is the row's.
        let told = |held: &&Held| column.is_none_or(|column| seen(held, place, column).is_some_and(is_told));
        if !others.iter().chain([&copy.held]).any(told) {
            return Standing::Same;
        }
        match column {
            _ if exact => by_marks(copy.held, &others, place, column).unwrap_or(Standing::Differs),
            Some(column) => by_timestamps(copy.held, &others, place, column),
            None => Standing::Same,
        }
    }
}

impl<'a> Copy<'a> {
    fn rows(&self) -> &'a [RowSeen] {
        self.held.rows.as_deref().unwrap_or_default()
    }
}

/// Anything is told of it: a value, or that it was deleted.
fn is_told(cell: &CellSeen) -> bool {
    let shown = !cell.value.is_null() || !cell.shards.is_empty();
    shown || cell.mark.is_some() || cell.cleared.is_some() || !cell.parts.is_empty()
}

/// All that tells one content of a cell from another.
fn of_cell(cell: &CellSeen) -> String {
    let of_mark = |mark: &Mark| {
        let told = told(mark, false);
        // Of a deletion only its timestamp.
        let value = (!told.deleted).then(|| (mark.expires, mark.raw.clone(), mark.digest.clone()));
        (mark.at, value)
    };
    let mark = cell.mark.as_ref().map(of_mark);
    let parts: Vec<_> = cell.parts.iter().map(|part| (&part.path, of_mark(&part.mark))).collect();
    // Where only CQL was asked.
    let value = (mark.is_none() && cell.parts.is_empty()).then_some((&cell.value, cell.written_at));
    format!("{:?}", (&cell.column, mark, value, cell.cleared.map(|deletion| deletion.at), parts, &cell.shards))
}

fn by_marks(own: &Held, others: &[&Held], place: &Place<'_>, column: Option<&str>) -> Result<Standing, Undecided> {
    let each: Vec<Left<'_>> = others.iter().map(|held| left(&[held], place, column)).collect::<Result<_, _>>()?;
    let own = left(&[own], place, column)?;
    let whole = left(others, place, column)?;
    Ok(if each.iter().all(|other| other.reads_as(&own)) {
        Standing::Same
    } else if own.reads_as(&whole) {
        Standing::Newest
    } else if own.is_nothing() {
        Standing::Missing
    } else if own.is_live() && !whole.is_live() {
        Standing::Older
    } else if own.is_more_than(&whole) {
        Standing::Surplus
    } else if own.is_part_of(&whole) {
        Standing::Part
    } else {
        Standing::Older
    })
}

fn by_timestamps(own: &Held, others: &[&Held], place: &Place<'_>, column: &str) -> Standing {
    let of = |held: &'_ Held| seen(held, place, column).filter(|cell| !cell.value.is_null()).cloned();
    let own = of(own);
    let others: Vec<Option<CellSeen>> = others.iter().map(|held| of(held)).collect();
    let alike = |other: &Option<CellSeen>| match (other, &own) {
        (Some(a), Some(b)) => (&a.value, a.written_at) == (&b.value, b.written_at),
        (a, b) => a.is_none() && b.is_none(),
    };
    let newest = others.iter().flatten().map(|cell| cell.written_at).max().flatten();
    let Some(own) = &own else {
        return if others.iter().all(alike) { Standing::Same } else { Standing::Absent };
    };
    let (Some(own_at), Some(newest)) = (own.written_at, newest) else {
        return if others.iter().all(alike) { Standing::Same } else { Standing::Differs };
    };
    let rivals = others.iter().flatten().filter(|other| other.written_at == Some(own_at));
    let tied = rivals.clone().any(|other| other.value != own.value);
    match own_at.cmp(&newest) {
        _ if others.iter().all(alike) => Standing::Same,
        std::cmp::Ordering::Less => Standing::Older,
        // A replica that has none may have deleted it later.
        _ if tied || others.iter().any(Option::is_none) => Standing::Differs,
        _ => Standing::Newest,
    }
}

fn seen<'b>(held: &'b Held, place: &Place<'_>, column: &str) -> Option<&'b CellSeen> {
    place.row(held)?.cells.iter().find(|cell| cell.column == column)
}

/// Puts what is new behind what came before it.
fn merge<T: PartialEq>(all: &mut Vec<T>, more: impl Iterator<Item = T>) {
    let mut at = 0;
    for item in more {
        match all.iter().position(|known| *known == item) {
            Some(known) => at = known + 1,
            None => {
                all.insert(at.min(all.len()), item);
                at += 1;
            }
        }
    }
}
