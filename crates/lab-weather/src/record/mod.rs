//! A record: a flat JSON object of texts and whole numbers, whose bytes are canonical (keys sorted, no spaces, UTF-8), so that
//! whoever holds the same record has the same bytes and the same hash.

mod check;
mod moment;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub use self::shown::shown;

/// What is kept of what is no record goes there.
pub const REJECTED_TOPIC: &str = "weather_rejected";

/// Which records a topic holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// About the whole island: topic `general_weather`, table `general_by_day`.
    General,
    /// About one region in one period: topic `periodic_weather`, table `periodic_by_region`.
    Periodic,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Moment,
    Day,
    Text,
    Number,
    Region,
}

const GENERAL: &[(&str, Field)] = &[
    ("updated", Field::Moment),
    ("date", Field::Day),
    ("valid_start", Field::Moment),
    ("valid_end", Field::Moment),
    ("forecast_code", Field::Text),
    ("forecast", Field::Text),
    ("temperature_low", Field::Number),
    ("temperature_high", Field::Number),
    ("humidity_low", Field::Number),
    ("humidity_high", Field::Number),
    ("wind_low", Field::Number),
    ("wind_high", Field::Number),
    ("wind_direction", Field::Text),
];

const PERIODIC: &[(&str, Field)] = &[
    ("region", Field::Region),
    ("updated", Field::Moment),
    ("start", Field::Moment),
    ("end", Field::Moment),
    ("forecast_code", Field::Text),
    ("forecast", Field::Text),
];

impl Form {
    /// Both.
    pub const ALL: [Self; 2] = [Self::General, Self::Periodic];

    /// The topic.
    pub fn topic(self) -> &'static str {
        match self {
            Self::General => "general_weather",
            Self::Periodic => "periodic_weather",
        }
    }

    /// The table of the keyspace `weather`.
    pub fn table(self) -> &'static str {
        match self {
            Self::General => "general_by_day",
            Self::Periodic => "periodic_by_region",
        }
    }

    /// The table's columns, as [`Record::row`] gives their values.
    pub fn columns(self) -> impl Iterator<Item = &'static str> {
        let fields = self.fields().iter().map(|(name, _)| *name);
        let origin = ["record_id", "content_hash", "topic", "partition", "offset", "run_id", "stored"];
        ["day"].into_iter().chain(fields).chain(origin)
    }

    fn fields(self) -> &'static [(&'static str, Field)] {
        match self {
            Self::General => GENERAL,
            Self::Periodic => PERIODIC,
        }
    }
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// `text`
    Text(String),
    /// `int`
    Int(i32),
    /// `bigint`
    Long(i64),
    /// `timestamp`: milliseconds since 1970.
    Moment(i64),
    /// `date`: days since 1970.
    Day(i32),
    /// Nothing.
    Null,
}

/// Where a record was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

/// A record that is what it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    form: Form,
    fields: Map<String, Value>,
    /// Whoever sends the same piece of the same forecast again sends it under the same id.
    pub id: String,
    /// The first 16 hexadecimal digits of the SHA-256 of its bytes.
    pub hash: String,
    /// The run of Airflow that sent it.
    pub run_id: Option<String>,
}

/// Why something is no record, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected(pub String);

/// A record's headers, as Kafka has them.
pub type Headers<'a> = &'a [(String, Option<Vec<u8>>)];

impl Record {
    /// The record in a message's value.
    ///
    /// # Errors
    /// What it is instead, in words.
    pub fn read(form: Form, value: Option<&[u8]>, headers: Headers<'_>) -> Result<Self, Rejected> {
        let value = value.ok_or_else(|| Rejected("the value is null".into()))?;
        let value = value.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(value);
        let value: Value =
            serde_json::from_slice(value).map_err(|why| Rejected(format!("the value is no JSON: {why}")))?;
        let fields = match value {
            Value::Object(fields) => fields,
            other => return Err(Rejected(format!("the record is {}, not an object", shown(&other)))),
        };
        check::check(form, &fields)?;
        let (id, hash) = (id_of(form, &fields), content_hash(&canonical(&Value::Object(fields.clone()))));
        for (name, computed) in [("record_id", &id), ("content_hash", &hash)] {
            if let Some(told) = header(headers, name).filter(|told| told != computed) {
                let (told, computed) = (shown(&told.into()), shown(&computed.as_str().into()));
                return Err(Rejected(format!("the header {name} is {told}, and the value gives {computed}")));
            }
        }
        Ok(Self { form, fields, id, hash, run_id: header(headers, "run_id") })
    }

    /// Its bytes.
    pub fn canonical(&self) -> Vec<u8> {
        canonical(&Value::Object(self.fields.clone()))
    }

    /// The values for [`Form::columns`]. `stored`: milliseconds since 1970.
    pub fn row(&self, place: Place<'_>, stored: i64) -> Vec<Cell> {
        let text = |name: &str| self.fields.get(name).and_then(Value::as_str).unwrap_or_default();
        // The day is that of the forecast, of the period in the other table.
        let of_day = match self.form {
            Form::General => "updated",
            Form::Periodic => "start",
        };
        let mut row = vec![moment::day(text(of_day).get(..10).unwrap_or_default()).map_or(Cell::Null, Cell::Day)];
        row.extend(self.form.fields().iter().map(|(name, field)| match field {
            Field::Moment => moment::read(text(name)).map_or(Cell::Null, Cell::Moment),
            Field::Day => moment::day(text(name)).map_or(Cell::Null, Cell::Day),
            Field::Text | Field::Region => Cell::Text(text(name).to_owned()),
            Field::Number => {
                let number = self.fields.get(*name).and_then(Value::as_i64);
                number.and_then(|number| i32::try_from(number).ok()).map_or(Cell::Null, Cell::Int)
            }
        }));
        row.extend([
            Cell::Text(self.id.clone()),
            Cell::Text(self.hash.clone()),
            Cell::Text(place.topic.to_owned()),
            Cell::Int(place.partition),
            Cell::Long(place.offset),
            self.run_id.clone().map_or(Cell::Null, Cell::Text),
            Cell::Moment(stored),
        ]);
        row
    }
}

fn id_of(form: Form, fields: &Map<String, Value>) -> String {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    match form {
        Form::General => text("updated").to_owned(),
        Form::Periodic => format!("{}/{}/{}", text("region"), text("updated"), text("start")),
    }
}

/// The last header of that name counts.
fn header(headers: Headers<'_>, name: &str) -> Option<String> {
    let (_, value) = headers.iter().rev().find(|(key, _)| key == name)?;
    Some(String::from_utf8_lossy(value.as_deref().unwrap_or_default()).into_owned())
}

/// The one way to write a flat value: JSON with sorted keys and no spaces, as UTF-8.
pub fn canonical(value: &Value) -> Vec<u8> {
    // Whether a map is sorted depends on how its crate was built. A value of this type can always be written.
    let written = match value {
        Value::Object(fields) => serde_json::to_vec(&fields.iter().collect::<BTreeMap<_, _>>()),
        other => serde_json::to_vec(other),
    };
    written.unwrap_or_default()
}

/// The first 16 hexadecimal digits of the SHA-256 of the bytes.
pub fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What is kept of a message that holds no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The message's key: the topic that it was read from.
    pub key: String,
    /// Its value.
    pub value: Vec<u8>,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
}

/// What is kept of a message that holds no record: the whole of it, and why.
pub fn kept(place: Place<'_>, value: Option<&[u8]>, why: &Rejected) -> Kept {
    let part = format!("{}/{}/{}", place.topic, place.partition, place.offset);
    let body = String::from_utf8_lossy(value.unwrap_or_default());
    let value = canonical(&serde_json::json!({ "reason": why.0, "part": part, "body": body }));
    let headers = vec![("record_id", part), ("content_hash", content_hash(&value)), ("reason", why.0.clone())];
    Kept { key: place.topic.to_owned(), value, headers }
}
