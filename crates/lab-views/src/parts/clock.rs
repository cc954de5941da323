//! How Airflow's clock and the journal's stand to each other, so that the age of what Airflow dates can be told.

use lab_model::{
    Fact, Observation,
    facts::{airflow::AirflowFact, lab::LabFact},
};
use serde::{Deserialize, Serialize};

/// Airflow gives whole seconds, so a difference this large is none: milliseconds.
const COARSE: i64 = 1_500;

/// Airflow's clock beside the journal's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Clock {
    /// Airflow's clock minus the journal's, milliseconds; none before Airflow told its time.
    pub(crate) offset: Option<i64>,
}

impl Clock {
    /// Folds one observation in; tells whether the offset is another now.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        let before = self.offset;
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => self.offset = None,
            // Other facts are dated by what they tell of, not by when they were told.
            Fact::Airflow(AirflowFact::HealthTold { .. }) => {
                let heard_at = i64::try_from(observation.heard_at).ok();
                let Some((said_at, heard_at)) = observation.said_at.zip(heard_at) else { return false };
                let offset = said_at.saturating_sub(heard_at).saturating_add(500);
                if self.offset.is_none_or(|known| known.abs_diff(offset) > COARSE.unsigned_abs()) {
                    self.offset = Some(offset);
                }
            }
            _ => return false,
        }
        self.offset != before
    }
}

/// `18:51:27`, of Unix milliseconds.
pub(crate) fn utc(unix_ms: i64) -> String {
    let second = unix_ms.div_euclid(1000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// `4.2`, the seconds between two times.
pub(crate) fn took(from: Option<i64>, to: Option<i64>) -> Option<String> {
    let millis = to?.saturating_sub(from?).max(0);
    Some(format!("{}.{}", millis / 1000, millis % 1000 / 100))
}

#[cfg(test)]
mod tests {
    use lab_model::Source;

    use super::*;

    fn told(heard_at: u64, said_at: Option<i64>) -> Observation {
        let fact = AirflowFact::HealthTold { version: None, components: Vec::new() }.into();
        Observation { seq: 0, heard_at, said_at, source: Source::Node("airflow-1".into()), cause: None, fact }
    }

    #[test]
    fn it_changes_only_when_a_clock_was_set() {
        let mut clock = Clock::default();
        assert!(!clock.apply(&told(4_000, None)));
        assert!(clock.apply(&told(5_000, Some(1_000_000))));
        assert_eq!(clock.offset, Some(995_500));
        // Whole seconds of one beside milliseconds of the other.
        for (heard_at, said_at) in [(5_999, 1_000_000), (6_001, 1_001_000), (11_300, 1_006_000)] {
            assert!(!clock.apply(&told(heard_at, Some(said_at))));
        }
        assert!(clock.apply(&told(12_000, Some(1_067_000))), "the machine slept for a minute");
    }

    #[test]
    fn times_are_those_of_the_day() {
        assert_eq!(
            (utc(1_796_064_687_123), utc(0), utc(-1)),
            ("18:51:27".into(), "00:00:00".into(), "23:59:59".into())
        );
        assert_eq!((took(Some(1_000), Some(5_290)), took(Some(1_000), None)), (Some("4.2".into()), None));
        assert_eq!(
            (took(Some(9), Some(1)), took(Some(i64::MIN), Some(i64::MAX)).is_some()),
            (Some("0.0".into()), true)
        );
    }
}
