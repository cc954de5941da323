//! What became of every record: in Kafka once or more often, with a row or without, in a window or too late for it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Counts, Duplicate, Lost, Place, Rejected, Unkept,
    runs::Run,
    windows::{Closed, Window},
};
use crate::parts::{
    pipeline::{
        FORECASTS, Pipeline, REJECTED,
        ledger::Entry,
        table_of,
        tables::{Table, Values},
    },
    topic::Numbers,
};

/// A record by its topic and id.
type Named<'a> = (&'static str, &'a str);
/// Where a record lies: partition, offset, and what its headers say.
type At<'a> = (i32, i64, &'a Entry);

/// All records, each at its place.
pub(super) struct Account<'a> {
    pub(super) pipeline: &'a Pipeline,
    /// By topic and id: where the record is, in the order of partition and offset.
    pub(super) records: BTreeMap<Named<'a>, Vec<At<'a>>>,
    /// Records in Kafka without an id.
    pub(super) unnamed: u64,
}

/// What became of the records that are in Kafka, each counted once.
#[derive(Debug, Default)]
pub(super) struct Fates {
    pub(super) unread: u64,
    pub(super) unseen: u64,
    pub(super) lost: Vec<Lost>,
}

/// What is worked out of an account once.
pub(super) struct Known<'a> {
    pub(super) fates: Option<Fates>,
    pub(super) runs: Option<BTreeMap<&'a str, Run<'a>>>,
    /// Pieces that never came to Kafka.
    pub(super) never: Option<Vec<Lost>>,
    pub(super) windows: Option<BTreeMap<Window<'a>, Closed<'a>>>,
    /// Forecasts that nobody kept.
    pub(super) unkept: Option<Vec<Unkept>>,
}

impl<'a> Account<'a> {
    pub(super) fn known(&self) -> Known<'a> {
        let runs = self.fetched();
        let never = runs.as_ref().and_then(|runs| self.never_came(runs));
        Known { fates: self.fates(), never, windows: self.windows(), unkept: self.unkept(), runs }
    }

    pub(super) fn of(pipeline: &'a Pipeline) -> Self {
        let mut account = Self { pipeline, records: BTreeMap::new(), unnamed: 0 };
        for topic in FORECASTS {
            for (partition, offset, entry) in pipeline.ledger.records(topic) {
                match &entry.id {
                    Some(id) => account.records.entry((topic, id)).or_default().push((partition, offset, entry)),
                    None => account.unnamed += 1,
                }
            }
        }
        account
    }

    pub(super) fn counts(&self, known: &Known<'a>) -> Counts {
        let whole = self.is_whole(&FORECASTS);
        let of = |number: u64| whole.then_some(number);
        let sum = |numbers: &mut dyn Iterator<Item = u64>| numbers.fold(0, u64::saturating_add);
        let Known { fates, runs, never, windows, unkept } = known;
        let tables = self.tables();
        let unlogged = tables.as_ref().map(|_| self.unlogged());
        let lost = |(fates, never): (&Fates, &Vec<Lost>)| {
            sum(&mut never.iter().map(|lost| lost.records)).saturating_add(fates.lost.len() as u64)
        };
        Counts {
            fetched: runs.as_ref().and_then(|runs| of(sum(&mut runs.values().map(Run::pieces)))),
            produced: self.produced(),
            rejected: self.is_whole(&[REJECTED]).then(|| self.pipeline.ledger.records(REJECTED).count() as u64),
            consumed: self.consumed(),
            stored: tables.as_ref().map(|tables| tables.iter().map(|table| table.len() as u64).sum()),
            aggregated: windows.as_ref().map(|windows| sum(&mut windows.values().map(|window| window.periods))),
            duplicates: of(self.records.values().map(|places| places.len() as u64 - 1).sum()),
            lost: fates.as_ref().zip(never.as_ref()).map(lost).and_then(of),
            unread: fates.as_ref().and_then(|fates| of(fates.unread)),
            unseen: fates.as_ref().and_then(|fates| of(fates.unseen)),
            unlogged: unlogged.and_then(|(logged, _)| of(logged)),
            direct: unlogged.and_then(|(_, direct)| of(direct)),
            unkept: unkept.as_ref().map(|unkept| unkept.len() as u64),
            windows: windows.as_ref().map(|windows| windows.len() as u64),
            open_windows: windows.as_ref().and_then(|windows| of(self.open(windows).len() as u64)),
            late: windows.as_ref().and_then(|windows| of(self.late(windows).len() as u64)),
        }
    }

    /// Everything in the leaders' logs of these topics was read, but for what came a moment ago.
    pub(super) fn is_whole(&self, topics: &[&str]) -> bool {
        let ledger = &self.pipeline.ledger;
        self.all(topics, |topic, partition, log, end| ledger.is_followed(topic, partition, log.start, end))
    }

    /// That, too.
    pub(super) fn is_read(&self, topics: &[&str]) -> bool {
        let ledger = &self.pipeline.ledger;
        self.all(topics, |topic, partition, log, end| ledger.is_read(topic, partition, log.start, end))
    }

    fn all(&self, topics: &[&str], is: impl Fn(&str, i32, Numbers, i64) -> bool) -> bool {
        topics.iter().all(|topic| {
            let logs = self.logs(topic);
            logs.is_some_and(|logs| {
                let is = |(partition, log): (i32, Numbers)| {
                    log.readable_end().is_some_and(|end| is(topic, partition, log, end))
                };
                logs.into_iter().all(is)
            })
        })
    }

    /// The logs of all leaders of a topic; none while one is not known.
    pub(super) fn logs(&self, topic: &str) -> Option<Vec<(i32, Numbers)>> {
        let Pipeline { topics, nodes, .. } = self.pipeline;
        let known = topics.get(topic)?;
        if !topics.known(topic) {
            return None;
        }
        let log = |partition| {
            let (_, log) = topics.leaders_log(topic, partition, |id| nodes.name(id))?;
            Some((partition, log))
        };
        known.partitions().into_iter().map(log).collect()
    }

    /// By the offsets of the leaders' logs, which is another word than that of the records themselves.
    fn produced(&self) -> Option<u64> {
        let of = |topic: &&str| {
            let logs = self.logs(topic)?;
            let of = |(_, log): (i32, Numbers)| Some(spanned(log.start, log.readable_end()?));
            total(logs.into_iter().map(of))
        };
        total(FORECASTS.iter().map(of))
    }

    fn consumed(&self) -> Option<u64> {
        let of = |topic: &&str| {
            let logs = self.logs(topic)?;
            let read = |(partition, log): (i32, Numbers)| {
                let before = self.pipeline.stored_before(topic, partition).ok()?;
                // Commits run ahead of what is heard of the log.
                let end = log.readable_end()?;
                Some(before.map_or(0, |before| spanned(log.start, before.min(end))))
            };
            total(logs.into_iter().map(read))
        };
        total(FORECASTS.iter().map(of))
    }

    /// Both tables of forecasts, if both were read to their end. A table that is not there has no rows.
    fn tables(&self) -> Option<Vec<&'a Table>> {
        let table = |topic: &&str| self.pipeline.tables.of(table_of(topic)).filter(|table| table.is_whole());
        FORECASTS.iter().map(table).collect()
    }

    fn row(&self, topic: &str, id: &str) -> Option<Values<'a>> {
        self.pipeline.tables.of(table_of(topic))?.row(&[id])
    }

    /// What was refused by the storage, by its place `topic/partition/offset`.
    fn refused(&self) -> BTreeSet<&'a str> {
        let records = self.pipeline.ledger.records(REJECTED);
        records.filter(|(_, _, entry)| entry.run.is_none()).filter_map(|(_, _, entry)| entry.id.as_deref()).collect()
    }

    /// None while the tables or the groups are not known.
    pub(super) fn fates(&self) -> Option<Fates> {
        self.tables()?;
        let refused = self.refused();
        let mut fates = Fates::default();
        for ((topic, id), places) in &self.records {
            if self.row(topic, id).is_some() {
                continue;
            }
            let mut read = Vec::new();
            for &(partition, offset, entry) in places {
                if self.pipeline.stored_before(topic, partition).ok()?.is_some_and(|before| offset < before) {
                    read.push((partition, offset, entry));
                }
            }
            let is_refused = |(partition, offset, _): &(i32, i64, &Entry)| {
                refused.contains(format!("{topic}/{partition}/{offset}").as_str())
            };
            if read.is_empty() {
                fates.unread += 1;
            } else if read.iter().any(is_refused) {
            } else if let Some((partition, offset, _)) =
                read.iter().find(|(partition, offset, _)| *offset < self.pipeline.commits.proven(topic, *partition))
            {
                fates.lost.push(lost(topic, id, *partition, *offset));
            } else {
                fates.unseen += 1;
            }
        }
        Some(fates)
    }

    /// Records in Kafka that the storage has not read, each as often as it is there, with when the oldest was written.
    pub(super) fn waits(
        &self,
        before: impl Fn(&str, i32) -> Option<Option<i64>>,
        topics: &[&str],
    ) -> Option<(u64, Option<i64>)> {
        let (mut records, mut oldest) = (0, None);
        for topic in topics {
            for (partition, log) in self.logs(topic)? {
                let from = before(topic, partition)?.unwrap_or(log.start).max(log.start);
                records = spanned(from, log.readable_end()?).saturating_add(records);
                let known = self.pipeline.ledger.of(topic).find(|(known, _)| *known == partition);
                let first = known.and_then(|(_, known)| known.records.range(from..).next()?.1.at);
                oldest = [oldest, first].into_iter().flatten().min();
            }
        }
        Some((records, oldest))
    }

    pub(super) fn duplicates(&self, most: usize) -> Vec<Duplicate> {
        let mut twice: Vec<_> = self.records.iter().filter(|(_, places)| places.len() > 1).collect();
        twice.sort_by_key(|(_, places)| std::cmp::Reverse(places.iter().filter_map(|(_, _, entry)| entry.at).max()));
        let one = |((topic, id), places): (&Named<'a>, &Vec<At<'a>>)| {
            let hashes: Option<BTreeSet<&String>> = places.iter().map(|(_, _, entry)| entry.hash.as_ref()).collect();
            Duplicate {
                record: (*id).to_owned(),
                topic: (*topic).to_owned(),
                places: places.iter().map(|place| at(*place)).collect(),
                same: hashes.map(|hashes| hashes.len() == 1),
                rows: self.tables().map(|_| u32::from(self.row(topic, id).is_some())),
            }
        };
        twice.into_iter().take(most).map(one).collect()
    }

    pub(super) fn rejected(&self, most: usize) -> Vec<Rejected> {
        let mut all: Vec<_> = self.pipeline.ledger.records(REJECTED).collect();
        all.sort_by_key(|(_, offset, _)| std::cmp::Reverse(*offset));
        let one = |place: (i32, i64, &Entry)| Rejected {
            part: place.2.key.clone(),
            reason: place.2.reason.clone().unwrap_or_default(),
            run: place.2.run.clone(),
            at: at(place),
        };
        all.into_iter().take(most).map(one).collect()
    }
}

pub(super) fn at((partition, offset, entry): (i32, i64, &Entry)) -> Place {
    Place { partition, offset, run: entry.run.clone() }
}

fn lost(topic: &str, id: &str, partition: i32, offset: i64) -> Lost {
    Lost {
        record: id.to_owned(),
        records: 1,
        last: "Kafka".to_owned(),
        says: format!(
            "{topic}-{partition} has it at offset {offset}, its offset was committed, and {} has no row of it.",
            table_of(topic)
        ),
    }
}

fn spanned(from: i64, to: i64) -> u64 {
    u64::try_from(to.saturating_sub(from)).unwrap_or_default()
}

/// None if one is not known.
fn total(numbers: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    numbers.reduce(|all, one| Some(all?.saturating_add(one?))).unwrap_or(Some(0))
}
