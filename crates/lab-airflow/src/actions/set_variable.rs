//! `airflow.set_variable`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    Actions, ByHand, Scope,
    kept::Wanted,
    names::check_long,
    secrets,
    variables::{self, check_key},
};

/// Bytes of a value.
const LARGEST: usize = 64 * 1024;

/// Makes a Variable, or changes it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetVariable {
    /// Its key. One that names a secret, like `db_password`, is not taken: the value would stand in the lab's journal. Set such
    /// a one in Airflow's own pages.
    #[schemars(length(min = 1, max = 250), extend("pattern" = secrets::no_name()))]
    key: String,
    /// Its value: a text, which may be JSON. JSON with the key of a secret, like `token`, is not taken.
    #[schemars(length(max = 65_536), extend("pattern" = secrets::no_key()))]
    value: String,
    /// What it is for; without one, what it had stays.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    description: Option<String>,
}

impl Verb<Actions> for SetVariable {
    const NAME: &'static str = "airflow.set_variable";
    const TITLE: &'static str = "Set a Variable";
    const SAYS: &'static str = "Makes a Variable, or changes its value for every run from now on.";

    fn check(&self) -> Result<(), String> {
        check_key(&self.key)?;
        check_long("value", &self.value, LARGEST)?;
        self.description.as_deref().map_or(Ok(()), |text| check_long("description", text, 4000))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        // Together, so that what begins with `-` is no option.
        let description = self.description.as_ref().map(|text| format!("--description={text}"));
        let mut options = vec!["variables", "set"];
        options.extend(description.as_deref());
        vec![place.airflow_of(&options, &[&self.key, &self.value])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let mut body = json!({ "key": self.key, "value": self.value });
        if let Some(description) = &self.description {
            body["description"] = json!(description);
        }
        let wanted = Wanted { make: body.clone(), change: body, mask: "" };
        let what = format!("variable {}", self.key);
        variables::kept(&self.key).set(scope, &what, &wanted, variables::ADVICE).await
    }
}
