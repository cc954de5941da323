//! `export` and `verify`: what the pipeline's engines say as a file, and whether they still say it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use lab_app::{
    LocalHost,
    proof::{self, Finding, Proof, Stands, compare, html, read},
};
use lab_model::{Code, Problem};
use serde_json::json;

use super::lab;
use crate::output::Output;

/// Something does not hold any more.
const BROKEN: u8 = 1;
/// Nothing is broken, and not all can be told.
const UNKNOWN: u8 = 2;

/// Writes what the engines say now: `<to>.json` to check, `<to>.html` to read.
pub(crate) async fn export(
    out: &Output,
    host: LocalHost,
    lab_name: Option<&str>,
    to: &Path,
) -> Result<ExitCode, Problem> {
    let with = |ending: &str| PathBuf::from(format!("{}.{ending}", to.display()));
    let (data, page) = (with("json"), with("html"));
    let folder = data.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(storage(folder, "there is no such folder", "Make it, or name another file with --to."));
    }
    // Nobody's file is written over: what stood there may be the only proof of before.
    if let Some(there) = [&data, &page].into_iter().find(|file| file.exists()) {
        return Err(storage(there, "it is there already", "Name another file with --to."));
    }
    let app = super::app(host)?;
    let lab = lab(out, &app, lab_name).await?;
    app.keep_labs(false);
    let taken = proof::take(&app, &lab, None, |what, at, of| looking(out, what, at, of)).await;
    app.leave_all().await;
    let taken = taken?;
    let name = data.file_name().unwrap_or_default().to_string_lossy().into_owned();
    write(&data, &(serde_json::to_string_pretty(&taken).map_err(|why| storage(&data, &why.to_string(), ""))? + "\n"))?;
    write(&page, &html(&taken, &name))?;
    let (looked, same) = taken.read_and_same();
    out.give(&json!({ "data": data, "page": page, "records": taken.records.len(), "read": looked, "same": same }));
    out.say(format!(
        "{} records; their content was read at {looked} hops, and is the same at {same} of them.",
        taken.records.len()
    ));
    out.say(format!("To read: {}", page.display()));
    out.say(format!("To check: pipewright verify {}", data.display()));
    Ok(ExitCode::SUCCESS)
}

/// Asks the engines again, and says of everything whether it still holds.
pub(crate) async fn verify(
    out: &Output,
    host: LocalHost,
    file: &Path,
    lab_name: Option<&str>,
) -> Result<ExitCode, Problem> {
    let text = std::fs::read_to_string(file)
        .map_err(|why| storage(file, &why.to_string(), "Name the .json file of an export."))?;
    let then = read(&text).map_err(|wrong| Problem {
        code: Code::Storage,
        message: format!("{}, line {}: this is no proof: {}.", file.display(), wrong.line, wrong.says),
        detail: String::new(),
        hint: "Name the .json file that `pipewright export` wrote.".to_owned(),
    })?;
    let app = super::app(host)?;
    let lab = lab(out, &app, Some(lab_name.unwrap_or(&then.lab))).await?;
    app.keep_labs(false);
    let named: Vec<proof::Named> = then.records.iter().map(|one| (one.topic.clone(), one.record.clone())).collect();
    let now = proof::take(&app, &lab, Some(&named), |what, at, of| looking(out, what, at, of)).await;
    app.leave_all().await;
    Ok(tell(out, &then, &compare(&then, &now?)))
}

fn tell(out: &Output, then: &Proof, found: &[Finding]) -> ExitCode {
    let count = |stands: Stands| found.iter().filter(|finding| finding.stands == stands).count();
    let [holds, broken, unknown] = [Stands::Holds, Stands::Broken, Stands::Unknown].map(count);
    let name = |stands: Stands| match stands {
        Stands::Holds => "holds",
        Stands::Broken => "broken",
        Stands::Unknown => "unknown",
    };
    let all: Vec<_> = found
        .iter()
        .map(|finding| json!({ "what": finding.what, "stands": name(finding.stands), "says": finding.says }))
        .collect();
    out.give(&json!({ "taken": then.taken, "holds": holds, "broken": broken, "unknown": unknown, "findings": all }));
    for finding in found {
        out.say(format!("{:<8} {}: {}", name(finding.stands), finding.what, finding.says));
    }
    out.say(format!("Taken {}: {holds} hold, {broken} do not, {unknown} cannot be told now.", then.taken));
    match (broken, unknown) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(UNKNOWN),
        _ => ExitCode::from(BROKEN),
    }
}

fn looking(out: &Output, what: &str, at: usize, of: usize) {
    out.say(if of == 0 { format!("… {what}") } else { format!("… {at} of {of}: {what}") });
}

fn write(file: &PathBuf, text: &str) -> Result<(), Problem> {
    std::fs::write(file, text).map_err(|why| storage(file, &why.to_string(), "Name another file with --to."))
}

fn storage(file: &Path, why: &str, hint: &str) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{}: {why}.", file.display()),
        detail: String::new(),
        hint: hint.to_owned(),
    }
}
