//! A browser's WebSocket: requests and answers, subscriptions and their pushes.
//!
//! In: `{id, rpc, payload}`, `{id, subscribe}`, `{unsubscribe}`, `{ack, rev}`. Out: `{id, ok}` or `{id, problem}`, and
//! `{push, rev, now, value, problem}`. A subscription's next push is made only after its last one was acknowledged.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use futures::{SinkExt, StreamExt};
use lab_app::{
    App, Subscriptions, dispatch,
    schema::{Push, Subscription},
};
use lab_model::{Code, Problem};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

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
    let subscriptions = Subscriptions::new(Arc::clone(&app));
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        match serde_json::from_str::<Incoming>(&text) {
            Ok(incoming) => obey(&app, incoming, &out, &subscriptions).await,
            Err(error) => {
                tracing::warn!(%error, "a message of another shape from the browser");
                // A page of another version would wait for its answer for ever.
                let id = serde_json::from_str::<Value>(&text).ok().and_then(|message| message["id"].as_u64());
                if let Some(id) = id {
                    let _ = out.send(answer(id, Err(unreadable(&error)))).await;
                }
            }
        }
    }
    drop(subscriptions);
    writer.abort();
}

async fn obey(app: &Arc<App>, incoming: Incoming, out: &mpsc::Sender<Value>, subscriptions: &Subscriptions) {
    let Incoming { id, rpc, payload, subscribe, unsubscribe, ack } = incoming;
    if let (Some(id), Some(name)) = (id, rpc) {
        let (app, out) = (Arc::clone(app), out.clone());
        // Each request on its own: a slow one delays nobody.
        tokio::spawn(async move {
            let answer = answer(id, dispatch(&app, &name, payload).await);
            let _ = out.send(answer).await;
        });
    } else if let (Some(id), Some(to)) = (id, subscribe) {
        let pushes = out.clone();
        let opened = subscriptions.open(id, &to, move |push| {
            let (out, message) = (pushes.clone(), message(id, push));
            async move { out.send(message).await.is_ok() }
        });
        let _ = out.send(answer(id, opened.map(|()| json!({})))).await;
    } else if let Some(id) = unsubscribe {
        subscriptions.close(id);
    } else if let Some(id) = ack {
        subscriptions.acknowledge(id);
    }
}

fn message(id: u64, Push { rev, now, value, problem }: Push) -> Value {
    json!({ "push": id, "rev": rev, "now": now, "value": value, "problem": problem })
}

fn answer(id: u64, result: Result<Value, Problem>) -> Value {
    match result {
        Ok(value) => json!({ "id": id, "ok": value }),
        Err(problem) => json!({ "id": id, "problem": problem }),
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Problem {
        code: Code::ActionInvalid,
        message: "The page asked for something that this Pipewright does not know.".into(),
        detail: error.to_string(),
        hint: "Reload the page: it may be of another version.".into(),
    }
}

#[cfg(test)]
#[path = "socket_test.rs"]
mod tests;
