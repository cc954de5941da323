//! The lanes of one probe: begun, waited for and ended together.

use std::{collections::BTreeSet, sync::Arc};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{Look, Rounds, lane::run};

/// What goes on while a cluster is watched. Dropping it ends that.
#[derive(Debug)]
pub struct Watch {
    rounds: Arc<Rounds>,
    cancel: CancellationToken,
}

impl Watch {
    /// Without lanes yet. Ends when `cancel` is cancelled or the watch is dropped.
    pub fn until(cancel: &CancellationToken) -> Self {
        Self { rounds: Arc::default(), cancel: cancel.child_token() }
    }

    /// Begins a lane: looks again and again for what is needed. Must be called inside a tokio runtime.
    pub fn begin<L: Look>(&self, lane: L, needs: &watch::Receiver<BTreeSet<L::Need>>) {
        let number = self.rounds.join();
        self.beside(run(lane, number, Arc::clone(&self.rounds), needs.clone()));
    }

    /// Runs something beside the lanes until the watch ends. Must be called inside a tokio runtime.
    pub fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.cancel.clone().run_until_cancelled_owned(work));
    }

    /// For somebody who knows when to look again.
    pub fn rounds(&self) -> Arc<Rounds> {
        Arc::clone(&self.rounds)
    }

    /// Resolves when every lane has done a whole round begun after this call, or at once when the watch has ended.
    pub async fn settled(&self) {
        tokio::select! {
            () = self.rounds.settled() => {}
            () = self.cancel.cancelled() => {}
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Mutex, time::Duration};

    use super::*;

    /// Notes whether each look had to be fresh.
    struct Noting(Arc<Mutex<Vec<bool>>>);

    impl Look for Noting {
        type Need = ();

        async fn look(&mut self, _needs: &BTreeSet<()>, fresh: bool) {
            self.0.lock().unwrap().push(fresh);
        }

        fn interval(&self) -> Duration {
            Duration::from_secs(1)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_who_waits_has_it_looked_at_freshly_and_dropping_ends_it() {
        let looks = Arc::new(Mutex::new(Vec::new()));
        let (_wanting, needs) = watch::channel(BTreeSet::new());
        let cancel = CancellationToken::new();
        let watch = Watch::until(&cancel);
        watch.begin(Noting(Arc::clone(&looks)), &needs);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(*looks.lock().unwrap(), [false, false]);
        watch.settled().await;
        assert_eq!(*looks.lock().unwrap(), [false, false, true]);
        drop(watch);
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(looks.lock().unwrap().len(), 3);
        assert!(!cancel.is_cancelled(), "it was not the watch's own");
    }

    #[tokio::test]
    async fn nobody_waits_for_what_has_ended() {
        let cancel = CancellationToken::new();
        let watch = Watch::until(&cancel);
        let (_wanting, needs) = watch::channel(BTreeSet::new());
        cancel.cancel();
        watch.begin(Noting(Arc::default()), &needs);
        watch.settled().await;
    }
}
