//! `status`: the labs there are, and what is left of those that were removed.

use std::{process::ExitCode, time::Duration};

use lab_app::{
    Lab, LocalHost,
    schema::{LabInfo, Origin, Phase},
};
use lab_model::Problem;
use serde_json::json;

use super::soon_ready;
use crate::output::Output;

/// How long the container engine may take to say how nodes are.
const SAID_LIMIT: Duration = Duration::from_secs(3);

pub(crate) async fn run(out: &Output, host: LocalHost) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    out.while_waiting(super::ENGINE, None, app.adopt_running()).await?;
    let labs = app.labs();
    // All are waited for at once: one with faults is never ready, and keeps nobody waiting for the others.
    let looked_at = labs.iter().map(|lab| async {
        soon_ready(out, lab).await;
        looked_at(lab).await;
    });
    futures::future::join_all(looked_at).await;
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

/// Returns when the container engine has said how each node is, or does not say it soon.
async fn looked_at(lab: &Lab) {
    let mut changes = lab.recorder.changes();
    let awaits_nothing = || lab.recorder.show("lab_nodes", &json!({})).is_ok_and(|(_, gaps)| gaps.awaits.is_empty());
    let said = async { while !awaits_nothing() && changes.changed().await.is_ok() {} };
    // What is unknown then is shown as unknown.
    let _ = tokio::time::timeout(SAID_LIMIT, said).await;
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
