//! Sentences being followed, as whoever asked sees them.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use lab_lessons::Sentence;
use tokio::sync::watch;

use super::{follower::FollowReport, recorder::Recorder};
use crate::schema::CheckState;

/// The asker's side of a follow; ends it when dropped.
pub struct Following {
    id: u64,
    told: watch::Receiver<FollowReport>,
    recorder: Weak<Recorder>,
}

impl Recorder {
    /// Follows checks, and the options of a prediction beside them, from this moment on, until the returned handle is
    /// dropped.
    pub fn follow(self: &Arc<Self>, checks: Vec<Sentence>, options: Vec<Sentence>) -> Following {
        let (id, told) = self.add_follower(checks, options);
        Following { id, told, recorder: Arc::downgrade(self) }
    }
}

impl Following {
    /// What the engines say now.
    pub fn told(&self) -> FollowReport {
        self.told.borrow().clone()
    }

    /// Changes as they come.
    pub fn receiver(&self) -> watch::Receiver<FollowReport> {
        self.told.clone()
    }

    /// Returns when every check is true at one moment. Never returns if that never happens: give it a limit.
    pub async fn checks_hold(&self) {
        let hold = |told: &FollowReport| told.verdict.checks_hold_since().is_some();
        if self.told.clone().wait_for(hold).await.is_err() {
            // The journal has ended; nothing can become true any more.
            std::future::pending::<()>().await;
        }
    }

    /// Returns when every check was true at one moment, even if it is not any more; gives what was so at the first one. Never
    /// returns if that never happens.
    pub async fn checks_held(&self) -> Vec<CheckState> {
        let mut told = self.told.clone();
        match told.wait_for(|told| told.held.is_some()).await.map(|told| told.held.clone()) {
            Ok(held) => held.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    }

    /// Returns when the verdict stands, with the option that was right. Never returns if that never happens.
    pub async fn verdict(&self) -> Option<usize> {
        let mut told = self.told.clone();
        loop {
            let verdict = told.borrow_and_update().verdict.clone();
            let Some(recorder) = self.recorder.upgrade() else { return std::future::pending().await };
            let left = verdict.stands_from().map(|from| from.saturating_sub(recorder.now()));
            drop(recorder);
            let stands = async {
                match left {
                    Some(left) => tokio::time::sleep(Duration::from_millis(left)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                changed = told.changed() => if changed.is_err() { return std::future::pending().await },
                () = stands => return verdict.right(),
            }
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(recorder) = self.recorder.upgrade() {
            recorder.unfollow(self.id);
        }
    }
}
