//! Beside each other: which cells are the same on all nodes, which are the newest, which are older, which are missing.
//!
//! The rule is Cassandra's own for live cells: the higher timestamp wins, and of two with the same one the larger value.

use std::collections::BTreeSet;

use lab_model::facts::cassandra::{CellSeen, RowSeen};

use super::{Cell, Row, Standing};

/// What one node holds, and whether the key's placement counts it.
pub(super) struct Copy<'a> {
    pub(super) rows: &'a [RowSeen],
    /// There are more rows than it told.
    pub(super) more: bool,
    pub(super) replica: bool,
}

/// All copies of one partition.
pub(super) struct Copies<'a> {
    copies: Vec<Copy<'a>>,
    /// Clustering keys and columns of all, in the table's order.
    rows: Vec<&'a str>,
    columns: Vec<&'a str>,
}

impl<'a> Copies<'a> {
    pub(super) fn new(copies: Vec<Copy<'a>>) -> Self {
        let mut rows = Vec::new();
        let mut columns = Vec::new();
        for copy in &copies {
            merge(&mut rows, copy.rows.iter().map(|row| row.clustering.as_str()));
            for row in copy.rows {
                merge(&mut columns, row.cells.iter().map(|cell| cell.column.as_str()));
            }
        }
        Self { copies, rows, columns }
    }

    /// How many different contents the replicas hold.
    pub(super) fn versions(&self) -> usize {
        let content = |copy: &Copy<'_>| -> BTreeSet<String> {
            let cells = copy.rows.iter().flat_map(|row| {
                let live = row.cells.iter().filter(|cell| cell.value.is_some());
                live.map(|cell| format!("{:?}", (&row.clustering, &cell.column, &cell.value, cell.written_at)))
                    .chain([format!("{:?}", &row.clustering)])
            });
            cells.collect()
        };
        let contents: BTreeSet<_> = self.copies.iter().filter(|copy| copy.replica).map(content).collect();
        contents.len()
    }

    /// The rows of one copy, with the cells that only others have.
    pub(super) fn rows(&self, index: usize) -> Vec<Row> {
        let copy = &self.copies[index];
        copy.rows.iter().map(|own| self.row(copy, &own.clustering)).collect()
    }

    /// Clustering keys of the rows that other replicas hold and this copy does not.
    pub(super) fn lacks(&self, index: usize) -> Vec<&'a str> {
        let copy = &self.copies[index];
        let told = |clustering: &str| row(copy.rows, clustering).is_some();
        // Of what follows the last row that it told, nothing is known if it has more.
        let last = self.rows.iter().rposition(|clustering| told(clustering));
        let end = if copy.more { last.map_or(0, |last| last + 1) } else { self.rows.len() };
        let held = |clustering: &str| {
            self.copies.iter().any(|other| other.replica && row(other.rows, clustering).is_some())
        };
        self.rows.iter().take(end).copied().filter(|clustering| !told(clustering) && held(clustering)).collect()
    }

    /// Whether it lacks something that another replica has, or holds an older one.
    pub(super) fn behind(&self, rows: &[Row], index: usize) -> bool {
        let old = |cell: &Cell| matches!(cell.standing, Standing::Older | Standing::Missing);
        rows.iter().any(|row| row.cells.iter().any(old)) || !self.lacks(index).is_empty()
    }

    fn row(&self, copy: &Copy<'a>, clustering: &str) -> Row {
        let here = |column: &str| self.copies.iter().any(|copy| has(copy.rows, clustering, column));
        let columns = self.columns.iter().filter(|column| here(column));
        Row {
            clustering: clustering.to_owned(),
            cells: columns.map(|column| self.cell(copy, clustering, column)).collect(),
        }
    }

    fn cell(&self, copy: &Copy<'a>, clustering: &str, column: &str) -> Cell {
        let own = live(copy.rows, clustering, column);
        // Only replicas are compared; a node that holds it besides is set against them.
        let replicas = self.copies.iter().filter(|copy| copy.replica);
        let counted = replicas.filter(|copy| !copy.more || row(copy.rows, clustering).is_some());
        let others: Vec<Option<&CellSeen>> = counted.map(|copy| live(copy.rows, clustering, column)).collect();
        let rank = |cell: &CellSeen| (cell.written_at, cell.value.clone());
        let best = others.iter().flatten().map(|cell| rank(cell)).max();
        let own_rank = own.map(rank);
        let same = others.iter().all(|other| other.map(rank) == own_rank);
        let standing = match (&own_rank, &best) {
            _ if same => Standing::Same,
            (None, _) => Standing::Missing,
            (Some(own), Some(best)) if own < best => Standing::Older,
            (Some(_), _) => Standing::Newest,
        };
        Cell {
            column: column.to_owned(),
            value: own.and_then(|cell| cell.value.clone()),
            written_at: own.and_then(|cell| cell.written_at).map(|at| at.to_string()),
            ttl: own.and_then(|cell| cell.ttl),
            standing,
        }
    }
}

fn row<'a>(rows: &'a [RowSeen], clustering: &str) -> Option<&'a RowSeen> {
    rows.iter().find(|row| row.clustering == clustering)
}

fn has(rows: &[RowSeen], clustering: &str, column: &str) -> bool {
    row(rows, clustering).is_some_and(|row| row.cells.iter().any(|cell| cell.column == column))
}

fn live<'a>(rows: &'a [RowSeen], clustering: &str, column: &str) -> Option<&'a CellSeen> {
    let cells = &row(rows, clustering)?.cells;
    cells.iter().find(|cell| cell.column == column && cell.value.is_some())
}

/// Puts what is new behind what came before it.
fn merge<'a>(all: &mut Vec<&'a str>, more: impl Iterator<Item = &'a str>) {
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
