//! `journals`: the journals that are kept, the newest first.

use std::process::ExitCode;

use lab_app::{
    LocalHost, dispatch,
    journals::seconds,
    schema::{JournalInfo, JournalState},
};
use lab_model::Problem;
use serde_json::Value;

use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let journals: Vec<JournalInfo> = super::typed(dispatch(&app, "journals", Value::Null).await?)?;
    out.give(&journals);
    if journals.is_empty() {
        out.say("There is no journal yet. Pipewright writes one of each lab that it watches.");
        return Ok(ExitCode::SUCCESS);
    }
    for journal in &journals {
        out.say(out.strong(&format!("{}  {}", journal.lab, journal.journal)));
        out.say(format!("  {}", about(journal)));
    }
    out.say("\nShow what a view showed then: pipewright watch VIEW [name=value…] --from JOURNAL [--at SECONDS]");
    Ok(ExitCode::SUCCESS)
}

/// On a line of its own: lab and journal are what `--from` takes, and no narrow terminal may cut them.
fn about(journal: &JournalInfo) -> String {
    let stack =
        Some(&journal.stack).filter(|stack| !stack.is_empty()).map(|stack| format!("{stack}, ")).unwrap_or_default();
    let (began, bytes) = (moment(journal.began_at), journal.bytes);
    let until = journal.until_ms.map(|until| format!("{} s, ", seconds(until))).unwrap_or_default();
    format!("{stack}{began}, {until}{bytes} bytes; {}", state(journal))
}

fn state(journal: &JournalInfo) -> String {
    let state = match journal.state {
        JournalState::Written => "being written",
        JournalState::Closed => "ends whole, not read through",
        JournalState::CutOff => "cut off in its last line",
        JournalState::Damaged => "a part of it is missing or damaged",
        JournalState::Empty => "empty, nothing was written",
        JournalState::Unreadable => "not readable",
    };
    match journal.parts_gone {
        0 => state.to_owned(),
        1 => format!("{state}; its first part was removed"),
        gone => format!("{state}; its first {gone} parts were removed"),
    }
}

/// A moment on everybody's clock.
pub(super) fn moment(unix_ms: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp(unix_ms.div_euclid(1000)).map_or_else(
        |_| format!("{unix_ms} ms"),
        |at| {
            let (hour, minute, second) = at.to_hms();
            format!("{} {hour:02}:{minute:02}:{second:02} UTC", at.date())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_lengths_are_for_people() {
        assert_eq!(moment(1_700_000_000_999), "2023-11-14 22:13:20 UTC");
        assert_eq!(moment(-1), "1969-12-31 23:59:59 UTC");
        assert_eq!(moment(i64::MAX), "9223372036854775807 ms");
        assert_eq!((seconds(0), seconds(61_260)), ("0.000".to_owned(), "61.260".to_owned()));
    }

    #[test]
    fn lab_and_journal_stand_whole_on_a_line_without_anything_else_that_is_long() {
        let mut journal = JournalInfo {
            lab: "lab".into(),
            journal: "1700000000000-1".into(),
            stack: "kafka-1".into(),
            began_at: 1_700_000_000_000,
            until_ms: Some(104_866),
            bytes: 20,
            parts: 1,
            parts_gone: 0,
            state: JournalState::Closed,
        };
        assert_eq!(
            about(&journal),
            "kafka-1, 2023-11-14 22:13:20 UTC, 104.866 s, 20 bytes; ends whole, not read through"
        );
        (journal.stack, journal.until_ms, journal.state) = (String::new(), None, JournalState::Empty);
        assert_eq!(about(&journal), "2023-11-14 22:13:20 UTC, 20 bytes; empty, nothing was written");
    }
}
