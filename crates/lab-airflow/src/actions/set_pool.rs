//! `airflow.set_pool`

use lab_model::Problem;
use lab_probe::action::{Verb, check_range};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actions, ByHand, Scope,
    kept::Wanted,
    names::check_long,
    pools::{self, DEFAULT, check_pool},
};

/// Makes a pool, or changes it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetPool {
    /// Its name.
    #[schemars(length(min = 1, max = 256))]
    name: String,
    /// So many slots its tasks may hold at once; -1 for any number.
    #[schemars(range(min = -1))]
    slots: i32,
    /// Whether a deferred task holds its slots.
    #[serde(default)]
    include_deferred: bool,
    /// What it is for; without one, what it had stays.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    description: Option<String>,
}

impl SetPool {
    fn wanted(&self) -> Wanted {
        let mut change = json!({ "slots": self.slots, "include_deferred": self.include_deferred });
        if let Some(description) = &self.description {
            change["description"] = json!(description);
        }
        let mut make = change.clone();
        make["name"] = json!(self.name);
        // Else Airflow asks for all of a pool, its name included.
        let mask = match &self.description {
            Some(_) => "?update_mask=slots&update_mask=include_deferred&update_mask=description",
            None => "?update_mask=slots&update_mask=include_deferred",
        };
        change["pool"] = Value::String(self.name.clone());
        Wanted { make, change, mask }
    }
}

impl Verb<Actions> for SetPool {
    const NAME: &'static str = "airflow.set_pool";
    const TITLE: &'static str = "Set a pool";
    const SAYS: &'static str = "Makes a pool, or changes how many slots it has: tasks that find none free wait.";

    fn check(&self) -> Result<(), String> {
        check_pool(&self.name)?;
        check_range("slots", self.slots, -1, i32::MAX)?;
        match &self.description {
            Some(_) if self.name == DEFAULT => Err(format!("`description` of {DEFAULT} is Airflow's own")),
            Some(text) => check_long("description", text, 4000),
            None => Ok(()),
        }
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let mut options = vec!["pools", "set"];
        options.extend(self.include_deferred.then_some("--include-deferred"));
        let (slots, description) = (self.slots.to_string(), self.description.as_deref().unwrap_or_default());
        vec![place.airflow_of(&options, &[&self.name, &slots, description])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let what = format!("pool {}", self.name);
        let said = pools::kept(&self.name).set(scope, &what, &self.wanted(), pools::ADVICE).await?;
        let slots = match self.slots {
            -1 => "any number of slots".to_owned(),
            1 => "1 slot".to_owned(),
            slots => format!("{slots} slots"),
        };
        let deferred = if self.include_deferred { ", and deferred tasks hold theirs" } else { "" };
        Ok(format!("{said}: {slots}{deferred}"))
    }
}
