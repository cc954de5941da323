//! One TCP connection to one node, one question at a time, each with a deadline.
//!
//! After a deadline the connection is of no more use: drop it. A paused node accepts connections and never answers.

use std::{collections::VecDeque, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{
    Answer, Event, Failure, Table,
    frame::{self, Frame, opcode},
};
use crate::level::{Level, SerialLevel};

/// What is asked of a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// A statement without bound values.
    pub(crate) cql: &'a str,
    pub(crate) level: Level,
    pub(crate) serial: Option<SerialLevel>,
    pub(crate) trace: bool,
    /// Where to go on: what the answer before said ([`Table::next`]).
    pub(crate) from: Option<&'a [u8]>,
}

impl<'a> Question<'a> {
    /// At level ONE, which is all that the node's own tables know.
    pub(crate) fn of(cql: &'a str) -> Self {
        Self { cql, level: Level::One, serial: None, trace: false, from: None }
    }
}

/// A connection that has been greeted.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    read: BytesMut,
    pushed: VecDeque<Event>,
    asked: i16,
    /// How long a question may take.
    deadline: Duration,
    /// A question was given up half-way: its answer would be taken for that of the next one.
    broken: bool,
}

impl Connection {
    /// Connects to `address` and greets, all within `deadline`, which holds for later questions too.
    pub(crate) async fn open(address: &str, deadline: Duration) -> Result<Self, Failure> {
        let opening = async {
            let stream = TcpStream::connect(address).await.map_err(|why| why_silent(&why))?;
            stream.set_nodelay(true).map_err(|why| why_silent(&why))?;
            let read = BytesMut::with_capacity(8 << 10);
            let mut connection = Self { stream, read, pushed: VecDeque::new(), asked: 0, deadline, broken: false };
            let greeting = frame::string_map(&[("CQL_VERSION", "3.0.0"), ("DRIVER_NAME", "pipewright")]);
            connection.exchange(opcode::STARTUP, false, &greeting).await.map_err(|why| why.to_string())?;
            Ok(connection)
        };
        match timeout(deadline, opening).await {
            Ok(opened) => opened.map_err(Failure::NoConnection),
            Err(_) => Err(Failure::NoConnection(too_late(deadline))),
        }
    }

    /// The same connection with another deadline for questions.
    pub(crate) fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Failure> {
        self.limited(opcode::QUERY, question.trace, &frame::query(question)).await
    }

    /// Asks for rows of the node's own tables.
    pub(crate) async fn rows(&mut self, cql: &str) -> Result<Table, Failure> {
        Ok(self.ask(&Question::of(cql)).await?.table.unwrap_or_default())
    }

    /// Asks for nothing: is anybody there?
    pub(crate) async fn ping(&mut self) -> Result<(), Failure> {
        self.limited(opcode::OPTIONS, false, &[]).await.map(|_| ())
    }

    /// Has the node push what changes from now on.
    pub(crate) async fn register(&mut self) -> Result<(), Failure> {
        let kinds = frame::string_list(&["STATUS_CHANGE", "TOPOLOGY_CHANGE", "SCHEMA_CHANGE"]);
        self.limited(opcode::REGISTER, false, &kinds).await.map(|_| ())
    }

    /// The next push. Giving up the wait loses nothing.
    pub(crate) async fn next_push(&mut self) -> Result<Event, Failure> {
        loop {
            if let Some(event) = self.pushed.pop_front() {
                return Ok(event);
            }
            let frame = self.read_frame().await.map_err(Failure::NoAnswer)?;
            self.take_push(&frame)?;
        }
    }

    /// Whether it can be asked again, as far as this end can tell without asking.
    pub(crate) fn is_sound(&self) -> bool {
        let mut nothing = [0; 1];
        let closed = match self.stream.try_read(&mut nothing) {
            Ok(_) => true,
            Err(why) => why.kind() != std::io::ErrorKind::WouldBlock,
        };
        !self.broken && !closed
    }

    async fn limited(&mut self, opcode: u8, trace: bool, body: &[u8]) -> Result<Answer, Failure> {
        let deadline = self.deadline;
        let asking = self.exchange(opcode, trace, body);
        timeout(deadline, asking).await.unwrap_or_else(|_| Err(Failure::NoAnswer(too_late(deadline))))
    }

    async fn exchange(&mut self, opcode: u8, trace: bool, body: &[u8]) -> Result<Answer, Failure> {
        if std::mem::replace(&mut self.broken, true) {
            return Err(Failure::NoConnection("an earlier question is still open on this connection".into()));
        }
        self.asked = self.asked.wrapping_add(1) & i16::MAX;
        let bytes = frame::write(opcode, self.asked, trace, body);
        self.stream.write_all(&bytes).await.map_err(|why| Failure::NoAnswer(why_silent(&why)))?;
        let frame = loop {
            let frame = self.read_frame().await.map_err(Failure::NoAnswer)?;
            if frame.stream == self.asked {
                break frame;
            }
            self.take_push(&frame)?;
        };
        self.broken = false;
        frame.answer()
    }

    fn take_push(&mut self, frame: &Frame) -> Result<(), Failure> {
        if frame.opcode != opcode::EVENT {
            return Err(Failure::NoAnswer("its answer belongs to another question".into()));
        }
        // An event of a kind that is not known here is nobody's loss.
        self.pushed.extend(frame.event().ok());
        Ok(())
    }

    async fn read_frame(&mut self) -> Result<Frame, String> {
        loop {
            let whole = Frame::split(&mut self.read).map_err(|why| format!("what it sent cannot be read: {why}"))?;
            if let Some(frame) = whole {
                return Ok(frame);
            }
            if self.stream.read_buf(&mut self.read).await.map_err(|why| why_silent(&why))? == 0 {
                return Err("it closed the connection".into());
            }
        }
    }
}

fn why_silent(why: &std::io::Error) -> String {
    use std::io::ErrorKind::{ConnectionRefused, ConnectionReset, UnexpectedEof};
    match why.kind() {
        ConnectionRefused => "the connection was refused".into(),
        UnexpectedEof | ConnectionReset => "it closed the connection".into(),
        _ => why.to_string(),
    }
}

fn too_late(deadline: Duration) -> String {
    format!("no answer within {} ms", deadline.as_millis())
}
