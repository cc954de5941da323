//! Whether a node is heard at all: said when it changes, and about once a second.

use std::time::Duration;

use lab_model::facts::lab::LabFact;
use tokio::time::Instant;

use crate::Account;

/// A little less than a second, so that the calm pace of two looks a second meets it with every second look.
const EVERY: Duration = Duration::from_millis(900);

/// The last beat of one node.
#[derive(Debug, Default)]
pub struct Beat {
    last: Option<(bool, Instant)>,
}

impl Beat {
    /// The node answered.
    pub fn heard<Subject, Said>(&mut self, account: &Account<Subject, Said>) {
        if self.due(true) {
            account.beat(LabFact::Heard);
        }
    }

    /// The node did not answer, and why: in the words of the socket or the deadline.
    pub fn silent<Subject, Said>(&mut self, account: &Account<Subject, Said>, why: &str) {
        if self.due(false) {
            account.beat(LabFact::FellSilent { why: why.to_owned() });
        }
    }

    fn due(&mut self, heard: bool) -> bool {
        let now = Instant::now();
        let due = self.last.is_none_or(|(was, at)| was != heard || now - at >= EVERY);
        if due {
            self.last = Some((heard, now));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn beats_on_change_and_once_a_second() {
        let mut beat = Beat::default();
        assert!(beat.due(true));
        assert!(!beat.due(true));
        assert!(beat.due(false));
        tokio::time::advance(EVERY).await;
        assert!(beat.due(false));
        assert!(!beat.due(false));
    }
}
