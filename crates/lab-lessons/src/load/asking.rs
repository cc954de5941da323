//! No answer before the question: what a step shows before the learner has predicted must not tell an option.
//!
//! Which option is right only the engines say, so none may be told. Words are compared, not meaning: whoever writes the
//! answer in other words is not found out here.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::flaw::Slip;

/// Words shorter than this say too little.
const SHORTEST_WORD: usize = 4;

/// What is wrong in a step with what it shows before it asks; pointers begin at the step.
pub(super) fn slips(step: &Value) -> Vec<Slip> {
    let checks = step.get("check").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let Some(telling) = Telling::of(step) else {
        let idle = checks.iter().enumerate().filter(|(_, check)| check.get("looks_at").is_some());
        let says = "nothing is asked here, so `looks_at` is never shown";
        return idle.map(|(i, _)| Slip::key(format!("/check/{i}/looks_at"), says, "Remove it.")).collect();
    };
    let mut slips = telling.slips("/title", text(step, "title"));
    for (i, check) in checks.iter().enumerate() {
        let base = format!("/check/{i}");
        match check.get("looks_at").and_then(Value::as_str) {
            None => {
                let hint = "Add `looks_at`: what is looked at, in words that do not tell the answer.";
                slips.push(Slip::key(base, "this check is shown before the learner has predicted", hint));
            }
            Some(looks_at) if looks_at == text(check, "say") => {
                let hint = "Say what is looked at, and not what will be seen.";
                slips.push(Slip::value(format!("{base}/looks_at"), "this is the same as `say`", hint));
            }
            Some(looks_at) => slips.extend(telling.slips(&format!("{base}/looks_at"), looks_at)),
        }
    }
    slips
}

/// The sentences of a step's text, before the line `---`, that tell an option; slips point into the text.
pub(super) fn text_slips(step: &Value, before: &str) -> Vec<Slip> {
    let Some(telling) = Telling::of(step) else { return Vec::new() };
    let mut slips = Vec::new();
    let mut at = 0;
    for sentence in before.split_inclusive(['.', '?', '!']) {
        if let Some(says) = telling.told(sentence) {
            slips.push(Slip::inside(at + (sentence.len() - sentence.trim_start().len()), says, HINT));
        }
        at += sentence.len();
    }
    slips
}

const HINT: &str = "Say it after the line `---`, or in a check's `say`: both are shown later.";

/// A step's options, each by the words that no other option and not the question has.
struct Telling(Vec<BTreeSet<String>>);

impl Telling {
    /// None if the step asks nothing.
    fn of(step: &Value) -> Option<Self> {
        let prediction = step.get("prediction")?;
        let options: Vec<_> = prediction.get("options")?.as_array()?.iter().map(|of| words(text(of, "say"))).collect();
        let asked = words(text(prediction, "ask"));
        let own = |(i, of): (usize, &BTreeSet<String>)| {
            let others = || options.iter().enumerate().filter(move |(j, _)| *j != i);
            of.iter()
                .filter(|word| !asked.contains(*word) && !others().any(|(_, of)| of.contains(*word)))
                .cloned()
                .collect()
        };
        Some(Self(options.iter().enumerate().map(own).collect()))
    }

    fn slips(&self, pointer: &str, text: &str) -> Vec<Slip> {
        self.told(text).map(|says| Slip::value(pointer, says, HINT)).into_iter().collect()
    }

    /// Which option a text tells: it has two thirds of its own words, and two at least.
    fn told(&self, text: &str) -> Option<String> {
        let said = words(text);
        let tells = |own: &BTreeSet<String>| {
            let told = own.intersection(&said).count();
            told >= 2 && told * 3 >= own.len() * 2
        };
        let option = self.0.iter().position(tells)?;
        Some(format!("this tells option {} before the learner has predicted", option + 1))
    }
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The words of a text that say something, in lower case, without a plural's `s`.
fn words(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= SHORTEST_WORD);
    parts.map(|word| word.to_lowercase().trim_end_matches('s').to_owned()).collect()
}
