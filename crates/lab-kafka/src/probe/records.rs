//! How far the records of each partition were read from the broker that leads it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    time::Duration,
};

use lab_model::facts::kafka::KafkaFact;
use tokio::time::Instant;

use super::account::{Account, Subject};
use crate::{
    ask::{
        Place, keeping,
        records::{self, Piece},
        replicas::Replica,
    },
    wire::{Connection, Failure, Refusal},
};

/// The first look goes back this many records.
const NEWEST: i64 = 200;
/// Further behind than this, reading everything would never catch up: begin again at the newest. Where all of a log is wanted,
/// the first look goes back this far.
const FLOOD: i64 = 20_000;
/// Questions per look; what is left comes with the next.
const PIECES: usize = 16;
/// Records told of one by one, the newest: these are looked at again where a cleaner may remove some.
const TOLD: usize = 500;
/// How often it is asked whether a cleaner was at work.
const CLEANED: Duration = Duration::from_secs(2);

/// Reading positions, by partition.
#[derive(Debug, Default)]
pub(super) struct Positions {
    at: BTreeMap<Place, Position>,
    /// Topics of which somebody wants all records.
    whole: BTreeSet<String>,
    /// Topic ids, to notice another topic under the same name.
    ids: HashMap<String, String>,
    /// When it was last asked whether a cleaner was at work.
    asked: Option<Instant>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Position {
    next: i64,
    /// Under this leader epoch. Another one may have cut the log and written other records at the same offsets.
    epoch: i32,
    /// Offsets of the newest records told of, ascending.
    told: VecDeque<i64>,
    /// What the log measured when they were last looked at: bytes, and the next offset.
    measured: Option<(i64, i64)>,
}

impl Positions {
    /// Forgets topics that nobody looks at any more, and begins anew with those of which all records are wanted now.
    pub(super) fn keep(&mut self, wanted: &BTreeSet<String>, whole: BTreeSet<String>) {
        let before = std::mem::replace(&mut self.whole, whole);
        let goes_on =
            |topic: &String| wanted.contains(topic) && (before.contains(topic) || !self.whole.contains(topic));
        self.at.retain(|(topic, _), _| goes_on(topic));
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
                let newest = if self.whole.contains(&place.0) { FLOOD } else { NEWEST };
                let position = self.at.entry(place.clone()).or_insert(begin(replica, end, newest));
                position.follow(replica, end, newest);
                ends.insert(place.clone(), end);
            }
        }
        self.read_on(connection, account, ends).await?;
        self.look_again(connection, account).await
    }

    async fn read_on(
        &mut self,
        connection: &mut Connection,
        account: &Account,
        mut ends: BTreeMap<Place, i64>,
    ) -> Result<(), Failure> {
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

    /// Where a cleaner removes records from the middle of a log, what was told of is read again whenever the log changed.
    async fn look_again(&mut self, connection: &mut Connection, account: &Account) -> Result<(), Failure> {
        if self.asked.is_some_and(|asked| asked.elapsed() < CLEANED) {
            return Ok(());
        }
        self.asked = Some(Instant::now());
        let topics: BTreeSet<String> = self.at.keys().map(|(topic, _)| topic.clone()).collect();
        let policies = keeping::policies(connection, &topics).await?;
        let compacted = |topic: &String| policies.get(topic).is_some_and(|policy| policy.contains("compact"));
        for (topic, policy) in &policies {
            let fact = KafkaFact::TopicConfigured { topic: topic.clone(), cleanup_policy: policy.clone() };
            account.hear(Subject::Config(topic.clone()), fact);
        }
        let cleaned: Vec<Place> = self.at.keys().filter(|(topic, _)| compacted(topic)).cloned().collect();
        for (place, size) in keeping::sizes(connection, cleaned).await? {
            let Some(position) = self.at.get_mut(&place) else { continue };
            let measured = Some((size, position.next));
            if position.measured != measured {
                let gone = position.gone(connection, &place).await?;
                position.measured = measured;
                if !gone.is_empty() {
                    let (topic, partition) = place;
                    account.send(KafkaFact::RecordsGone { topic, partition, offsets: gone });
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
            position.tell(&piece);
        }
        if piece.next > piece.from {
            let (topic, partition) = place;
            let Piece { records, from, next } = piece;
            account.send(KafkaFact::RecordsStored { topic, partition, records, from: Some(from), to: Some(next) });
        }
    }
}

fn begin(replica: &Replica, end: i64, newest: i64) -> Position {
    Position { next: replica.log_start.max(end - newest), epoch: replica.leader_epoch, ..Position::default() }
}

impl Position {
    fn follow(&mut self, replica: &Replica, end: i64, newest: i64) {
        if self.epoch != replica.leader_epoch || self.next > replica.log_end || end - self.next > FLOOD {
            let told = std::mem::take(&mut self.told);
            *self = begin(replica, end, newest);
            // What comes from here on is told anew.
            self.told = told.into_iter().filter(|offset| *offset < self.next).collect();
        }
        self.next = self.next.max(replica.log_start);
        // Where its log no longer reaches, a broker refuses to read: asked from there, it would say nothing of the rest.
        self.told.retain(|offset| *offset >= replica.log_start);
    }

    fn tell(&mut self, piece: &Piece) {
        self.next = piece.next;
        self.told.extend(piece.records.iter().map(|record| record.offset));
        self.told.drain(..self.told.len().saturating_sub(TOLD));
    }

    /// Reads what was told of once more; gives the offsets where nothing lies any more.
    async fn gone(&mut self, connection: &mut Connection, place: &Place) -> Result<Vec<i64>, Failure> {
        let Some(mut from) = self.told.front().copied() else { return Ok(Vec::new()) };
        let mut there = BTreeSet::new();
        for _ in 0..PIECES {
            let asked = BTreeMap::from([(place.clone(), from)]);
            let piece = records::read(connection, &asked).await?.into_values().find_map(Result::ok);
            let Some(piece) = piece.filter(|piece| piece.next > from) else { break };
            there.extend(piece.records.iter().map(|record| record.offset));
            from = piece.next;
            if from >= self.next {
                break;
            }
        }
        let is_gone = |offset: &i64| *offset < from && !there.contains(offset);
        let gone: Vec<i64> = self.told.iter().copied().filter(is_gone).collect();
        self.told.retain(|offset| !gone.contains(offset));
        Ok(gone)
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
        assert_eq!(begin(&replica(0, 0, 1000), 1000, NEWEST).next, 1000 - NEWEST);
        assert_eq!(begin(&replica(0, 950, 1000), 1000, NEWEST).next, 950);
        assert_eq!(begin(&replica(0, 0, 10), 10, NEWEST).next, 0);
    }

    #[test]
    fn what_lies_before_the_log_is_not_looked_for_again() {
        let mut position = Position { next: 40, told: (30..40).collect(), ..Position::default() };
        position.follow(&replica(0, 38, 40), 40, NEWEST);
        assert_eq!(position.told, [38, 39]);
    }

    #[test]
    fn goes_on_where_it_was_unless_the_log_may_have_changed() {
        let mut position = Position { next: 40, epoch: 3, ..Position::default() };
        position.follow(&replica(3, 0, 50), 50, NEWEST);
        assert_eq!(position.next, 40);
        position.follow(&replica(3, 45, 50), 50, NEWEST);
        assert_eq!(position.next, 45, "older records were deleted");
        position.follow(&replica(4, 0, 50), 50, NEWEST);
        assert_eq!((position.next, position.epoch), (0, 4));
        position.next = 60;
        position.follow(&replica(4, 0, 50), 50, NEWEST);
        assert_eq!(position.next, 0, "the log became shorter");
        position.follow(&replica(4, 0, FLOOD + 1000), FLOOD + 1000, NEWEST);
        assert_eq!(position.next, FLOOD + 1000 - NEWEST);
    }

    #[test]
    fn where_all_is_wanted_it_begins_anew_further_back_and_only_once() {
        let (place, topic) = (("weather".to_owned(), 0), BTreeSet::from(["weather".to_owned()]));
        let mut positions = Positions::default();
        positions.keep(&topic, BTreeSet::new());
        positions.at.insert(place.clone(), begin(&replica(0, 0, 1000), 1000, NEWEST));
        positions.keep(&topic, topic.clone());
        assert!(positions.at.is_empty());
        positions.at.insert(place.clone(), begin(&replica(0, 0, 1000), 1000, FLOOD));
        positions.keep(&topic, topic.clone());
        positions.keep(&topic, BTreeSet::new());
        assert_eq!(positions.at[&place].next, 0);
    }
}
