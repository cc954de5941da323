//! The subscriptions of one page: each is pushed what it follows, the next value only once the last was acknowledged, and
//! told when there will be no more.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lab_model::{Code, Problem};
use serde_json::Value;
use tokio::{sync::Notify, task::AbortHandle};

use crate::{
    App, Feed,
    schema::{Push, Subscription},
    subscribe,
};

/// What a page follows, by the ids under which it does. Dropped, all of it ends.
pub struct Subscriptions {
    app: Arc<App>,
    open: Mutex<BTreeMap<u64, Open>>,
}

struct Open {
    acknowledged: Arc<Notify>,
    task: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Subscriptions {
    /// Of a page that follows nothing yet.
    pub fn new(app: Arc<App>) -> Self {
        Self { app, open: Mutex::default() }
    }

    /// Opens one; `send` says whether the page took the push. Another one under the same id ends.
    ///
    /// # Errors
    /// As [`subscribe`].
    pub fn open<S, F>(&self, id: u64, to: &Subscription, send: S) -> Result<(), Problem>
    where
        S: FnMut(Push) -> F + Send + 'static,
        F: Future<Output = bool> + Send + 'static,
    {
        let feed = subscribe(&self.app, to)?;
        let acknowledged = Arc::new(Notify::new());
        let task = tokio::spawn(push_all(feed, Arc::clone(&acknowledged), send)).abort_handle();
        self.lock().insert(id, Open { acknowledged, task });
        Ok(())
    }

    /// The page has taken the newest push.
    pub fn acknowledge(&self, id: u64) {
        if let Some(open) = self.lock().get(&id) {
            open.acknowledged.notify_one();
        }
    }

    /// Ends one.
    pub fn close(&self, id: u64) {
        self.lock().remove(&id);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn push_all<S, F>(mut feed: Feed, acknowledged: Arc<Notify>, mut send: S)
where
    S: FnMut(Push) -> F + Send,
    F: Future<Output = bool> + Send,
{
    while let Some(push) = feed.next().await {
        if !send(push).await {
            return;
        }
        acknowledged.notified().await;
    }
    send(Push { rev: 0, now: 0, value: Value::Null, problem: Some(ended()) }).await;
}

/// There will be no more pushes.
fn ended() -> Problem {
    Problem { code: Code::NotNow, message: "It has ended.".into(), detail: String::new(), hint: String::new() }
}

#[cfg(test)]
#[path = "subscriptions_test.rs"]
mod tests;
