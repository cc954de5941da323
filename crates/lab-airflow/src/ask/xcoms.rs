//! The values that tasks leave in a run.

use lab_model::facts::airflow::ValueSeen;

use super::{PAGE, at, cut, task::Place};
use crate::rest::{Dated, Failure, Rest, Tasks, XComs, member, part};

/// Of a value so many characters are told.
pub(crate) const VALUE: usize = 2000;

/// An entry without its value: its task, map index and key, and when it was left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Left {
    pub(crate) task: String,
    pub(crate) map_index: i32,
    pub(crate) key: String,
    pub(crate) at: Option<i64>,
}

/// What a task left in the run of `place`: of one map index if it is given, else of all. With whether there is more.
pub(crate) async fn left(
    rest: &mut Rest,
    place: &Place,
    task: &str,
    map_index: Option<i32>,
) -> Result<(Vec<Left>, bool), Failure> {
    let of = map_index.map(|index| format!("&map_index={index}")).unwrap_or_default();
    let path = format!("{}/xcomEntries?order_by=map_index&order_by=key&limit={PAGE}{of}", place.path_of(task));
    let said = match rest.get::<XComs>(&path).await {
        Err(failure) if failure.is_missing() => return Ok((Vec::new(), false)),
        answered => answered?.said,
    };
    let more = said.total_entries > said.xcom_entries.len() as u64;
    let one = |entry: crate::rest::XCom| Left {
        at: at(entry.timestamp.as_ref()),
        task: entry.task_id,
        map_index: entry.map_index,
        key: entry.key,
    };
    Ok((said.xcom_entries.into_iter().map(one).collect(), more))
}

/// The value, so many characters of it; none if there is no such entry any more. One that cannot be told, because it is too large or is nothing that
/// JSON can say, is unread, and Airflow not silent.
pub(crate) async fn value(
    rest: &mut Rest,
    place: &Place,
    of: &Left,
    most: usize,
) -> Result<Option<ValueSeen>, Failure> {
    let path = format!("{}/xcomEntries/{}?map_index={}", place.path_of(&of.task), part(&of.key), of.map_index);
    match rest.get_text(&path).await {
        Ok(Dated { said, .. }) => Ok(Some(seen(&said, most))),
        Err(failure) if failure.is_missing() => Ok(None),
        Err(failure @ (Failure::NoConnection(_) | Failure::Refused { status: 401 | 403, .. })) => Err(failure),
        Err(failure) => Ok(Some(ValueSeen::Unread { why: format!("Airflow did not give it: {failure}") })),
    }
}

fn seen(answer: &str, most: usize) -> ValueSeen {
    let Some(json) = member(answer, "value") else {
        return ValueSeen::Unread { why: "Airflow's answer has no value".to_owned() };
    };
    let (text, length) = cut::start(json, most);
    ValueSeen::Json { text, length, kind: kind(json) }
}

/// Python classes that JSON has no word for are wrapped with their name.
fn kind(json: &str) -> String {
    let class = member(json, "__classname__").and_then(|class| serde_json::from_str(class).ok());
    class.unwrap_or_else(|| {
        let kind = match json.as_bytes().first() {
            Some(b'"') => "string",
            Some(b'{') => "object",
            Some(b'[') => "array",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            _ => "number",
        };
        kind.to_owned()
    })
}

/// The tasks directly before a task, as the DAG is written now, in Airflow's order; none if there is no such DAG.
pub(crate) async fn before(rest: &mut Rest, place: &Place) -> Result<Vec<String>, Failure> {
    let said = match rest.get::<Tasks>(&format!("dags/{}/tasks", part(&place.dag))).await {
        Err(failure) if failure.is_missing() => return Ok(Vec::new()),
        answered => answered?.said,
    };
    let is_before =
        |task: &crate::rest::Task| task.downstream_task_ids.as_ref().is_some_and(|after| after.contains(&place.task));
    Ok(said.tasks.into_iter().filter(is_before).filter_map(|task| task.task_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: &str) -> (String, u64, String) {
        match seen(&format!(r#"{{"key":"return_value","value":{value},"task_id":"t"}}"#), VALUE) {
            ValueSeen::Json { text, length, kind } => (text, length, kind),
            ValueSeen::Unread { why } => panic!("{why}"),
        }
    }

    #[test]
    fn a_value_is_what_airflow_wrote_and_has_a_type() {
        for (value, kind) in [
            (r#"[{"id":0}]"#, "array"),
            (r#""größe""#, "string"),
            (r#"{"value":1}"#, "object"),
            (r#"{"__classname__":"builtins.set","__data__":[1]}"#, "builtins.set"),
            ("true", "boolean"),
            ("null", "null"),
            ("123456789012345678901234567890", "number"),
        ] {
            assert_eq!(told(value), (value.to_owned(), value.chars().count() as u64, kind.to_owned()));
        }
    }

    #[test]
    fn a_long_one_is_cut_and_says_its_length() {
        let (text, length, kind) = told(&format!("\"{}\"", "ü".repeat(3_000_000)));
        assert_eq!((text.chars().count(), length, kind.as_str()), (VALUE, 3_000_002, "string"));
    }

    #[test]
    fn an_answer_without_a_value_is_none() {
        assert!(matches!(seen("{}", VALUE), ValueSeen::Unread { .. }));
    }
}
