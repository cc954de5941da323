//! The four commands of the page: ask, subscribe, acknowledge a push, unsubscribe.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use lab_app::{
    App,
    schema::{Push, Subscription, dispatch},
};
use lab_model::Problem;
use serde_json::Value;
use tauri::{State, async_runtime::JoinHandle, ipc::Channel};
use tokio::sync::Notify;

/// What the page's commands work with.
pub(crate) struct Door {
    app: Arc<App>,
    subscribed: Mutex<BTreeMap<u64, Subscribed>>,
    next: AtomicU64,
}

struct Subscribed {
    acknowledged: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Door {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { app, subscribed: Mutex::default(), next: AtomicU64::new(1) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Subscribed>> {
        self.subscribed.lock().unwrap_or_else(PoisonError::into_inner)
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
    let mut feed = lab_app::subscribe(&door.app, &subscription)?;
    let id = door.next.fetch_add(1, Ordering::Relaxed);
    let acknowledged = Arc::new(Notify::new());
    let acks = Arc::clone(&acknowledged);
    let task = tauri::async_runtime::spawn(async move {
        while let Some(push) = feed.next().await {
            if channel.send(push).is_err() {
                return;
            }
            acks.notified().await;
        }
    });
    door.lock().insert(id, Subscribed { acknowledged, task });
    Ok(id)
}

/// The page has taken the newest push of a subscription.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "tauri hands a command its state by value")]
pub(crate) fn ack(door: State<'_, Door>, id: u64) {
    if let Some(subscribed) = door.lock().get(&id) {
        subscribed.acknowledged.notify_one();
    }
}

/// Ends a subscription.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "tauri hands a command its state by value")]
pub(crate) fn unsubscribe(door: State<'_, Door>, id: u64) {
    if let Some(subscribed) = door.lock().remove(&id) {
        subscribed.task.abort();
    }
}
