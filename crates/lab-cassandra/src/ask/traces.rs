//! A trace, as far as it is written.

use lab_model::facts::cassandra::{CassandraFact, TraceEvent};

use crate::wire::{Connection, Failure, Row};

/// From 1582, where time-based ids begin, to 1970, in hundreds of nanoseconds.
const TO_1970: u64 = 0x01B2_1DD2_1381_4000;

/// A trace that has begun to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trace {
    pub(crate) fact: CassandraFact,
    /// The coordinator has ended its part.
    pub(crate) complete: bool,
}

/// Reads trace `id` as this node finds it; none if nothing is written yet.
pub(crate) async fn read(connection: &mut Connection, id: &str) -> Result<Option<Trace>, Failure> {
    let session =
        format!("SELECT coordinator, started_at, duration FROM system_traces.sessions WHERE session_id = {id}");
    let session = connection.rows(&session).await?;
    let Some(row) = session.rows().next() else { return Ok(None) };
    let events = format!(
        "SELECT event_id, source, source_elapsed, activity, thread FROM system_traces.events WHERE session_id = {id}"
    );
    let listed = connection.rows(&events).await?;
    let mut events: Vec<TraceEvent> = listed.rows().map(event).collect();
    events.sort_by_key(|event| event.at_micros);
    let duration_micros = row.number("duration").and_then(|micros| u64::try_from(micros).ok());
    let fact = CassandraFact::TraceRead {
        trace: id.to_owned(),
        coordinator: row.word("coordinator"),
        started_at: row.number("started_at").unwrap_or_default(),
        duration_micros,
        events,
    };
    Ok(Some(Trace { fact, complete: duration_micros.is_some() }))
}

fn event(row: Row<'_>) -> TraceEvent {
    TraceEvent {
        source: row.word("source"),
        elapsed_micros: row.number("source_elapsed").unwrap_or_default(),
        at_micros: micros(&row.word("event_id")),
        activity: row.word("activity"),
        thread: row.word("thread"),
    }
}

/// Microseconds since 1970 that a time-based id holds.
fn micros(id: &str) -> i64 {
    let id = uuid::Uuid::parse_str(id).unwrap_or_default();
    let ticks = id.get_timestamp().map_or(TO_1970, |time| time.to_gregorian().0);
    i64::try_from(ticks.saturating_sub(TO_1970) / 10).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_based_id_holds_microseconds() {
        // 2025-11-26T01:11:31.234567Z.
        let ticks = TO_1970 + 1_764_119_491_234_567 * 10;
        let (low, mid, high) = (ticks & 0xFFFF_FFFF, (ticks >> 32) & 0xFFFF, (ticks >> 48) | 0x1000);
        let id = format!("{low:08x}-{mid:04x}-{high:04x}-8000-000000000000");
        assert_eq!(micros(&id), 1_764_119_491_234_567);
        assert_eq!(micros("nonsense"), 0);
    }
}
