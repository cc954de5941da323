//! The pipeline's tables as a coordinator of Cassandra returned them, row by row.

use std::collections::BTreeMap;

use lab_model::{
    Datum, Fact, Millis, Observation, Source,
    facts::{cassandra::CassandraFact, lab::LabFact},
};
use serde::{Deserialize, Serialize};

use super::digest::name_of;

/// By name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tables(BTreeMap<String, Table>);

/// What was read of one table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// The columns' names.
    pub(crate) columns: Vec<String>,
    /// By what names them.
    rows: Vec<Row>,
    /// Which reading the newest was.
    number: u64,
    /// At which level, and who returned them.
    pub(crate) level: String,
    pub(crate) by: String,
    /// When the newest reading ended.
    pub(crate) at: Millis,
    /// Where in the journal the newest reading ended, and the one before: the newest began after that.
    ended: Option<u64>,
    ended_before: Option<u64>,
    /// There are more rows than were read.
    pub(crate) more: bool,
    /// A reading is told in several pieces, and the last has not come.
    pub(crate) unfinished: bool,
    /// Why it could not be read when it was last asked for, and whether that is because there is none.
    pub(crate) refused: Option<(String, bool)>,
}

/// A row: what names it, and all of its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    name: Vec<String>,
    values: Vec<Datum>,
}

impl Tables {
    /// Folds one observation in; tells whether it was about one of them.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        let fact = match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => {
                self.0.clear();
                return true;
            }
            Fact::Cassandra(fact) => fact,
            _ => return false,
        };
        match fact {
            CassandraFact::TableScanned { scan, .. } => {
                return self.0.entry(scan.table.clone()).or_default().hear(fact, observation);
            }
            CassandraFact::ScanRefused { scan, missing, error } => {
                let table = self.0.entry(scan.table.clone()).or_default();
                table.refused = Some((error.clone(), *missing));
                if *missing {
                    table.rows.clear();
                    (table.ended, table.ended_before) = (Some(observation.seq), table.ended);
                }
            }
            _ => return false,
        }
        true
    }

    /// A table that was asked for, if anything was said of it.
    pub(crate) fn of(&self, table: &str) -> Option<&Table> {
        self.0.get(table)
    }
}

impl Table {
    /// Tells whether something is other than it was, beside when it was read.
    fn hear(&mut self, fact: &CassandraFact, observation: &Observation) -> bool {
        let CassandraFact::TableScanned { scan, number, level, rows, gone, anew, unfinished, more, .. } = fact else {
            return false;
        };
        if self.ended.is_some() && self.number == *number && !self.unfinished && !anew {
            return false;
        }
        let before = (self.is_whole(), self.level.clone(), self.by.clone(), self.refused.clone(), self.columns.clone());
        if *anew || self.columns != scan.columns {
            *self = Self { columns: scan.columns.clone(), ..Self::default() };
        }
        let place = |rows: &[Row], name: &[String]| rows.binary_search_by(|row| row.name.as_slice().cmp(name));
        for name in gone {
            let name: Vec<String> = name.iter().map(name_of).collect();
            if let Ok(at) = place(&self.rows, &name) {
                self.rows.remove(at);
            }
        }
        for values in rows {
            let name: Vec<String> = values.iter().take(scan.named_by).map(name_of).collect();
            let row = Row { values: values.clone(), name };
            match place(&self.rows, &row.name) {
                Ok(at) => self.rows[at] = row,
                Err(at) => self.rows.insert(at, row),
            }
        }
        (self.level, self.by) = (level.clone(), teller(observation));
        (self.number, self.more, self.unfinished) = (*number, *more, *unfinished);
        self.refused = None;
        if !unfinished {
            self.at = observation.heard_at;
            (self.ended, self.ended_before) = (Some(observation.seq), self.ended);
        }
        let now = (self.is_whole(), self.level.clone(), self.by.clone(), self.refused.clone(), self.columns.clone());
        before != now || *anew || !rows.is_empty() || !gone.is_empty()
    }

    /// It was read at least once to its end, and nothing is left out: what is not among its rows was not there.
    pub(crate) fn is_whole(&self) -> bool {
        self.ended.is_some()
            && !self.more
            && !self.unfinished
            && self.refused.as_ref().is_none_or(|(_, missing)| *missing)
    }

    /// The newest reading began after something that stands there in the journal.
    pub(crate) fn read_since(&self, seq: u64) -> bool {
        self.is_whole() && self.ended_before.is_some_and(|ended| ended >= seq)
    }

    /// How many rows were read.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows in the order of what names them.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Values<'_>> {
        self.rows.iter().map(|row| Values { name: &row.name, columns: &self.columns, values: &row.values })
    }

    /// The row that these values name.
    pub(crate) fn row(&self, name: &[&str]) -> Option<Values<'_>> {
        let at =
            self.rows.binary_search_by(|row| row.name.iter().map(String::as_str).cmp(name.iter().copied())).ok()?;
        let Row { name, values } = &self.rows[at];
        Some(Values { name, columns: &self.columns, values })
    }
}

fn teller(observation: &Observation) -> String {
    match &observation.source {
        Source::Node(node) => node.clone(),
        other => other.to_string(),
    }
}

/// The values of a row, by column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    /// What names it.
    pub(crate) name: &'a [String],
    columns: &'a [String],
    values: &'a [Datum],
}

impl<'a> Values<'a> {
    /// A value; none if it is null.
    pub(crate) fn get(self, column: &str) -> Option<&'a Datum> {
        let at = self.columns.iter().position(|known| known == column)?;
        self.values.get(at).filter(|value| !value.is_null())
    }

    /// A text.
    pub(crate) fn text(self, column: &str) -> Option<&'a str> {
        self.get(column).map(|value| value.text.as_str())
    }

    /// A number.
    pub(crate) fn number(self, column: &str) -> Option<i64> {
        self.text(column)?.parse().ok()
    }
}
