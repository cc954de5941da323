//! How far a committed offset lies behind the log that its group reads.

use lab_model::Millis;

use super::topic::Numbers;

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
}

/// Compares an offset that was committed at `at` with the log of the leader, which was last heard at `heard`.
pub(crate) fn of(committed: i64, at: Millis, log: Option<Numbers>, heard: Option<Millis>) -> Lag {
    let Some((start, end)) = log.and_then(|log| Some((log.start, log.high_watermark?))) else { return Lag::default() };
    if committed > end {
        // A group that reads fast commits before we hear how far the log has grown.
        let sure = heard.is_some_and(|heard| heard >= at.saturating_add(LATER));
        return Lag { beyond: sure.then(|| committed.saturating_sub(end)), ..Lag::default() };
    }
    let gone = Some(start.saturating_sub(committed)).filter(|gone| *gone > 0);
    Lag { lag: Some(end.saturating_sub(committed)), gone, beyond: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: Option<Numbers> = Some(Numbers { start: 10, end: 30, high_watermark: Some(25), last_stable: None });

    #[test]
    fn a_lag_is_never_negative_and_says_what_is_gone() {
        let lag = |lag, gone, beyond| Lag { lag, gone, beyond };
        assert_eq!(of(20, 0, LOG, Some(0)), lag(Some(5), None, None));
        assert_eq!(of(25, 0, LOG, None), lag(Some(0), None, None));
        assert_eq!(of(3, 0, LOG, None), lag(Some(22), Some(7), None));
        assert_eq!(of(28, 500, LOG, Some(2_499)), lag(None, None, None), "the leader may not have said it yet");
        assert_eq!(of(28, 500, LOG, Some(2_500)), lag(None, None, Some(3)));
        assert_eq!(of(28, 500, None, Some(2_500)), lag(None, None, None));
        assert_eq!(of(i64::MAX, 0, Some(Numbers { start: i64::MIN, ..LOG.unwrap() }), Some(9_000)).lag, None);
    }
}
