//! Picture, table and sentence of files.

use lab_model::facts::airflow::{FileListed, FileRead};

use super::{File, Model, Opened, Params, State};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::awaited,
        clock::utc,
        words::{brief, cell, count, few},
    },
};

/// Named one by one in a sentence.
const NAMED: usize = 6;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let model = Model {
        files: state.files.as_ref().map(|files| files.iter().map(file).collect()),
        file_count: state.files.as_ref().map(|_| state.total),
        unread: state.unread.clone(),
        opened: params.file.as_ref().and_then(|name| state.read(name)).map(opened),
    };
    Projection { table: table(&model), summary: summary(&model, params), known: state.files.is_some(), model }
}

pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let awaits = |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, what));
    let text = params.file.as_ref().is_some_and(|name| state.read(name).is_none());
    Gaps::default().and(awaits(state.files.is_none(), "the list of files")).and(awaits(text, "the text of the file"))
}

fn file(file: &FileListed) -> File {
    File { name: file.name.clone(), size: file.size, changed_at: file.changed_at }
}

fn opened(read: &FileRead) -> Opened {
    Opened {
        name: read.name.clone(),
        exists: read.text.is_some() || read.unread.is_some(),
        text: read.text.clone(),
        unread: read.unread.clone(),
    }
}

fn summary(model: &Model, params: &Params) -> String {
    let mut said = Vec::new();
    match &model.files {
        None => said.push("Which files there are is not known yet.".to_owned()),
        Some(files) if files.is_empty() => said.push("There are no files in the folder with DAGs.".to_owned()),
        Some(files) => {
            let named = few(NAMED, files.iter().map(|file| brief(&file.name).to_string()));
            said.push(format!("{}: {named}.", count(files.len(), "file")));
        }
    }
    if let Some(why) = &model.unread {
        said.push(format!("The folder could not be looked into the last time: {}", why.trim_end_matches('.')) + ".");
    }
    if let Some(name) = &params.file {
        said.push(match &model.opened {
            None => format!("{} was not read yet.", brief(name)),
            Some(Opened { exists: false, .. }) => format!("There is no {}.", brief(name)),
            Some(Opened { unread: Some(why), .. }) => format!("{} cannot be shown: {why}.", brief(name)),
            Some(Opened { text, .. }) => {
                let lines = text.as_deref().unwrap_or_default().lines().count();
                format!("{} has {}.", brief(name), count(lines, "line"))
            }
        });
    }
    said.join(" ")
}

/// The text if one was asked for, line by line, and the files else.
fn table(model: &Model) -> Table {
    if let Some(text) = model.opened.as_ref().and_then(|opened| opened.text.as_ref()) {
        let mut table = Table::new(&["#Line", "Text"]);
        for (place, line) in text.lines().enumerate() {
            table.row([(place + 1).to_string(), line.to_owned()]);
        }
        return table;
    }
    let mut table = Table::new(&["File", "#Bytes", "Changed (UTC)"]);
    for file in model.files.iter().flatten() {
        table.row([file.name.clone(), file.size.to_string(), cell(file.changed_at.map(utc))]);
    }
    table
}
