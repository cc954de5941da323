//! The log of a try, read as it comes: of what has gone by only the newest part is kept.
//!
//! Airflow reads a log from its beginning whoever asks, and gives no end of it alone: it goes by here, and is left where it
//! is too long.

use std::{collections::VecDeque, time::Duration};

use lab_model::facts::airflow::{EntrySeen, LOG_BYTES, LOG_ENTRIES};
use serde::Deserialize;
use serde_json::Value;

use super::{at, cut, task::Place, traceback};
use crate::rest::{Dated, End, Failure, Rest, StreamAt};

/// Of an entry's words so many characters are kept.
const EVENT: usize = 2000;
/// Airflow goes through the whole log before it gives the first line: 200,000 lines take it 20 s on a busy machine.
const DEADLINE: Duration = Duration::from_secs(180);
/// The lines between these tell where Airflow read it from.
const SOURCES: &str = "::group::Log message source details";
const SOURCES_END: &str = "::endgroup::";

/// A log as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LogRead {
    /// The number of the first entry that is kept.
    pub(crate) first: u64,
    /// The newest ones.
    pub(crate) entries: VecDeque<EntrySeen>,
    bytes: usize,
    /// So many bytes of it went by.
    pub(crate) read: u64,
    /// Its end was read.
    pub(crate) whole: bool,
    traced: Option<String>,
    shouted: Option<String>,
    pub(crate) sources: Vec<String>,
    in_sources: bool,
}

/// The file in which Airflow writes the log of a try, below its folder with logs, by the template that it has unless told
/// otherwise.
pub(crate) fn log_file(Place { dag, run, task, map_index }: &Place, try_number: u32) -> String {
    let mapped = if *map_index < 0 { String::new() } else { format!("map_index={map_index}/") };
    format!("dag_id={dag}/run_id={run}/task_id={task}/{mapped}attempt={try_number}.log")
}

/// Where the log of a try is asked for.
pub(crate) async fn log_at(rest: &mut Rest, place: &Place, try_number: u32) -> Result<StreamAt, Failure> {
    let index = place.map_index;
    rest.stream_at(&format!("{}/logs/{try_number}?map_index={index}", place.path())).await
}

/// Reads it. The server's own time beside.
pub(crate) async fn log(stream: StreamAt) -> Result<Dated<LogRead>, Failure> {
    let mut read = LogRead::default();
    let Dated { at, said } = stream.lines(DEADLINE, |line| read.take(line)).await?;
    read.whole = said == End::Whole;
    Ok(Dated { at, said: read })
}

/// A line: Airflow's own fields, and whatever the task's logger added.
#[derive(Deserialize)]
struct Line {
    timestamp: Option<String>,
    level: Option<String>,
    logger: Option<String>,
    event: Option<String>,
    error_detail: Option<Value>,
    /// How a process ended: a number, or what a task gave to `sys.exit`.
    exit_code: Option<Value>,
    /// By which signal it was ended, below 0.
    signal: Option<i64>,
    signal_name: Option<String>,
}

impl Line {
    /// How a process ended, as Airflow notes it beside the words: `exit_code 1`, `SIGKILL`.
    fn end(&self) -> Option<String> {
        let signal = self.signal_name.clone().or_else(|| Some(format!("signal {}", self.signal?.unsigned_abs())));
        signal.or_else(|| match self.exit_code.as_ref()? {
            Value::String(said) => Some(format!("exit_code {said}")),
            other => Some(format!("exit_code {other}")),
        })
    }

    /// A process ended, and not well.
    fn ended_badly(&self) -> bool {
        self.signal.is_some() || self.signal_name.is_some() || self.exit_code.as_ref().is_some_and(|code| *code != 0)
    }

    /// Airflow's words, with how the process ended.
    fn words(&self) -> String {
        let event = self.event.as_deref().unwrap_or_default();
        match (self.end(), event.split_once(". ")) {
            // What follows the first sentence is advice, and long.
            (Some(end), Some((first, rest))) => format!("{first} ({end}). {rest}"),
            (Some(end), None) => format!("{} ({end})", event.trim_end()),
            (None, _) => event.to_owned(),
        }
    }
}

impl LogRead {
    /// The number of the entry after the last one.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// The last error that has a traceback; if there is none, the last entry that calls itself an error.
    pub(crate) fn error(&self) -> Option<&String> {
        self.traced.as_ref().or(self.shouted.as_ref())
    }

    /// One with these entries, read to its end.
    #[cfg(test)]
    pub(crate) fn of(first: u64, entries: Vec<EntrySeen>) -> Self {
        Self { first, entries: entries.into(), whole: true, ..Self::default() }
    }

    fn take(&mut self, line: &[u8]) {
        self.read += line.len() as u64 + 1;
        if line.is_empty() {
            return;
        }
        let entry = match serde_json::from_slice::<Line>(line) {
            Ok(Line { event: Some(event), .. }) if self.is_of_sources(&event) => return,
            Ok(line) => self.entry(line),
            // It was cut, or is none: what is there is shown.
            Err(_) => EntrySeen {
                at: None,
                level: None,
                logger: None,
                event: cut::short(&String::from_utf8_lossy(line), EVENT),
                error_detail: None,
            },
        };
        self.keep(entry);
    }

    /// Only the first group is Airflow's own; others are the task's.
    fn is_of_sources(&mut self, event: &str) -> bool {
        if self.in_sources {
            self.in_sources = event != SOURCES_END;
            if self.in_sources {
                self.sources.push(cut::short(event, EVENT));
            }
            return true;
        }
        self.in_sources = event == SOURCES && self.entries.is_empty() && self.sources.is_empty();
        self.in_sources
    }

    fn entry(&mut self, line: Line) -> EntrySeen {
        let event = line.words();
        let trace = line.error_detail.as_ref().and_then(traceback::of);
        if let Some(trace) = &trace {
            self.traced = Some(cut::short(&trace.error, EVENT));
        } else if line.ended_badly() || matches!(line.level.as_deref(), Some("error" | "critical")) {
            self.shouted = Some(cut::short(event.trim_end(), EVENT));
        }
        EntrySeen {
            at: at(line.timestamp.as_ref()),
            level: line.level,
            logger: line.logger,
            event: cut::short(&event, EVENT),
            error_detail: trace.map(|trace| trace.text),
        }
    }

    fn keep(&mut self, entry: EntrySeen) {
        self.bytes += entry.size();
        self.entries.push_back(entry);
        while self.entries.len() > 1 && (self.entries.len() > LOG_ENTRIES || self.bytes > LOG_BYTES) {
            let Some(gone) = self.entries.pop_front() else { return };
            self.bytes -= gone.size();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(lines: &[serde_json::Value]) -> LogRead {
        let mut read = LogRead::default();
        for line in lines {
            read.take(line.to_string().as_bytes());
        }
        read
    }

    #[test]
    fn where_it_was_read_from_is_no_entry() {
        let log = read(&[
            json!({ "timestamp": null, "event": SOURCES }),
            json!({ "event": "/opt/airflow/logs/x.log" }),
            json!({ "event": SOURCES_END }),
            json!({ "timestamp": "2026-11-30T18:51:27.5Z", "event": "hello", "level": "info", "logger": "task.stdout", "x": 1 }),
            json!({ "event": SOURCES }),
        ]);
        assert_eq!(log.sources, ["/opt/airflow/logs/x.log"]);
        let events: Vec<_> = log.entries.iter().map(|entry| (entry.at, entry.event.as_str())).collect();
        assert_eq!(events, [(Some(1_796_064_687_500), "hello"), (None, SOURCES)]);
    }

    #[test]
    fn of_a_long_one_the_newest_is_kept_and_the_rest_counted() {
        let lines: Vec<_> = (0..2_000).map(|n| json!({ "event": format!("line {n}") })).collect();
        let log = read(&lines);
        assert_eq!((log.first, log.entries.len(), log.end()), (1_500, LOG_ENTRIES, 2_000));
        assert_eq!(log.entries.back().unwrap().event, "line 1999");
        let wide: Vec<_> = (0..100).map(|_| json!({ "event": "x".repeat(9_000) })).collect();
        let log = read(&wide);
        assert!(log.entries.len() < 34 && log.bytes <= LOG_BYTES && log.end() == 100, "{}", log.entries.len());
        assert_eq!(log.entries[0].event.chars().count(), EVENT + 1);
    }

    #[test]
    fn the_error_is_the_one_with_a_traceback() {
        let detail = json!([{ "exc_type": "ValueError", "exc_value": "no rows", "frames": [] }]);
        let log = read(&[
            json!({ "event": "careful", "level": "error" }),
            json!({ "event": "Task failed with exception", "level": "error", "error_detail": detail }),
            json!({ "event": "over", "level": "error" }),
        ]);
        assert_eq!(log.error().unwrap(), "ValueError: no rows");
        let log =
            read(&[json!({ "event": "killed\n", "level": "critical" }), json!({ "event": "bye", "level": "info" })]);
        assert_eq!(log.error().unwrap(), "killed");
        assert_eq!(read(&[json!({ "event": "bye", "level": "info" })]).error(), None);
    }

    #[test]
    fn a_log_is_a_file_of_its_own() {
        let place = |map_index| Place { dag: "größe".into(), run: "r+1".into(), task: "g.load".into(), map_index };
        assert_eq!(log_file(&place(-1), 2), "dag_id=größe/run_id=r+1/task_id=g.load/attempt=2.log");
        assert_eq!(log_file(&place(0), 1), "dag_id=größe/run_id=r+1/task_id=g.load/map_index=0/attempt=1.log");
    }

    /// Airflow 3.3.2's own lines: of `sys.exit(1)`, of `os._exit(3)`, and of a task that the kernel killed.
    #[test]
    fn how_a_process_ended_is_of_the_words() {
        let error = |line| read(&[line]).error().cloned();
        let exited = |code| json!({ "event": "Task exited", "level": "error", "exit_code": code });
        assert_eq!(error(exited(json!(1))).unwrap(), "Task exited (exit_code 1)");
        assert_eq!(error(exited(json!("no rows"))).unwrap(), "Task exited (exit_code no rows)");
        assert_eq!(error(exited(json!(null))).unwrap(), "Task exited");
        let left = json!({ "event": "Process exited abnormally", "level": "warning", "exit_code": 3 });
        assert_eq!(error(left).unwrap(), "Process exited abnormally (exit_code 3)");
        let words = "Process terminated by signal. Likely out of memory error (OOM).";
        let killed = json!({ "event": words, "level": "critical", "signal": -9, "signal_name": "SIGKILL" });
        let log = read(&[killed]);
        let said = "Process terminated by signal (SIGKILL). Likely out of memory error (OOM).";
        assert_eq!((log.error().unwrap().as_str(), log.entries[0].event.as_str()), (said, said));
        assert_eq!(error(json!({ "event": "ended", "signal": -9 })).unwrap(), "ended (signal 9)");
        assert_eq!(error(json!({ "event": "ended", "level": "info", "exit_code": 0 })), None);
    }

    #[test]
    fn a_line_that_is_no_json_is_shown_as_it_is() {
        let mut log = LogRead::default();
        log.take(b"");
        log.take("größe {".as_bytes());
        log.take(b"[1]");
        let events: Vec<_> = log.entries.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events, ["größe {", "[1]"]);
    }
}
