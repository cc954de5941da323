//! `watch --from`: a view as it was, read back from a journal.

use std::process::ExitCode;

use lab_app::{
    Host, LocalHost, arguments,
    journals::{self, Replay},
};
use lab_model::{Millis, Problem};
use serde_json::Value;

use super::journals::{moment, seconds};
use crate::output::Output;

/// Journal time between two pictures: more do not reach a page either.
const BETWEEN: Millis = 200;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// A journal: its file, its name, or its lab.
    pub(crate) from: &'a str,
    /// The moment, journal time; none for the end.
    pub(crate) at: Option<Millis>,
    /// Only the picture of that moment, not those before it.
    pub(crate) once: bool,
}

pub(crate) fn run(
    out: &Output,
    host: &LocalHost,
    kind: &str,
    parameters: &[String],
    asked: Asked<'_>,
) -> Result<ExitCode, Problem> {
    let with = Value::Object(arguments::of_view(kind, parameters)?);
    let journal = journals::find(host.data_dir(), asked.from)?;
    let mut shown: Option<Millis> = None;
    // Something is to be shown that was not.
    let mut behind = true;
    let mut refused = None;
    let replay = Replay::new(&journal, asked.at, |replay, changed| {
        let now = replay.until.unwrap_or_default();
        let soon = shown.is_some_and(|shown| now < shown + BETWEEN);
        behind |= changed.contains(&kind);
        if asked.once || soon || !changed.contains(&kind) || refused.is_some() {
            return;
        }
        (shown, behind) = (Some(now), false);
        refused = show(out, replay, kind, &with).err();
    })?;
    match refused {
        Some(problem) => return Err(problem),
        None if behind => show(out, &replay, kind, &with)?,
        None => {}
    }
    end(out, &replay, kind, &with, asked)
}

/// What has to be known of the picture of the moment that was asked for.
fn end(out: &Output, replay: &Replay, kind: &str, with: &Value, asked: Asked<'_>) -> Result<ExitCode, Problem> {
    let (picture, gaps) = replay.show(kind, with)?;
    match replay.missing(kind) {
        0 => {}
        1 => out.warn("The first part of the journal was removed. What was told in it is not known to this view."),
        some => {
            out.warn(format!(
                "The first {some} parts of the journal were removed. What was told in them is not known to this view."
            ));
        }
    }
    if replay.cut_off {
        out.warn("The journal ends in the middle of a line: the program that wrote it was ended.");
    }
    if let (Some(at), Some(until)) = (asked.at, replay.until)
        && replay.at_its_end
        && at > until
    {
        out.warn(format!("Nothing was told after {} s.", seconds(until)));
    }
    let nothing = (!picture.known && gaps.awaits.is_empty()).then(|| "anything of it".to_owned());
    let unknown: Vec<String> = gaps.awaits.into_iter().chain(nothing).collect();
    if unknown.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    out.warn(format!("Not known at that moment: {}.", unknown.join(", ")));
    Ok(ExitCode::FAILURE)
}

fn show(out: &Output, replay: &Replay, kind: &str, with: &Value) -> Result<(), Problem> {
    let (picture, gaps) = replay.show(kind, with)?;
    let until = replay.until.unwrap_or_default();
    let on_the_clock = i64::try_from(until).ok().and_then(|until| replay.header.began_at.checked_add(until));
    let clock = on_the_clock.map(|at| format!(", {}", moment(at))).unwrap_or_default();
    out.give(&picture.model);
    out.say(out.strong(&format!("{} at {} s{clock}", replay.header.lab, seconds(until))));
    out.table(&picture.table);
    out.say(&picture.summary);
    if let Some(refusal) = &gaps.refusal {
        out.warn(refusal.to_string());
    }
    out.say("");
    Ok(())
}
