//! The hops behind the storage: the window it fell in, and the chart's point.

use super::{Hop, Place, Standing, content::id, hops::Followed};
use crate::parts::pipeline::{
    BATCHED, STREAMED,
    moments::{date, day_in_singapore, unix_ms},
    tables::Values,
};

/// Of which region and day.
fn window<'a>(followed: &Followed<'a>) -> Option<(&'a str, i64)> {
    let id = id(followed.general(), followed.id)?;
    Some((id.region?, day_in_singapore(id.updated)))
}

fn row<'a>(followed: &Followed<'a>, table: &str) -> Option<Values<'a>> {
    let (region, day) = window(followed)?;
    let is_it = |row: &Values<'_>| {
        row.text("region") == Some(region)
            && row.text("window_start").and_then(unix_ms).map(day_in_singapore) == Some(day)
    };
    followed.pipeline.tables.of(table)?.rows().find(is_it)
}

fn is_read(followed: &Followed<'_>, table: &str) -> bool {
    followed.pipeline.tables.of(table).is_some_and(crate::parts::pipeline::tables::Table::is_whole)
}

/// Nothing is known of it yet.
fn unknown(hop: &str, stage: &str, title: &str) -> Hop {
    Hop {
        hop: hop.to_owned(),
        stage: stage.to_owned(),
        title: title.to_owned(),
        standing: Standing::Unknown,
        places: Vec::new(),
        why: None,
        at: None,
        took: None,
    }
}

pub(super) fn of_window(followed: &Followed<'_>) -> Hop {
    let mut hop = unknown("window", "Computation", "the window it counts in");
    let Some((region, day)) = window(followed) else {
        hop.standing = Standing::Missing;
        hop.why = Some("Only records of regions are counted; this one is about the whole island.".to_owned());
        return hop;
    };
    if !is_read(followed, STREAMED) {
        hop.why = Some(format!("{STREAMED} cannot be read now, or was not read yet."));
        return hop;
    }
    let Some(row) = row(followed, STREAMED) else {
        hop.standing = Standing::Waits;
        hop.why = Some(format!(
            "The window of {region}, {}, is open. It closes only when a record of {region} of a later day comes.",
            date(day)
        ));
        return hop;
    };
    let closed_by = row.text("closed_by").unwrap_or_default();
    hop.places.push(Place {
        place: format!(
            "{region}, {}: rain in {} of {} periods; closed by {closed_by}",
            date(day),
            row.text("rainy").unwrap_or("?"),
            row.text("periods").unwrap_or("?")
        ),
        said_by: followed.pipeline.tables.of(STREAMED).map(|table| table.by.clone()),
        hash: row.text("content_hash").map(ToOwned::to_owned),
        // Of the window, not of the record.
        same: None,
    });
    hop.at = row.text("computed").and_then(unix_ms);
    let late = |(partition, offset, _): &(i32, i64, &_)| {
        let mut parts = closed_by.rsplit('/');
        let closing = parts.next().and_then(|text| text.parse::<i64>().ok());
        let at = parts.next().and_then(|text| text.parse::<i32>().ok());
        at == Some(*partition) && closing.is_some_and(|closing| *offset > closing)
    };
    if !followed.places.is_empty() && followed.places.iter().all(late) {
        hop.standing = Standing::Missing;
        hop.why = Some("It came after the record that closed the window, so the stream did not count it.".to_owned());
    } else {
        hop.standing = Standing::Found;
    }
    hop
}

pub(super) fn chart(followed: &Followed<'_>) -> Hop {
    let mut hop = unknown("chart", "Consumption", "the chart's point");
    let Some((region, day)) = window(followed) else {
        hop.standing = Standing::Missing;
        hop.why = Some("The chart is of regions.".to_owned());
        return hop;
    };
    let by = |table: &str, name: &str| {
        let row = row(followed, table)?;
        Some(Place {
            place: format!(
                "point {} of the line {region}, {name}: {} of {} periods",
                date(day),
                row.text("rainy").unwrap_or("?"),
                row.text("periods").unwrap_or("?")
            ),
            said_by: followed.pipeline.tables.of(table).map(|table| table.by.clone()),
            hash: None,
            same: None,
        })
    };
    let (stream, batch) = (by(STREAMED, "by the stream"), by(BATCHED, "by the batch"));
    let found = stream.is_some() || batch.is_some();
    hop.places.extend(stream.into_iter().chain(batch));
    (hop.standing, hop.why) = match (found, is_read(followed, STREAMED)) {
        (true, _) => (Standing::Found, None),
        (false, true) => {
            (Standing::Waits, Some("The window is not closed, and no batch has counted it yet.".to_owned()))
        }
        (false, false) => (Standing::Unknown, None),
    };
    hop
}
