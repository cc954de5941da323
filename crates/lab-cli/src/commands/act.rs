//! `do`: an action in a lab.

use std::{process::ExitCode, sync::Arc};

use lab_app::{
    LocalHost,
    schema::{ActionInfo, dispatch},
};
use lab_model::{ActionCall, Problem};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{lab, pairs, soon_ready};
use crate::output::Output;

pub(crate) async fn run(
    out: &Output,
    host: LocalHost,
    action: Option<&str>,
    arguments: &[String],
    lab_name: Option<&str>,
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
    let call = ActionCall { name: name.to_owned(), args: pairs(arguments)? };
    let lab = lab(&app, lab_name).await?;
    soon_ready(&lab).await;
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let interrupted = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let result = lab.act(&call, Arc::new(|_| ()), cancel).await?;
    out.say(&result.says);
    for line in &result.by_hand {
        out.say(format!("  by hand: {line}"));
    }
    out.give(&json!({ "event": "done", "says": result.says, "by_hand": result.by_hand }));
    if call.name == "kafka.start_consumer" {
        // A consumer lives in this process: it reads until the person says that it is enough.
        out.say("It reads until you press Ctrl-C.");
        let _ = interrupted.await;
    }
    app.leave_all().await;
    Ok(ExitCode::SUCCESS)
}
