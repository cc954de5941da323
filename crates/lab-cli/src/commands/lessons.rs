//! `lessons`: the lessons, and how far you are.

use std::process::ExitCode;

use lab_app::{LocalHost, dispatch, schema::TrackInfo};
use lab_model::Problem;
use serde_json::Value;

use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let tracks: Vec<TrackInfo> = super::typed(dispatch(&app, "lessons", Value::Null).await?)?;
    out.give(&tracks);
    for track in &tracks {
        out.say(format!("{}  {}", out.strong(&track.title), track.says));
        for lesson in &track.lessons {
            let done = format!("{} of {}", lesson.done, lesson.steps);
            out.say(format!("  {:<28} {:<34} {:>3} min  {done} steps", lesson.id, lesson.title, lesson.minutes));
        }
    }
    out.say("");
    out.say("Learn one: pipewright learn <lesson>");
    Ok(ExitCode::SUCCESS)
}
