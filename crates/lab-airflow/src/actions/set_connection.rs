//! `airflow.set_connection`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actions, ByHand, Scope,
    connections::{self, check_connection},
    kept::Wanted,
    names::{check_long, check_words, shown},
    secrets,
};

/// Makes a connection, or changes it. A password cannot be given: it would stand in the lab's journal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetConnection {
    /// Its id.
    #[schemars(length(min = 1, max = 200))]
    connection_id: String,
    /// What it leads to, like `kafka` or `http`: Airflow knows the types of the providers that are installed.
    #[schemars(length(min = 1, max = 500))]
    conn_type: String,
    /// The host.
    #[serde(default)]
    #[schemars(length(max = 500))]
    host: Option<String>,
    /// The port.
    #[serde(default)]
    port: Option<u16>,
    /// The schema: what it means differs from type to type.
    #[serde(default)]
    #[schemars(length(max = 500))]
    schema: Option<String>,
    /// The user's name. There is no password here: set it in Airflow's own pages, if there is one.
    #[serde(default)]
    #[schemars(length(max = 500))]
    login: Option<String>,
    /// What it is for.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    description: Option<String>,
    /// What else its type takes, as a JSON object. One with the key of a secret, like `sasl.password`, is not taken: it would
    /// stand in the lab's journal. Set it in Airflow's own pages.
    #[serde(default)]
    #[schemars(
        length(max = 65_536),
        extend("pattern" = secrets::no_key()),
        example = "{\"bootstrap.servers\": \"kafka-1:9092\"}"
    )]
    extra: Option<String>,
}

impl SetConnection {
    /// What is given, by Airflow's names; what is not given stays as it is.
    fn given(&self) -> Vec<(&'static str, Value)> {
        let texts = [
            ("host", &self.host),
            ("schema", &self.schema),
            ("login", &self.login),
            ("description", &self.description),
            ("extra", &self.extra),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, json!(text.as_ref()?))));
        texts.chain(self.port.map(|port| ("port", json!(port)))).collect()
    }
}

impl Verb<Actions> for SetConnection {
    const NAME: &'static str = "airflow.set_connection";
    const TITLE: &'static str = "Set a connection";
    const SAYS: &'static str = "Makes a connection, or changes it: what is not given stays as it is, its password too.";

    fn check(&self) -> Result<(), String> {
        check_connection(&self.connection_id)?;
        check_words("conn_type", &self.conn_type, 500)?;
        for (name, value) in self.given() {
            value.as_str().map_or(Ok(()), |text| check_long(name, text, 64 * 1024))?;
        }
        // A name and a password may stand before it in an address.
        if self.host.as_ref().is_some_and(|host| host.contains('@')) {
            return Err("`host` must be a host alone, without a user or a password before `@`".into());
        }
        match self.extra.as_deref().map(serde_json::from_str::<serde_json::Map<String, Value>>) {
            Some(Err(why)) => Err(format!("`extra` must be a JSON object: {}", shown(&why.to_string()))),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let mut words = vec!["connections".into(), "add".into(), "--conn-type".into(), self.conn_type.clone()];
        for (name, value) in self.given() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // Together, so that what begins with `-` is no option.
            words.push(format!("--conn-{name}={text}"));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        vec![place.airflow_of(&words, &[&self.connection_id])]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let mut body = json!({ "connection_id": self.connection_id, "conn_type": self.conn_type });
        for (name, value) in self.given() {
            body[name] = value;
        }
        let wanted = Wanted { make: body.clone(), change: body, mask: "" };
        let what = format!("connection {}", self.connection_id);
        connections::kept(&self.connection_id).set(scope, &what, &wanted, connections::ADVICE).await
    }
}
