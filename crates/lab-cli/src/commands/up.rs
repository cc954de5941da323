//! `up`: starts a lab and waits until its engines say that they are ready.

use std::{process::ExitCode, time::Instant};

use lab_app::{LocalHost, schema::Up};
use lab_model::{Code, Problem};

use super::{follow, pairs, status::describe, with_a_way_on};
use crate::output::Output;

pub(crate) async fn run(
    out: &Output,
    host: LocalHost,
    stack: &str,
    lab: Option<&str>,
    options: &[String],
    anyway: bool,
) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let began = Instant::now();
    let name = lab.map_or_else(|| format!("pipewright-{stack}"), str::to_owned);
    // Values stay as they were typed: `tokens=1` chooses the text 1.
    let options = pairs(options)?.into_iter().map(|(name, value)| (name, as_typed(&value))).collect();
    let job = app.up_as(&Up { stack: stack.into(), lab: lab.map(str::to_owned), options, anyway })?;
    let result = follow(out, &app, job).await;
    if let Err(problem) = result {
        if problem.code == Code::Cancelled {
            out.say(format!("What was started can be removed: pipewright down {name}"));
        }
        return Err(with_a_way_on(problem));
    }
    let lab = app.lab(&name)?;
    let info = lab.info();
    let seconds = (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    out.give(&serde_json::json!({ "event": "ready", "lab": info.lab, "project": info.lab, "stack": info.stack,
        "seconds": seconds, "endpoints": info.endpoints, "images": info.images }));
    out.say(format!("Ready after {seconds:.1} s."));
    describe(out, &info);
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

fn as_typed(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
