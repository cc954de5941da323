//! The windows of all regions, by who counted them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Rain, Standing, Window};
use crate::parts::pipeline::{
    BATCHED, PERIODIC, Pipeline, RAIN, STREAMED,
    moments::{date, day_in_singapore, unix_ms},
    tables::{Table, Values},
};

/// A region and a day.
type Key<'a> = (&'a str, i64);

/// What is known of one window.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) table: Option<Rain>,
    pub(super) topic: Option<Rain>,
    pub(super) batch: Option<Rain>,
    batch_closed: Option<bool>,
    /// When the stream, and the batch, computed it.
    pub(super) streamed_at: Option<i64>,
    pub(super) batched_at: Option<i64>,
}

/// All windows, and of which days there are records.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    pub(super) windows: BTreeMap<Key<'a>, Known>,
    /// By region: days of which there are records.
    pub(super) recorded: BTreeMap<&'a str, BTreeSet<i64>>,
}

impl<'a> Gathered<'a> {
    pub(super) fn of(pipeline: &'a Pipeline) -> Self {
        let mut all = Self::default();
        all.rows(pipeline.tables.of(STREAMED), |known, rain, row| {
            known.table = Some(rain);
            known.streamed_at = row.text("computed").and_then(unix_ms);
        });
        all.rows(pipeline.tables.of(BATCHED), |known, rain, row| {
            known.batch = Some(rain);
            known.batch_closed = row.text("closed").and_then(|text| text.to_ascii_lowercase().parse().ok());
            known.batched_at = row.text("computed").and_then(unix_ms);
        });
        // A window that was sent again counts as it was sent last.
        for (_, _, entry) in pipeline.ledger.records(RAIN) {
            let parsed = entry.id.as_deref().and_then(key).zip(entry.value.as_deref().and_then(rain_in));
            if let Some((key, rain)) = parsed {
                all.windows.entry(key).or_default().topic = Some(rain);
            }
        }
        for (_, _, entry) in pipeline.ledger.records(PERIODIC) {
            if let Some((region, day)) = entry.id.as_deref().and_then(key) {
                all.recorded.entry(region).or_default().insert(day);
            }
        }
        all
    }

    fn rows(&mut self, table: Option<&'a Table>, note: impl Fn(&mut Known, Rain, Values<'a>)) {
        for row in table.into_iter().flat_map(Table::rows) {
            let day = row.text("window_start").and_then(unix_ms).map(day_in_singapore);
            let rain = row.number("rainy").zip(row.number("periods"));
            if let (Some(region), Some(day), Some((rainy, periods))) = (row.text("region"), day, rain) {
                note(self.windows.entry((region, day)).or_default(), Rain { rainy, periods }, row);
            }
        }
    }

    pub(super) fn regions(&self) -> BTreeSet<&'a str> {
        self.windows.keys().map(|(region, _)| *region).chain(self.recorded.keys().copied()).collect()
    }

    /// The windows of a region, those with records and no count among them.
    pub(super) fn of_region(&self, region: &str) -> Vec<Window> {
        let mut days: BTreeSet<i64> = self.recorded.get(region).cloned().unwrap_or_default();
        days.extend(self.windows.keys().filter(|(known, _)| *known == region).map(|(_, day)| *day));
        let window = |day: i64| {
            let known = self.windows.get(&(region, day)).copied().unwrap_or_default();
            let Known { table, topic, batch, batch_closed, .. } = known;
            Window { day: date(day), number: day, table, topic, batch, batch_closed, standing: known.standing() }
        };
        days.into_iter().map(window).collect()
    }

    /// Closed windows of which two say different things.
    pub(super) fn differing(&self) -> impl Iterator<Item = (&Key<'a>, &Known)> {
        self.windows.iter().filter(|(_, known)| known.standing() == Standing::Differs)
    }
}

impl Known {
    /// The batch found it closed.
    pub(super) fn is_closed_in_batch(&self) -> bool {
        self.batch_closed == Some(true)
    }

    pub(super) fn standing(&self) -> Standing {
        let batch = self.batch.filter(|_| self.is_closed_in_batch());
        let closed: Vec<Rain> = [self.table, self.topic, batch].into_iter().flatten().collect();
        if closed.windows(2).any(|pair| pair[0] != pair[1]) {
            Standing::Differs
        } else if self.table.is_none() && self.topic.is_none() {
            Standing::Open
        } else if self.batch.is_some() && batch.is_none() {
            Standing::Older
        } else {
            Standing::Same
        }
    }
}

/// Of `region/window start` or `region/updated/period start`: the region, and the day in Singapore.
fn key(id: &str) -> Option<Key<'_>> {
    let mut parts = id.split('/');
    let (region, at) = (parts.next()?, parts.next()?);
    Some((region, day_in_singapore(unix_ms(at)?)))
}

fn rain_in(value: &str) -> Option<Rain> {
    let value: Value = serde_json::from_str(value).ok()?;
    Some(Rain { rainy: value.get("rainy")?.as_i64()?, periods: value.get("periods")?.as_i64()? })
}
