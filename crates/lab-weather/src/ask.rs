//! What the source does, in the lab's words.

use std::time::Duration;

use hyper::Method;
use lab_model::facts::weather::{AnswerGiven, Archived, SourceState};
use serde::Deserialize;
use serde_json::Value;

use crate::http::{Failure, ask};

/// What the source tells of itself at once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Told {
    #[serde(flatten)]
    pub(crate) state: SourceState,
    /// When it was started, Unix milliseconds.
    #[serde(default)]
    pub(crate) began: Option<i64>,
    /// Its newest answers, the oldest first.
    #[serde(default)]
    pub(crate) answers: Vec<AnswerGiven>,
}

/// `GET /state`.
pub(crate) async fn state(address: &str, limit: Duration) -> Result<Told, Failure> {
    read(&ask(address, Method::GET, "/state", Vec::new(), limit).await?)
}

/// `POST /faults`: begins one, or ends it. Gives the state after it.
pub(crate) async fn set_fault(address: &str, wish: &Value, limit: Duration) -> Result<Told, Failure> {
    read(&ask(address, Method::POST, "/faults", wish.to_string().into_bytes(), limit).await?)
}

/// The forecast of one time from the archive: what it has, or why it has none.
pub(crate) async fn archive(address: &str, updated: &str, limit: Duration) -> Result<Archived, Failure> {
    // A record may have any text for a time.
    let updated = updated.bytes().map(encoded).collect::<String>();
    let path = format!("/v2/real-time/api/twenty-four-hr-forecast?updated={updated}");
    match ask(address, Method::GET, &path, Vec::new(), limit).await {
        Ok(body) => match String::from_utf8(body.to_vec()) {
            Ok(body) => Ok(Archived::Body(body)),
            Err(_) => Ok(Archived::Refused("its answer is no text".to_owned())),
        },
        Err(Failure::Refused { words, .. }) => Ok(Archived::Refused(words)),
        Err(silent) => Err(silent),
    }
}

fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn read(body: &[u8]) -> Result<Told, Failure> {
    serde_json::from_slice(body).map_err(|why| Failure::Silent(format!("its answer is no state: {why}")))
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// What becomes of a source that answers so.
    async fn asked(answer: Vec<u8>) -> Result<Told, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&answer).await;
        });
        state(&address, Duration::from_secs(5)).await
    }

    fn answer(status: &str, body: &str) -> Vec<u8> {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[tokio::test]
    async fn what_is_no_state_is_told_as_silence_and_a_refusal_in_its_own_words() {
        let silent = |said: Result<Told, Failure>| matches!(said, Err(Failure::Silent(_)));
        for bad in [Vec::new(), b"not http at all".to_vec(), answer("200 OK", "[]"), answer("200 OK", "\u{fffd}{")] {
            assert!(silent(asked(bad).await));
        }
        assert!(silent(asked(answer("200 OK", &"x".repeat(300_000))).await), "it is too large");
        let refused = asked(answer("503 Busy", r#"{"code":503,"errorMsg":"32 requests are being answered."}"#)).await;
        assert_eq!(refused.unwrap_err().to_string(), "it answered 503: 32 requests are being answered.");
    }
}
