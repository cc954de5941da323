//! How long records take from one stage to the next, by the times that the engines' own clients wrote. All run on one machine,
//! so by one clock.

use super::{Hop, account::Account};
use crate::parts::pipeline::{FETCHED, FORECASTS, STREAMED, moments::unix_ms, table_of, tables::Table};

/// The newest records that are looked at.
const NEWEST: usize = 500;

pub(super) fn hops(account: &Account<'_>) -> Vec<Hop> {
    vec![
        hop("fetched to Kafka", fetched_to_kafka(account)),
        hop("Kafka to row", kafka_to_row(account)),
        hop("last record to result", record_to_result(account)),
    ]
}

/// When it ended, and how long it took, milliseconds.
type Took = (i64, i64);

fn hop(name: &str, mut all: Vec<Took>) -> Hop {
    all.sort_unstable_by_key(|(ended, _)| std::cmp::Reverse(*ended));
    let mut took: Vec<i64> = all.into_iter().take(NEWEST).map(|(_, took)| took.max(0)).collect();
    took.sort_unstable();
    let at = |part: usize| took.get((took.len() * part).div_ceil(100).saturating_sub(1)).copied();
    Hop { hop: name.to_owned(), of: took.len(), p50: at(50), p99: at(99) }
}

fn between(from: Option<i64>, to: Option<i64>) -> Option<Took> {
    let (from, to) = (from?, to?);
    Some((to, to.saturating_sub(from)))
}

/// Of a record that is there twice the first one counts.
fn fetched_to_kafka(account: &Account<'_>) -> Vec<Took> {
    let Some(left) = account.pipeline.left.of(FETCHED) else { return Vec::new() };
    let first = account.records.values().filter_map(|places| places.iter().min_by_key(|(_, _, entry)| entry.at));
    let took = first.filter_map(|(_, _, entry)| {
        let fetched = left.runs.get(entry.run.as_ref()?)?.text().and_then(unix_ms);
        between(fetched, entry.at)
    });
    took.collect()
}

/// From the record that the row says it was last read from.
fn kafka_to_row(account: &Account<'_>) -> Vec<Took> {
    let mut took = Vec::new();
    for topic in FORECASTS {
        let rows = account.pipeline.tables.of(table_of(topic)).into_iter().flat_map(Table::rows);
        for row in rows {
            let places = row.name.first().and_then(|id| account.records.get(&(topic, id.as_str())));
            let place = row.number("partition").zip(row.number("offset"));
            let record = places.zip(place).and_then(|(places, (partition, offset))| {
                places.iter().find(|(at, found, _)| i64::from(*at) == partition && *found == offset)
            });
            let stored = row.text("stored").and_then(unix_ms);
            took.extend(record.and_then(|(_, _, entry)| between(entry.at, stored)));
        }
    }
    took
}

/// A result is there when the record that closes its window came.
fn record_to_result(account: &Account<'_>) -> Vec<Took> {
    let rows = account.pipeline.tables.of(STREAMED).into_iter().flat_map(Table::rows);
    let took = rows.filter_map(|row| {
        let closed = account.closed_at(row.text("closed_by")?);
        between(closed, row.text("computed").and_then(unix_ms))
    });
    took.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_the_newest_count_and_a_clock_never_goes_back() {
        let all: Vec<Took> = (0..1000).map(|ended| (ended, if ended < 500 { 9_999 } else { ended - 499 })).collect();
        let told = hop("x", all);
        assert_eq!((told.of, told.p50, told.p99), (500, Some(250), Some(495)));
        assert_eq!(hop("x", vec![(1, -5)]).p99, Some(0));
        assert_eq!((hop("x", Vec::new()).of, hop("x", Vec::new()).p50), (0, None));
    }
}
