//! One log: what of it was told, when it is read again, and when no more.

use std::{collections::VecDeque, time::Duration};

use lab_model::facts::airflow::{EntrySeen, LogSeen, TaskTold};
use tokio::time::Instant;

use super::{
    closer::{Account, WHILE_ACTIVE, WHILE_CALM},
    of_task::told,
};
use crate::{
    ask::{LogRead, Place},
    rest::{Dated, Failure},
};

/// Who watches over a task writes to its log for a moment after it has ended: milliseconds.
const AFTERWARDS: i64 = 5_000;
/// Airflow reads a log from its beginning each time: after a long reading so many times as long it is left alone.
const REST: u32 = 10;

/// One log being read.
#[derive(Debug, Default)]
pub(super) struct OfLog {
    /// The number of the first entry that was told and is kept, and the entries.
    told: Option<(u64, VecDeque<EntrySeen>)>,
    /// The rest of what was told last.
    last: Option<LogSeen>,
    finished: bool,
    reading: bool,
    due: Option<Instant>,
}

/// How it stood with the try when reading began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    began: Instant,
    /// None if it went on; the inner one is none where Airflow did not note when it ended.
    ended_at: Option<Option<i64>>,
    running: bool,
}

impl OfLog {
    pub(super) fn is_finished(&self) -> bool {
        self.finished
    }

    /// It is time to read it, or somebody waits for it.
    pub(super) fn is_due(&self, fresh: bool) -> bool {
        !self.finished && !self.reading && (fresh || self.due.is_none_or(|due| Instant::now() >= due))
    }

    pub(super) fn begin(&mut self, ended_at: Option<Option<i64>>, running: bool) -> Reading {
        self.reading = true;
        Reading { began: Instant::now(), ended_at, running }
    }

    pub(super) fn hear(
        &mut self,
        account: &Account,
        place: &Place,
        try_number: u32,
        reading: Reading,
        said: Result<Dated<LogRead>, Failure>,
    ) {
        self.reading = false;
        let soon = if reading.running || reading.ended_at.is_some() { WHILE_ACTIVE } else { WHILE_CALM };
        let took: Duration = reading.began.elapsed();
        self.due = Some(Instant::now() + soon.max(took * REST));
        let log = match said {
            Ok(Dated { at, said }) => {
                self.finished = reading.ended_at.is_some_and(|ended| is_over(ended, at));
                self.news(try_number, said)
            }
            // It was asked for with a token that is not taken any more, or nobody answers: another look will tell.
            Err(Failure::NoConnection(_) | Failure::Refused { status: 401 | 403 | 404, .. }) => None,
            Err(failure) => self.unread(try_number, &failure),
        };
        if let Some(log) = log {
            let newest = log.entries.iter().filter_map(|entry| entry.at).max();
            account.said_at(newest).beat(told(place, TaskTold::Log(log)));
        }
    }

    /// What is new; none if nothing is.
    fn news(&mut self, try_number: u32, read: LogRead) -> Option<LogSeen> {
        let unread = (!read.whole).then(|| {
            "Pipewright stopped reading it here, because it is too long; its end stands in the file".to_owned()
        });
        let (error, sources) = (read.error().cloned(), read.sources.clone());
        let (end, first) = (read.end(), read.first);
        let before = self.told.take();
        let goes_on = before.as_ref().and_then(|(from, known)| continued(*from, known, &read));
        let from = goes_on.unwrap_or(first);
        let new = usize::try_from(end - from).unwrap_or(usize::MAX).min(read.entries.len());
        let entries: Vec<EntrySeen> = read.entries.iter().skip(read.entries.len() - new).cloned().collect();
        let anew = before.is_some() && goes_on.is_none();
        self.told = Some((first, read.entries));
        let log = LogSeen { try_number, from, anew, entries, finished: self.finished, unread, error, sources };
        let is_news = self.last.as_ref().is_none_or(|last| {
            let still = LogSeen { from: last.from, anew: last.anew, entries: last.entries.clone(), ..log.clone() };
            !log.entries.is_empty() || log.anew || still != *last
        });
        self.last = Some(log.clone());
        is_news.then_some(log)
    }

    /// It was not given. What was read before stays.
    fn unread(&mut self, try_number: u32, failure: &Failure) -> Option<LogSeen> {
        let from = self.told.as_ref().map_or(0, |(first, known)| first + known.len() as u64);
        let last = self.last.take();
        let (error, sources) = last.as_ref().map(|last| (last.error.clone(), last.sources.clone())).unwrap_or_default();
        let unread = Some(format!("Airflow did not give it: {failure}"));
        let log =
            LogSeen { try_number, from, anew: false, entries: Vec::new(), finished: false, unread, error, sources };
        let is_news = last.is_none_or(|last| last.unread != log.unread);
        self.last = Some(log.clone());
        is_news.then_some(log)
    }
}

/// Whether nothing more is written to it.
fn is_over(ended_at: Option<i64>, now: Option<i64>) -> bool {
    match (ended_at, now) {
        (Some(ended), Some(now)) => now - ended >= AFTERWARDS,
        // Airflow notes no end of what never ran.
        (None, _) => true,
        (_, None) => false,
    }
}

/// The number of the first new entry, if what was told before is still so. Entries of several files are sorted by time: they
/// may come between.
fn continued(from: u64, known: &VecDeque<EntrySeen>, read: &LogRead) -> Option<u64> {
    let end = from + known.len() as u64;
    if read.end() < end || read.first > end {
        return None;
    }
    let both = from.max(read.first)..end;
    let place = |number: u64, first: u64| usize::try_from(number - first).ok();
    let same = |number: u64| {
        let (old, new) = (known.get(place(number, from)?)?, read.entries.get(place(number, read.first)?)?);
        Some(old == new)
    };
    both.into_iter().all(|number| same(number) == Some(true)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(event: &str) -> EntrySeen {
        EntrySeen { at: None, level: None, logger: None, event: event.to_owned(), error_detail: None }
    }

    fn read(first: u64, events: &[&str]) -> LogRead {
        LogRead::of(first, events.iter().map(|event| entry(event)).collect())
    }

    fn told(of: &mut OfLog, read: LogRead) -> Option<(u64, Vec<String>, bool)> {
        let log = of.news(1, read)?;
        Some((log.from, log.entries.into_iter().map(|entry| entry.event).collect(), log.anew))
    }

    fn some(from: u64, events: &[&str], anew: bool) -> Option<(u64, Vec<String>, bool)> {
        Some((from, events.iter().map(ToString::to_string).collect(), anew))
    }

    #[test]
    fn only_new_entries_are_told_again() {
        let mut of = OfLog::default();
        assert_eq!(told(&mut of, read(0, &["a", "b"])), some(0, &["a", "b"], false));
        assert_eq!(told(&mut of, read(0, &["a", "b"])), None);
        assert_eq!(told(&mut of, read(1, &["b", "c"])), some(2, &["c"], false));
        // So much came that nothing of before is kept.
        assert_eq!(told(&mut of, read(3, &["d"])), some(3, &["d"], false));
        assert_eq!(told(&mut of, read(9, &["x"])), some(9, &["x"], true));
        // One came between.
        assert_eq!(told(&mut of, read(9, &["w", "x"])), some(9, &["w", "x"], true));
        assert_eq!(told(&mut of, read(0, &["a"])), some(0, &["a"], true), "it is shorter");
    }

    #[test]
    fn that_it_is_finished_is_told_without_entries() {
        let mut of = OfLog::default();
        assert!(of.news(1, read(0, &["a"])).is_some());
        of.finished = true;
        let log = of.news(1, read(0, &["a"])).unwrap();
        assert!(log.finished && log.entries.is_empty() && log.from == 1);
        assert_eq!(of.news(1, read(0, &["a"])), None);
    }

    #[test]
    fn what_was_not_given_takes_nothing_away() {
        let mut of = OfLog::default();
        assert!(of.news(1, read(0, &["a"])).is_some());
        let failure = Failure::NoAnswer("closed".into());
        let log = of.unread(1, &failure).unwrap();
        assert_eq!((log.from, log.unread.as_deref()), (1, Some("Airflow did not give it: closed")));
        assert_eq!(of.unread(1, &failure), None);
        let log = of.news(1, read(0, &["a"])).unwrap();
        assert_eq!((log.from, log.unread), (1, None));
    }

    #[test]
    fn a_log_is_over_a_while_after_its_try() {
        assert!(!is_over(Some(10_000), Some(12_000)) && is_over(Some(10_000), Some(15_000)));
        assert!(is_over(None, None) && !is_over(Some(1), None));
    }
}
