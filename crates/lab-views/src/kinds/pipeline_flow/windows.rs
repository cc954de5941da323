//! The stream's windows: closed, open, and the records that came too late for theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Late,
    account::{Account, at},
};
use crate::parts::pipeline::{
    self, PERIODIC, STREAMED,
    ledger::Entry,
    moments::{date, day_in_singapore, unix_ms},
    tables::Values,
};

/// A window of the stream: its region, its day.
pub(super) type Window<'a> = (&'a str, i64);

/// A closed window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closed<'a> {
    pub(super) periods: u64,
    closed_by: &'a str,
}

impl<'a> Account<'a> {
    /// The windows that the stream closed; none before its table was read to the end.
    pub(super) fn windows(&self) -> Option<BTreeMap<Window<'a>, Closed<'a>>> {
        let table = self.pipeline.tables.of(STREAMED).filter(|table| table.is_whole())?;
        let window = |row: Values<'a>| {
            let day = day_in_singapore(unix_ms(row.text("window_start")?)?);
            let periods = row.number("periods").and_then(|periods| u64::try_from(periods).ok())?;
            Some(((row.text("region")?, day), Closed { periods, closed_by: row.text("closed_by").unwrap_or_default() }))
        };
        Some(table.rows().filter_map(window).collect())
    }

    /// Windows that have records and are not closed.
    pub(super) fn open(&self, windows: &BTreeMap<Window<'a>, Closed<'a>>) -> BTreeSet<Window<'a>> {
        let all = self.records.keys().filter_map(|(topic, id)| window_of(topic, id));
        all.filter(|window| !windows.contains_key(window)).collect()
    }

    /// Records of closed windows that lie behind the record that closed theirs; of one that was there before, too, that is
    /// no loss.
    pub(super) fn late(&self, windows: &BTreeMap<Window<'a>, Closed<'a>>) -> Vec<Late> {
        let mut late = Vec::new();
        for ((topic, id), places) in &self.records {
            let Some(window) = window_of(topic, id) else { continue };
            let Some(closed) = windows.get(&window) else { continue };
            let Some((partition, offset)) = place(closed.closed_by) else { continue };
            let is_late = |(at, found, _): &&(i32, i64, &Entry)| *at == partition && *found > offset;
            if let Some(first) = places.first()
                && places.iter().all(|place| is_late(&place))
            {
                late.push(Late {
                    record: (*id).to_owned(),
                    day: date(window.1),
                    at: at(*first),
                    closed_by: closed.closed_by.to_owned(),
                });
            }
        }
        late.sort_by_key(|late| std::cmp::Reverse(late.at.offset));
        late
    }

    /// When the record that closed a window was written.
    pub(super) fn closed_at(&self, closed_by: &str) -> Option<i64> {
        let (partition, offset) = place(closed_by)?;
        let (_, log) = self.pipeline.ledger.of(PERIODIC).find(|(known, _)| *known == partition)?;
        log.records.get(&offset)?.at
    }
}

/// Of `region/updated/period start`: the region and the day of `updated`.
pub(super) fn window_of<'a>(topic: &str, id: &'a str) -> Option<Window<'a>> {
    let mut parts = id.split('/').filter(|_| topic == pipeline::PERIODIC);
    let (region, updated) = (parts.next()?, parts.next()?);
    Some((region, day_in_singapore(unix_ms(updated)?)))
}

/// Of `topic/partition/offset`.
fn place(text: &str) -> Option<(i32, i64)> {
    let mut parts = text.rsplit('/');
    let offset = parts.next()?.parse().ok()?;
    Some((parts.next()?.parse().ok()?, offset))
}
