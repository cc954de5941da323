//! Questions to one API server: JSON over HTTP, with a token that is fetched when it is needed and when it was refused.
//! When to ask is not decided here.

mod answers;
mod closer_answers;
mod http;
mod member;
pub(crate) mod moment;
mod slots;
mod stream;
mod structure;

use std::time::Duration;

use hyper::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::http::{Asked, Http, Said};
pub(crate) use self::{
    answers::*,
    closer_answers::*,
    member::member,
    slots::*,
    stream::{End, LONGEST, StreamAt},
    structure::*,
};
use crate::Server;

/// What stands in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// There was no connection: nothing was asked.
    #[error("{0}")]
    NoConnection(String),
    /// Asked, and nothing that can be read came back.
    #[error("{0}")]
    NoAnswer(String),
    /// The API server refused, in its own words.
    #[error("{words} (HTTP {status})")]
    Refused {
        /// The status, 400 and above.
        status: u16,
        /// The words.
        words: String,
    },
}

impl Failure {
    /// The API server itself spoke.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// There is no such thing.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether what was asked for may have been done all the same: nobody heard how it ended, or it broke in the middle of it.
    pub(crate) fn leaves_open(&self) -> bool {
        match self {
            Self::NoConnection(_) => false,
            Self::NoAnswer(_) => true,
            Self::Refused { status, .. } => *status >= 500,
        }
    }
}

/// A way to one API server.
pub(crate) struct Rest {
    server: Server,
    http: Http,
    token: Option<String>,
    deadline: Duration,
}

/// An answer with the time by the server's own clock, Unix milliseconds.
pub(crate) struct Dated<T> {
    pub(crate) at: Option<i64>,
    pub(crate) said: T,
}

impl std::fmt::Debug for Rest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rest").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Rest {
    /// Each question must be answered within `deadline`.
    pub(crate) fn new(server: &Server, deadline: Duration) -> Self {
        Self { server: server.clone(), http: Http::new(&server.address), token: None, deadline }
    }

    /// Another way to the same server, for what takes longer.
    pub(crate) fn another(&self, deadline: Duration) -> Self {
        Self { token: self.token.clone(), ..Self::new(&self.server, deadline) }
    }

    /// The server's name, for words.
    pub(crate) fn node(&self) -> &str {
        &self.server.node
    }

    /// What anybody may ask.
    pub(crate) async fn open<T: DeserializeOwned>(&mut self, path: &str) -> Result<Dated<T>, Failure> {
        let path = format!("/api/v2/{path}");
        let said = self.once(Asked { method: Method::GET, path: &path, token: None, body: None }).await?;
        read(&said)
    }

    /// Reads.
    pub(crate) async fn get<T: DeserializeOwned>(&mut self, path: &str) -> Result<Dated<T>, Failure> {
        read(&self.with_token(Method::GET, path, None).await?)
    }

    /// Reads what the API server answers its own pages. That it has another form one day is no reason to take the server for
    /// silent, so any JSON is taken.
    pub(crate) async fn page(&mut self, path: &str) -> Result<Dated<Value>, Failure> {
        read(&self.with_token_at(Method::GET, &format!("/ui/{path}"), None).await?)
    }

    /// Reads, and gives the answer as it is written.
    pub(crate) async fn get_text(&mut self, path: &str) -> Result<Dated<String>, Failure> {
        let said = self.with_token(Method::GET, path, None).await?;
        refused(&said)?;
        let garbled = |why: std::str::Utf8Error| Failure::NoAnswer(format!("its answer cannot be read: {why}"));
        Ok(Dated { at: said.at, said: std::str::from_utf8(&said.body).map_err(garbled)?.to_owned() })
    }

    /// Makes something.
    pub(crate) async fn post<T: DeserializeOwned>(&mut self, path: &str, body: &Value) -> Result<Dated<T>, Failure> {
        read(&self.with_token(Method::POST, path, Some(body)).await?)
    }

    /// Changes something.
    pub(crate) async fn patch<T: DeserializeOwned>(&mut self, path: &str, body: &Value) -> Result<Dated<T>, Failure> {
        read(&self.with_token(Method::PATCH, path, Some(body)).await?)
    }

    /// Does what the path says.
    pub(crate) async fn put<T: DeserializeOwned>(&mut self, path: &str) -> Result<Dated<T>, Failure> {
        read(&self.with_token(Method::PUT, path, None).await?)
    }

    /// Takes something away.
    pub(crate) async fn delete(&mut self, path: &str) -> Result<(), Failure> {
        refused(&self.with_token(Method::DELETE, path, None).await?)
    }

    async fn with_token(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Said, Failure> {
        self.with_token_at(method, &format!("/api/v2/{path}"), body).await
    }

    /// Asks as the lab's user. A token that is not taken any more (it is a day old, or the server's secret is another) is
    /// fetched anew, once.
    async fn with_token_at(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Said, Failure> {
        let had_one = self.token.is_some();
        let mut said = self.as_user(method.clone(), path, body).await?;
        if said.status == 401 && had_one {
            self.token = None;
            said = self.as_user(method, path, body).await?;
        }
        if said.status == 401 {
            self.token = None;
        }
        Ok(said)
    }

    async fn as_user(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Said, Failure> {
        let token = match &self.token {
            Some(token) => token.clone(),
            None => self.log_in().await?,
        };
        let body = body.map(|body| body.to_string().into_bytes());
        self.once(Asked { method, path, token: Some(&token), body }).await
    }

    async fn log_in(&mut self) -> Result<String, Failure> {
        let who = json!({ "username": self.server.user, "password": self.server.password });
        let body = Some(who.to_string().into_bytes());
        let said = self.once(Asked { method: Method::POST, path: "/auth/token", token: None, body }).await?;
        let token = read::<Token>(&said)?.said.access_token;
        self.token = Some(token.clone());
        Ok(token)
    }

    async fn once(&mut self, asked: Asked<'_>) -> Result<Said, Failure> {
        if let Ok(answered) = tokio::time::timeout(self.deadline, self.http.ask(&asked)).await {
            return answered;
        }
        self.http.hang_up();
        Err(Failure::NoAnswer(format!("no answer within {} ms", self.deadline.as_millis())))
    }
}

/// A part of a path, whatever is in it.
pub(crate) fn part(text: &str) -> String {
    // A server would take these for directions.
    if matches!(text, "." | "..") {
        return text.replace('.', "%2E");
    }
    utf8_percent_encode(text, PLAIN).to_string()
}

fn read<T: DeserializeOwned>(said: &Said) -> Result<Dated<T>, Failure> {
    refused(said)?;
    let garbled = |why: serde_json::Error| Failure::NoAnswer(format!("its answer cannot be read: {why}"));
    Ok(Dated { at: said.at, said: serde_json::from_slice(&said.body).map_err(garbled)? })
}

fn refused(said: &Said) -> Result<(), Failure> {
    if said.status < 400 {
        return Ok(());
    }
    Err(Failure::Refused { status: said.status, words: words(&said.body) })
}

/// Longer words of a refusal are cut.
const SAID: usize = 400;

/// The words of a refusal: FastAPI's `detail`, which is a text, or a list of what is wrong with which field.
fn words(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let wrong = |one: &Value| {
        let place: Vec<&str> = one["loc"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        format!("{}: {}", place.join("."), one["msg"].as_str().unwrap_or("wrong"))
    };
    let words = match &body["detail"] {
        Value::String(words) => words.clone(),
        Value::Array(all) => all.iter().map(wrong).collect::<Vec<_>>().join("; "),
        Value::Object(one) => ["reason", "message", "statement"]
            .iter()
            .find_map(|name| one.get(*name)?.as_str())
            .unwrap_or("no words")
            .to_owned(),
        _ => "no words".to_owned(),
    };
    match words.char_indices().nth(SAID) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_stays_one_part() {
        assert_eq!(part("manual__2026-11-30T18:51:27+00:00"), "manual__2026-11-30T18%3A51%3A27%2B00%3A00");
        assert_eq!((part("a/../b").as_str(), part("..").as_str()), ("a%2F..%2Fb", "%2E%2E"));
        assert_eq!(part("größe.täglich?x"), "gr%C3%B6%C3%9Fe.t%C3%A4glich%3Fx");
    }

    #[test]
    fn a_refusals_words_are_the_servers_own() {
        assert_eq!(
            words(br#"{"detail":"The DAG with dag_id: `x` was not found"}"#),
            "The DAG with dag_id: `x` was not found"
        );
        let field = br#"{"detail":[{"type":"missing","loc":["body","logical_date"],"msg":"Field required"}]}"#;
        assert_eq!(words(field), "body.logical_date: Field required");
        assert_eq!(
            words(br#"{"detail":{"reason":"Unique constraint violation","orig_error":"x"}}"#),
            "Unique constraint violation"
        );
        assert_eq!(words(b"<html>"), "no words");
        assert_eq!(words(format!(r#"{{"detail":"{}"}}"#, "ü".repeat(900)).as_bytes()).chars().count(), SAID + 1);
    }

    #[test]
    fn only_what_broke_on_the_way_may_have_been_done() {
        let refused = |status| Failure::Refused { status, words: String::new() };
        assert!(refused(500).leaves_open() && Failure::NoAnswer(String::new()).leaves_open());
        assert!(!refused(409).leaves_open() && !Failure::NoConnection(String::new()).leaves_open());
    }
}
