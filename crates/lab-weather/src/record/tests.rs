//! Held against the pipeline's own code: `cases.json` is what that says of the same records.

use serde_json::json;

use super::*;

#[derive(serde::Deserialize)]
struct Case {
    topic: String,
    value: Option<String>,
    headers: std::collections::BTreeMap<String, String>,
    rejected: Option<String>,
    canonical: Option<String>,
    columns: Option<Vec<String>>,
    row: Option<Vec<Value>>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn form(case: &Case) -> Form {
    Form::ALL.into_iter().find(|form| form.topic() == case.topic).unwrap()
}

fn read(case: &Case) -> Result<Record, Rejected> {
    let headers: Vec<(String, Option<Vec<u8>>)> =
        case.headers.iter().map(|(name, told)| (name.clone(), Some(told.clone().into_bytes()))).collect();
    Record::read(form(case), case.value.as_deref().map(str::as_bytes), &headers)
}

/// As `cases.py` writes it; the field `date` stands there as its text.
fn told(cell: Cell, column: &str) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::Int(number) => json!(number),
        Cell::Long(number) => json!(number),
        Cell::Moment(at) => json!({ "moment": at }),
        Cell::Day(day) => {
            let epoch = time::OffsetDateTime::UNIX_EPOCH.date().to_julian_day();
            let day = time::Date::from_julian_day(epoch + day).unwrap().to_string();
            if column == "date" { json!(day) } else { json!({ "day": day }) }
        }
        Cell::Null => Value::Null,
    }
}

#[test]
fn what_the_pipelines_own_code_takes_is_taken_with_the_same_bytes_hash_and_row() {
    let mut taken = 0;
    for case in cases().iter().filter(|case| case.rejected.is_none()) {
        let record = read(case).unwrap_or_else(|why| panic!("{:?}: {why:?}", case.value));
        assert_eq!(String::from_utf8(record.canonical()).unwrap(), *case.canonical.as_ref().unwrap());
        let columns: Vec<&str> = form(case).columns().collect();
        let (stored, known) = columns.split_last().unwrap();
        assert_eq!(
            (*stored, known),
            ("stored", &*case.columns.as_ref().unwrap().iter().map(String::as_str).collect::<Vec<_>>())
        );
        let mut row = record.row(Place { topic: &case.topic, partition: 1, offset: 23 }, 7);
        assert_eq!(row.pop(), Some(Cell::Moment(7)));
        let row: Vec<Value> = row.into_iter().zip(known).map(|(cell, column)| told(cell, column)).collect();
        assert_eq!(row, *case.row.as_ref().unwrap());
        taken += 1;
    }
    assert!(taken >= 10, "{taken} cases");
}

#[test]
fn what_it_refuses_is_refused_for_the_same_reason() {
    let mut refused = 0;
    for case in cases() {
        let Some(reason) = &case.rejected else { continue };
        let said = read(&case).unwrap_err().0;
        // What is no JSON each parser says in its own words; half a character is none here, and no printable one there.
        let own = said.starts_with("the value is no JSON: ");
        let theirs = reason.starts_with("the value is no JSON: ") || reason.starts_with("forecast is \"?\"");
        assert!(said == *reason || (own && theirs), "{said}\n{reason}");
        refused += 1;
    }
    assert!(refused >= 30, "{refused} cases");
}

#[test]
fn what_is_kept_of_no_record_is_what_it_keeps() {
    let place = Place { topic: "periodic_weather", partition: 1, offset: 5 };
    let kept = kept(place, Some(b"{\"a\":\"\xFF\"}"), &Rejected("region is missing".into()));
    let value = "{\"body\":\"{\\\"a\\\":\\\"\u{FFFD}\\\"}\",\"part\":\"periodic_weather/1/5\",\"reason\":\"region is missing\"}";
    assert_eq!((kept.key.as_str(), String::from_utf8(kept.value).unwrap()), ("periodic_weather", value.to_owned()));
    let hash = content_hash(value.as_bytes());
    let headers = [("record_id", "periodic_weather/1/5"), ("content_hash", &hash), ("reason", "region is missing")];
    assert_eq!(kept.headers, headers.map(|(name, told)| (name, told.to_owned())));
}
