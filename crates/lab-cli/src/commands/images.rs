//! `images`: gets a stack's images without starting anything.

use std::process::ExitCode;

use lab_app::LocalHost;
use lab_model::Problem;

use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost, stack: &str) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let job = app.get_images(stack)?;
    super::follow(out, &app, job).await?;
    out.say(format!("All images of {stack} are on this machine."));
    out.give(&serde_json::json!({ "event": "ready", "stack": stack }));
    Ok(ExitCode::SUCCESS)
}
