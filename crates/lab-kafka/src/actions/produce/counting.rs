//! How many records a producer of ours has sent to a topic before.
//!
//! In a lab that was taken over, or whose data was kept, its earlier records are there already: their numbers are not given
//! again. The brokers are asked for the newest of each partition.

use std::{collections::BTreeMap, time::Duration};

use lab_model::Problem;
use tokio::time::timeout;

use crate::actions::{
    reach::{Reach, Readable},
    read::read_on,
    scope::Scope,
};

/// Records of each partition that are looked at, the newest.
const NEWEST: i64 = 200;
/// Questions for them; compacted partitions give few records an answer.
const QUESTIONS: usize = 16;
/// A topic that cannot be read in this time is sent to all the same.
const LIMIT: Duration = Duration::from_secs(5);

/// Goes on counting where the producer's records in the topic end, once for each of both.
pub(super) async fn go_on(scope: &Scope, topic: &str, producer: &str) {
    if !scope.running.counts_first(topic, producer) {
        return;
    }
    match timeout(LIMIT, last(&scope.reach(), topic, producer)).await {
        Ok(Ok(Some(sent))) => scope.running.count_on(producer, sent),
        Ok(Ok(None)) => {}
        Ok(Err(problem)) => tracing::debug!(topic, %problem, "earlier records were not counted"),
        Err(_) => tracing::debug!(topic, "earlier records were not counted in time"),
    }
}

async fn last(reach: &Reach<'_>, topic: &str, producer: &str) -> Result<Option<u64>, Problem> {
    let logs = reach.readable(topic).await?;
    let newest = |log: &Readable| Readable { from: log.from.max(log.to - NEWEST), to: log.to };
    let mut open: BTreeMap<i32, Readable> = logs.iter().map(|(partition, log)| (*partition, newest(log))).collect();
    let mut last = None;
    for _ in 0..QUESTIONS {
        open.retain(|_, log| log.from < log.to);
        if open.is_empty() {
            break;
        }
        let asked = open.clone();
        read_on(reach, topic, &asked, |partition, piece| {
            let sent = piece.records.iter().filter_map(|record| number(record.id.as_deref()?, producer));
            last = last.max(sent.max());
            open.entry(partition).and_modify(|log| log.from = piece.next);
        })
        .await?;
    }
    Ok(last)
}

/// The number in a producer's id of a record, `<producer>-<n>`.
fn number(id: &str, producer: &str) -> Option<u64> {
    id.rsplit_once('-').filter(|(name, _)| *name == producer)?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_producers_own_ids_count() {
        assert_eq!(number("station-12", "station"), Some(12));
        assert_eq!(number("north-station-7", "north-station"), Some(7));
        for other in ["north-station-7", "station", "station-", "station-x", "stations-1"] {
            assert_eq!(number(other, "station"), None, "{other}");
        }
    }
}
