//! The chart in a few sentences.

use super::{Count, Model, Standing};
use crate::parts::words::{count, list};

pub(super) fn summary(model: &Model) -> String {
    let Some(region) = &model.region else { return "No window is known yet.".to_owned() };
    let mut said = vec![format!("{region}: {}.", list(model.counts.iter().map(has)))];
    let open: Vec<&str> = model
        .windows
        .iter()
        .filter(|window| window.standing == Standing::Open)
        .map(|window| window.day.as_str())
        .collect();
    if !open.is_empty() {
        let verb = if open.len() == 1 { "is" } else { "are" };
        said.push(format!("{} {verb} open: a window closes only when a record of a later day comes.", list(open)));
    }
    match model.differing {
        Some(0) => said.push("No closed window is counted differently.".to_owned()),
        Some(many) => {
            let verb = if many == 1 { "is" } else { "are" };
            said.push(format!("{} {verb} counted differently: {}", count(many, "window"), model.differ.join(" ")));
        }
        None => {}
    }
    said.join(" ")
}

fn has(of: &Count) -> String {
    let name = match of.by.as_str() {
        "table" => "the stream's table",
        "topic" => "its topic",
        _ => "the batch",
    };
    match (of.windows, &of.newest) {
        (Some(windows), Some(newest)) => {
            format!("{name} has {} closed, the newest of {newest}", count(windows, "window"))
        }
        (Some(_), None) => format!("{name} has none closed"),
        (None, _) => format!("{name} is not known"),
    }
}
