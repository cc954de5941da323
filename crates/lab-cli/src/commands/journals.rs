//! `journals`: the journals that are kept, the newest first.

use std::process::ExitCode;

use lab_app::{
    LocalHost, dispatch,
    schema::{JournalInfo, JournalState, Table},
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
    let mut table = Table::new(&["Lab", "Stack", "Journal", "Began", "#Seconds", "#Bytes", "State"]);
    for journal in &journals {
        table.row([
            journal.lab.clone(),
            journal.stack.clone(),
            journal.journal.clone(),
            moment(journal.began_at),
            journal.until_ms.map_or_else(|| "not known".to_owned(), seconds),
            journal.bytes.to_string(),
            state(journal),
        ]);
    }
    out.table(&table);
    out.say("\nShow what a view showed then: pipewright watch VIEW [name=value…] --from JOURNAL [--at SECONDS]");
    Ok(ExitCode::SUCCESS)
}

fn state(journal: &JournalInfo) -> String {
    let state = match journal.state {
        JournalState::Written => "being written",
        JournalState::Closed => "ends whole, not read through",
        JournalState::CutOff => "cut off in its last line",
        JournalState::Damaged => "damaged in the middle",
        JournalState::Unreadable => "not readable",
    };
    match journal.parts_gone {
        0 => state.to_owned(),
        1 => format!("{state}; its first part was removed"),
        gone => format!("{state}; its first {gone} parts were removed"),
    }
}

/// Journal time for people: seconds, with tenths.
pub(super) fn seconds(millis: u64) -> String {
    format!("{}.{}", millis / 1000, millis % 1000 / 100)
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
        assert_eq!((seconds(0), seconds(61_260)), ("0.0".to_owned(), "61.2".to_owned()));
    }
}
