//! What a person may choose when a lab is made, and what follows from it: values of variables, and which stacks are included.

use std::collections::BTreeMap;

use super::about::{OptionValue, StackOption};
use super::{Stack, Variables, compose, parts};
use crate::error::{Error, Result};

impl Stack {
    /// The same stack with choices made: name of the option → value.
    ///
    /// # Errors
    /// [`Error::NoSuchOption`] with what there is.
    pub fn with_options(mut self, chosen: &BTreeMap<String, String>) -> Result<Self> {
        // Its own first: they decide what is included, and that has options too.
        let is_own = |name: &str| self.own.options.iter().any(|option| option.name == name);
        let (own, others): (Vec<_>, Vec<_>) = chosen.iter().partition(|(name, _)| is_own(name));
        for (name, value) in own {
            self.choose(name, value)?;
        }
        self.take_parts()?;
        for (name, value) in others {
            self.choose(name, value)?;
        }
        Ok(self)
    }

    /// The same stack as a lab was made from it: variable → value, as the lab's labels tell it.
    ///
    /// # Errors
    /// [`Error::NoSuchOption`] if it includes nothing for such a value.
    pub fn as_made(mut self, chosen: &Variables) -> Result<Self> {
        self.chosen.extend(chosen.clone());
        self.take_parts()?;
        Ok(self)
    }

    /// Includes what is chosen now.
    pub(super) fn take_parts(&mut self) -> Result<()> {
        let mut choices = compose::defaults(&self.compose);
        choices.extend(self.chosen.clone());
        self.parts = parts::chosen(&self.include, &choices).map_err(|variable| {
            let value = choices.get(variable).map_or("", String::as_str);
            let option = self.own.options.iter().find(|option| option.variable == variable);
            self.no_such(option.map_or(variable, |option| &option.name), value)
        })?;
        self.about = parts::about(&self.parts, self.own.clone());
        Ok(())
    }

    fn choose(&mut self, name: &str, value: &str) -> Result<()> {
        let option = self.about.options.iter().find(|option| option.name == name);
        let option = option.filter(|option| option.values.iter().any(|known| known.value == value));
        let option = option.ok_or_else(|| self.no_such(name, value))?;
        self.chosen.insert(option.variable.clone(), value.to_owned());
        Ok(())
    }

    fn no_such(&self, name: &str, value: &str) -> Error {
        let known = |option: &StackOption| {
            let values: Vec<&str> = option.values.iter().map(|value| value.value.as_str()).collect();
            format!("{}={}", option.name, values.join("|"))
        };
        Error::NoSuchOption {
            stack: self.name.clone(),
            asked: format!("{name}={value}"),
            known: self.about.options.iter().map(known).collect(),
        }
    }

    /// What was chosen: variable → value.
    pub(crate) fn chosen(&self) -> &Variables {
        &self.chosen
    }

    /// A choice in a person's words: `NUM_TOKENS` and `16` give `tokens=16`.
    pub(crate) fn in_words(&self, variable: &str, value: &str) -> String {
        let option = self.about.options.iter().find(|option| option.variable == variable);
        format!("{}={value}", option.map_or(variable, |option| &option.name))
    }

    /// What a new lab gets: what a person chose, and the default of everything else that can be chosen.
    pub(crate) fn choices(&self) -> Variables {
        let defaults = self.defaults();
        let of = |option: &StackOption| Some((option.variable.clone(), defaults.get(&option.variable)?.clone()));
        let mut choices: Variables = self.about.options.iter().filter_map(of).collect();
        choices.extend(self.chosen.clone());
        choices
    }

    /// A choice with all the variables that go with it.
    pub(crate) fn spelled_out(&self, chosen: &Variables) -> Variables {
        let with = |option: &StackOption| {
            let value = chosen.get(&option.variable)?;
            let is_it = |known: &&OptionValue| known.value == *value;
            option.values.iter().find(is_it).map(|value| value.with.clone())
        };
        let with = self.about.options.iter().filter_map(with).flatten();
        chosen.clone().into_iter().chain(with).collect()
    }
}
