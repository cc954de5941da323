//! What a consistency level asks for, in numbers of replicas per data center, and when two levels must meet.
//!
//! The arithmetic of Cassandra's `blockFor`, and nothing of how a request goes: that is the theory's.

use std::collections::BTreeMap;

use super::plan::Level;

/// Replicas by data center.
pub(crate) type Counts = BTreeMap<String, u32>;

/// Answers that satisfy a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlockFor {
    /// A hint is enough.
    Hint,
    /// So many, from wherever.
    Anywhere(u32),
    /// So many in each of these data centers.
    In(Counts),
}

impl BlockFor {
    /// What `level` asks of a coordinator in data center `local`, for rows with these replicas.
    pub(crate) fn of(level: Level, replicas: &Counts, local: &str) -> Self {
        let total = total(replicas);
        let here = |count: u32| Self::In(Counts::from([(local.to_owned(), count)]));
        let local_quorum = || quorum(replicas.get(local).copied().unwrap_or_default());
        match level {
            Level::Any => Self::Hint,
            Level::One => Self::Anywhere(1),
            Level::Two => Self::Anywhere(2),
            Level::Three => Self::Anywhere(3),
            Level::Quorum | Level::Serial => Self::Anywhere(quorum(total)),
            Level::All => Self::Anywhere(total),
            Level::LocalOne => here(1),
            Level::LocalQuorum | Level::LocalSerial => here(local_quorum()),
            Level::EachQuorum => Self::In(replicas.iter().map(|(dc, count)| (dc.clone(), quorum(*count))).collect()),
        }
    }

    /// Whether these replicas can satisfy it.
    pub(crate) fn met_by(&self, able: &Counts) -> bool {
        match self {
            Self::Hint => true,
            Self::Anywhere(count) => total(able) >= *count,
            Self::In(each) => each.iter().all(|(dc, count)| able.get(dc).copied().unwrap_or_default() >= *count),
        }
    }

    /// Answers in all.
    pub(crate) fn sum(&self) -> u32 {
        match self {
            Self::Hint => 0,
            Self::Anywhere(count) => *count,
            Self::In(each) => total(each),
        }
    }

    /// Whether any replicas that satisfy `self` and any that satisfy `other` have at least one in common: R + W > RF,
    /// in every data center that could otherwise tell them apart.
    pub(crate) fn must_meet(&self, other: &Self, replicas: &Counts) -> bool {
        let at = |counts: &Counts, dc: &str| counts.get(dc).copied().unwrap_or_default();
        let apart = match (self, other) {
            (Self::Hint, _) | (_, Self::Hint) => true,
            (Self::Anywhere(a), Self::Anywhere(b)) => a + b <= total(replicas),
            (Self::In(each), Self::Anywhere(count)) | (Self::Anywhere(count), Self::In(each)) => {
                let left: u32 = replicas.iter().map(|(dc, all)| all.saturating_sub(at(each, dc))).sum();
                *count <= left
            }
            (Self::In(a), Self::In(b)) => replicas.iter().all(|(dc, all)| at(a, dc) + at(b, dc) <= *all),
        };
        !apart
    }
}

/// More than half.
fn quorum(count: u32) -> u32 {
    count / 2 + 1
}

/// All data centers together.
pub(crate) fn total(counts: &Counts) -> u32 {
    counts.values().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(each: &[(&str, u32)]) -> Counts {
        each.iter().map(|(dc, count)| ((*dc).to_owned(), *count)).collect()
    }

    fn needs(level: Level, replicas: &Counts) -> u32 {
        BlockFor::of(level, replicas, "dc1").sum()
    }

    #[test]
    fn a_quorum_is_of_replicas_never_of_nodes() {
        for (rf, expected) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)] {
            assert_eq!(needs(Level::Quorum, &counts(&[("dc1", rf)])), expected, "RF {rf}");
        }
        let two = counts(&[("dc1", 3), ("dc2", 3)]);
        assert_eq!(needs(Level::Quorum, &two), 4);
        assert_eq!(needs(Level::LocalQuorum, &two), 2);
        assert_eq!(needs(Level::EachQuorum, &two), 4);
        assert_eq!(needs(Level::All, &two), 6);
        assert_eq!(needs(Level::Any, &two), 0);
    }

    #[test]
    fn each_quorum_is_not_met_by_many_in_one_data_center() {
        let two = counts(&[("dc1", 3), ("dc2", 3)]);
        let each = BlockFor::of(Level::EachQuorum, &two, "dc1");
        assert!(!each.met_by(&counts(&[("dc1", 3), ("dc2", 1)])));
        assert!(each.met_by(&counts(&[("dc1", 2), ("dc2", 2)])));
        assert!(BlockFor::of(Level::Quorum, &two, "dc1").met_by(&counts(&[("dc1", 3), ("dc2", 1)])));
    }

    #[test]
    fn levels_meet_when_r_and_w_are_more_than_rf() {
        let three = counts(&[("dc1", 3)]);
        let meet = |write, read, replicas: &Counts, write_dc: &str, read_dc: &str| {
            BlockFor::of(write, replicas, write_dc).must_meet(&BlockFor::of(read, replicas, read_dc), replicas)
        };
        let one = |write, read| meet(write, read, &three, "dc1", "dc1");
        assert!(one(Level::Quorum, Level::Quorum) && one(Level::All, Level::One) && one(Level::One, Level::All));
        assert!(one(Level::Two, Level::Two) && one(Level::Serial, Level::Serial));
        assert!(!one(Level::One, Level::One) && !one(Level::Quorum, Level::One) && !one(Level::Any, Level::All));

        let two = counts(&[("dc1", 3), ("dc2", 3)]);
        assert!(meet(Level::LocalQuorum, Level::LocalQuorum, &two, "dc1", "dc1"));
        assert!(!meet(Level::LocalQuorum, Level::LocalQuorum, &two, "dc1", "dc2"), "quorums of two data centers");
        assert!(meet(Level::EachQuorum, Level::LocalQuorum, &two, "dc1", "dc2"));
        assert!(meet(Level::Quorum, Level::Quorum, &two, "dc1", "dc2"));
        assert!(!meet(Level::Quorum, Level::LocalQuorum, &two, "dc1", "dc2"), "four may be three there and one here");
        assert!(meet(Level::EachQuorum, Level::Three, &two, "dc1", "dc2") == (4 + 3 > 6));
    }

    /// The rule agrees with trying every pair of sets of replicas.
    #[test]
    fn the_rule_agrees_with_every_pair_of_sets() {
        use Level::{All, Any, EachQuorum, LocalOne, LocalQuorum, One, Quorum, Three, Two};
        let levels = [Any, One, Two, Three, Quorum, All, LocalOne, LocalQuorum, EachQuorum];
        for (here, there) in [(1, 0), (2, 0), (3, 0), (2, 2), (3, 2)] {
            let mut replicas = counts(&[("dc1", here), ("dc2", there)]);
            replicas.retain(|_, count| *count > 0);
            let of_bits = |bits: u32| {
                let within = |from: u32, len: u32| (bits >> from & ((1 << len) - 1)).count_ones();
                counts(&[("dc1", within(0, here)), ("dc2", within(here, there))])
            };
            for (write, read) in levels.iter().flat_map(|write| levels.iter().map(move |read| (*write, *read))) {
                let (w, r) = (BlockFor::of(write, &replicas, "dc1"), BlockFor::of(read, &replicas, "dc1"));
                if !w.met_by(&replicas) || !r.met_by(&replicas) {
                    continue;
                }
                let sets = 0..(1_u32 << (here + there));
                let apart = sets
                    .clone()
                    .filter(|a| w.met_by(&of_bits(*a)))
                    .any(|a| sets.clone().filter(|b| a & b == 0).any(|b| r.met_by(&of_bits(b))));
                assert_eq!(w.must_meet(&r, &replicas), !apart, "{write:?} {read:?} with {replicas:?}");
            }
        }
    }
}
