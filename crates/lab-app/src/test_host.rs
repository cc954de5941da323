//! A host for this crate's tests: folders of its own, a stack whose nodes run no engine that we know, one lesson on it, and a
//! container engine that has nothing.

use std::{fs, path::Path, sync::Arc};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{App, Content, Host};

/// The stack's name.
pub(crate) const STACK: &str = "plain";
/// The lesson: its steps are `make`, `ever` and `guess`.
pub(crate) const LESSON: &str = "test/doing";

/// What lies in the content's folder.
const FILES: [(&str, &str); 8] = [
    (
        "docker/stacks/plain/compose.yaml",
        "\
name: plain
x-labels: &labels
  dev.pipewright.lab: ${COMPOSE_PROJECT_NAME}
  dev.pipewright.stack: plain
services:
  node-1:
    image: ${IMAGE:-a/b:1}
    networks:
      a-client: {}
    labels:
      <<: *labels
      dev.pipewright.node: node-1
networks:
  a-client:
    labels: *labels
",
    ),
    (
        "docker/stacks/plain/stack.toml",
        r#"
title = "Plain"
about = "A node without an engine."
memory_mib = 1
[[images]]
engine = "None"
variable = "IMAGE"
versions = "PLAIN"
build = "plain"
[[nodes]]
name = "node-1"
system = "plain"
kind = "node"
faults = ["stop"]
[[ready]]
say = "the node runs"
view = "lab_nodes"
holds = "nodes.exists(n, n.state == 'running')"
"#,
    ),
    ("lessons/test/track.toml", "title = \"Test\"\nsays = \"For tests.\"\nplace = 1\nlessons = [\"doing\"]\n"),
    ("lessons/test/doing/make.md", "Make it.\n"),
    ("lessons/test/doing/ever.md", "Wait for it.\n"),
    ("lessons/test/doing/guess.md", "Guess.\n"),
    (
        "lessons/test/doing/lesson.toml",
        r#"
format = 1
title = "Doing"
goal = "For tests."
minutes = 1
stack = "plain"
[names]
topic = "things"

[[step]]
id = "make"
title = "Make"
actions = [{ label = "Create it", do = "kafka.create_topic", topic = "{topic}", partitions = 1, replication_factor = 1 }]
hints = ["Press it."]
check = [{ say = "the node runs", view = "lab_nodes", holds = "nodes.exists(n, n.state == 'running')" }]

[[step]]
id = "ever"
title = "Once"
hints = ["Stop it and start it.", "Or pause it."]
check = [
    { say = "it was paused", view = "lab_nodes", holds = "nodes.exists(n, n.state == 'paused')", when = "ever" },
    { say = "it is stopped", view = "lab_nodes", holds = "nodes.exists(n, n.state == 'stopped')" },
]

[[step]]
id = "guess"
title = "Guess"
hints = ["Guess."]
check = [{ say = "it runs", looks_at = "its state", view = "lab_nodes", holds = "nodes.exists(n, n.state == 'running')" }]
[step.prediction]
ask = "What will it be?"
options = [
    { say = "heard", view = "lab_nodes", holds = "nodes.exists(n, n.heard == 'answering')" },
    { say = "silent", view = "lab_nodes", holds = "nodes.exists(n, n.heard == 'silent')" },
    { say = "there", view = "lab_nodes", holds = "nodes.exists(n, n.heard != 'not_asked')" },
]
"#,
    ),
    (
        "lessons/test/doing/solution.toml",
        r#"
[make]
solution = [{ do = "kafka.create_topic", topic = "{topic}", partitions = 1, replication_factor = 1 }]
wrong = [{ say = "another", actions = [{ do = "kafka.create_topic", topic = "other", partitions = 1, replication_factor = 1 }] }]
no_rival_because = "it is for tests"
[ever]
solution = []
no_rival_because = "it is for tests"
[guess]
solution = []
no_rival_because = "it is for tests"
"#,
    ),
];

/// The host. Its folders go with it.
pub(crate) struct TestHost {
    folder: TempDir,
    content: Content,
    engine: String,
}

impl TestHost {
    /// Without a container engine.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = Content::under(folder.path());
        for (file, text) in FILES {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        fs::create_dir_all(folder.path().join("labs")).unwrap();
        let engine = format!("unix://{}", folder.path().join("nobody.sock").display());
        Self { folder, content, engine }
    }

    /// With a container engine that has nothing.
    pub(crate) async fn with_engine() -> Self {
        Self { engine: container_engine().await, ..Self::new() }
    }

    /// An application on it.
    pub(crate) fn app(self) -> Arc<App> {
        App::new(Arc::new(self)).unwrap()
    }
}

impl Host for TestHost {
    fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    fn content(&self) -> &Content {
        &self.content
    }

    fn engine_setting(&self) -> Option<String> {
        Some(self.engine.clone())
    }
}

/// A container engine that says that it is there and that it has nothing, and makes nothing; its address.
async fn container_engine() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    address
}

/// Answers one request. Nobody waits for what it does not write.
async fn answer(mut stream: TcpStream) -> Option<()> {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut asked).await.ok()? == 0 {
            return None;
        }
    }
    let asked = String::from_utf8_lossy(&asked);
    let path = asked.split(['?', ' ']).nth(1)?;
    let (status, body) = match path.rsplit('/').next()? {
        "version" => ("200 OK", r#"{"Version":"0","ApiVersion":"1.44"}"#),
        "info" => ("200 OK", "{}"),
        "json" if path.ends_with("/containers/json") || path.ends_with("/images/json") => ("200 OK", "[]"),
        "networks" => ("200 OK", "[]"),
        "volumes" => ("200 OK", r#"{"Volumes":[]}"#),
        // Nothing ever happens.
        "events" => std::future::pending().await,
        _ => ("404 Not Found", r#"{"message":"there is nothing"}"#),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes()).await.ok()
}

/// Of a journal of nobody's.
pub(crate) fn header() -> lab_model::Header {
    lab_model::Header {
        format: lab_model::FORMAT,
        lab: "lab".into(),
        stack: "none".into(),
        began_at: 0,
        pipewright: "0".into(),
        images: Vec::new(),
        engine: String::new(),
    }
}
