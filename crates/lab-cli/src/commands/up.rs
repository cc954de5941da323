//! `up`: starts a lab and waits until its engines say that they are ready.

use std::{process::ExitCode, time::Instant};

use lab_app::{LocalHost, arguments, schema::Up};
use lab_model::{Code, Problem};

use super::{follow, status::describe, with_a_way_on};
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
    let options = arguments::as_typed(options)?.into_iter().collect();
    let job = app.up_as(&Up { stack: stack.into(), lab: lab.map(str::to_owned), options, anyway })?;
    let result = follow(out, &app, job).await;
    if let Err(problem) = result {
        if problem.code == Code::Cancelled {
            out.say(format!("Remove what was started: pipewright down {name}"));
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
