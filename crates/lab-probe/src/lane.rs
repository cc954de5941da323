//! The loop of one task: look, rest, look again, sooner if somebody waits.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::Rounds;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Even when somebody is always waiting, this much rest lies between two looks.
const BREATH: Duration = Duration::from_millis(10);
/// After a look a lane rests so many times as long as the look took: an engine that is slow to answer has other things
/// to do …
const REST: u32 = 2;
/// … but no longer than this, because a silent one is slow too.
const LONGEST_REST: Duration = Duration::from_millis(500);

/// A connection's share of the watching.
pub trait Look: Send + 'static {
    /// What somebody may want observed.
    type Need: Clone + Ord + Send + Sync + 'static;

    /// Asks for everything needed, once; ends at the first silence. If it must be `fresh`, somebody waits for what is
    /// true now: then also what need not be asked with every look.
    fn look(&mut self, needs: &BTreeSet<Self::Need>, fresh: bool) -> impl Future<Output = ()> + Send;

    /// From the beginning of the look just done to the next.
    fn interval(&self) -> Duration;
}

/// Looks for ever, as the lane of that number.
pub(crate) async fn run<L: Look>(
    mut lane: L,
    number: usize,
    rounds: Arc<Rounds>,
    mut needs: watch::Receiver<BTreeSet<L::Need>>,
) {
    let mut last = 0;
    loop {
        let (round, began) = (rounds.begin(), Instant::now());
        let needed = needs.borrow_and_update().clone();
        lane.look(&needed, round > std::mem::replace(&mut last, round)).await;
        rounds.end(number, round);
        let ended = Instant::now();
        let rest = LONGEST_REST.min(REST * (ended - began));
        tokio::time::sleep(BREATH).await;
        tokio::select! {
            () = sleep_until((began + lane.interval()).max(ended + rest)) => {}
            () = rounds.wished_since(round) => {}
            () = changed(&mut needs) => {}
        }
    }
}

/// Never resolves when no sender can change the needs any more.
async fn changed<Need>(needs: &mut watch::Receiver<BTreeSet<Need>>) {
    if needs.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Asks an engine that takes so long to answer.
    struct Asking {
        takes: Duration,
        looks: Arc<AtomicU32>,
    }

    impl Look for Asking {
        type Need = ();

        async fn look(&mut self, _needs: &BTreeSet<()>, _fresh: bool) {
            tokio::time::sleep(self.takes).await;
            self.looks.fetch_add(1, Ordering::Relaxed);
        }

        fn interval(&self) -> Duration {
            Duration::from_millis(100)
        }
    }

    /// Looks in ten seconds.
    async fn looks(takes: u64) -> u32 {
        let (looks, rounds) = (Arc::new(AtomicU32::default()), Arc::new(Rounds::default()));
        let asking = Asking { takes: Duration::from_millis(takes), looks: Arc::clone(&looks) };
        let number = rounds.join();
        let (_needs, needed) = watch::channel(BTreeSet::new());
        let _ = tokio::time::timeout(Duration::from_secs(10), run(asking, number, rounds, needed)).await;
        looks.load(Ordering::Relaxed)
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_slow_to_answer_is_asked_less_often() {
        let (quick, slow, silent) = (looks(5).await, looks(50).await, looks(1500).await);
        assert!((95..=101).contains(&quick), "ten times a second: {quick}");
        assert!((62..=67).contains(&slow), "two rests of 50 ms lie between: {slow}");
        assert!((5..=6).contains(&silent), "half a second lies between, not three: {silent}");
    }
}
