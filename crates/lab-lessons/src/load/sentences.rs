//! Sentences in a TOML file, of a lesson or of a stack: are they about a view that exists, and can they be meant?

use serde::Deserialize;
use serde_json::Value;

use super::calls::Calls;
use crate::{Catalog, Flaw, Names, Sentence, file::sentence_schema, flaw::Slip, lint, shape, source::Source};

/// Everything wrong with a sentence; pointers begin at it. Its shape is taken for checked.
pub(super) fn slips(value: &Value, calls: &Calls<'_>) -> Vec<Slip> {
    let mut slips = calls.view("view", value);
    let view = value.get("view").and_then(Value::as_str).and_then(|kind| calls.catalog.views.get(kind));
    if let (Some(view), Some(holds)) = (view, value.get("holds").and_then(Value::as_str)) {
        slips.extend(lint::slips(holds, &view.model).into_iter().map(|slip| slip.under("/holds")));
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
    let calls = Calls { catalog, names: &names, stack: None };
    let items = source.value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut slips = Vec::new();
    let mut read = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let mut found = shape::slips(&sentence_schema(), item);
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
