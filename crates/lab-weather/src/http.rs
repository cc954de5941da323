//! One question to the source: HTTP/1.1, a connection of its own, a time limit, and a largest answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request,
    client::conn::http1::handshake,
    header::{CONNECTION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// A larger answer is not read: a state has a few hundred bytes.
const LARGEST: usize = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// It could not be asked, or did not answer in a way that can be read.
    #[error("{0}")]
    Silent(String),
    /// It answered, and refused: the status, and its own words.
    #[error("it answered {status}: {words}")]
    Refused { status: u16, words: String },
}

/// Asks, and gives the answer's body.
pub(crate) async fn ask(
    address: &str,
    method: Method,
    path: &str,
    body: Vec<u8>,
    limit: Duration,
) -> Result<Bytes, Failure> {
    let asked = timeout(limit, exchange(address, method, path, body)).await;
    asked.unwrap_or_else(|_| Err(Failure::Silent(format!("no answer within {:.0} s", limit.as_secs_f64()))))
}

async fn exchange(address: &str, method: Method, path: &str, body: Vec<u8>) -> Result<Bytes, Failure> {
    let silent = |why: &dyn std::fmt::Display| Failure::Silent(why.to_string());
    let stream = TcpStream::connect(address).await.map_err(|why| match why.kind() {
        std::io::ErrorKind::ConnectionRefused => Failure::Silent("the connection was refused".to_owned()),
        _ => silent(&why),
    })?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| silent(&why))?;
    // Ends with the answer.
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, address)
        .header(CONNECTION, "close")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|why| silent(&why))?;
    let answer = sender.send_request(request).await.map_err(|why| silent(&why))?;
    let status = answer.status();
    let read = Limited::new(answer.into_body(), LARGEST).collect().await;
    let body = read.map_err(|_| Failure::Silent("its answer is too large, or ended in the middle".to_owned()))?;
    let body = body.to_bytes();
    if status.is_success() { Ok(body) } else { Err(Failure::Refused { status: status.as_u16(), words: words(&body) }) }
}

/// What the source says of an error: `errorMsg`, else the beginning of the answer.
fn words(body: &[u8]) -> String {
    let said: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let told = said.as_ref().and_then(|said| said.get("errorMsg")?.as_str());
    told.map_or_else(|| String::from_utf8_lossy(body).chars().take(200).collect(), ToOwned::to_owned)
}
