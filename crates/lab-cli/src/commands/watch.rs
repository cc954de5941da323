//! `watch`: a view as a table, live or once; with `--json` its model.

use std::{process::ExitCode, time::Duration};

use lab_app::{
    Feed, Lab, LocalHost, arguments, dispatch,
    looking::{self, nothing_known, picture},
    schema::{Subscription, ViewInfo, ViewPush, ViewRef},
    subscribe,
};
use lab_model::Problem;
use serde_json::Value;

use super::lab;
use crate::output::Output;

/// `--once` waits this long for something to be known.
const KNOWN_LIMIT: Duration = Duration::from_secs(15);

pub(crate) async fn run(
    out: &Output,
    host: LocalHost,
    view: Option<&str>,
    parameters: &[String],
    once: bool,
    lab_name: Option<&str>,
) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let Some(kind) = view else {
        let views: Vec<ViewInfo> = super::typed(dispatch(&app, "views", Value::Null).await?)?;
        out.give(&views);
        for view in &views {
            out.say(format!("{:<18} {}", out.strong(&view.kind), view.says));
        }
        return Ok(ExitCode::SUCCESS);
    };
    // What was typed is looked at first: what is wrong with it needs no lab to be said.
    let with = Value::Object(arguments::of_view(kind, parameters)?);
    let lab = lab(out, &app, lab_name).await?;
    let view = ViewRef { kind: kind.to_owned(), with };
    let mut feed = subscribe(&app, &Subscription::View { lab: lab.name.clone(), view })?;
    app.keep_labs(false);
    let code = if once { show_once(out, kind, &lab, &mut feed).await? } else { show_live(out, &mut feed).await? };
    app.leave_all().await;
    Ok(code)
}

/// Waits until what is shown is known; says what is not, if that never comes.
async fn show_once(out: &Output, kind: &str, lab: &Lab, feed: &mut Feed) -> Result<ExitCode, Problem> {
    let known = looking::look(lab, feed, KNOWN_LIMIT);
    let looked = out.while_waiting(&format!("what {kind} shows"), Some(KNOWN_LIMIT), known).await?;
    if !looked.complete {
        return not_known(out, kind, looked.push);
    }
    if let Some(push) = &looked.push {
        show(out, push);
    }
    Ok(ExitCode::SUCCESS)
}

/// What is known so far, what is not, and an exit code that says so.
fn not_known(out: &Output, kind: &str, last: Option<ViewPush>) -> Result<ExitCode, Problem> {
    let Some(push) = last else { return Err(nothing_known(kind, KNOWN_LIMIT, &[])) };
    out.give(&serde_json::json!({ "known": false, "awaits": push.awaits, "model": push.model }));
    if !push.known {
        return Err(nothing_known(kind, KNOWN_LIMIT, &push.awaits));
    }
    out.table(&push.table);
    out.say(&push.summary);
    out.warn(not_all_known(&push.awaits));
    Ok(ExitCode::FAILURE)
}

async fn show_live(out: &Output, feed: &mut Feed) -> Result<ExitCode, Problem> {
    let mut refused = None;
    loop {
        tokio::select! {
            push = picture(feed) => {
                let push = push?;
                show(out, &push);
                // Said once, not with every picture in which it is so.
                if push.refusal != refused
                    && let Some(refusal) = &push.refusal
                {
                    out.warn(refusal.to_string());
                }
                refused = push.refusal;
            }
            _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
        }
    }
}

fn show(out: &Output, push: &ViewPush) {
    out.give(&push.model);
    out.table(&push.table);
    out.say(&push.summary);
    out.say("");
}

/// What is not known of a picture. If nothing is missing in it, it may be older than the question.
fn not_all_known(awaits: &[String]) -> String {
    let limit = KNOWN_LIMIT.as_secs();
    match awaits {
        [] => format!(
            "Looking at it again took longer than {limit} s: something of it may have changed since it was heard."
        ),
        awaits => format!("Not known after {limit} s: {}.", awaits.join(", ")),
    }
}
