//! What each run fetched, and what of it is not in Kafka: not yet, or never.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lost, account::Account};
use crate::parts::{
    pipeline::{FORECASTS, PIECES, REJECTED, ledger::Entry},
    words::count,
};

/// What one run fetched, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Run<'a> {
    /// As its task says.
    told: Option<u64>,
    /// As the headers of its records say, by topic.
    claimed: BTreeMap<&'a str, u64>,
    /// What is in Kafka: by topic and what tells one piece from the others.
    came: BTreeSet<(&'a str, String)>,
    /// Records of it, each once.
    records: BTreeSet<(&'a str, &'a str)>,
    /// It has ended, and Kafka was read since: what is not there never comes.
    ended: bool,
}

impl Run<'_> {
    fn said(&self) -> u64 {
        self.told.unwrap_or_else(|| self.claimed.values().copied().fold(0, u64::saturating_add))
    }

    /// A run that was made to run again fetched again, and its task tells only of the last time.
    pub(super) fn pieces(&self) -> u64 {
        let said = self.said();
        said.max(self.records.len() as u64)
    }

    fn missing(&self) -> u64 {
        let said = self.said();
        said.saturating_sub(self.came.len() as u64)
    }
}

impl<'a> Account<'a> {
    /// What each run fetched; none before Airflow told of it.
    pub(super) fn fetched(&self) -> Option<BTreeMap<&'a str, Run<'a>>> {
        let told = self.pipeline.left.of(PIECES)?;
        let mut runs: BTreeMap<&str, Run<'_>> = BTreeMap::new();
        for ((topic, id), places) in &self.records {
            places.iter().for_each(|(_, _, entry)| came(&mut runs, topic, id, entry));
        }
        for (_, _, entry) in self.pipeline.ledger.records(REJECTED) {
            came(&mut runs, REJECTED, entry.id.as_deref().unwrap_or_default(), entry);
        }
        for (name, left) in &told.runs {
            if let Some(pieces) = left.json().and_then(|json| json.parse().ok()) {
                let run = runs.entry(name).or_default();
                (run.told, run.ended) = (Some(pieces), left.settled);
            }
        }
        Some(runs)
    }

    /// Nothing was deleted from these topics.
    pub(super) fn begins_at_zero(&self, topics: &[&str]) -> bool {
        topics.iter().all(|topic| {
            let logs = self.logs(topic);
            logs.is_some_and(|logs| logs.iter().all(|(_, log)| log.start == 0))
        })
    }

    /// Pieces that never came to Kafka, of runs that have ended. None is known where Kafka has deleted records: they had come.
    pub(super) fn never_came(&self, runs: &BTreeMap<&'a str, Run<'a>>) -> Option<Vec<Lost>> {
        let topics = [FORECASTS[0], FORECASTS[1], REJECTED];
        if !self.begins_at_zero(&topics) || !self.is_whole(&topics) {
            return None;
        }
        let never = |(name, run): (&&str, &Run<'_>)| {
            let records = run.missing();
            (run.ended && records > 0).then(|| Lost {
                record: (*name).to_owned(),
                records,
                last: "Airflow".to_owned(),
                says: format!("{name} fetched {}, and {records} never came to Kafka.", count(run.pieces(), "piece")),
            })
        };
        Some(runs.iter().filter_map(never).collect())
    }
}

/// Pieces that are not in Kafka yet, of runs that go on or since whose end Kafka was not read.
pub(super) fn under_way(runs: &BTreeMap<&str, Run<'_>>) -> u64 {
    runs.values().filter(|run| !run.ended).map(Run::missing).fold(0, u64::saturating_add)
}

fn came<'a>(runs: &mut BTreeMap<&'a str, Run<'a>>, topic: &'a str, id: &'a str, entry: &'a Entry) {
    let Some(name) = &entry.run else { return };
    let run = runs.entry(name).or_default();
    run.records.insert((topic, id));
    // Two pieces of one payload may be the same record.
    let piece = entry.piece.map_or_else(|| id.to_owned(), |(number, _)| number.to_string());
    run.came.insert((topic, piece));
    let claimed = run.claimed.entry(topic).or_default();
    *claimed = match entry.piece {
        Some((_, of)) => of.max(*claimed),
        None => claimed.saturating_add(1),
    };
}
