//! What is asked of every action of every engine: words for people, closed arguments, a command line.

use std::{collections::BTreeSet, path::Path};

use serde_json::json;

use super::*;
use crate::catalog;

/// The stack in which an action can be done.
struct Stacks(Vec<Stack>);

impl Stacks {
    fn load() -> Self {
        let stacks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker/stacks");
        Self(Stack::load_all(&stacks).unwrap())
    }

    /// In the largest lab of the action's engine, or in any if it is of none.
    fn lines(&self, call: &ActionCall) -> Vec<String> {
        let engine = ENGINES.iter().map(|engine| engine.name).find(|name| call.name.starts_with(&format!("{name}.")));
        let fits = |stack: &&Stack| engine.is_none_or(|name| stack.nodes().iter().any(|node| node.system == name));
        // One of several parts is the same lines, and more files to be read for each of them.
        let (single, made): (Vec<&Stack>, Vec<&Stack>) =
            self.0.iter().filter(fits).partition(|stack| stack.made_of().count() == 1);
        let stack = single.into_iter().max_by_key(|stack| stack.nodes().len()).or(made.first().copied());
        lines("lab", stack.expect("a stack of each engine"), call)
    }
}

#[test]
fn every_action_is_described_for_people_and_closed_for_typos() {
    let all = catalog::actions();
    let names: BTreeSet<&str> = all.iter().map(|action| action.name).collect();
    assert_eq!(names.len(), all.len());
    for action in all {
        assert!(action.name.contains('.'));
        assert!(!action.title.is_empty() && action.says.ends_with('.'), "{}", action.name);
        assert_eq!(action.params["additionalProperties"], json!(false), "{}", action.name);
        for (argument, schema) in action.params["properties"].as_object().unwrap() {
            let described = schema["description"].as_str().is_some_and(|words| !words.is_empty());
            assert!(described, "{}: {argument} has no description", action.name);
        }
    }
}

/// A line with the action's name, then a line for each argument: its name, `=`, and JSON or any other text. Without a name,
/// which no fuzzer guesses, the first byte chooses an action.
fn typed(bytes: &[u8], all: &[lab_model::ActionSpec]) -> Option<ActionCall> {
    let named = |action: &lab_model::ActionSpec| Some((action.name, bytes.strip_prefix(action.name.as_bytes())?));
    let (name, arguments) = all.iter().filter_map(named).find(|(_, rest)| rest.starts_with(b"\n")).or_else(|| {
        let (action, arguments) = bytes.split_first()?;
        Some((all[usize::from(*action) % all.len()].name, arguments))
    })?;
    let text = String::from_utf8_lossy(arguments);
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let args = pairs.map(|(name, text)| (name.to_owned(), value(text))).collect();
    Some(ActionCall { name: name.to_owned(), args })
}

#[test]
fn any_arguments_make_a_command_line_or_none() {
    let (stacks, all) = (Stacks::load(), catalog::actions());
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let Some(call) = typed(bytes, &all) else { return };
        for line in stacks.lines(&call) {
            assert!(!line.is_empty());
        }
    });
}

/// The kept inputs are calls that make sense: else nothing but refusals was tried.
#[test]
fn the_kept_arguments_are_calls() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/__fuzz__/by_hand__tests__any_arguments_make_a_command_line_or_none/corpus"
    );
    let (stacks, all) = (Stacks::load(), catalog::actions());
    let mut named = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let call = typed(&std::fs::read(&path).unwrap(), &all).unwrap();
        assert!(!stacks.lines(&call).is_empty(), "{}: {call:?}", path.display());
        named.insert(call.name);
    }
    let engines = all.iter().filter(|action| faults::of_action(action.name).is_none());
    assert_eq!(named, engines.map(|action| action.name.to_owned()).collect());
}

/// An action's arguments stand in the journal.
#[test]
fn a_secret_is_refused_before_it_is_noted() {
    let call = |name: &str, args: serde_json::Value| {
        let call = ActionCall { name: name.to_owned(), args: args.as_object().cloned().unwrap_or_default() };
        catalog::check_call(&call).map_err(|problem| problem.detail)
    };
    let variable = |key: &str, value: &str| call("airflow.set_variable", json!({ "key": key, "value": value }));
    for key in ["db_password", "API Key", "a.secret.b", "x-access--key", "TOKEN\n"] {
        let told = variable(key, "x").unwrap_err();
        assert!(told.contains("is not possible here") && told.contains("names a secret"), "{key}: {told}");
    }
    for value in ["{\"password\": \"x\"}", "[{\"a\": {\"My Api-Key\" :\n1}}]"] {
        assert!(variable("rows", value).is_err(), "{value}");
    }
    for (key, value) in [("rows", "3"), ("größe", "the password is elsewhere"), ("a/b", "{\"rows\": \"password\"}")] {
        assert_eq!(variable(key, value), Ok(()), "{key}");
    }
    let connection = |extra: &str| json!({ "connection_id": "k", "conn_type": "kafka", "extra": extra });
    assert!(call("airflow.set_connection", connection("{\"sasl.password\": \"x\"}")).is_err());
    assert_eq!(call("airflow.set_connection", connection("{\"bootstrap.servers\": \"kafka-1:9092\"}")), Ok(()));
    assert!(
        call("airflow.set_connection", json!({ "connection_id": "k", "conn_type": "kafka", "password": "x" })).is_err()
    );
}
