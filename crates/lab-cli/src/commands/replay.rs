//! `watch --from`: a view as it was, read back from a journal.

use std::{path::Path, process::ExitCode};

use lab_app::{
    Host, LocalHost, arguments,
    journals::{self, Replay, seconds},
};
use lab_model::{Millis, Problem};
use serde_json::Value;

use super::journals::moment;
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
    of(out, host.data_dir(), kind, parameters, asked)
}

fn of(out: &Output, data_dir: &Path, kind: &str, parameters: &[String], asked: Asked<'_>) -> Result<ExitCode, Problem> {
    let with = Value::Object(arguments::of_view(kind, parameters)?);
    let journal = journals::find(data_dir, asked.from)?;
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
    if let Some(problem) = refused {
        return Err(problem);
    }
    // As of a running lab: there is no picture of what does not exist.
    if let (Some(refusal), true) = (replay.show(kind, &with)?.1.refusal, asked.once) {
        return Err(refusal);
    }
    if behind {
        show(out, &replay, kind, &with)?;
    }
    end(out, &replay, kind, &with, asked)
}

/// What has to be known of the picture of the moment that was asked for.
fn end(out: &Output, replay: &Replay, kind: &str, with: &Value, asked: Asked<'_>) -> Result<ExitCode, Problem> {
    let (picture, gaps) = replay.show(kind, with)?;
    let missing = replay.missing(kind);
    replay.unread.iter().chain(&missing).for_each(|unread| out.warn(unread));
    if replay.cut_off {
        out.warn("The journal ends in the middle of a line: the program that wrote it was ended.");
    }
    if let (Some(at), Some(until)) = (asked.at, replay.until)
        && replay.at_its_end
        && at > until
    {
        let so_far = if replay.is_written { " so far: the journal is being written" } else { "" };
        out.warn(format!("Nothing was told after {} s{so_far}.", seconds(until)));
    }
    let nothing =
        (!picture.known && gaps.awaits.is_empty() && gaps.refusal.is_none()).then(|| "anything of it".to_owned());
    let unknown: Vec<String> = gaps.awaits.into_iter().chain(nothing).collect();
    if !unknown.is_empty() {
        out.warn(format!("Not known at that moment: {}.", unknown.join(", ")));
    }
    let known = unknown.is_empty() && missing.is_none() && gaps.refusal.is_none();
    Ok(if known { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How a replay of the journal that is kept beside a kind of view ends.
    fn ends(kind: &str, parameters: &[&str], once: bool) -> Result<String, Problem> {
        let from = format!("{}/../lab-views/src/kinds/{kind}/journal.ndjson", env!("CARGO_MANIFEST_DIR"));
        let parameters: Vec<String> = parameters.iter().map(ToString::to_string).collect();
        let asked = Asked { from: &from, at: None, once };
        of(&Output::new(false), Path::new("/nowhere"), kind, &parameters, asked).map(|code| format!("{code:?}"))
    }

    #[test]
    fn what_does_not_exist_has_no_picture_as_in_a_running_lab() {
        for (kind, parameters) in [
            ("kafka_groups", &["group=nope"][..]),
            ("cassandra_ring", &["keyspace=nope"]),
            ("cassandra_replicas", &["table=nope.nope", "key=oslo"]),
        ] {
            let refused = ends(kind, parameters, true).unwrap_err();
            assert!(refused.message.starts_with("There is no "), "{kind}: {refused}");
            assert_eq!(ends(kind, parameters, false).unwrap(), format!("{:?}", ExitCode::FAILURE), "{kind}");
        }
        assert_eq!(ends("lab_nodes", &[], true).unwrap(), format!("{:?}", ExitCode::SUCCESS));
    }
}
