//! `do ACTION --help`, `watch VIEW --help`: what it is for, and what it takes.

use std::process::ExitCode;

use lab_app::arguments::{Usage, usage_of_action, usage_of_view};
use lab_model::Problem;

use crate::output::Output;

pub(crate) fn of_action(out: &Output, name: &str) -> Result<ExitCode, Problem> {
    Ok(list(out, &ACTIONS, name, &usage_of_action(name)?))
}

pub(crate) fn of_view(out: &Output, kind: &str) -> Result<ExitCode, Problem> {
    Ok(list(out, &VIEWS, kind, &usage_of_view(kind)?))
}

/// What is used alike: actions, or views.
struct Alike {
    command: &'static str,
    noun: &'static str,
    options: &'static [(&'static str, &'static str)],
}

const LAB: (&str, &str) = ("--lab <LAB>", "The lab. Not needed if only one runs.");
const JSON: (&str, &str) = ("--json", "Print JSON for scripts instead of text for people.");
const ACTIONS: Alike = Alike {
    command: "pipewright do",
    noun: "action",
    options: &[LAB, ("--yes", "Do the action without a question, even if it removes data."), JSON],
};
const VIEWS: Alike = Alike {
    command: "pipewright watch",
    noun: "view",
    options: &[
        LAB,
        ("--once", "Show the view once, as soon as all its values are known, and end."),
        (
            "--from <JOURNAL>",
            "Show what it showed then: out of a journal's file, a journal by its name, or a lab's newest.",
        ),
        ("--at <SECONDS>", "The moment in the journal, in seconds since its beginning. By default its end."),
        JSON,
    ],
};

fn list(out: &Output, what: &Alike, name: &str, usage: &Usage) -> ExitCode {
    out.give(usage);
    out.say(&usage.says);
    let words = usage.arguments.iter().map(|argument| match argument.needed {
        true => format!(" {}=…", argument.name),
        false => format!(" [{}=…]", argument.name),
    });
    out.say(format!("\n{} {name}{}", what.command, words.collect::<String>()));
    for argument in &usage.arguments {
        let needed = if argument.needed { ", needed" } else { "" };
        out.say(format!("\n  {}: {}{needed}", out.strong(&argument.name), argument.kind));
        out.say(format!("    {}", argument.says));
        if !argument.choices.is_empty() {
            out.say(format!("    One of: {}.", argument.choices.join(", ")));
        }
        if let Some(example) = &argument.example {
            out.say(format!("    For example: {example}"));
        }
    }
    out.say(format!("\nOptions of every {}:", what.noun));
    for (option, says) in what.options {
        out.say(format!("  {option:<16} {says}"));
    }
    ExitCode::SUCCESS
}
