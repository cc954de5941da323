//! The four commands of the page: ask, subscribe, acknowledge a push, unsubscribe.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use lab_app::{
    App, Subscriptions, dispatch,
    schema::{Push, Subscription},
};
use lab_model::Problem;
use serde_json::Value;
use tauri::{State, ipc::Channel};

/// What the page's commands work with.
pub(crate) struct Door {
    app: Arc<App>,
    subscriptions: Subscriptions,
    next: AtomicU64,
}

impl Door {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { subscriptions: Subscriptions::new(Arc::clone(&app)), app, next: AtomicU64::new(1) }
    }

    fn open(&self, to: &Subscription, channel: Channel<Push>) -> Result<u64, Problem> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.subscriptions.open(id, to, move |push| {
            let taken = channel.send(push).is_ok();
            async move { taken }
        })?;
        Ok(id)
    }
}

/// Does a command of the schema.
#[tauri::command]
pub(crate) async fn rpc(door: State<'_, Door>, cmd: String, payload: Value) -> Result<Value, Problem> {
    dispatch(&door.app, &cmd, payload).await
}

/// Opens a subscription; pushes go to the channel, each after the last was acknowledged.
#[tauri::command]
pub(crate) async fn subscribe(
    door: State<'_, Door>,
    subscription: Subscription,
    channel: Channel<Push>,
) -> Result<u64, Problem> {
    door.open(&subscription, channel)
}

/// The page has taken the newest push of a subscription.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "tauri hands a command its state by value")]
pub(crate) fn ack(door: State<'_, Door>, id: u64) {
    door.subscriptions.acknowledge(id);
}

/// Ends a subscription.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "tauri hands a command its state by value")]
pub(crate) fn unsubscribe(door: State<'_, Door>, id: u64) {
    door.subscriptions.close(id);
}

#[cfg(test)]
#[path = "door_test.rs"]
mod tests;
