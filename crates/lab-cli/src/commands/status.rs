//! `status`: the labs that run.

use std::process::ExitCode;

use lab_app::{
    LocalHost,
    schema::{LabInfo, Origin, Phase},
};
use lab_model::Problem;
use serde_json::json;

use super::soon_ready;
use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    app.adopt_running().await?;
    let labs = app.labs();
    if labs.is_empty() {
        out.say("No lab is running. Start one: pipewright up kafka-1");
    }
    let mut infos = Vec::new();
    for lab in labs {
        soon_ready(&lab).await;
        let info = lab.info();
        describe(out, &info);
        if let Ok(picture) = lab.recorder.project("lab_nodes", &json!({})) {
            out.table(&picture.table);
            out.say("");
        }
        infos.push(info);
    }
    out.give(&infos);
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

/// A lab in a few lines.
pub(crate) fn describe(out: &Output, info: &LabInfo) {
    let phase = match info.phase {
        Phase::Starting => "not ready",
        Phase::Ready => "ready",
        Phase::Stopping => "being removed",
    };
    out.say(format!("{}  (stack {}, {phase})", out.strong(&info.lab), info.stack));
    for image in &info.images {
        let origin = match image.origin {
            Origin::Official => "the official image",
            Origin::Own => "our own image, same contract as the official one",
        };
        out.say(format!("  {} {}: {} ({origin})", image.engine, image.version, image.reference));
    }
    for (engine, endpoints) in &info.endpoints {
        out.say(format!("  {engine}: {}", endpoints.join(",")));
    }
}
