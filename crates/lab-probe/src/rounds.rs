//! Counts rounds, so that somebody can wait until everything true now has been looked at.

use tokio::sync::watch;

/// Wishes for a new look, and how far each lane has come with them.
#[derive(Debug, Default)]
pub struct Rounds {
    /// Wishes so far.
    wished: watch::Sender<u64>,
    /// By lane: all wishes up to this one were followed by a whole round.
    granted: watch::Sender<Vec<u64>>,
}

impl Rounds {
    /// Adds a lane; gives its number.
    pub(crate) fn join(&self) -> usize {
        let mut number = 0;
        self.granted.send_modify(|lanes| {
            number = lanes.len();
            lanes.push(0);
        });
        number
    }

    /// Waits until every lane has done a whole round begun after this call.
    pub(crate) async fn settled(&self) {
        let wish = self.wish();
        let mut granted = self.granted.subscribe();
        // Never an error: the sender is ours.
        let _ = granted.wait_for(|lanes| lanes.iter().all(|lane| *lane >= wish)).await;
    }

    /// Has every lane look again soon; gives the wish.
    pub fn wish(&self) -> u64 {
        let mut wish = 0;
        self.wished.send_modify(|wished| {
            *wished += 1;
            wish = *wished;
        });
        wish
    }

    /// A lane begins a round; what it gives back belongs to [`Rounds::end`].
    pub(crate) fn begin(&self) -> u64 {
        *self.wished.borrow()
    }

    /// A lane has ended the round.
    pub(crate) fn end(&self, lane: usize, begun: u64) {
        self.granted.send_if_modified(|lanes| {
            let further = lanes.get_mut(lane).filter(|granted| **granted < begun);
            further.map(|granted| *granted = begun).is_some()
        });
    }

    /// Resolves when somebody waits for a round that begins after `begun`.
    pub(crate) async fn wished_since(&self, begun: u64) {
        let _ = self.wished.subscribe().wait_for(|wished| *wished > begun).await;
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::time::timeout;

    use super::Rounds;

    #[tokio::test]
    async fn a_round_under_way_does_not_count() {
        let rounds = Arc::new(Rounds::default());
        assert_eq!((rounds.join(), rounds.join()), (0, 1));
        let under_way = rounds.begin();
        let waiting = tokio::spawn({
            let rounds = Arc::clone(&rounds);
            async move { rounds.settled().await }
        });
        rounds.wished_since(under_way).await;
        rounds.end(0, under_way);
        rounds.end(1, under_way);
        assert!(timeout(Duration::from_millis(20), rounds.wished_since(rounds.begin())).await.is_err());
        assert!(!waiting.is_finished());

        let fresh = rounds.begin();
        rounds.end(0, fresh);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "one lane is not every lane");
        rounds.end(1, fresh);
        waiting.await.unwrap();
    }
}
