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
const REST: u32 = 4;
/// … but no longer than this, because a silent one is slow too.
const LONGEST_REST: Duration = Duration::from_millis(500);

/// One connection's share of the watching.
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

/// Never resolves once nobody can change the needs any more.
async fn changed<Need>(needs: &mut watch::Receiver<BTreeSet<Need>>) {
    if needs.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
