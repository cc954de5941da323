//! `down`: removes a lab.

use std::process::ExitCode;

use lab_app::LocalHost;
use lab_model::Problem;

use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost, lab: Option<&str>, volumes: bool) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let lab = super::lab(&app, lab).await?;
    let job = app.down(&lab.name, volumes);
    super::follow(out, &app, job).await?;
    let data = if volumes { "its data too" } else { "its data stays: `up` finds it again" };
    out.say(format!("{} is removed; {data}.", lab.name));
    out.give(&serde_json::json!({ "event": "removed", "lab": lab.name, "volumes": volumes }));
    Ok(ExitCode::SUCCESS)
}
