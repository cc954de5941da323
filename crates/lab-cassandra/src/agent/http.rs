//! One connection to one agent, kept open between questions: HTTP/1.1 with basic authentication.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request,
    client::conn::http1::{SendRequest, handshake},
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{node::Agent, wire::Failure};

/// The path of a Jolokia agent.
const PATH: &str = "/jolokia/";

/// A way to one agent.
pub(super) struct Http {
    address: String,
    authorization: String,
    open: Option<SendRequest<Full<Bytes>>>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Http {
    pub(super) fn new(agent: &Agent) -> Self {
        let secret = STANDARD.encode(format!("{}:{}", agent.user, agent.password));
        Self { address: agent.address.clone(), authorization: format!("Basic {secret}"), open: None }
    }

    /// Sends a JSON body; gives the answer's body.
    pub(super) async fn post(&mut self, body: Vec<u8>) -> Result<Bytes, Failure> {
        let mut sender = match self.open.take() {
            Some(sender) if !sender.is_closed() => sender,
            _ => self.connect().await?,
        };
        let request = Request::post(PATH)
            .header(HOST, &self.address)
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|why| Failure::NoConnection(why.to_string()))?;
        let unanswered = |why: hyper::Error| Failure::NoAnswer(why.to_string());
        sender.ready().await.map_err(unanswered)?;
        let answer = sender.send_request(request).await.map_err(unanswered)?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await.map_err(unanswered)?.to_bytes();
        if !status.is_success() {
            return Err(Failure::NoAnswer(format!("the agent answered {status}")));
        }
        self.open = Some(sender);
        Ok(bytes)
    }

    /// Gives up what is open: its answer would be taken for that of the next question.
    pub(super) fn hang_up(&mut self) {
        self.open = None;
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let unreached = |why: String| Failure::NoConnection(format!("its agent: {why}"));
        let stream = TcpStream::connect(&self.address).await.map_err(|why| unreached(why.to_string()))?;
        stream.set_nodelay(true).map_err(|why| unreached(why.to_string()))?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|why| unreached(why.to_string()))?;
        // Ends with the sender.
        tokio::spawn(async move {
            if let Err(why) = connection.await {
                tracing::debug!(%why, "the connection to an agent ended");
            }
        });
        Ok(sender)
    }
}
