//! The tables of which somebody wants all rows. Any node can read them for all, so one is asked: the first that answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use lab_model::{
    CassandraNeed, Datum, Draft, DraftSink, Source,
    facts::cassandra::{CassandraFact, Scanned},
};
use lab_probe::Look;
use tokio::time::Instant;

use crate::{
    Node,
    ask::scan::{self, Rows},
    wire::{Connection, Failure},
};

/// Between two readings of all tables.
const EVERY: Duration = Duration::from_secs(2);
/// Readings take no more than one part in so many of a node's time …
const SHARE: u32 = 15;
/// … unless they would come more seldom than this.
const SELDOM: Duration = Duration::from_secs(15);
/// How long one page may take.
const DEADLINE: Duration = Duration::from_secs(4);
/// Rows of one fact: a line of the journal is no book.
const PIECE: usize = 1000;

/// All tables being read.
pub(super) struct Scans {
    nodes: Vec<Node>,
    /// Which of them is asked, and the way to it.
    asked: usize,
    connection: Option<Connection>,
    out: DraftSink,
    known: BTreeMap<Scanned, Known>,
    took: Duration,
}

/// What came of a reading.
enum Read {
    Rows(Rows),
    /// There is no such table; in the node's words.
    NoTable(Failure),
}

/// What was last told of a table.
#[derive(Debug, Default, PartialEq)]
struct Known {
    number: u64,
    rows: BTreeMap<Vec<Datum>, Vec<Datum>>,
    refused: Option<CassandraFact>,
}

impl Scans {
    pub(super) fn new(nodes: &[Node], out: DraftSink) -> Self {
        // A spare may never run; it is asked last.
        let mut nodes = nodes.to_vec();
        nodes.sort_by_key(|node| node.spare);
        Self { nodes, asked: 0, connection: None, out, known: BTreeMap::new(), took: Duration::ZERO }
    }

    /// Reads a table from the first node that answers; each is tried once.
    async fn read(&mut self, table: &Scanned) -> Option<Result<Read, Failure>> {
        for _ in 0..self.nodes.len() {
            match self.read_here(table).await {
                Err(failure) if !failure.is_refusal() => {
                    tracing::debug!(node = self.nodes[self.asked].name, %failure, "a table was not read");
                    self.connection = None;
                    self.asked = (self.asked + 1) % self.nodes.len();
                }
                said => return Some(said),
            }
        }
        None
    }

    async fn read_here(&mut self, table: &Scanned) -> Result<Read, Failure> {
        let mut connection = match self.connection.take().filter(Connection::is_sound) {
            Some(connection) => connection,
            None => Connection::open(&self.nodes[self.asked].cql, DEADLINE).await?,
        };
        let read = match scan::read(&mut connection, table).await {
            // A column that is not there is refused in the same way.
            Err(failure) if failure.is_refusal() && !scan::is_there(&mut connection, table).await? => {
                Ok(Read::NoTable(failure))
            }
            read => read.map(Read::Rows),
        };
        self.connection = Some(connection);
        read
    }

    fn tell(&mut self, table: &Scanned, said: Result<Read, Failure>) {
        let known = self.known.entry(table.clone()).or_default();
        let facts = match said {
            Ok(Read::Rows(read)) => known.news(table, read),
            Ok(Read::NoTable(failure)) => known.refused(table, &failure, true).into_iter().collect(),
            Err(failure) => known.refused(table, &failure, false).into_iter().collect(),
        };
        let source = Source::Node(self.nodes[self.asked].name.clone());
        for fact in facts {
            (self.out)(Draft::new(source.clone(), fact));
        }
    }
}

impl Known {
    /// Every reading is told, also one that found nothing new: only of what was read twice can it be said that a row is
    /// missing.
    fn news(&mut self, table: &Scanned, read: Rows) -> Vec<CassandraFact> {
        let name = |row: &[Datum]| row.iter().take(table.named_by).cloned().collect::<Vec<_>>();
        let now: BTreeMap<Vec<Datum>, Vec<Datum>> = read.rows.into_iter().map(|row| (name(&row), row)).collect();
        let anew = self.number == 0 || self.refused.take().is_some();
        let before = std::mem::take(&mut self.rows);
        let is_known = |(name, row): &(&Vec<Datum>, &Vec<Datum>)| !anew && before.get(*name) == Some(*row);
        let news: Vec<Vec<Datum>> = now.iter().filter(|row| !is_known(row)).map(|(_, row)| row.clone()).collect();
        let gone: Vec<Vec<Datum>> = before.into_keys().filter(|name| !anew && !now.contains_key(name)).collect();
        self.number += 1;
        let mut pieces: Vec<Vec<Vec<Datum>>> = news.chunks(PIECE).map(<[_]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(Vec::new());
        }
        let last = pieces.len() - 1;
        let total = now.len() as u64;
        self.rows = now;
        let fact = |(at, rows): (usize, Vec<Vec<Datum>>)| CassandraFact::TableScanned {
            scan: table.clone(),
            number: self.number,
            level: scan::LEVEL.name().to_owned(),
            rows,
            gone: if at == 0 { gone.clone() } else { Vec::new() },
            anew: anew && at == 0,
            unfinished: at < last,
            total,
            more: read.more,
        };
        pieces.into_iter().enumerate().map(fact).collect()
    }

    /// Told once; what was known before counts until a reading succeeds.
    fn refused(&mut self, table: &Scanned, failure: &Failure, missing: bool) -> Option<CassandraFact> {
        let Failure::Refused(refusal) = failure else { return None };
        let fact = CassandraFact::ScanRefused { scan: table.clone(), missing, error: refusal.words.clone() };
        (self.refused.as_ref() != Some(&fact)).then(|| {
            self.refused = Some(fact.clone());
            fact
        })
    }
}

impl Look for Scans {
    type Need = CassandraNeed;

    async fn look(&mut self, needs: &BTreeSet<CassandraNeed>, _fresh: bool) {
        let table =
            |need: &CassandraNeed| if let CassandraNeed::Scan(table) = need { Some(table.clone()) } else { None };
        let wanted: BTreeSet<Scanned> = needs.iter().filter_map(table).collect();
        self.known.retain(|table, _| wanted.contains(table));
        let began = Instant::now();
        for table in wanted {
            // Nobody answers: that is told by those who ask each node.
            let Some(said) = self.read(&table).await else { break };
            self.tell(&table, said);
        }
        self.took = began.elapsed();
    }

    fn interval(&self) -> Duration {
        EVERY.max((self.took * SHARE).min(SELDOM))
    }
}

/// Starts nothing where there is no node.
pub(super) fn of(nodes: &[Node], out: &DraftSink) -> Option<Scans> {
    (!nodes.is_empty()).then(|| Scans::new(nodes, Arc::clone(out)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Scanned {
        Scanned { table: "weather.rain".into(), columns: vec!["id".into(), "hash".into()], named_by: 1 }
    }

    fn rows(of: &[(&str, &str)]) -> Rows {
        let row = |(id, hash): &(&str, &str)| vec![Datum::of_text(id), Datum::of_text(hash)];
        Rows { rows: of.iter().map(row).collect(), more: false }
    }

    /// New or changed, gone, told anew, how many in all.
    fn told(fact: &CassandraFact) -> (Vec<String>, Vec<String>, bool, u64) {
        let CassandraFact::TableScanned { rows, gone, anew, total, .. } = fact else { panic!("{fact:?}") };
        let first = |rows: &[Vec<Datum>]| rows.iter().map(|row| row[0].text.clone()).collect();
        (first(rows), first(gone), *anew, *total)
    }

    #[test]
    fn each_reading_tells_what_is_new_changed_or_gone() {
        let mut known = Known::default();
        let texts = |of: &[&str]| of.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut read = |of: &[(&str, &str)]| told(&known.news(&table(), rows(of))[0]);
        assert_eq!(read(&[("a", "1"), ("b", "1")]), (texts(&["a", "b"]), texts(&[]), true, 2));
        assert_eq!(read(&[("a", "1"), ("b", "1")]), (texts(&[]), texts(&[]), false, 2));
        assert_eq!(read(&[("a", "2"), ("c", "1")]), (texts(&["a", "c"]), texts(&["b"]), false, 2));
    }

    #[test]
    fn many_rows_come_in_pieces_and_the_last_one_ends_the_reading() {
        let many: Vec<String> = (0..2500).map(|number| format!("{number:04}")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|id| (id.as_str(), "1")).collect();
        let facts = Known::default().news(&table(), rows(&many));
        let ends = facts.iter().map(|fact| match fact {
            CassandraFact::TableScanned { rows, anew, unfinished, .. } => (rows.len(), *anew, *unfinished),
            _ => panic!("{fact:?}"),
        });
        assert_eq!(ends.collect::<Vec<_>>(), [(1000, true, true), (1000, false, true), (500, false, false)]);
    }

    #[test]
    fn after_a_refusal_all_is_told_anew() {
        let mut known = Known::default();
        known.news(&table(), rows(&[("a", "1")]));
        let fact = CassandraFact::ScanRefused { scan: table(), missing: true, error: "no".into() };
        known.refused = Some(fact);
        assert_eq!(told(&known.news(&table(), rows(&[("a", "1")]))[0]), (vec!["a".to_owned()], Vec::new(), true, 1));
    }
}
