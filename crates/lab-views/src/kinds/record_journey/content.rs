//! A record's content as each engine holds it, in the one form that is hashed: JSON with sorted keys and no spaces.

use std::collections::BTreeMap;

use lab_model::facts::cassandra::{CellSeen, RowSeen};
use serde_json::{Map, Number, Value};

use crate::parts::pipeline::{
    digest::content_hash,
    moments::{day_in_singapore, unix_ms, written},
};

/// Fields of a record that are moments; others are what they are.
const MOMENTS: [&str; 5] = ["updated", "start", "end", "valid_start", "valid_end"];
/// Columns that say where a row came from, and are no fields.
const ORIGIN: [&str; 7] = ["record_id", "content_hash", "topic", "partition", "offset", "run_id", "stored"];

/// The hash of a record: a flat object, whose canonical bytes have its keys in order.
pub(super) fn hash(record: &Value) -> String {
    // Whether `serde_json` sorts them is a feature that another crate may switch.
    let sorted: Option<BTreeMap<&String, &Value>> = record.as_object().map(|object| object.iter().collect());
    let text = sorted.and_then(|sorted| serde_json::to_string(&sorted).ok()).unwrap_or_else(|| record.to_string());
    content_hash(text.as_bytes())
}

/// The same of a row, from its columns alone. None where a value is not one that records have.
pub(super) fn hash_of_row(row: &RowSeen, general: bool, region: Option<&str>) -> Option<String> {
    let mut record = Map::new();
    for cell in row.cells.iter().filter(|cell| !ORIGIN.contains(&cell.column.as_str())) {
        record.insert(cell.column.clone(), field(cell)?);
    }
    // `'a', 'b'`, as CQL writes them.
    let clustering: Option<Vec<String>> =
        row.clustering.split(',').map(|text| Some(written(unix_ms(text.trim().trim_matches('\''))?))).collect();
    let names: &[&str] = if general { &["updated"] } else { &["start", "updated"] };
    let clustering = clustering.filter(|values| values.len() == names.len())?;
    for (name, value) in names.iter().zip(clustering) {
        record.insert((*name).to_owned(), value.into());
    }
    if let Some(region) = region {
        record.insert("region".to_owned(), region.into());
    }
    Some(hash(&Value::Object(record)))
}

fn field(cell: &CellSeen) -> Option<Value> {
    let text = &cell.value.text;
    if cell.value.digest.is_some() {
        return None;
    }
    if MOMENTS.contains(&cell.column.as_str()) {
        return Some(written(unix_ms(text)?).into());
    }
    match cell.value.kind {
        lab_model::DatumKind::Text => Some(text.clone().into()),
        lab_model::DatumKind::Literal if cell.column == "date" => Some(text.clone().into()),
        lab_model::DatumKind::Literal => Some(Value::Number(text.parse::<i64>().ok().map(Number::from)?)),
        _ => None,
    }
}

/// Of `region/updated/start`, or of `updated`.
pub(super) struct Id<'a> {
    pub(super) region: Option<&'a str>,
    pub(super) updated: i64,
    /// Of a period.
    pub(super) start: Option<i64>,
}

pub(super) fn id(general: bool, record: &str) -> Option<Id<'_>> {
    if general {
        return Some(Id { region: None, updated: unix_ms(record)?, start: None });
    }
    let mut parts = record.split('/');
    let (region, updated, start) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Id { region: Some(region), updated: unix_ms(updated)?, start: Some(unix_ms(start)?) })
}

impl Id<'_> {
    /// The day of its row's partition.
    pub(super) fn day(&self) -> i64 {
        day_in_singapore(self.start.unwrap_or(self.updated))
    }
}
