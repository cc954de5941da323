//! The loop of one task: look, rest, look again, sooner if somebody waits.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lab_model::CassandraNeed;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::rounds::Rounds;

/// Even when somebody is always waiting, this much rest lies between two looks.
const BREATH: Duration = Duration::from_millis(10);

/// One connection's share of the watching.
pub(super) trait Look: Send + 'static {
    /// Asks for everything needed, once; ends at the first silence. If it must be `fresh`, somebody waits for what is true
    /// now: then also what need not be asked with every look.
    fn look(&mut self, needs: &BTreeSet<CassandraNeed>, fresh: bool) -> impl Future<Output = ()> + Send;

    /// From the beginning of the look just done to the next.
    fn interval(&self) -> Duration;
}

/// Looks until cancelled.
pub(super) async fn run(
    mut lane: impl Look,
    number: usize,
    rounds: Arc<Rounds>,
    mut needs: watch::Receiver<BTreeSet<CassandraNeed>>,
    cancel: CancellationToken,
) {
    let watching = async {
        let mut last = 0;
        loop {
            let (round, began) = (rounds.begin(), Instant::now());
            let needed = needs.borrow_and_update().clone();
            lane.look(&needed, round > std::mem::replace(&mut last, round)).await;
            rounds.end(number, round);
            tokio::time::sleep(BREATH).await;
            tokio::select! {
                () = sleep_until(began + lane.interval()) => {}
                () = rounds.wished_since(round) => {}
                () = changed(&mut needs) => {}
            }
        }
    };
    tokio::select! {
        () = watching => {}
        () = cancel.cancelled() => {}
    }
}

/// Never resolves once nobody can change the needs any more.
async fn changed(needs: &mut watch::Receiver<BTreeSet<CassandraNeed>>) {
    if needs.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
