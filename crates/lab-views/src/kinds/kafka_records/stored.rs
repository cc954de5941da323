//! The records of one partition: the newest one by one, earlier ones as a count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Record;
use crate::parts::topic::Numbers;

/// Records kept one by one.
const KEPT: usize = 500;

/// What leaders returned of a partition.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    kept: BTreeMap<i64, Kept>,
    /// Records that lie below `edge`, as many as heard of.
    earlier: u32,
    /// The lowest offset heard of.
    lowest: i64,
    /// Everything below this is only counted.
    edge: i64,
    /// Where the log begins, as its leader last said.
    #[serde(default)]
    begins: i64,
    /// Between these offsets everything was read, without a gap.
    #[serde(default)]
    run: Option<(i64, i64)>,
    /// A leader was asked for its records since the lab was started.
    #[serde(default)]
    pub(super) looked: bool,
    /// Since then its newest records were read once. From there on what comes is read as it comes.
    #[serde(default)]
    pub(super) caught_up: bool,
}

/// A record and who returned it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) record: Record,
    pub(super) by: String,
    seq: u64,
}

/// The leader and its log now; without it, everything returned is shown.
pub(super) struct Leader {
    pub(super) node: String,
    pub(super) numbers: Numbers,
    /// Where in the journal the numbers stand.
    pub(super) seq: u64,
}

impl Stored {
    /// A leader returned a record.
    pub(super) fn insert(&mut self, record: Record, by: &str, seq: u64) {
        let offset = record.offset;
        if self.kept.is_empty() && self.earlier == 0 {
            (self.lowest, self.edge) = (offset, offset);
        }
        if offset < self.lowest {
            self.edge = if self.earlier == 0 { offset } else { self.edge };
            self.lowest = offset;
            if offset < self.edge {
                self.earlier += 1;
            }
        }
        if offset < self.edge {
            return;
        }
        self.kept.insert(offset, Kept { record, by: by.to_owned(), seq });
        if self.kept.len() > KEPT
            && let Some((oldest, _)) = self.kept.pop_first()
        {
            self.earlier += 1;
            self.edge = oldest.saturating_add(1);
        }
    }

    /// Everything between these offsets was returned by now.
    pub(super) fn reached(&mut self, from: i64, to: i64) {
        self.run = match self.run {
            Some((first, end)) if from <= end && to >= first => Some((first.min(from), to)),
            _ => Some((from, to)),
        };
    }

    /// Whether everything up to an offset was returned, or there is no record of before: then nothing says how far.
    pub(super) fn reaches(&self, end: i64) -> bool {
        self.run.is_none_or(|(_, to)| to >= end)
    }

    /// The lab was started: nobody was asked yet.
    pub(super) fn begin(&mut self) {
        (self.run, self.looked, self.caught_up) = (None, false, false);
    }

    /// The cleaner removed what lay at these offsets.
    pub(super) fn lose(&mut self, offsets: &[i64]) {
        for offset in offsets {
            self.kept.remove(offset);
        }
    }

    /// How many offsets of the leader's log were read without a gap up to the newest.
    pub(super) fn read_of(&self, numbers: Numbers) -> i64 {
        self.run.map_or(0, |(from, to)| to.min(numbers.end).saturating_sub(from.max(numbers.start)).max(0))
    }

    /// How many records lie in the leader's log; none while not all of them were read and counted.
    pub(super) fn counted(&self, leader: Option<&Leader>, compacted: bool) -> Option<u32> {
        let leader = leader?;
        let (start, end) = (leader.numbers.start, leader.numbers.readable_end()?);
        if leader.numbers.open_from().is_some() {
            return None;
        }
        let read = end <= start || self.run.is_some_and(|(from, to)| from <= start && to >= end);
        // Of what is only counted, some may have gone since.
        let dense = span(self.lowest, self.edge) == self.earlier;
        let earlier = self.earlier == 0 || (!compacted && (dense || self.lowest >= start));
        let stretches = self.visible(Some(leader)).any(|kept| kept.record.through.is_some());
        (read && earlier && !stretches).then(|| self.count(Some(leader)))
    }

    /// The leader said that its log ends here: what another leader returned from further on is lost.
    pub(super) fn lose_from(&mut self, end: i64, leader: &str) {
        let before = self.kept.len();
        self.kept.retain(|&offset, kept| offset < end || kept.by == leader);
        self.run = self.run.map(|(from, to)| (from, to.min(end.max(from))));
        if self.kept.len() < before && end < self.edge {
            self.earlier = self.earlier.min(span(self.lowest, end));
            self.edge = end.max(self.lowest);
        }
    }

    /// The leader said that its log begins here: what lay before is deleted, and who has lost the leader must not see it
    /// again.
    pub(super) fn lose_before(&mut self, start: i64) {
        self.kept.retain(|&offset, kept| kept.record.through.unwrap_or(offset) >= start);
        if start >= self.edge {
            (self.earlier, self.lowest, self.edge) = (0, start, start);
        }
        self.begins = start;
        // Nothing is left to read below it.
        self.run = self.run.map(|(from, to)| (from.max(start), to.max(start)));
    }

    /// The records that lie in the leader's log, by offset.
    pub(super) fn visible<'a>(
        &'a self,
        leader: Option<&'a Leader>,
    ) -> impl DoubleEndedIterator<Item = &'a Kept> {
        self.kept.values().filter(move |kept| {
            leader.is_none_or(|leader| {
                let below_end = kept.record.offset < leader.numbers.end;
                // What the leader itself returned after it gave its numbers is there although they do not say so.
                let newer = kept.by == leader.node && kept.seq > leader.seq;
                kept.record.through.unwrap_or(kept.record.offset) >= leader.numbers.start && (below_end || newer)
            })
        })
    }

    /// How many lie in the leader's log.
    pub(super) fn count(&self, leader: Option<&Leader>) -> u32 {
        let kept = u32::try_from(self.visible(leader).count()).unwrap_or(u32::MAX);
        let (start, end) = leader.map_or((self.begins, self.edge), |leader| (leader.numbers.start, leader.numbers.end));
        kept.saturating_add(self.earlier.min(span(self.lowest.max(start), self.edge.min(end))))
    }
}

fn span(from: i64, to: i64) -> u32 {
    u32::try_from(to.saturating_sub(from).max(0)).unwrap_or(u32::MAX)
}
