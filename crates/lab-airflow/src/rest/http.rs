//! One connection to one API server, kept open between questions: HTTP/1.1.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request,
    client::conn::http1::{SendRequest, handshake},
    header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Failure, moment};

/// No answer that we ask for is near this size; what is larger is not taken into memory.
const LARGEST: usize = 32 << 20;

/// A way to one API server.
#[derive(Debug)]
pub(super) struct Http {
    address: String,
    open: Option<SendRequest<Full<Bytes>>>,
}

/// A question.
#[derive(Debug, Clone)]
pub(super) struct Asked<'a> {
    pub(super) method: Method,
    /// Path and query.
    pub(super) path: &'a str,
    pub(super) token: Option<&'a str>,
    /// JSON.
    pub(super) body: Option<Vec<u8>>,
}

/// An answer, whatever it says.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) status: u16,
    /// When, by the server's clock, Unix milliseconds; it gives whole seconds.
    pub(super) at: Option<i64>,
    pub(super) body: Bytes,
}

impl Http {
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), open: None }
    }

    /// Asks, and gives the whole answer.
    ///
    /// A server lets go of a connection that was idle for some seconds, perhaps just when it is asked on it: what only reads
    /// is asked once more then, and nothing else is asked on an old connection.
    pub(super) async fn ask(&mut self, asked: &Asked<'_>) -> Result<Said, Failure> {
        let old = self.open.take().filter(|sender| asked.method == Method::GET && !sender.is_closed());
        if let Some(old) = old
            && let Ok(said) = self.ask_on(old, asked).await
        {
            return Ok(said);
        }
        let new = self.connect().await?;
        self.ask_on(new, asked).await
    }

    async fn ask_on(&mut self, mut sender: SendRequest<Full<Bytes>>, asked: &Asked<'_>) -> Result<Said, Failure> {
        let request = self.request(asked)?;
        let unanswered = |why: hyper::Error| Failure::NoAnswer(words(&why));
        sender.ready().await.map_err(unanswered)?;
        let answer = sender.send_request(request).await.map_err(unanswered)?;
        let status = answer.status().as_u16();
        let at = answer.headers().get(DATE).and_then(|date| moment::of_header(date.to_str().ok()?));
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        let body = body.map_err(|why| Failure::NoAnswer(why.to_string()))?.to_bytes();
        self.open = Some(sender);
        Ok(Said { status, at, body })
    }

    /// Gives up what is open: its answer would be taken for that of the next question.
    pub(super) fn hang_up(&mut self) {
        self.open = None;
    }

    fn request(&self, asked: &Asked<'_>) -> Result<Request<Full<Bytes>>, Failure> {
        let mut request = Request::builder().method(asked.method.clone()).uri(asked.path).header(HOST, &self.address);
        if let Some(token) = asked.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if asked.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::new(asked.body.clone().map(Bytes::from).unwrap_or_default());
        request.body(body).map_err(|why| Failure::NoConnection(why.to_string()))
    }

    pub(super) async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let unreached = |why: String| Failure::NoConnection(why);
        let stream = TcpStream::connect(&self.address).await.map_err(|why| unreached(why.to_string()))?;
        stream.set_nodelay(true).map_err(|why| unreached(why.to_string()))?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| unreached(words(&why)))?;
        // Ends with the sender.
        tokio::spawn(async move {
            if let Err(why) = connection.await {
                tracing::debug!(%why, "the connection to an API server ended");
            }
        });
        Ok(sender)
    }
}

/// What hyper says, and what it was caused by: alone it says no more than that a connection was closed.
pub(super) fn words(why: &hyper::Error) -> String {
    match std::error::Error::source(why) {
        Some(cause) => format!("{why}: {cause}"),
        None => why.to_string(),
    }
}
