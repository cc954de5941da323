//! `watch`: a view as a table, live or once; with `--json` its model.

use std::{process::ExitCode, time::Duration};

use lab_app::{
    LocalHost,
    schema::{Subscription, ViewInfo, ViewPush, ViewRef, dispatch},
    subscribe,
};
use lab_model::{Code, Problem};
use serde_json::Value;

use super::{lab, pairs};
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
    let lab = lab(&app, lab_name).await?;
    let view = ViewRef { kind: kind.to_owned(), with: Value::Object(pairs(parameters)?) };
    let subscription = Subscription::View { lab: lab.name.clone(), view };
    let mut feed = subscribe(&app, &subscription)?;
    if once {
        // What was true when we came has been looked at by every node that answers.
        lab.settled().await;
        let waited = tokio::time::timeout(KNOWN_LIMIT, async {
            loop {
                let push = next(&mut feed).await?;
                if push.known {
                    return Ok(push);
                }
            }
        });
        let push = waited.await.unwrap_or_else(|_| Err(nothing_known(kind)))?;
        show(out, &push);
    } else {
        loop {
            tokio::select! {
                push = next(&mut feed) => show(out, &push?),
                _ = tokio::signal::ctrl_c() => break,
            }
        }
    }
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

async fn next(feed: &mut lab_app::Feed) -> Result<ViewPush, Problem> {
    let push = feed.next().await.ok_or_else(|| Problem {
        code: Code::NotNow,
        message: "The lab is gone.".into(),
        detail: String::new(),
        hint: String::new(),
    })?;
    match push.problem {
        Some(problem) => Err(problem),
        None => super::typed(push.value),
    }
}

fn show(out: &Output, push: &ViewPush) {
    out.give(&push.model);
    out.table(&push.table);
    out.say(&push.summary);
    out.say("");
}

fn nothing_known(kind: &str) -> Problem {
    Problem {
        code: Code::TimedOut,
        message: format!("{kind} heard nothing in {} s.", KNOWN_LIMIT.as_secs()),
        detail: String::new(),
        hint: "See which nodes answer: pipewright status".into(),
    }
}
