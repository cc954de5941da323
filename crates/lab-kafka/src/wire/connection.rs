//! A TCP connection to one broker, one question at a time, each with a deadline.
//!
//! A broker answers the requests of a connection strictly in turn, so a question that may hang (one it forwards to a
//! controller) belongs on a connection of its own. After a deadline the connection is of no more use: drop it.

use std::{collections::BTreeMap, time::Duration};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{ApiKey, ApiVersionsRequest, RequestHeader, ResponseHeader},
    protocol::{Decodable, HeaderVersion, Request, StrBytes, VersionRange, encode_request_header_into_buffer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Failure;

/// Pipewright's name in the brokers' request logs and quotas.
const CLIENT_ID: StrBytes = StrBytes::from_static_str("pipewright");
/// Larger answers than this are not taken into memory.
const LARGEST_ANSWER: usize = 64 << 20;
/// What is read of an answer that is too large.
const BEGINNING: usize = 64 << 10;

/// A question, and the newest version of it this code was written for.
pub(crate) trait Ask: Request {
    /// The newest version this code understands in full; the broker's newest is used where it is older.
    const NEWEST: i16;
}

/// An answer, or, where it is larger than asked for, how it begins.
pub(crate) enum Answer<T> {
    Whole(T),
    Beginning {
        /// The version it is written in.
        version: i16,
        /// After its header.
        bytes: Bytes,
        /// How long all of it is.
        size: usize,
    },
}

/// A connection that has learned which versions the broker speaks.
pub(crate) struct Connection {
    address: String,
    stream: TcpStream,
    spoken: BTreeMap<i16, VersionRange>,
    asked: i32,
    /// How long a question may take.
    deadline: Duration,
    /// A question was given up half-way: its answer would be taken for that of the next one.
    broken: bool,
}

impl Connection {
    /// Connects to `address` and asks for the versions, all within `deadline`, which holds for later questions too.
    pub(crate) async fn open(address: &str, deadline: Duration) -> Result<Self, Failure> {
        let opening = async {
            let stream = connect(address).await?;
            let (address, spoken) = (address.to_owned(), BTreeMap::new());
            let mut connection = Self { address, stream, spoken, asked: 0, deadline, broken: false };
            connection.learn_versions().await?;
            Ok(connection)
        };
        timeout(deadline, opening).await.unwrap_or_else(|_| Err(too_late(deadline)))
    }

    /// Whether it can carry another question.
    pub(crate) fn usable(&self) -> bool {
        !self.broken
    }

    /// The same connection with another deadline for questions.
    pub(crate) fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn ask<R: Ask>(&mut self, question: &R) -> Result<R::Response, Failure> {
        match self.ask_for(question, LARGEST_ANSWER).await? {
            Answer::Whole(answer) => Ok(answer),
            Answer::Beginning { size, .. } => Err(Failure::Unreadable(format!("it has {size} bytes"))),
        }
    }

    /// Asks, and takes at most so many bytes of the answer into memory.
    pub(crate) async fn ask_for<R: Ask>(&mut self, question: &R, most: usize) -> Result<Answer<R::Response>, Failure> {
        let version = self.version::<R>()?;
        let deadline = self.deadline;
        let asking = async {
            let answer = self.exchange(question, version, most).await?;
            if matches!(answer, Answer::Beginning { .. }) {
                // The rest would come first on the old one.
                self.stream = connect(&self.address).await?;
                self.broken = false;
            }
            Ok(answer)
        };
        timeout(deadline, asking).await.unwrap_or_else(|_| Err(too_late(deadline)))
    }

    async fn learn_versions(&mut self) -> Result<(), Failure> {
        let question = ApiVersionsRequest::default()
            .with_client_software_name(CLIENT_ID)
            .with_client_software_version(StrBytes::from_static_str(env!("CARGO_PKG_VERSION")));
        let version = ApiVersionsRequest::NEWEST;
        let Answer::Whole(answer) = self.exchange(&question, version, LARGEST_ANSWER).await? else {
            return Err(Failure::Silent("what it sent is no answer of Kafka".into()));
        };
        super::refusal(answer.error_code, None)?;
        self.spoken = answer
            .api_keys
            .iter()
            .map(|api| (api.api_key, VersionRange { min: api.min_version, max: api.max_version }))
            .collect();
        Ok(())
    }

    fn version<R: Ask>(&self) -> Result<i16, Failure> {
        let ours = VersionRange { min: R::VERSIONS.min, max: R::NEWEST };
        let both = self.spoken.get(&R::KEY).map(|theirs| ours.intersect(theirs));
        match both {
            Some(both) if !both.is_empty() => Ok(both.max),
            _ => {
                let name = ApiKey::try_from(R::KEY).map(|key| format!("{key:?}")).unwrap_or_default();
                Err(Failure::Silent(format!("it does not speak {name} in a version known here ({ours})")))
            }
        }
    }

    async fn exchange<R: Request>(
        &mut self,
        question: &R,
        version: i16,
        most: usize,
    ) -> Result<Answer<R::Response>, Failure> {
        if std::mem::replace(&mut self.broken, true) {
            return Err(Failure::Silent("an earlier question is still open on this connection".into()));
        }
        self.asked += 1;
        let sent = encode(question, version, self.asked).map_err(garbled)?;
        self.stream.write_all(&sent).await.map_err(|why| silent(&why))?;
        let size = self.stream.read_i32().await.map_err(|why| silent(&why))?;
        let Ok(size) = usize::try_from(size) else {
            return Err(Failure::Silent("what it sent is no answer of Kafka".into()));
        };
        let whole = size <= most;
        let mut bytes = self.read(if whole { size } else { size.min(BEGINNING) }).await?;
        let header = ResponseHeader::decode(&mut bytes, R::Response::header_version(version)).map_err(garbled)?;
        if header.correlation_id != self.asked {
            return Err(Failure::Silent("its answer belongs to another question".into()));
        }
        if !whole {
            return Ok(Answer::Beginning { version, bytes, size });
        }
        // All of it is here: what it says concerns the question alone, not the connection.
        self.broken = false;
        R::Response::decode(&mut bytes, version).map(Answer::Whole).map_err(|why| Failure::Unreadable(why.to_string()))
    }

    async fn read(&mut self, size: usize) -> Result<Bytes, Failure> {
        let mut bytes = BytesMut::zeroed(size);
        self.stream.read_exact(&mut bytes).await.map_err(|why| silent(&why))?;
        Ok(bytes.freeze())
    }
}

async fn connect(address: &str) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(address).await.map_err(|why| silent(&why))?;
    stream.set_nodelay(true).map_err(|why| silent(&why))?;
    Ok(stream)
}

impl Ask for ApiVersionsRequest {
    const NEWEST: i16 = 3;
}

/// Frame = length, header, body.
fn encode<R: Request>(question: &R, version: i16, correlation: i32) -> Result<Bytes, impl std::fmt::Display> {
    let header = RequestHeader::default()
        .with_request_api_key(R::KEY)
        .with_request_api_version(version)
        .with_correlation_id(correlation)
        .with_client_id(Some(CLIENT_ID));
    let mut bytes = BytesMut::new();
    bytes.put_i32(0);
    let written =
        encode_request_header_into_buffer(&mut bytes, &header).and_then(|()| question.encode(&mut bytes, version));
    let length = bytes.remaining().saturating_sub(4);
    bytes[..4].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    written.map(|()| bytes.freeze())
}

fn silent(why: &std::io::Error) -> Failure {
    use std::io::ErrorKind::{ConnectionRefused, ConnectionReset, UnexpectedEof};
    Failure::Silent(match why.kind() {
        ConnectionRefused => "the connection was refused".into(),
        UnexpectedEof | ConnectionReset => "it closed the connection".into(),
        _ => why.to_string(),
    })
}

fn too_late(deadline: Duration) -> Failure {
    Failure::Silent(format!("no answer within {} ms", deadline.as_millis()))
}

fn garbled(why: impl std::fmt::Display) -> Failure {
    Failure::Silent(format!("its answer cannot be read: {why}"))
}
