//! `do`: an action in a lab.

use std::{process::ExitCode, sync::Arc};

use lab_app::{Lab, LocalHost, arguments, dispatch, schema::ActionInfo};
use lab_model::{ActionCall, Code, Problem};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{lab, soon_ready};
use crate::output::{Answer, Output};

pub(crate) async fn run(
    out: &Output,
    host: LocalHost,
    action: Option<&str>,
    arguments: &[String],
    lab_name: Option<&str>,
    yes: bool,
) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let Some(name) = action else {
        let actions: Vec<ActionInfo> = super::typed(dispatch(&app, "actions", Value::Null).await?)?;
        out.give(&actions);
        for action in &actions {
            out.say(format!("{:<24} {}", out.strong(&action.name), action.says));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let call = ActionCall { name: name.to_owned(), args: arguments::of_action(name, arguments)? };
    let lab = lab(out, &app, lab_name).await?;
    app.keep_labs(false);
    let actions: Vec<ActionInfo> = super::typed(dispatch(&app, "actions", Value::Null).await?)?;
    let info = actions.iter().find(|info| info.name == call.name);
    if info.is_some_and(|info| info.asks_first) && !yes {
        confirm(out, &call, &lab.name).await?;
    }
    soon_ready(out, &lab).await;
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let interrupted = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let acted = lab.act(&call, Arc::new(|_| ()), cancel);
    let result = tokio::select! {
        result = acted => result.map_err(|problem| with_help(problem, name))?,
        () = lab.removed() => return Err(ended_with_its_lab(&call, &lab)),
    };
    out.say(&result.says);
    for line in &result.by_hand {
        out.say(format!("  by hand: {line}"));
    }
    out.give(&json!({ "event": "done", "says": result.says, "by_hand": result.by_hand }));
    if info.is_some_and(|info| info.stays) {
        // It lives in this process, until the person says that it is enough.
        out.say("It goes on until you press Ctrl-C.");
        tokio::select! {
            _ = interrupted => {}
            () = lab.removed() => return Err(ended_with_its_lab(&call, &lab)),
        }
    }
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}

/// What takes something away is asked about first, where somebody can answer.
async fn confirm(out: &Output, call: &ActionCall, lab: &str) -> Result<(), Problem> {
    let why = match out.ask(&format!("{call} in {lab}: you cannot get back what it removes.")).await {
        Answer::Yes => return Ok(()),
        Answer::No => "",
        Answer::Nobody => " It removes what cannot be brought back, and there is no terminal to ask you in.",
    };
    Err(Problem {
        code: Code::Cancelled,
        message: format!("{} was not done.{why}", call.name),
        detail: String::new(),
        hint: "To do it without a question, add --yes.".into(),
    })
}

/// Where an argument makes no sense, what there is to read about it.
fn with_help(problem: Problem, action: &str) -> Problem {
    if problem.code != Code::ActionInvalid || !problem.hint.is_empty() {
        return problem;
    }
    Problem { hint: format!("Look at its arguments: pipewright do {action} --help"), ..problem }
}

fn ended_with_its_lab(call: &ActionCall, lab: &Lab) -> Problem {
    let gone = lab.gone();
    Problem {
        code: Code::NotNow,
        message: format!("Lab {} was removed, and {} ended with it.", lab.name, call.name),
        detail: String::new(),
        hint: gone.map(|gone| gone.hint).unwrap_or_default(),
    }
}
