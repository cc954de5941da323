//! How far records were said to be stored, and since when: only what was read from a table after that can miss a row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Commits that wait for a reading; of more, the newest count.
const KEPT: usize = 50;

/// By topic and partition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Commits(BTreeMap<String, BTreeMap<i32, Commit>>);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Commit {
    /// Where in the journal an offset was said to be committed, and the offset.
    waiting: Vec<(u64, i64)>,
    /// Below this, the table was read from its beginning to its end after the commit was heard.
    proven: i64,
}

impl Commits {
    /// This offset is committed, said there in the journal.
    pub(crate) fn hear(&mut self, topic: &str, partition: i32, offset: i64, seq: u64) {
        let commit = self.0.entry(topic.to_owned()).or_default().entry(partition).or_default();
        if commit.waiting.last().is_some_and(|(_, last)| *last >= offset) || commit.proven >= offset {
            return;
        }
        commit.waiting.push((seq, offset));
        if commit.waiting.len() > KEPT {
            commit.waiting.remove(KEPT / 2);
        }
    }

    /// The table of a topic was read. `since`: whether that began after something that stands there in the journal. Tells
    /// whether it proves something.
    pub(crate) fn prove(&mut self, topic: &str, since: impl Fn(u64) -> bool) -> bool {
        let mut proves = false;
        for commit in self.0.get_mut(topic).into_iter().flat_map(BTreeMap::values_mut) {
            while let Some((seq, offset)) = commit.waiting.first().copied() {
                if !since(seq) {
                    break;
                }
                commit.proven = commit.proven.max(offset);
                commit.waiting.remove(0);
                proves = true;
            }
        }
        proves
    }

    /// Records before this offset that have no row now had none.
    pub(crate) fn proven(&self, topic: &str, partition: i32) -> i64 {
        self.0.get(topic).and_then(|of| of.get(&partition)).map_or(0, |commit| commit.proven)
    }

    /// The topic is no more, or the lab began anew.
    pub(crate) fn forget(&mut self, topic: Option<&str>) {
        match topic {
            Some(topic) => drop(self.0.remove(topic)),
            None => self.0.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_proves_only_commits_of_before_it_began() {
        let mut commits = Commits::default();
        commits.hear("t", 0, 20, 5);
        commits.hear("t", 0, 40, 9);
        commits.prove("t", |seq| seq <= 7);
        assert_eq!(commits.proven("t", 0), 20);
        commits.hear("t", 0, 30, 11);
        commits.prove("t", |seq| seq <= 9);
        assert_eq!(commits.proven("t", 0), 40, "going back proves nothing less");
        commits.forget(Some("t"));
        assert_eq!(commits.proven("t", 0), 0);
    }
}
