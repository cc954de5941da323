//! A browser's WebSocket: requests and answers, subscriptions and their pushes.
//!
//! In: `{id, rpc, payload}`, `{id, subscribe}`, `{unsubscribe}`, `{ack, rev}`. Out: `{id, ok}` or `{id, problem}`, and
//! `{push, rev, now, value, problem}`. A subscription's next push is made only after its last one was acknowledged.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::ws::{Message, WebSocket};
use futures::{SinkExt, StreamExt};
use lab_app::{
    App, Feed,
    schema::{Subscription, dispatch},
    subscribe,
};
use lab_model::{Code, Problem};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

/// Messages waiting to be sent; a browser that reads slower than this is waited for.
const OUTGOING: usize = 64;

#[derive(Deserialize)]
struct Incoming {
    id: Option<u64>,
    rpc: Option<String>,
    #[serde(default)]
    payload: Value,
    subscribe: Option<Subscription>,
    unsubscribe: Option<u64>,
    ack: Option<u64>,
}

struct Subscribed {
    acknowledged: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Talks until the browser goes.
pub(super) async fn talk(app: Arc<App>, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    let (out, mut outgoing) = mpsc::channel::<Value>(OUTGOING);
    let writer = tokio::spawn(async move {
        while let Some(value) = outgoing.recv().await {
            if sink.send(Message::text(value.to_string())).await.is_err() {
                return;
            }
        }
    });
    let mut subscriptions = BTreeMap::new();
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        match serde_json::from_str::<Incoming>(&text) {
            Ok(incoming) => obey(&app, incoming, &out, &mut subscriptions).await,
            Err(error) => tracing::warn!(%error, "a message of another shape from the browser"),
        }
    }
    drop(subscriptions);
    writer.abort();
}

async fn obey(
    app: &Arc<App>,
    incoming: Incoming,
    out: &mpsc::Sender<Value>,
    subscriptions: &mut BTreeMap<u64, Subscribed>,
) {
    let Incoming { id, rpc, payload, subscribe: to, unsubscribe, ack } = incoming;
    if let (Some(id), Some(name)) = (id, rpc) {
        let (app, out) = (Arc::clone(app), out.clone());
        // Each request on its own: a slow one delays nobody.
        tokio::spawn(async move {
            let answer = answer(id, dispatch(&app, &name, payload).await);
            let _ = out.send(answer).await;
        });
    } else if let (Some(id), Some(to)) = (id, to) {
        let opened = subscribe(app, &to);
        let result = opened.map(|feed| {
            subscriptions.insert(id, push_all(id, feed, out.clone()));
            json!({})
        });
        let _ = out.send(answer(id, result)).await;
    } else if let Some(id) = unsubscribe {
        subscriptions.remove(&id);
    } else if let Some(subscribed) = ack.and_then(|id| subscriptions.get(&id)) {
        subscribed.acknowledged.notify_one();
    }
}

fn push_all(id: u64, mut feed: Feed, out: mpsc::Sender<Value>) -> Subscribed {
    let acknowledged = Arc::new(Notify::new());
    let acks = Arc::clone(&acknowledged);
    let task = tokio::spawn(async move {
        while let Some(push) = feed.next().await {
            let value =
                json!({ "push": id, "rev": push.rev, "now": push.now, "value": push.value, "problem": push.problem });
            if out.send(value).await.is_err() {
                return;
            }
            acks.notified().await;
        }
        let _ = out.send(json!({ "push": id, "rev": 0, "now": 0, "value": null, "problem": gone() })).await;
    });
    Subscribed { acknowledged, task }
}

fn answer(id: u64, result: Result<Value, Problem>) -> Value {
    match result {
        Ok(value) => json!({ "id": id, "ok": value }),
        Err(problem) => json!({ "id": id, "problem": problem }),
    }
}

/// What was subscribed to has ended.
fn gone() -> Problem {
    Problem { code: Code::NotNow, message: "It has ended.".into(), detail: String::new(), hint: String::new() }
}
