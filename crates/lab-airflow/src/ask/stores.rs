//! Variables, connections, and who asked for what to be done to them.

use lab_model::facts::airflow::{ConnectionSeen, StoreEventSeen, VariableSeen};
use serde_json::Value;

use super::{PAGE, at, cut};
use crate::rest::{Connection, Connections, Dated, EventLog, EventLogs, Failure, Rest, Variable, Variables};

/// Variables that are told, and connections.
const MOST: usize = 200;
/// Of a value so many characters are told.
const VALUE: usize = 2000;
/// Of the event log so many entries are told of each of the two.
const EVENTS: u64 = 50;

/// Variables by key, and how many there are in all.
pub(crate) async fn variables(rest: &mut Rest) -> Result<Dated<(Vec<VariableSeen>, u64)>, Failure> {
    let mut all: Vec<VariableSeen> = Vec::new();
    loop {
        let path = format!("variables?order_by=key&limit={PAGE}&offset={}", all.len());
        let Dated { at, said } = rest.get::<Variables>(&path).await?;
        let last = said.variables.is_empty();
        all.extend(said.variables.into_iter().map(variable));
        if last || all.len() as u64 >= said.total_entries || all.len() >= MOST {
            all.truncate(MOST);
            return Ok(Dated { at, said: (all, said.total_entries) });
        }
    }
}

fn variable(said: Variable) -> VariableSeen {
    let cut = said.value.as_ref().map(|value| cut::start(value, VALUE));
    VariableSeen {
        key: said.key,
        length: cut.as_ref().map(|(_, length)| *length),
        digest: said.value.as_ref().filter(|value| value.chars().count() > VALUE).map(|value| digest(value)),
        value: cut.map(|(value, _)| value),
        description: said.description,
        is_encrypted: said.is_encrypted,
    }
}

/// FNV-1a: the same on every machine and in every version.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Connections by id, and how many there are in all.
pub(crate) async fn connections(rest: &mut Rest) -> Result<Dated<(Vec<ConnectionSeen>, u64)>, Failure> {
    let mut all: Vec<ConnectionSeen> = Vec::new();
    loop {
        let path = format!("connections?order_by=connection_id&limit={PAGE}&offset={}", all.len());
        let Dated { at, said } = rest.get::<Connections>(&path).await?;
        let last = said.connections.is_empty();
        all.extend(said.connections.into_iter().map(connection));
        if last || all.len() as u64 >= said.total_entries || all.len() >= MOST {
            all.truncate(MOST);
            return Ok(Dated { at, said: (all, said.total_entries) });
        }
    }
}

/// Airflow masks the password and what it takes for secret in the extra; neither goes any further than here.
fn connection(said: Connection) -> ConnectionSeen {
    ConnectionSeen {
        connection_id: said.connection_id,
        conn_type: said.conn_type,
        description: said.description,
        host: said.host.as_deref().map(without_user),
        port: said.port,
        schema: said.schema,
        login: said.login,
        has_password: said.password.is_some_and(|password| !password.is_empty()),
        extra_keys: names(said.extra.as_deref()),
    }
}

/// `https://user:password@host/path` has its user and password left out: hosts are not masked by Airflow.
fn without_user(host: &str) -> String {
    match host.rsplit_once('@') {
        Some((before, after)) => match before.split_once("://") {
            Some((scheme, _)) => format!("{scheme}://{after}"),
            None => after.to_owned(),
        },
        None => host.to_owned(),
    }
}

fn names(extra: Option<&str>) -> Vec<String> {
    match extra.and_then(|extra| serde_json::from_str(extra).ok()) {
        Some(Value::Object(said)) => said.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The newest entries of the event log about either, the newest first. What reads them is not noted, nor what a task sets.
pub(crate) async fn store_events(rest: &mut Rest) -> Result<Dated<Vec<StoreEventSeen>>, Failure> {
    let of = |what: &str| format!("eventLogs?event_pattern={what}&order_by=-event_log_id&limit={EVENTS}");
    let Dated { at, said } = rest.get::<EventLogs>(&of("variable")).await?;
    let mut events: Vec<StoreEventSeen> = said.event_logs.iter().map(event).collect();
    let of_connections = rest.get::<EventLogs>(&of("connection")).await?.said;
    events.extend(of_connections.event_logs.iter().map(event));
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    Ok(Dated { at, said: events })
}

fn event(said: &EventLog) -> StoreEventSeen {
    StoreEventSeen {
        at: at(said.when.as_ref()),
        event: said.event.clone(),
        owner: said.owner.clone(),
        about: about(said.extra.as_deref()),
    }
}

/// Which one a call was about. Of a command line only that word is taken: a value may stand beside it.
fn about(extra: Option<&str>) -> Option<String> {
    let extra: Value = serde_json::from_str(extra?).ok()?;
    let named = ["key", "variable_key", "connection_id", "conn_id"].iter().find_map(|name| extra[*name].as_str());
    named.or_else(|| of_command(extra["full_command"].as_str()?)).map(str::to_owned)
}

/// `['/…/airflow', 'variables', 'set', 'region', 'eu']`, as Python shows a list of texts.
fn of_command(line: &str) -> Option<&str> {
    let mut words = line.strip_prefix('[')?.strip_suffix(']')?.split(", ").skip(2);
    let mut text = || Some(words.next()?.trim_matches(['\'', '"']));
    let verb = text()?;
    text().filter(|word| matches!(verb, "set" | "add" | "delete") && !word.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_of_a_connection_goes_further() {
        let said: Connection = serde_json::from_value(json!({
            "connection_id": "shop", "conn_type": "http", "description": null, "host": "https://me:hush@shop.example/x", "port": 8443,
            "schema": null, "login": "me", "password": "***", "extra": "{\"token\": \"hush\", \"verify\": true}",
        }))
        .unwrap();
        let told = connection(said);
        assert_eq!((told.host.as_deref(), told.has_password), (Some("https://shop.example/x"), true));
        assert_eq!(told.extra_keys, ["token", "verify"]);
        assert!(!format!("{told:?}").contains("hush"));
        assert_eq!((without_user("me:hush@h").as_str(), without_user("h:1").as_str()), ("h", "h:1"));
        assert!(names(Some("hush")).is_empty() && names(None).is_empty());
    }

    #[test]
    fn what_a_call_was_about_is_named_without_a_value() {
        assert_eq!(about(Some(r#"{"key":"region","value":"***","method":"POST"}"#)).as_deref(), Some("region"));
        assert_eq!(about(Some(r#"{"variable_key":"region","method":"DELETE"}"#)).as_deref(), Some("region"));
        let cli = r#"{"host_name":"h","full_command":"['/bin/airflow', 'variables', 'set', 'region', 'hush']"}"#;
        assert_eq!(about(Some(cli)).as_deref(), Some("region"));
        for cli in [
            "['/bin/airflow', 'variables', 'set', '--json', 'region', '{}']",
            "['/bin/airflow', 'variables', 'import', 'f']",
            "x",
        ] {
            assert_eq!(about(Some(&json!({ "full_command": cli }).to_string())), None, "{cli}");
        }
        assert_eq!((about(Some("x")), about(None), about(Some(r#"{"actions":[]}"#))), (None, None, None));
    }

    #[test]
    fn a_long_value_that_differs_in_its_end_is_another_one() {
        let of = |end: &str| {
            variable(Variable {
                key: "k".into(),
                value: Some(format!("{}{end}", "x".repeat(VALUE))),
                description: None,
                is_encrypted: true,
            })
        };
        assert_ne!(of("a"), of("b"));
        assert_eq!((of("a").value.unwrap().len(), of("a").length), (VALUE, Some(VALUE as u64 + 1)));
    }
}
