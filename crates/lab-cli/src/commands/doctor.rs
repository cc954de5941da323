//! `doctor`: what was found on this machine, and what to do about what is missing.

use std::process::ExitCode;

use lab_app::{LocalHost, dispatch, schema::Doctor};
use lab_model::Problem;
use serde_json::Value;

use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let doctor: Doctor =
        super::typed(out.while_waiting(super::ENGINE, None, dispatch(&app, "doctor", Value::Null)).await?)?;
    out.give(&doctor);
    for finding in &doctor.findings {
        let mark = if finding.ok { "ok " } else { "NO " };
        out.say(format!("{mark} {}: {}", out.strong(&finding.name), finding.says));
        if !finding.hint.is_empty() {
            out.say(format!("     → {}", finding.hint));
        }
    }
    out.say("");
    out.say("Addresses where a container engine may answer, the preferred one first:");
    for engine in &doctor.engines {
        let mark = if engine.chosen { "*" } else { " " };
        out.say(format!("{mark} {}  ({})\n    {}", engine.address, engine.via, engine.says));
    }
    Ok(if doctor.healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
