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
    rest::{Dated, Failure, LONGEST},
};

/// Who watches over a task writes to its log for a moment after it has ended: milliseconds.
const AFTERWARDS: i64 = 5_000;
/// Airflow reads a log from its beginning each time: after a long reading so many times as long it is left alone.
const REST: u32 = 10;
/// Before a log is read that was longer than this, or that nobody read yet, it is asked how long it is.
const SHORT: u64 = 1 << 20;
/// How long one that is too long has become is asked again after so long.
const LEFT_ALONE: Duration = Duration::from_secs(30);

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
    /// So many bytes of it were read last.
    size: Option<u64>,
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

    /// To read it may be too much: Airflow goes through all of it, and keeps the processor busy with that.
    pub(super) fn may_be_long(&self) -> bool {
        self.size.is_none_or(|size| size > SHORT)
    }

    /// Leaves one unread that has so many bytes, with the command line by which a person reads its end.
    pub(super) fn leave(
        &mut self,
        account: &Account,
        place: &Place,
        try_number: u32,
        ended: bool,
        (size, by_hand): (u64, &str),
    ) {
        self.finished = ended;
        self.due = Some(Instant::now() + LEFT_ALONE);
        if let Some(log) = self.unread(try_number, too_long(size, by_hand)) {
            account.beat(told(place, TaskTold::Log(log)));
        }
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
                // One that was left in its middle is not gone through again and again.
                self.finished = reading.ended_at.is_some_and(|ended| !said.whole || is_over(ended, at));
                self.size = Some(said.read);
                if !said.whole {
                    self.due = Some(Instant::now() + LEFT_ALONE.max(took * REST));
                }
                self.news(try_number, said)
            }
            // It was asked for with a token that is not taken any more, or nobody answers: another look will tell.
            Err(Failure::NoConnection(_) | Failure::Refused { status: 401 | 403 | 404, .. }) => None,
            Err(failure) => self.unread(try_number, format!("Airflow did not give it: {failure}")),
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

    /// It was not read. What was read before stays.
    fn unread(&mut self, try_number: u32, why: String) -> Option<LogSeen> {
        let from = self.told.as_ref().map_or(0, |(first, known)| first + known.len() as u64);
        let last = self.last.take();
        let (error, sources) = last.as_ref().map(|last| (last.error.clone(), last.sources.clone())).unwrap_or_default();
        let (finished, unread) = (self.finished, Some(why));
        let log = LogSeen { try_number, from, anew: false, entries: Vec::new(), finished, unread, error, sources };
        let is_news = last.is_none_or(|last| last.finished != finished || last.unread != log.unread);
        self.last = Some(log.clone());
        is_news.then_some(log)
    }
}

/// Why a log of so many bytes is not read, and how a person reads its end.
fn too_long(size: u64, by_hand: &str) -> String {
    let (size, most) = (size >> 20, LONGEST >> 20);
    format!(
        "it has {size} MiB, Airflow gives only the whole log, and Pipewright reads at most {most} MiB. Read its end: `{by_hand}`"
    )
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
    use std::sync::{Arc, Mutex};

    use lab_model::{Draft, DraftSink, Fact, facts::airflow::AirflowFact};
    use lab_probe::Pace;

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
        let log = of.unread(1, "closed".to_owned()).unwrap();
        assert_eq!((log.from, log.unread.as_deref()), (1, Some("closed")));
        assert_eq!(of.unread(1, "closed".to_owned()), None);
        let log = of.news(1, read(0, &["a"])).unwrap();
        assert_eq!((log.from, log.unread), (1, None));
    }

    #[tokio::test]
    async fn one_that_is_too_long_is_left_alone() {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let out: DraftSink = Arc::new({
            let sent = Arc::clone(&sent);
            move |draft| sent.lock().unwrap().push(draft)
        });
        let account = Account::of("airflow-1", out, Arc::new(Pace::default()));
        let place = Place { dag: "d".into(), run: "r".into(), task: "t".into(), map_index: -1 };
        let mut of = OfLog::default();
        assert!(of.is_due(false) && of.may_be_long());
        let (size, line) = (104 << 20, "docker exec lab-airflow-1-1 tail x.log");
        of.leave(&account, &place, 1, false, (size, line));
        assert!(!of.is_due(false) && !of.is_finished(), "it grows");
        of.leave(&account, &place, 1, false, (size, line));
        of.leave(&account, &place, 1, true, (size, line));
        assert!(!of.is_due(true) && of.is_finished());
        let said: Vec<(bool, Option<String>)> = sent.lock().unwrap().drain(..).map(log_of).collect();
        let why = "it has 104 MiB, Airflow gives only the whole log, and Pipewright reads at most 32 MiB. Read its end: \
            `docker exec lab-airflow-1-1 tail x.log`";
        assert_eq!(said, [(false, Some(why.to_owned())), (true, Some(why.to_owned()))]);
        // One that was left in its middle is not gone through again either.
        let mut of = OfLog::default();
        let reading = of.begin(Some(Some(10_000)), false);
        let mut half = read(0, &["a"]);
        (half.whole, half.read) = (false, LONGEST);
        of.hear(&account, &place, 1, reading, Ok(Dated { at: Some(10_000), said: half }));
        assert!(of.is_finished() && of.may_be_long());
    }

    fn log_of(draft: Draft) -> (bool, Option<String>) {
        match draft.fact {
            Fact::Airflow(AirflowFact::TaskTold { told: TaskTold::Log(log), .. }) => (log.finished, log.unread),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_log_is_over_a_while_after_its_try() {
        assert!(!is_over(Some(10_000), Some(12_000)) && is_over(Some(10_000), Some(15_000)));
        assert!(is_over(None, None) && !is_over(Some(1), None));
    }
}
