//! A lesson's folder, from shape to meaning.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{Loader, asking, calls::Calls, kebab, names, sentences, solution};
use crate::{
    Flaw, Lesson, Names,
    file::FORMAT,
    flaw::{Slip, did_you_mean},
    lesson::Written,
    markdown::{self, Around},
    source::{Source, place},
};

impl Loader<'_> {
    /// Reads the lesson `track/lesson`; none if anything is wrong with it.
    pub(super) fn lesson(&mut self, id: &str) -> Option<Lesson> {
        let already = self.flaws.len();
        let lesson = self.toml(&format!("{id}/lesson.toml"));
        let solution = self.toml(&format!("{id}/solution.toml"));
        let (lesson, solution) = (lesson?, solution?);
        self.shapes(&lesson, &solution);
        if self.flaws.len() > already {
            return None;
        }
        let steps = steps(&lesson.value);
        let texts = self.texts(id, &steps);
        let around = Around { lesson: id.to_owned(), lessons: self.lessons.clone(), pictures: self.pictures(id) };
        self.meaning(&lesson, &solution, &texts);
        self.look_at_texts(&texts, &around, &lesson);
        self.undeclared(id, &steps, &texts);
        if self.flaws.len() > already {
            return None;
        }
        let written = Written { id: id.to_owned(), lesson: lesson.value, solution: solution.value, texts, around };
        Lesson::tell(Arc::new(written))
            .map_err(|error| self.flaw(&format!("{id}/lesson.toml"), error.to_string(), error.hint()))
            .ok()
    }

    fn shapes(&mut self, lesson: &Source, solution: &Source) {
        let format = lesson.value.get("format").and_then(Value::as_u64);
        if format.is_some_and(|format| format != u64::from(FORMAT)) {
            let hint = format!("This version reads format {FORMAT}.");
            self.flaws.push(lesson.flaw(Slip::value("/format", "this format is not known", hint)));
            return;
        }
        self.add(lesson, self.shapes.lesson.slips(&lesson.value));
        self.add(solution, self.shapes.solution.slips(&solution.value));
        self.add(lesson, names::declared(lesson.value.get("names").unwrap_or(&Value::Null)));
    }

    fn add(&mut self, source: &Source, slips: Vec<Slip>) {
        self.flaws.extend(slips.into_iter().map(|slip| source.flaw(slip)));
    }

    /// Texts by step; a missing or empty one is a flaw.
    fn texts(&mut self, id: &str, steps: &[String]) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for step in steps {
            let file = format!("{id}/{step}.md");
            let Some(text) = self.text(&file) else { continue };
            if markdown::parts(&text).0.trim().is_empty() {
                self.flaw(&file, "the step has no text", "Say what to do and what to look at, before a line `---`.");
            }
            texts.insert(step.clone(), text);
        }
        texts
    }

    fn look_at_texts(&mut self, texts: &BTreeMap<String, String>, around: &Around, lesson: &Source) {
        let names = names_of(&lesson.value);
        for (step, text) in texts {
            let mut slips = markdown::slips(text, around);
            slips.extend(names::unknown_in(text, &names));
            let (before, _, second) = markdown::parts(text);
            let told = steps_of(&lesson.value).find(|of| asked(of).id == step);
            slips.extend(told.into_iter().flat_map(|of| asking::text_slips(of, before)));
            if let Some(second) = second {
                slips.push(Slip::inside(
                    second,
                    "a second `---`",
                    "One divides the text from what follows the step; use `***` for a rule.",
                ));
            }
            let file = format!("{}/{step}.md", around.lesson);
            self.flaws.extend(slips.into_iter().map(|slip| text_flaw(&file, text, slip)));
        }
    }

    /// What the lesson and its solution say, against the catalog.
    fn meaning(&mut self, lesson: &Source, solution: &Source, texts: &BTreeMap<String, String>) {
        let names = names_of(&lesson.value);
        let stack = lesson.value.get("stack").and_then(Value::as_str).unwrap_or_default();
        let known = self.catalog.stacks.get(stack);
        let mut slips = Vec::new();
        if known.is_none() {
            let hint = did_you_mean(stack, self.catalog.stacks.keys().map(String::as_str));
            slips.push(Slip::value("/stack", format!("there is no stack `{stack}`"), hint));
        }
        let calls = Calls { catalog: self.catalog, shapes: self.shapes, names: &names, stack: known };
        slips.extend(steps_slips(&lesson.value, &calls));
        slips.extend(names::unknown(&lesson.value, &names));
        let texts = texts.values().map(String::as_str);
        slips.extend(names::unused(&names, &[&lesson.value, &solution.value], texts));
        let asked: Vec<solution::Asked<'_>> = steps_of(&lesson.value).map(asked).collect();
        let mut of_solution = solution::slips(&solution.value, &asked, &calls);
        of_solution.extend(names::unknown(&solution.value, &names));
        self.add(lesson, slips);
        self.add(solution, of_solution);
    }
}

fn asked(step: &Value) -> solution::Asked<'_> {
    let has_actions = step.get("actions").and_then(Value::as_array).is_some_and(|actions| !actions.is_empty());
    solution::Asked { id: step.get("id").and_then(Value::as_str).unwrap_or_default(), has_actions }
}

fn steps_slips(lesson: &Value, calls: &Calls<'_>) -> Vec<Slip> {
    let mut seen = std::collections::BTreeSet::new();
    let mut slips = Vec::new();
    for (i, step) in steps_of(lesson).enumerate() {
        let base = format!("/step/{i}");
        let id = asked(step).id;
        if !crate::names::is_kebab(id) {
            slips.push(kebab(&format!("{base}/id"), id));
        }
        if !seen.insert(id) {
            slips.push(Slip::value(format!("{base}/id"), format!("there are two steps `{id}`"), ""));
        }
        slips.extend(step_slips(step, calls).into_iter().map(|slip| slip.under(&base)));
    }
    slips
}

fn step_slips(step: &Value, calls: &Calls<'_>) -> Vec<Slip> {
    let list = |pointer: &str| step.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut slips = Vec::new();
    let mut look = |pointer: &str, see: &dyn Fn(&Value) -> Vec<Slip>| {
        for (i, item) in list(pointer).iter().enumerate() {
            slips.extend(see(item).into_iter().map(|slip| slip.under(&format!("{pointer}/{i}"))));
        }
    };
    look("/views", &|view| calls.view("kind", view));
    look("/actions", &|action| calls.action(action));
    look("/prediction/options", &|option| sentences::slips(option, calls));
    look("/check", &|check| sentences::slips(check, calls));
    look("/prediction/options", &|option| {
        let shown = option.get("looks_at").is_some();
        let says = "an option is shown as it is: `looks_at` belongs to a check";
        shown.then(|| Slip::key("/looks_at", says, "Remove it.")).into_iter().collect()
    });
    look("/hints", &|hint| {
        let empty = hint.as_str().is_some_and(|hint| hint.trim().is_empty());
        empty.then(|| Slip::value("", "a hint must say something", "")).into_iter().collect()
    });
    let checks = list("/check");
    if !checks.is_empty() && checks.iter().all(|check| check.get("when").and_then(Value::as_str) == Some("never")) {
        let hint = "Add a check that becomes true by what the learner does.";
        slips.push(Slip::key("/check", "with nothing but `never`, the step is done before it begins", hint));
    }
    slips.extend(asking::slips(step));
    slips
}

fn steps_of(lesson: &Value) -> impl Iterator<Item = &Value> {
    lesson.get("step").and_then(Value::as_array).into_iter().flatten()
}

fn steps(lesson: &Value) -> Vec<String> {
    steps_of(lesson).map(|step| asked(step).id.to_owned()).collect()
}

fn names_of(lesson: &Value) -> Names {
    lesson.get("names").and_then(|names| Names::deserialize(names).ok()).unwrap_or_default()
}

fn text_flaw(file: &str, text: &str, slip: Slip) -> Flaw {
    let (line, column) = place(text, slip.offset());
    Flaw { file: file.to_owned(), line, column, says: slip.says, hint: slip.hint }
}
