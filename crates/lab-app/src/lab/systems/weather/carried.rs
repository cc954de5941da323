//! Up to where each partition was dealt with: records end in any order, and only what ended without a gap may be committed.

use std::collections::{BTreeMap, BTreeSet};

use lab_kafka::{Extent, Upto};

/// All partitions.
#[derive(Debug, Default)]
pub(super) struct Carried(BTreeMap<String, BTreeMap<i32, Partition>>);

#[derive(Debug)]
struct Partition {
    /// The offset after the newest record that was taken up.
    next: i64,
    /// Records taken up and not dealt with.
    open: BTreeSet<i64>,
    committed: Option<i64>,
}

impl Partition {
    /// The first offset that is not dealt with.
    fn upto(&self) -> i64 {
        self.open.first().copied().unwrap_or(self.next)
    }
}

impl Carried {
    /// A record is taken up.
    pub(super) fn begun(&mut self, topic: &str, partition: i32, offset: i64) {
        if !self.0.contains_key(topic) {
            self.0.insert(topic.to_owned(), BTreeMap::new());
        }
        let Some(partitions) = self.0.get_mut(topic) else { return };
        let place = partitions.entry(partition).or_insert_with(|| Partition {
            next: offset,
            open: BTreeSet::new(),
            committed: None,
        });
        place.open.insert(offset);
        // One that comes again came from a group that began again further back.
        place.next = place.next.max(offset + 1);
    }

    /// It is dealt with: its row is confirmed, or it is kept as no record.
    pub(super) fn done(&mut self, topic: &str, partition: i32, offset: i64) {
        if let Some(place) = self.0.get_mut(topic).and_then(|partitions| partitions.get_mut(&partition)) {
            place.open.remove(&offset);
        }
    }

    /// What may be committed and is not.
    pub(super) fn to_commit(&self) -> Vec<Upto> {
        self.places().filter(|(place, upto)| place.committed < Some(upto.offset)).map(|(_, upto)| upto).collect()
    }

    /// That was committed.
    pub(super) fn committed(&mut self, upto: &[Upto]) {
        for Upto { topic, partition, offset } in upto {
            if let Some(place) = self.0.get_mut(topic).and_then(|partitions| partitions.get_mut(partition)) {
                place.committed = Some(*offset);
            }
        }
    }

    /// Records up to the ends of the logs that are not dealt with; of a partition of which nothing was read, from what the
    /// group had committed on.
    pub(super) fn lag(&self, extents: &[Extent], before: &[Upto]) -> u64 {
        let left = |all: &Extent| {
            let here =
                self.0.get(&all.topic).and_then(|partitions| partitions.get(&all.partition)).map(Partition::upto);
            let same = |one: &&Upto| one.topic == all.topic && one.partition == all.partition;
            let upto = here.or_else(|| before.iter().find(same).map(|one| one.offset)).unwrap_or(all.first);
            // What was deleted nobody can read any more.
            u64::try_from(all.next - upto.max(all.first)).unwrap_or_default()
        };
        extents.iter().map(left).sum()
    }

    fn places(&self) -> impl Iterator<Item = (&Partition, Upto)> {
        self.0.iter().flat_map(|(topic, partitions)| {
            partitions.iter().map(move |(partition, place)| {
                (place, Upto { topic: topic.clone(), partition: *partition, offset: place.upto() })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upto(partition: i32, offset: i64) -> Upto {
        Upto { topic: "t".into(), partition, offset }
    }

    #[test]
    fn only_what_ended_without_a_gap_is_committed() {
        let mut carried = Carried::default();
        (5..9).for_each(|offset| carried.begun("t", 0, offset));
        carried.begun("t", 1, 0);
        [6, 7].into_iter().for_each(|offset| carried.done("t", 0, offset));
        // Offset 5 is still open: committing it again changes nothing, and nothing beyond it may be.
        assert_eq!(carried.to_commit(), [upto(0, 5), upto(1, 0)]);
        carried.committed(&[upto(0, 5), upto(1, 0)]);
        carried.done("t", 0, 5);
        assert_eq!(carried.to_commit(), [upto(0, 8)]);
        carried.committed(&[upto(0, 8)]);
        carried.done("t", 0, 8);
        assert_eq!(carried.to_commit(), [upto(0, 9)]);
    }

    #[test]
    fn a_gap_in_the_log_is_no_gap_in_what_ended_and_who_begins_again_goes_not_back() {
        let mut carried = Carried::default();
        [3, 9].into_iter().for_each(|offset| carried.begun("t", 0, offset));
        [3, 9].into_iter().for_each(|offset| carried.done("t", 0, offset));
        assert_eq!(carried.to_commit(), [upto(0, 10)]);
        carried.committed(&[upto(0, 10)]);
        carried.begun("t", 0, 9);
        assert_eq!(carried.to_commit(), []);
        carried.done("t", 0, 9);
        assert_eq!(carried.to_commit(), []);
    }

    #[test]
    fn what_lies_before_the_end_is_the_lag() {
        let mut carried = Carried::default();
        carried.begun("t", 0, 4);
        let extent = |partition, first, next| Extent { topic: "t".into(), partition, first, next };
        assert_eq!(carried.lag(&[extent(0, 0, 10), extent(1, 0, 7)], &[upto(1, 5)]), 6 + 2);
        carried.done("t", 0, 4);
        assert_eq!(carried.lag(&[extent(0, 0, 10), extent(1, 3, 7)], &[]), 5 + 4);
    }
}
