//! One file per command: ask the application, print the answer.

pub(crate) mod act;
pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod down;
pub(crate) mod experiment;
pub(crate) mod images;
pub(crate) mod learn;
pub(crate) mod lessons;
pub(crate) mod load;
pub(crate) mod status;
pub(crate) mod up;
pub(crate) mod watch;

use std::{sync::Arc, time::Duration};

use lab_app::{
    App, Lab, LocalHost,
    schema::{JobId, Phase},
};
use lab_model::{Code, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::output::Output;

/// The application over this machine.
pub(crate) fn app(host: LocalHost) -> Result<Arc<App>, Problem> {
    App::new(Arc::new(host))
}

/// Follows a job to its end, showing how far it is; Ctrl-C cancels it.
pub(crate) async fn follow(out: &Output, app: &Arc<App>, job: JobId) -> Result<(), Problem> {
    let show = async {
        loop {
            if let Some(info) = app.jobs.list().into_iter().find(|info| info.job == job.job) {
                out.progress(&info);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_ok() {
            app.jobs.cancel(job)?;
        }
        std::future::pending::<Result<(), Problem>>().await
    };
    tokio::select! {
        result = app.jobs.wait(job) => result,
        () = show => Ok(()),
        result = interrupted => result,
    }
}

/// The same problem; one of memory says how to start all the same.
pub(crate) fn with_a_way_on(mut problem: Problem) -> Problem {
    if problem.code == Code::NotEnoughMemory {
        problem.hint.push_str(" To start it all the same, add --anyway.");
    }
    problem
}

/// The named lab, or the only one that runs; ready, so that its pictures say something.
pub(crate) async fn lab(app: &Arc<App>, name: Option<&str>) -> Result<Arc<Lab>, Problem> {
    app.adopt_running().await?;
    let lab = match name {
        Some(name) => app.lab(name)?,
        None => only_lab(app)?,
    };
    Ok(lab)
}

fn only_lab(app: &App) -> Result<Arc<Lab>, Problem> {
    let mut labs = app.labs();
    match labs.len() {
        1 => Ok(labs.remove(0)),
        0 => Err(Problem {
            code: Code::NotNow,
            message: "No lab is running.".into(),
            detail: String::new(),
            hint: "Start one: pipewright up kafka-1".into(),
        }),
        _ => Err(Problem {
            code: Code::ActionInvalid,
            message: "Several labs are running.".into(),
            detail: labs.iter().map(|lab| lab.name.as_str()).collect::<Vec<_>>().join(", "),
            hint: "Name one with --lab.".into(),
        }),
    }
}

/// Waits a while for a lab that was taken over to be ready; a lab with faults may never be, and is used as it is.
pub(crate) async fn soon_ready(lab: &Lab) {
    let mut phase = lab.phase();
    let ready = phase.wait_for(|phase| *phase == Phase::Ready);
    let _ = tokio::time::timeout(Duration::from_secs(5), ready).await;
}

/// Arguments as `name=value`; a value that reads as JSON is taken as JSON, everything else as text.
pub(crate) fn pairs(arguments: &[String]) -> Result<Map<String, Value>, Problem> {
    let pair = |argument: &String| {
        let (name, value) = argument.split_once('=').ok_or_else(|| Problem {
            code: Code::ActionInvalid,
            message: format!("`{argument}` is not of the form name=value."),
            detail: String::new(),
            hint: "For example: topic=orders partitions=3".into(),
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        Ok((name.to_owned(), value))
    };
    arguments.iter().map(pair).collect()
}

/// An answer of the application as the type it was written from.
pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|error| Problem {
        code: Code::Internal,
        message: "An answer has an unexpected shape.".into(),
        detail: error.to_string(),
        hint: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_json_where_they_read_as_json() {
        let given = ["topic=orders", "partitions=3", "keys=[\"a\",\"b\"]", "value=a=b"].map(str::to_owned);
        let expected = json!({ "topic": "orders", "partitions": 3, "keys": ["a", "b"], "value": "a=b" });
        assert_eq!(Value::Object(pairs(&given).unwrap()), expected);
    }

    #[test]
    fn an_argument_without_a_name_is_refused() {
        assert_eq!(pairs(&["orders".to_owned()]).unwrap_err().code, Code::ActionInvalid);
    }
}
