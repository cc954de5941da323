//! Sentences in a TOML file, of a lesson or of a stack: are they about a view that exists, and can they be meant?

use serde::Deserialize;
use serde_json::Value;

use super::{calls::Calls, shapes::Shapes};
use crate::{Catalog, Flaw, Names, Sentence, flaw::Slip, lint, names::is_key, source::Source};

/// Everything wrong with a sentence; pointers begin at it. Its shape is taken for checked.
pub(super) fn slips(value: &Value, calls: &Calls<'_>) -> Vec<Slip> {
    let mut slips = calls.view("view", value);
    let view = value.get("view").and_then(Value::as_str).and_then(|kind| calls.catalog.views.get(kind));
    let mut model = view.map(|view| view.model.clone());
    for (name, call) in value.get("beside").and_then(Value::as_object).into_iter().flatten() {
        slips.extend(
            beside(name, call, calls, &mut model).into_iter().map(|slip| slip.under(&format!("/beside/{name}"))),
        );
    }
    if let (Some(model), Some(holds)) = (&model, value.get("holds").and_then(Value::as_str)) {
        slips.extend(lint::slips(holds, model).into_iter().map(|slip| slip.under("/holds")));
    }
    slips
}

/// Everything wrong with a view beside the sentence's own, whose model is joined to `model` under its name. What is
/// wrong with the view itself leaves no model to look at.
fn beside(name: &str, call: &Value, calls: &Calls<'_>, model: &mut Option<Value>) -> Vec<Slip> {
    let mut slips = calls.view("kind", call);
    let kind = call.get("kind").and_then(Value::as_str).unwrap_or_default();
    let taken = [lint::BEFORE, lint::BEGAN].contains(&name)
        || model.as_ref().is_some_and(|model| model.pointer("/properties").is_some_and(|of| of.get(name).is_some()));
    if taken {
        let hint = "Choose another one.";
        slips.push(Slip::key("", format!("the view's own model has the name `{name}` already"), hint));
    } else if !is_key(name) {
        let hint = "Use a-z, 0-9 and `_`, beginning with a letter.";
        slips.push(Slip::key("", format!("`{name}` cannot name a view"), hint));
    } else {
        let other = calls.catalog.views.get(kind);
        *model = model.take().zip(other).map(|(model, other)| lint::joined(model, name, &other.model));
    }
    slips
}

/// Reads the sentences under `key` (an array of tables) of a TOML text: `[[ready]]` of a stack.toml. `file` is for the
/// flaws. With a flaw there are no sentences.
pub fn sentences(file: &str, text: &str, key: &str, catalog: &Catalog) -> (Vec<Sentence>, Vec<Flaw>) {
    let source = match Source::parse(file, text) {
        Ok(source) => source,
        Err(flaw) => return (Vec::new(), vec![flaw]),
    };
    let names = Names::default();
    let shapes = Shapes::new(catalog);
    let calls = Calls { catalog, shapes: &shapes, names: &names, stack: None };
    let items = source.value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut slips = Vec::new();
    let mut read = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let mut found = shapes.sentence.slips(item);
        if found.is_empty() {
            found = self::slips(item, &calls);
        }
        slips.extend(found.into_iter().map(|slip| slip.under(&format!("/{key}/{i}"))));
        read.push(Sentence::deserialize(item));
    }
    match read.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(read) if slips.is_empty() => (read, Vec::new()),
        _ => (Vec::new(), slips.into_iter().map(|slip| source.flaw(slip)).collect()),
    }
}
