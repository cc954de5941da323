//! The first hop: the payload, as the task says that it came, and as the source's archive has it now.

use lab_model::facts::weather::Archived;
use serde_json::{Map, Value, json};

use super::{Hop, Place, Standing, content, hops::Followed};
use crate::parts::{
    pipeline::{
        FETCHED,
        digest::content_hash,
        left::OfRun,
        moments::{unix_ms, written},
    },
    words::count,
};

/// The hash of the payload that the task left.
pub(super) const PAYLOAD: (&str, &str) = ("split", "payload_hash");

/// The forecast in which a record was: when it was made, as its id says.
pub(super) fn made(general: bool, id: &str) -> Option<&str> {
    if general { Some(id) } else { id.split('/').nth(1) }
}

pub(super) fn payload(followed: &Followed<'_>) -> Hop {
    let hash = followed.left(PAYLOAD).and_then(OfRun::text);
    let fetched = followed.left(FETCHED).and_then(OfRun::text);
    let archived = in_archive(followed, hash);
    let left = hash.map(|hash| Place {
        place: format!("the payload that {} fetched, whole: hash {hash}", followed.run().unwrap_or_default()),
        said_by: Some("Airflow".to_owned()),
        // Of the payload, not of the record.
        hash: None,
        same: None,
    });
    let why = match (left.is_some() || archived.as_ref().is_ok_and(Option::is_some), followed.run(), &archived) {
        (_, _, Err(why)) => Some(why.clone()),
        (true, ..) => None,
        (_, None, _) if followed.places.is_empty() => {
            Some("The record was not found in Kafka, so its run is not known.".to_owned())
        }
        (_, None, _) => Some("It has no header run_id: no run sent it.".to_owned()),
        (_, Some(run), _) => Some(format!("The task split of {run} is not read, or it left nothing of the payload.")),
    };
    let places: Vec<Place> = left.into_iter().chain(archived.ok().flatten()).collect();
    Hop {
        hop: "payload".to_owned(),
        stage: "Collection".to_owned(),
        title: "what the API answered".to_owned(),
        standing: if places.is_empty() { Standing::Unknown } else { Standing::Found },
        places,
        why,
        at: fetched.and_then(unix_ms),
        took: None,
    }
}

/// The record in the archive's payload; none while the archive was not asked. Why it is not there, else.
fn in_archive(followed: &Followed<'_>, left: Option<&str>) -> Result<Option<Place>, String> {
    let Some(updated) = made(followed.general(), followed.id) else { return Ok(None) };
    let Some(known) = followed.pipeline.weather.archive.get(updated) else { return Ok(None) };
    let body = match &known.said {
        Archived::Body(body) => body,
        Archived::Refused(why) => return Err(format!("{} has no such forecast in its archive: {why}", known.node)),
    };
    let whole = content_hash(body.as_bytes());
    let as_fetched = match left {
        Some(left) if left == whole => ", as the task fetched it",
        Some(_) => ", and the task had fetched another payload",
        None => "",
    };
    let found = serde_json::from_str(body).ok().and_then(|body| piece(followed, &body));
    let Some((part, record)) = found else {
        return Err(format!("The forecast of {updated}, asked again, has no such piece."));
    };
    let hash = content::hash(&record);
    Ok(Some(Place {
        place: format!(
            "asked again, its archive has {} of {updated} (whole: hash {whole}{as_fetched}): {part}",
            count(body.len() as u64, "byte")
        ),
        said_by: Some(known.node.clone()),
        same: followed.same(Some(&hash)),
        hash: Some(hash),
    }))
}

/// The part of a payload that became the record, and the record that it becomes.
fn piece(followed: &Followed<'_>, body: &Value) -> Option<(String, Value)> {
    let forecasts = body.pointer("/data/records")?.as_array()?;
    forecasts.iter().enumerate().find_map(|(index, forecast)| {
        if followed.general() {
            let record = general(forecast)?;
            let is_it = record.get("updated").and_then(Value::as_str) == Some(followed.id);
            return is_it.then(|| (format!("records[{index}].general"), record));
        }
        let region = followed.id.split('/').next()?;
        let periods = forecast.get("periods")?.as_array()?;
        periods.iter().enumerate().find_map(|(number, period)| {
            let record = periodic(forecast, period, region)?;
            let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
            let id = format!("{}/{}/{}", text("region"), text("updated"), text("start"));
            (id == followed.id)
                .then(|| (format!("records[{index}].periods[{number}].regions.{region}"), record.clone()))
        })
    })
}

fn moment(value: &Value, path: &str) -> Option<Value> {
    Some(written(unix_ms(value.pointer(path)?.as_str()?)?).into())
}

fn general(forecast: &Value) -> Option<Value> {
    let mut record = Map::new();
    for (name, path) in [
        ("updated", "/updatedTimestamp"),
        ("valid_start", "/general/validPeriod/start"),
        ("valid_end", "/general/validPeriod/end"),
    ] {
        record.insert(name.to_owned(), moment(forecast, path)?);
    }
    for (name, path) in [
        ("date", "/date"),
        ("forecast_code", "/general/forecast/code"),
        ("forecast", "/general/forecast/text"),
        ("temperature_low", "/general/temperature/low"),
        ("temperature_high", "/general/temperature/high"),
        ("humidity_low", "/general/relativeHumidity/low"),
        ("humidity_high", "/general/relativeHumidity/high"),
        ("wind_low", "/general/wind/speed/low"),
        ("wind_high", "/general/wind/speed/high"),
        ("wind_direction", "/general/wind/direction"),
    ] {
        record.insert(name.to_owned(), forecast.pointer(path)?.clone());
    }
    Some(Value::Object(record))
}

fn periodic(forecast: &Value, period: &Value, region: &str) -> Option<Value> {
    let said = period.get("regions")?.get(region)?;
    Some(json!({
        "region": region,
        "updated": moment(forecast, "/updatedTimestamp")?,
        "start": moment(period, "/timePeriod/start")?,
        "end": moment(period, "/timePeriod/end")?,
        "forecast_code": said.get("code")?,
        "forecast": said.get("text")?,
    }))
}
