//! Are a lesson's `[names]` names, are they used, and is none of them written out?

use serde_json::Value;

use crate::{
    Names,
    flaw::{Slip, did_you_mean},
    names::{is_key, is_name, placeholders},
    source::escape,
};

/// What is wrong with the names themselves.
pub(super) fn declared(names: &Value) -> Vec<Slip> {
    let Some(names) = names.as_object() else { return Vec::new() };
    let mut slips = Vec::new();
    for (key, name) in names {
        let pointer = format!("/names/{}", escape(key));
        if !is_key(key) {
            slips.push(Slip::key(
                &pointer,
                format!("`{key}` cannot stand for a name"),
                "Use a-z, 0-9 and `_`, beginning with a letter.",
            ));
        }
        if !name.as_str().is_none_or(is_name) {
            let says = format!("{name} cannot be a name in an engine");
            slips.push(Slip::value(
                &pointer,
                says,
                "Use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit.",
            ));
        }
    }
    slips
}

/// `{key}`s that stand for nothing, in any text of a value.
pub(super) fn unknown(value: &Value, names: &Names) -> Vec<Slip> {
    let mut slips = Vec::new();
    each_text("", value, &mut |pointer, text| {
        slips.extend(unknown_in(text, names).into_iter().map(|slip| slip.under(pointer)));
    });
    slips
}

/// The same in one text.
pub(super) fn unknown_in(text: &str, names: &Names) -> Vec<Slip> {
    let unknown = placeholders(text).filter(|(_, key)| names.get(key).is_none());
    unknown
        .map(|(at, key)| {
            let hint = did_you_mean(key, names.iter().map(|(known, _)| known));
            Slip::inside(at, format!("`{{{key}}}` stands for no name of this lesson"), hint)
        })
        .collect()
}

/// Names that are declared but appear nowhere.
pub(super) fn unused<'a>(names: &Names, values: &[&Value], texts: impl Iterator<Item = &'a str>) -> Vec<Slip> {
    let mut used = std::collections::BTreeSet::new();
    let mut note = |_: &str, text: &str| used.extend(placeholders(text).map(|(_, key)| key.to_owned()));
    values.iter().for_each(|value| each_text("", value, &mut note));
    texts.for_each(|text| note("", text));
    let unused = names.iter().filter(|(key, _)| !used.contains(*key));
    unused
        .map(|(key, _)| Slip::key(format!("/names/{key}"), format!("`{{{key}}}` is used nowhere"), "Remove it."))
        .collect()
}

/// Names written out among parameters and arguments: they would clash when lessons share a lab.
pub(super) fn written_out(value: &Value, names: &Names) -> Vec<Slip> {
    let mut slips = Vec::new();
    each_text("", value, &mut |pointer, text| {
        if let Some((key, _)) = names.iter().find(|(_, name)| *name == text) {
            let hint = format!("Write `{{{key}}}`, so that the name can be another when lessons share a lab.");
            slips.push(Slip::value(pointer, format!("`{text}` is one of the lesson's names, written out"), hint));
        }
    });
    slips
}

fn each_text(pointer: &str, value: &Value, see: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => see(pointer, text),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| each_text(&format!("{pointer}/{i}"), item, see));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, item)| each_text(&format!("{pointer}/{}", escape(key)), item, see));
        }
        _ => {}
    }
}
