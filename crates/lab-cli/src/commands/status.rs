//! `status`: the labs there are, and what is left of those that were removed.

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
    out.while_waiting(super::ENGINE, None, app.adopt_running()).await?;
    let labs = app.labs();
    // All are waited for at once: one with faults is never ready, and keeps nobody waiting for the others.
    futures::future::join_all(labs.iter().map(|lab| soon_ready(out, lab))).await;
    if labs.is_empty() {
        out.say("No lab is running. Start one: pipewright up kafka-1");
    }
    for lab in labs {
        describe(out, &lab.info());
        if let Ok(picture) = lab.recorder.project("lab_nodes", &json!({})) {
            out.table(&picture.table);
            out.say("");
        }
    }
    let infos = app.lab_infos();
    for info in infos.iter().filter(|info| info.phase == Phase::Removed) {
        let name = &info.lab;
        let again = format!("Start it again: pipewright up {} --lab {name}", info.stack);
        out.say(format!("{}  removed; its data is kept. {again}", out.strong(name)));
        out.say(format!("  Remove its data too: pipewright down {name} --volumes"));
    }
    out.give(&infos);
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

/// A lab in a few lines.
pub(crate) fn describe(out: &Output, info: &LabInfo) {
    let phase = match info.phase {
        Phase::Starting if info.troubles.is_empty() => "not ready yet",
        Phase::Starting => "not ready",
        Phase::Ready if info.well => "ready",
        Phase::Ready => "has problems",
        Phase::Stopping => "being removed",
        Phase::Removed => "removed",
    };
    out.say(format!("{}  (stack {}, {phase})", out.strong(&info.lab), info.stack));
    for trouble in &info.troubles {
        out.say(format!("  {trouble}"));
    }
    for image in &info.images {
        let origin = match image.origin {
            Origin::Official => "the official image",
            Origin::Own => "an image built here, with the settings of the official one",
        };
        out.say(format!("  {} {}: {} ({origin})", image.engine, image.version, image.reference));
    }
    for (engine, endpoints) in &info.endpoints {
        out.say(format!("  {engine}: {}", endpoints.join(",")));
    }
}
