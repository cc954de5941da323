//! How far a committed offset lies behind the log that its group reads.

use lab_model::Millis;

use super::{
    groups::{Group, Groups},
    nodes::Nodes,
    sources::Sources,
    topic::Numbers,
    topics::Topics,
    words::brief,
};

/// An older log end proves nothing about a newer commit: the leader must have been heard so long after it.
const LATER: Millis = 2_000;

/// Where a committed offset lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lag {
    /// The high watermark minus the committed offset, as Kafka counts it; none while that is not known, and none beyond it.
    pub(crate) lag: Option<i64>,
    /// So many of these offsets lie before the log's start: nothing is there any more.
    pub(crate) gone: Option<i64>,
    /// So far the committed offset lies beyond the high watermark.
    pub(crate) beyond: Option<i64>,
    /// The committed offset lies beyond the high watermark that was heard, which may be too old to say so.
    pub(crate) unsure: bool,
}

/// The logs that lags are counted from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends<'a> {
    pub(crate) topics: &'a Topics,
    pub(crate) nodes: &'a Nodes,
    pub(crate) sources: &'a Sources,
}

impl Ends<'_> {
    /// The log of a partition's leader, and when that leader was last heard.
    pub(crate) fn log(self, topic: &str, partition: i32) -> (Option<Numbers>, Option<Millis>) {
        let (leader, log) = self.topics.leaders_log(topic, partition, |id| self.nodes.name(id)).unzip();
        (log, leader.and_then(|leader| self.sources.of(&leader).at))
    }

    /// Where the end of a log is still to be confirmed, because a group that nobody reads in committed beyond it. While
    /// members read, commits run ahead of what is heard of the log all the time.
    pub(crate) fn awaits(self, groups: &Groups, topic: &str) -> Vec<String> {
        let idle = |group: &&Group| group.described.as_ref().is_some_and(|said| said.members.is_empty());
        let mut unsure: Vec<i32> = groups
            .all
            .values()
            .filter(idle)
            .flat_map(|group| group.offsets.get(topic).into_iter().flatten().map(move |offset| (group, offset)))
            .filter(|&(group, (&partition, &committed))| {
                let (log, heard) = self.log(topic, partition);
                of(committed, group.offsets_at, log, heard).unsure
            })
            .map(|(_, (&partition, _))| partition)
            .collect();
        unsure.sort_unstable();
        unsure.dedup();
        unsure.iter().map(|partition| format!("the newest end of {}-{partition}", brief(topic))).collect()
    }
}

/// Compares an offset that was committed at `at` with the log of the leader, which was last heard at `heard`.
pub(crate) fn of(committed: i64, at: Millis, log: Option<Numbers>, heard: Option<Millis>) -> Lag {
    let Some((start, end)) = log.and_then(|log| Some((log.start, log.high_watermark?))) else { return Lag::default() };
    if committed > end {
        // A group that reads fast commits before we hear how far the log has grown.
        let sure = heard.is_some_and(|heard| heard >= at.saturating_add(LATER));
        return Lag { beyond: sure.then(|| committed.saturating_sub(end)), unsure: !sure, ..Lag::default() };
    }
    let gone = Some(start.saturating_sub(committed)).filter(|gone| *gone > 0);
    Lag { lag: Some(end.saturating_sub(committed)), gone, ..Lag::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: Option<Numbers> = Some(Numbers { start: 10, end: 30, high_watermark: Some(25), last_stable: None });

    #[test]
    fn a_lag_is_never_negative_and_says_what_is_gone() {
        let lag = |lag, gone, beyond| Lag { lag, gone, beyond, unsure: false };
        let unsure = Lag { unsure: true, ..Lag::default() };
        assert_eq!(of(20, 0, LOG, Some(0)), lag(Some(5), None, None));
        assert_eq!(of(25, 0, LOG, None), lag(Some(0), None, None));
        assert_eq!(of(3, 0, LOG, None), lag(Some(22), Some(7), None));
        assert_eq!(of(28, 500, LOG, Some(2_499)), unsure, "the leader may not have said it yet");
        assert_eq!(of(28, 500, LOG, Some(2_500)), lag(None, None, Some(3)));
        assert_eq!(of(28, 500, None, Some(2_500)), lag(None, None, None));
        assert_eq!(of(i64::MAX, 0, Some(Numbers { start: i64::MIN, ..LOG.unwrap() }), Some(9_000)).lag, None);
    }
}
