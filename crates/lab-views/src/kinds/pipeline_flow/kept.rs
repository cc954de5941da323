//! Which of the forecasts that the source handed out were kept: by a record in Kafka, or by a row.

use std::collections::BTreeSet;

use super::{Unkept, account::Account};
use crate::parts::pipeline::{FORECASTS, PERIODIC, table_of, tables::Table};

impl Account<'_> {
    /// Forecasts that were handed out and nobody kept, though one that was handed out later was kept: who asks, asks one after
    /// the other. The newest first. None while the source has told nothing, not all that is kept was read, or Kafka has deleted
    /// records: they were kept.
    pub(super) fn unkept(&self) -> Option<Vec<Unkept>> {
        let answers = &self.pipeline.weather.answers;
        let tables = FORECASTS.iter().map(|topic| self.pipeline.tables.of(table_of(topic)));
        if answers.is_empty()
            || !self.is_whole(&FORECASTS)
            || !self.begins_at_zero(&FORECASTS)
            || !tables.clone().all(|table| table.is_some_and(Table::is_whole))
        {
            return None;
        }
        let kept = self.kept();
        let mut later = false;
        let mut unkept = Vec::new();
        for answer in answers.iter().rev().filter(|answer| answer.status == 200 && answer.pieces > 0) {
            let Some(updated) = &answer.updated else { continue };
            if kept.contains(updated.as_str()) {
                later = true;
            } else if later && unkept.iter().all(|known: &Unkept| known.updated != *updated) {
                unkept.push(Unkept { updated: updated.clone(), at: answer.at });
            }
        }
        Some(unkept)
    }

    /// When the forecasts were made of which there is a record or a row.
    fn kept(&self) -> BTreeSet<&str> {
        let rows = FORECASTS.iter().flat_map(|topic| {
            let rows = self.pipeline.tables.of(table_of(topic)).into_iter().flat_map(Table::rows);
            rows.filter_map(|row| Some((*topic, row.name.first()?.as_str())))
        });
        let records = self.records.keys().map(|(topic, id)| (*topic, *id));
        records.chain(rows).filter_map(|(topic, id)| made(topic, id)).collect()
    }

    /// Rows that no record in Kafka is about: those that say they came from there, and those that came without it.
    pub(super) fn unlogged(&self) -> (u64, u64) {
        let (mut logged, mut direct) = (0, 0);
        for topic in FORECASTS {
            for row in self.pipeline.tables.of(table_of(topic)).into_iter().flat_map(Table::rows) {
                if row.name.first().is_some_and(|id| self.records.contains_key(&(topic, id.as_str()))) {
                    continue;
                }
                if row.get("topic").is_some() { logged += 1 } else { direct += 1 }
            }
        }
        (logged, direct)
    }
}

/// Of `region/updated/period start`, or of `updated`.
fn made<'a>(topic: &str, id: &'a str) -> Option<&'a str> {
    if topic == PERIODIC { id.split('/').nth(1) } else { Some(id) }
}
