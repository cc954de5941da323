//! A node made of answers: for what a real one cannot be brought to say at will. Speaks only what a test gives it.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::broadcast,
};

/// What a node does with a statement.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Body of a RESULT frame.
    Result(Vec<u8>),
    /// Body of an ERROR frame.
    Error(Vec<u8>),
    /// Nothing, ever.
    Silence,
    /// The connection is closed.
    HangUp,
}

/// What it answers to a statement.
pub(crate) type Answers = Arc<dyn Fn(&str) -> Answer + Send + Sync>;

/// A node, listening until the test ends.
pub(crate) struct FakeNode {
    pub(crate) address: String,
    /// Bodies of EVENT frames for whoever has registered.
    pub(crate) pushes: broadcast::Sender<Vec<u8>>,
}

impl FakeNode {
    /// Greets, and answers so.
    pub(crate) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (pushes, _) = broadcast::channel(16);
        let pushing = pushes.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), pushing.subscribe()));
            }
        });
        Self { address, pushes }
    }

    /// Accepts connections and never says a word, as a paused node does.
    pub(crate) async fn paused() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                held.push(stream);
            }
        });
        Self { address, pushes: broadcast::channel(1).0 }
    }
}

async fn serve(mut stream: TcpStream, answers: Answers, mut pushes: broadcast::Receiver<Vec<u8>>) -> Option<()> {
    let mut registered = false;
    loop {
        let mut header = [0; 9];
        tokio::select! {
            read = stream.read_exact(&mut header) => { read.ok()?; }
            push = pushes.recv(), if registered => {
                stream.write_all(&frame(-1, 0x0C, 0, &push.ok()?)).await.ok()?;
                continue;
            }
        }
        let number = i16::from_be_bytes([header[2], header[3]]);
        let length = u32::from_be_bytes(header[5..9].try_into().unwrap()) as usize;
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        let traced = header[1] & 2;
        let answer = match header[4] {
            0x01 | 0x0B => {
                registered |= header[4] == 0x0B;
                frame(number, 0x02, 0, &[])
            }
            0x05 => frame(number, 0x06, 0, &[0, 0]),
            _ => {
                let length = u32::from_be_bytes(body[..4].try_into().unwrap()) as usize;
                let cql = String::from_utf8(body[4..4 + length].to_vec()).unwrap();
                let trace = if traced == 0 { Vec::new() } else { vec![7; 16] };
                match answers(&cql) {
                    Answer::Result(result) => frame(number, 0x08, traced, &[trace, result].concat()),
                    Answer::Error(error) => frame(number, 0x00, traced, &[trace, error].concat()),
                    Answer::Silence => continue,
                    Answer::HangUp => return None,
                }
            }
        };
        stream.write_all(&answer).await.ok()?;
    }
}

fn frame(stream: i16, opcode: u8, flags: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x84, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.push(opcode);
    bytes.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes
}

/// `[string]`.
pub(crate) fn text(words: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(words.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(words.as_bytes());
    bytes
}

/// An answer of rows; all columns are text.
pub(crate) fn rows(columns: &[&str], rows: &[&[&str]]) -> Answer {
    let mut body = vec![0, 0, 0, 2, 0, 0, 0, 1];
    body.extend(u32::try_from(columns.len()).unwrap().to_be_bytes());
    body.extend([text("ks"), text("t")].concat());
    for column in columns {
        body.extend([text(column), vec![0, 0x0D]].concat());
    }
    body.extend(u32::try_from(rows.len()).unwrap().to_be_bytes());
    for value in rows.iter().copied().flatten() {
        body.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        body.extend(value.as_bytes());
    }
    Answer::Result(body)
}

/// An answer without rows.
pub(crate) fn void() -> Answer {
    Answer::Result(vec![0, 0, 0, 1])
}

/// An error.
pub(crate) fn error(code: i32, words: &str, rest: &[u8]) -> Answer {
    Answer::Error([code.to_be_bytes().to_vec(), text(words), rest.to_vec()].concat())
}

/// A node with a keyspace `lab` and its table `t (k text PRIMARY KEY, v text)`; whatever else it is asked, `other` says.
pub(crate) fn lab_node(other: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Answers {
    Arc::new(move |cql: &str| {
        let after = cql.split(" FROM ").nth(1).and_then(|rest| rest.split_whitespace().next());
        match after {
            // A key's values are turned into bytes by the node.
            Some("system.local") if cql.contains(" AS b0") => rows(&["b0"], &[&["a"]]),
            Some("system.local") => rows(
                &[
                    "host_id",
                    "broadcast_address",
                    "cluster_name",
                    "release_version",
                    "data_center",
                    "rack",
                    "schema_version",
                ],
                &[&["id-1", "10.0.0.1", "lab", "5.0.8", "dc1", "rack1", "schema-1"]],
            ),
            Some("system_schema.keyspaces") => rows(&["keyspace_name", "replication"], &[&["lab", ""]]),
            Some("system_schema.tables") => rows(&["keyspace_name", "table_name"], &[&["lab", "t"]]),
            Some("system_schema.columns") => rows(
                &["keyspace_name", "table_name", "column_name", "kind", "type"],
                &[&["lab", "t", "k", "partition_key", "text"], &["lab", "t", "v", "regular", "text"]],
            ),
            Some(table) if table.starts_with("system") => rows(&["none"], &[]),
            _ => other(cql),
        }
    })
}
