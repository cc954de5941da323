//! `do ACTION --help`, `watch VIEW --help`: what it is for, and what it takes.

use std::process::ExitCode;

use lab_app::arguments::{Usage, usage_of_action, usage_of_view};
use lab_model::Problem;

use crate::output::Output;

pub(crate) fn of_action(out: &Output, name: &str) -> Result<ExitCode, Problem> {
    Ok(list(out, &format!("pipewright do {name}"), &usage_of_action(name)?))
}

pub(crate) fn of_view(out: &Output, kind: &str) -> Result<ExitCode, Problem> {
    Ok(list(out, &format!("pipewright watch {kind}"), &usage_of_view(kind)?))
}

fn list(out: &Output, command: &str, usage: &Usage) -> ExitCode {
    out.give(usage);
    out.say(&usage.says);
    let words = usage.arguments.iter().map(|argument| match argument.needed {
        true => format!(" {}=…", argument.name),
        false => format!(" [{}=…]", argument.name),
    });
    out.say(format!("\n{command}{}", words.collect::<String>()));
    for argument in &usage.arguments {
        let needed = if argument.needed { ", needed" } else { "" };
        out.say(format!("\n  {}: {}{needed}", out.strong(&argument.name), argument.kind));
        out.say(format!("    {}", argument.says));
        if !argument.choices.is_empty() {
            out.say(format!("    One of: {}.", argument.choices.join(", ")));
        }
    }
    ExitCode::SUCCESS
}
