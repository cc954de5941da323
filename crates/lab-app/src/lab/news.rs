//! How long nothing new was heard: a lab is calm when all it says is what it said before.
//!
//! Not new are beats (that a source is heard), measures that are never twice the same (φ goes up and down with every
//! heartbeat, the commit log grows by what a node notes of itself), and a table's count of reads, because our own
//! looking raises it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use lab_model::{
    Fact, Observation, Source,
    facts::{cassandra::CassandraFact, lab::LabFact},
};

/// When something new was last heard.
pub(super) struct News {
    last: Instant,
    /// What each node last said of each table, with no reads counted.
    tables: BTreeMap<(Source, String), CassandraFact>,
}

impl News {
    pub(super) fn new() -> Self {
        Self { last: Instant::now(), tables: BTreeMap::new() }
    }

    /// How long nothing new was heard.
    pub(super) fn silent_for(&self) -> Duration {
        self.last.elapsed()
    }

    pub(super) fn hear(&mut self, observation: &Observation) {
        if self.is_new(observation) {
            self.last = Instant::now();
        }
    }

    fn is_new(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Lab(LabFact::Heard | LabFact::FellSilent { .. })
            | Fact::Cassandra(CassandraFact::PhiRead { .. } | CassandraFact::CommitLogRead { .. }) => false,
            Fact::Cassandra(fact @ CassandraFact::TableRead { table, .. }) => {
                let fact = without_reads(fact.clone());
                let before = self.tables.insert((observation.source.clone(), table.clone()), fact.clone());
                before.as_ref() != Some(&fact)
            }
            _ => true,
        }
    }
}

fn without_reads(mut fact: CassandraFact) -> CassandraFact {
    if let CassandraFact::TableRead { local_reads, .. } = &mut fact {
        *local_reads = 0;
    }
    fact
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(fact: impl Into<Fact>) -> Observation {
        let source = Source::Node("cassandra-1".into());
        Observation { seq: 0, heard_at: 0, said_at: None, source, cause: None, fact: fact.into() }
    }

    fn table(local_reads: u64, local_writes: u64) -> Observation {
        said(CassandraFact::TableRead {
            table: "shop.prices".into(),
            memtable_bytes: 0,
            memtable_cells: 0,
            memtable_switches: 0,
            sstables: 0,
            sstable_bytes: 0,
            local_reads,
            local_writes,
        })
    }

    #[test]
    fn a_table_is_news_when_more_than_its_reads_changed() {
        let mut news = News::new();
        assert!(news.is_new(&table(0, 0)), "first heard of");
        assert!(!news.is_new(&table(7, 0)), "we looked at it");
        assert!(news.is_new(&table(8, 1)), "somebody wrote");
        assert!(!news.is_new(&table(9, 1)));
    }

    #[test]
    fn beats_are_no_news() {
        let mut news = News::new();
        assert!(!news.is_new(&said(LabFact::Heard)));
        assert!(news.is_new(&said(LabFact::LabStopped)));
    }
}
