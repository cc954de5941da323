//! `down`: removes a lab, or what is left of one.

use std::process::ExitCode;

use lab_app::{
    App, LocalHost,
    schema::{LabInfo, Phase},
};
use lab_model::{Code, Problem};

use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost, lab: Option<&str>, volumes: bool) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let name = named(&app, lab, volumes).await?;
    let job = app.down(&name, volumes);
    super::follow(out, &app, job).await?;
    let data = if volumes {
        "its data too".to_owned()
    } else {
        format!("its data is kept. `up` uses it again; pipewright down {name} --volumes removes it")
    };
    out.say(format!("{name} is removed; {data}."));
    out.give(&serde_json::json!({ "event": "removed", "lab": name, "volumes": volumes }));
    Ok(ExitCode::SUCCESS)
}

/// The lab that is meant. Nothing of it is observed: what is to go need not answer.
async fn named(app: &std::sync::Arc<App>, lab: Option<&str>, volumes: bool) -> Result<String, Problem> {
    let found = app.what_there_is().await?;
    match lab {
        Some(name) => match found.iter().find(|info| info.lab == name) {
            Some(info) if info.phase == Phase::Removed && info.data_kept && !volumes => Err(only_data(name)),
            Some(_) => Ok(name.to_owned()),
            None => Err(unknown(name, &found)),
        },
        None => only(&found, volumes),
    }
}

fn only(found: &[LabInfo], volumes: bool) -> Result<String, Problem> {
    let labs: Vec<&LabInfo> = found.iter().filter(|info| volumes || info.phase != Phase::Removed).collect();
    match labs.as_slice() {
        [lab] => Ok(lab.lab.clone()),
        [] => Err(match found {
            [] => problem(Code::NotNow, "There is no lab.".into(), "Start one: pipewright up kafka-1".into()),
            [left] => only_data(&left.lab),
            left => several("Several labs are removed and keep their data.", left.iter()),
        }),
        labs => Err(several("There are several labs.", labs.iter().copied())),
    }
}

fn several<'a>(message: &str, labs: impl Iterator<Item = &'a LabInfo>) -> Problem {
    let names = labs.map(|lab| lab.lab.as_str()).collect::<Vec<_>>().join(", ");
    Problem { detail: names, ..problem(Code::ActionInvalid, message.into(), "Name one: pipewright down <lab>".into()) }
}

fn only_data(name: &str) -> Problem {
    problem(
        Code::NotNow,
        format!("Lab {name} is already removed. Only its data is left."),
        format!("Remove its data too: pipewright down {name} --volumes"),
    )
}

fn unknown(name: &str, found: &[LabInfo]) -> Problem {
    let names = found.iter().map(|lab| lab.lab.as_str()).collect::<Vec<_>>().join(", ");
    let hint = if names.is_empty() { "There is none at all.".to_owned() } else { format!("There are: {names}.") };
    problem(Code::Unknown, format!("There is no lab {name}, and no data of such a lab."), hint)
}

fn problem(code: Code, message: String, hint: String) -> Problem {
    Problem { code, message, detail: String::new(), hint }
}
