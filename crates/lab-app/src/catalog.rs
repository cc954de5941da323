//! What there is by name: views, actions, stacks. The one place where the engines' own lists are joined.

use std::collections::BTreeMap;

use lab_docker::{OptionValue, Stack, StackOption};
use lab_lessons::{ActionShape, Catalog, Flaw, Sentence, StackShape, ViewShape};
use lab_model::{ActionCall, ActionSpec, Code, Need, Problem};
use lab_views::ParamsError;
use serde_json::Value;

use crate::{
    faults,
    host::Content,
    lab::ENGINES,
    schema::{ChoiceValue, StackChoice, StackInfo},
};

/// Every action of every system.
pub(crate) fn actions() -> Vec<ActionSpec> {
    let mut all: Vec<ActionSpec> = ENGINES.iter().flat_map(|engine| (engine.catalog)()).collect();
    all.extend(faults::catalog());
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
        let fault = faults::of_action(spec.name).map(|fault| fault.verb().to_owned());
        (spec.name.to_owned(), ActionShape { params: spec.params, fault })
    });
    let stacks = all_stacks(content)?.into_iter().map(|stack| {
        let shape = StackShape {
            nodes: stack.nodes().iter().map(|node| node.name.clone()).collect(),
            faults: fault_names(&stack),
        };
        (stack.name().to_owned(), shape)
    });
    Ok(Catalog { views: views.collect(), actions: actions.collect(), stacks: stacks.collect() })
}

fn all_stacks(content: &Content) -> Result<Vec<Stack>, Problem> {
    Ok(Stack::load_all(&content.docker.join("stacks"))?)
}

/// A stack by name.
///
/// # Errors
/// `unknown` with the names there are, or `stack_invalid` with file and line.
pub(crate) fn stack(content: &Content, name: &str) -> Result<Stack, Problem> {
    let mut all = all_stacks(content)?;
    let names: Vec<String> = all.iter().map(|stack| stack.name().to_owned()).collect();
    match all.iter().position(|stack| stack.name() == name) {
        Some(index) => Ok(all.swap_remove(index)),
        None => Err(Problem {
            code: Code::Unknown,
            message: format!("There is no stack {name}."),
            detail: String::new(),
            hint: format!("There are: {}.", names.join(", ")),
        }),
    }
}

/// All stacks as choices.
pub(crate) fn stacks(content: &Content) -> Result<Vec<StackInfo>, Problem> {
    let info = |stack: &Stack| StackInfo {
        name: stack.name().to_owned(),
        title: stack.title().to_owned(),
        says: stack.about().to_owned(),
        memory_mib: u32::try_from(stack.memory_mib()).unwrap_or(u32::MAX),
        faults: fault_names(stack),
        nodes: stack.node_infos(&BTreeMap::new()),
        options: choices(stack),
    };
    Ok(all_stacks(content)?.iter().map(info).collect())
}

/// What may be chosen, the default of each choice first.
fn choices(stack: &Stack) -> Vec<StackChoice> {
    let choice = |option: &StackOption| StackChoice {
        name: option.name.clone(),
        says: option.say.clone(),
        values: option.values.iter().map(|value| choice_value(stack, option, value)).collect(),
    };
    stack.options().iter().map(choice).collect()
}

/// With what it takes beyond the stack as it is without a choice.
fn choice_value(stack: &Stack, option: &StackOption, of: &OptionValue) -> ChoiceValue {
    let chosen = BTreeMap::from([(option.name.clone(), of.value.clone())]);
    // It was read whole, with everything that may be chosen: the choice cannot fail.
    let with = stack.clone().with_options(&chosen).unwrap_or_else(|_| stack.clone());
    ChoiceValue {
        value: of.value.clone(),
        says: of.say.clone(),
        more_memory_mib: more(with.memory_mib(), stack.memory_mib()),
        more_nodes: more(with.nodes().len() as u64, stack.nodes().len() as u64),
    }
}

fn more(with: u64, without: u64) -> i32 {
    i32::try_from(i128::from(with) - i128::from(without)).unwrap_or(i32::MAX)
}

/// Faults that at least one node may have, each with its undo.
fn fault_names(stack: &Stack) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for fault in stack.nodes().iter().flat_map(|node| node.faults.iter()) {
        for fault in [Some(*fault), fault.undo()].into_iter().flatten() {
            if !names.iter().any(|name| name == fault.verb()) {
                names.push(fault.verb().to_owned());
            }
        }
    }
    names
}

/// A stack's ready sentences and those of what it includes, compiled and checked against the views' models.
///
/// # Errors
/// `stack_invalid` with file and line.
pub(crate) fn ready_sentences(content: &Content, stack: &Stack) -> Result<Vec<Sentence>, Problem> {
    let wrong = |detail: String| Problem {
        code: Code::StackInvalid,
        message: format!("The ready sentences of stack {} cannot be used.", stack.name()),
        detail,
        hint: String::new(),
    };
    let catalog = catalog(content)?;
    let mut all = Vec::new();
    for name in stack.made_of() {
        let file = content.docker.join("stacks").join(name).join("stack.toml");
        let text = std::fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
        let (sentences, flaws) = lab_lessons::sentences(&file.display().to_string(), &text, "ready", &catalog);
        if !flaws.is_empty() {
            return Err(wrong(flaws.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
        }
        all.extend(sentences);
    }
    Ok(all)
}

/// What a view with these parameters needs observed.
///
/// # Errors
/// `unknown` view, or `action_invalid` parameters.
pub(crate) fn needs(kind: &str, params: &Value) -> Result<Vec<Need>, Problem> {
    (view(kind)?.needs)(params).map_err(params_wrong)
}

/// A kind of view by name.
///
/// # Errors
/// `unknown` with the names there are.
pub(crate) fn view(kind: &str) -> Result<&'static lab_views::Kind, Problem> {
    lab_views::kind(kind).ok_or_else(|| Problem {
        code: Code::Unknown,
        message: format!("There is no view {kind}."),
        detail: String::new(),
        hint: format!("There are: {}.", lab_views::kinds().iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ")),
    })
}

/// An action by name.
///
/// # Errors
/// `unknown` with the names there are.
pub(crate) fn action(name: &str) -> Result<ActionSpec, Problem> {
    let all = actions();
    let names = all.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ");
    all.into_iter().find(|spec| spec.name == name).ok_or_else(|| Problem {
        code: Code::Unknown,
        message: format!("There is no action {name}."),
        detail: String::new(),
        hint: format!("There are: {names}."),
    })
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
    let spec = action(&call.name)?;
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
    let many = if flaws.len() == 1 { "flaw" } else { "flaws" };
    Problem {
        code: Code::LessonInvalid,
        message: format!("{} {many} in the lessons.", flaws.len()),
        detail: lines.join("\n"),
        hint: "Correct them. `pipewright check` reads the lessons again.".into(),
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
