//! What there is by name: views, actions, stacks. The one place where the systems' own lists are joined.

use std::{collections::BTreeSet, fs, path::Path};

use lab_docker::{Fault, Stack};
use lab_lessons::{ActionShape, Catalog, Flaw, Sentence, StackShape, ViewShape};
use lab_model::{ActionCall, ActionSpec, Code, Need, Problem};
use lab_views::ParamsError;
use serde_json::Value;

use crate::{host::Content, schema::StackInfo};

/// Every action of every system.
pub(crate) fn actions() -> Vec<ActionSpec> {
    let mut all = lab_kafka::catalog();
    all.extend(Fault::ALL.iter().map(|fault| fault.spec()));
    all
}

/// What lessons may name.
///
/// # Errors
/// `stack_invalid` if a stack cannot be read.
pub(crate) fn catalog(content: &Content) -> Result<Catalog, Problem> {
    let views = lab_views::kinds().iter().map(|kind| {
        let shape = ViewShape { params: (kind.params_schema)().to_value(), model: (kind.model_schema)().to_value() };
        (kind.name.to_owned(), shape)
    });
    let actions = actions().into_iter().map(|spec| {
        let fault = Fault::of_action(spec.name).map(|fault| fault.name().to_owned());
        (spec.name.to_owned(), ActionShape { params: spec.params, fault })
    });
    let mut stacks = std::collections::BTreeMap::new();
    for name in stack_names(content)? {
        let stack = stack(content, &name)?;
        let shape = StackShape {
            nodes: stack.nodes().into_iter().map(|node| node.name).collect(),
            faults: fault_names(&stack),
        };
        stacks.insert(name, shape);
    }
    Ok(Catalog { views: views.collect(), actions: actions.collect(), stacks })
}

/// The folders of `docker/stacks`, sorted.
fn stack_names(content: &Content) -> Result<BTreeSet<String>, Problem> {
    let dir = content.docker.join("stacks");
    let entries = fs::read_dir(&dir).map_err(|error| Problem {
        code: Code::Storage,
        message: format!("The stacks in {} cannot be read.", dir.display()),
        detail: error.to_string(),
        hint: String::new(),
    })?;
    let is_stack = |path: &Path| path.join("stack.toml").is_file();
    let names = entries.filter_map(Result::ok).filter(|entry| is_stack(&entry.path()));
    Ok(names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// A stack by name.
///
/// # Errors
/// `unknown` with the names there are, or `stack_invalid` with file and line.
pub(crate) fn stack(content: &Content, name: &str) -> Result<Stack, Problem> {
    let names = stack_names(content)?;
    if !names.contains(name) {
        return Err(Problem {
            code: Code::Unknown,
            message: format!("There is no stack {name}."),
            detail: String::new(),
            hint: format!("There are: {}.", names.into_iter().collect::<Vec<_>>().join(", ")),
        });
    }
    Ok(Stack::load(&content.docker.join("stacks").join(name))?)
}

/// All stacks as choices.
pub(crate) fn stacks(content: &Content) -> Result<Vec<StackInfo>, Problem> {
    let info = |name: &String| {
        let stack = stack(content, name)?;
        Ok(StackInfo {
            name: stack.name.clone(),
            title: stack.title.clone(),
            says: stack.about.clone(),
            memory_mib: stack.memory_mib,
            faults: fault_names(&stack),
            nodes: stack.nodes(),
        })
    };
    stack_names(content)?.iter().map(info).collect()
}

fn fault_names(stack: &Stack) -> Vec<String> {
    stack.faults().into_iter().map(|fault| fault.name().to_owned()).collect()
}

/// A stack's ready sentences, compiled and checked against the views' models.
///
/// # Errors
/// `stack_invalid`.
pub(crate) fn ready_sentences(stack: &Stack) -> Result<Vec<Sentence>, Problem> {
    let wrong = |why: String| Problem {
        code: Code::StackInvalid,
        message: format!("A ready sentence of stack {} is wrong.", stack.name),
        detail: why,
        hint: "Mend it in the stack's stack.toml.".into(),
    };
    let sentence = |value: &Value| serde_json::from_value(value.clone()).map_err(|error| wrong(error.to_string()));
    stack.ready.iter().map(sentence).collect()
}

/// What a view with these parameters needs observed.
///
/// # Errors
/// `unknown` view, or `action_invalid` parameters.
pub(crate) fn needs(kind: &str, params: &Value) -> Result<Vec<Need>, Problem> {
    let kind = lab_views::kind(kind).ok_or_else(|| Problem {
        code: Code::Unknown,
        message: format!("There is no view {kind}."),
        detail: String::new(),
        hint: format!("There are: {}.", lab_views::kinds().iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ")),
    })?;
    (kind.needs)(params).map_err(params_wrong)
}

/// A view's parameters are wrong.
pub(crate) fn params_wrong(error: ParamsError) -> Problem {
    Problem {
        code: Code::ActionInvalid,
        message: format!("View {} cannot be shown with these parameters.", error.kind),
        detail: error.why,
        hint: String::new(),
    }
}

/// Checks a call against the catalog before anything is written or done.
///
/// # Errors
/// `unknown` or `action_invalid`, with the nearest valid word.
pub(crate) fn check_call(call: &ActionCall) -> Result<(), Problem> {
    let all = actions();
    let Some(spec) = all.iter().find(|spec| spec.name == call.name) else {
        return Err(Problem {
            code: Code::Unknown,
            message: format!("There is no action {}.", call.name),
            detail: String::new(),
            hint: format!("There are: {}.", all.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ")),
        });
    };
    lab_lessons::check_arguments(&spec.params, &call.args).map_err(|why| Problem {
        code: Code::ActionInvalid,
        message: format!("{} cannot be done with these arguments.", call.name),
        detail: why,
        hint: String::new(),
    })
}

/// Lessons are wrong: every flaw with its place.
pub(crate) fn flawed(flaws: &[Flaw]) -> Problem {
    let lines: Vec<String> = flaws.iter().map(ToString::to_string).collect();
    Problem {
        code: Code::LessonInvalid,
        message: format!("{} flaws in the lessons.", flaws.len()),
        detail: lines.join("\n"),
        hint: "Mend them; `pipewright check` reads the lessons again.".into(),
    }
}

/// A lab's name is a Compose project's name.
///
/// # Errors
/// `action_invalid`.
pub(crate) fn check_lab_name(name: &str) -> Result<(), Problem> {
    let head = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let tail = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    if head && tail && name.len() <= 60 {
        return Ok(());
    }
    Err(Problem {
        code: Code::ActionInvalid,
        message: format!("`{name}` cannot be the name of a lab."),
        detail: String::new(),
        hint: "Use lower-case letters, digits, - and _, beginning with a letter or digit; 60 at most.".into(),
    })
}
