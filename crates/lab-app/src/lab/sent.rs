//! Numbers of the records that producers of ours send to a lab, given once whoever sends.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::noted::Noted;

/// Counts of one instance of a lab; one made anew begins anew.
pub(super) struct SentCounts(Noted<Sent>);

#[derive(Default, Serialize, Deserialize)]
struct Sent {
    /// Numbers given, by producer.
    sent: BTreeMap<String, u64>,
}

impl SentCounts {
    pub(super) fn new(data_dir: &Path, lab: &str, instance: &str) -> Self {
        Self(Noted::of(data_dir, lab, instance, "sent"))
    }

    /// Takes numbers for a producer, all greater than `after`; gives the first. None if the file cannot be used.
    pub(super) fn take(&self, producer: &str, count: u64, after: u64) -> Option<u64> {
        let taken = self.0.change(|noted| {
            let sent = noted.sent.entry(producer.to_owned()).or_default();
            let first = after.max(*sent) + 1;
            *sent = first + count - 1;
            first
        });
        taken
            .inspect_err(
                |error| tracing::warn!(file = %self.0.file().display(), %error, "numbers are counted here alone"),
            )
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, thread};

    use super::*;

    #[test]
    fn no_number_is_given_twice_whoever_asks() {
        let data = tempfile::tempdir().unwrap();
        let taking = |_| {
            let counts = SentCounts::new(data.path(), "lab", "one");
            move || (0..50).map(|_| counts.take("p", 2, 0).unwrap()).collect::<Vec<u64>>()
        };
        let threads: Vec<_> = (0..4).map(taking).map(thread::spawn).collect();
        let firsts: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        let all: BTreeSet<u64> = firsts.iter().copied().collect();
        assert_eq!(all, (0..200).map(|n| 2 * n + 1).collect());
    }

    #[test]
    fn a_lab_made_anew_counts_anew_and_a_damaged_file_harms_nobody() {
        let data = tempfile::tempdir().unwrap();
        let take = |instance: &str, after| SentCounts::new(data.path(), "lab", instance).take("p", 3, after);
        assert_eq!((take("one", 0), take("one", 0), take("one", 100)), (Some(1), Some(4), Some(101)));
        assert_eq!(take("two", 0), Some(1));
        std::fs::write(data.path().join("labs/lab.sent.json"), "{").unwrap();
        assert_eq!(take("two", 7), Some(8));
    }
}
