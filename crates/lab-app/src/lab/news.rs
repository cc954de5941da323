//! How long nothing new was heard: a lab is calm when all it says is what it said before.
//!
//! Not new are beats: that a source is heard, and what an engine registered as such.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use lab_model::{Fact, Observation, Source, facts::lab::LabFact};

use super::systems::{ENGINES, Novelty};

/// When something new was last heard.
pub(super) struct News {
    last: Instant,
    /// What each source last said of each subject, where only something else is news.
    said: BTreeMap<(Source, String), Fact>,
}

impl News {
    pub(super) fn new() -> Self {
        Self { last: Instant::now(), said: BTreeMap::new() }
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
        if let Fact::Lab(LabFact::Heard | LabFact::FellSilent { .. }) = &observation.fact {
            return false;
        }
        match ENGINES.iter().find_map(|engine| (engine.novelty)(&observation.fact)) {
            None => true,
            Some(Novelty::Beat) => false,
            Some(Novelty::IfOther { subject, said }) => {
                let before = self.said.insert((observation.source.clone(), subject), (*said).clone());
                before.as_ref() != Some(&*said)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use lab_model::facts::cassandra::CassandraFact;

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
