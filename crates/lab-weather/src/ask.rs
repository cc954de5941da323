//! What the source does, in the lab's words.

use std::time::Duration;

use hyper::Method;
use lab_model::facts::weather::SourceState;
use serde_json::Value;

use crate::http::{Failure, ask};

/// `GET /state`.
pub(crate) async fn state(address: &str, limit: Duration) -> Result<SourceState, Failure> {
    read(&ask(address, Method::GET, "/state", Vec::new(), limit).await?)
}

/// `POST /faults`: begins one, or ends it. Gives the state after it.
pub(crate) async fn set_fault(address: &str, wish: &Value, limit: Duration) -> Result<SourceState, Failure> {
    read(&ask(address, Method::POST, "/faults", wish.to_string().into_bytes(), limit).await?)
}

fn read(body: &[u8]) -> Result<SourceState, Failure> {
    serde_json::from_slice(body).map_err(|why| Failure::Silent(format!("its answer is no state: {why}")))
}
