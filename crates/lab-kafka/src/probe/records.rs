//! How far the records of each partition were read from the broker that leads it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lab_model::facts::kafka::KafkaFact;

use super::account::Account;
use crate::{
    ask::{
        Place,
        records::{self, Piece},
        replicas::Replica,
    },
    wire::{Connection, Failure, Refusal},
};

/// The first look goes back this many records.
const NEWEST: i64 = 200;
/// Further behind than this, reading everything would never catch up: begin again at the newest.
const FLOOD: i64 = 20_000;
/// Questions per look; what is left comes with the next.
const PIECES: usize = 16;

/// Reading positions, by partition.
#[derive(Debug, Default)]
pub(super) struct Positions {
    at: BTreeMap<Place, Position>,
    /// Topic ids, to notice another topic under the same name.
    ids: HashMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    next: i64,
    /// Under this leader epoch. Another one may have cut the log and written other records at the same offsets.
    epoch: i32,
}

impl Positions {
    /// Forgets topics that nobody looks at any more.
    pub(super) fn keep(&mut self, wanted: &BTreeSet<String>) {
        self.at.retain(|(topic, _), _| wanted.contains(topic));
    }

    /// The topic has this id now, or is no more: is it another than before? Then its positions are forgotten.
    pub(super) fn is_another(&mut self, topic: &str, id: Option<&str>) -> bool {
        let before = match id {
            Some(id) => self.ids.insert(topic.to_owned(), id.to_owned()),
            None => self.ids.remove(topic),
        };
        let another = before.is_some_and(|before| Some(before.as_str()) != id);
        if another {
            self.at.retain(|(name, _), _| name != topic);
        }
        another
    }

    /// Reads what is new in the partitions the broker leads, up to the high watermark its replica just said.
    pub(super) async fn look(
        &mut self,
        connection: &mut Connection,
        account: &Account,
        led: &[Place],
        replicas: &BTreeMap<Place, Result<Replica, Refusal>>,
    ) -> Result<(), Failure> {
        // A partition it does not lead any more is begun anew when it leads again.
        self.at.retain(|place, _| led.contains(place));
        let mut ends = BTreeMap::new();
        for place in led {
            if let Some(Ok(replica)) = replicas.get(place)
                && let Some(end) = replica.last_stable.min(replica.high_watermark)
            {
                self.at.entry(place.clone()).or_insert(begin(replica, end)).follow(replica, end);
                ends.insert(place.clone(), end);
            }
        }
        for _ in 0..PIECES {
            let behind = self.behind(&ends);
            if behind.is_empty() {
                return Ok(());
            }
            for (place, piece) in records::read(connection, &behind).await? {
                match piece {
                    Ok(piece) => self.take(account, place, piece, &mut ends),
                    Err(refusal) => {
                        tracing::debug!(?place, %refusal, "records were refused");
                        ends.remove(&place);
                    }
                }
            }
        }
        Ok(())
    }

    fn behind(&self, ends: &BTreeMap<Place, i64>) -> BTreeMap<Place, i64> {
        let places = ends.iter().filter_map(|(place, end)| {
            let position = self.at.get(place).filter(|position| position.next < *end)?;
            Some((place.clone(), position.next))
        });
        places.collect()
    }

    fn take(&mut self, account: &Account, place: Place, piece: Piece, ends: &mut BTreeMap<Place, i64>) {
        if let Some(position) = self.at.get_mut(&place) {
            if piece.next <= position.next {
                // Nothing came: not in this look.
                ends.remove(&place);
            }
            position.next = piece.next;
        }
        if !piece.records.is_empty() {
            let (topic, partition) = place;
            account.send(KafkaFact::RecordsStored { topic, partition, records: piece.records });
        }
    }
}

fn begin(replica: &Replica, end: i64) -> Position {
    Position { next: replica.log_start.max(end - NEWEST), epoch: replica.leader_epoch }
}

impl Position {
    fn follow(&mut self, replica: &Replica, end: i64) {
        if self.epoch != replica.leader_epoch || self.next > replica.log_end || end - self.next > FLOOD {
            *self = begin(replica, end);
        }
        self.next = self.next.max(replica.log_start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replica(epoch: i32, start: i64, end: i64) -> Replica {
        Replica {
            leader_epoch: epoch,
            log_start: start,
            log_end: end,
            high_watermark: Some(end),
            last_stable: Some(end),
        }
    }

    #[test]
    fn the_first_look_takes_the_newest_records() {
        assert_eq!(begin(&replica(0, 0, 1000), 1000).next, 1000 - NEWEST);
        assert_eq!(begin(&replica(0, 950, 1000), 1000).next, 950);
        assert_eq!(begin(&replica(0, 0, 10), 10).next, 0);
    }

    #[test]
    fn goes_on_where_it_was_unless_the_log_may_have_changed() {
        let mut position = Position { next: 40, epoch: 3 };
        position.follow(&replica(3, 0, 50), 50);
        assert_eq!(position.next, 40);
        position.follow(&replica(3, 45, 50), 50);
        assert_eq!(position.next, 45, "older records were deleted");
        position.follow(&replica(4, 0, 50), 50);
        assert_eq!(position, Position { next: 0, epoch: 4 });
        position.next = 60;
        position.follow(&replica(4, 0, 50), 50);
        assert_eq!(position.next, 0, "the log became shorter");
        position.follow(&replica(4, 0, FLOOD + 1000), FLOOD + 1000);
        assert_eq!(position.next, FLOOD + 1000 - NEWEST);
    }
}
