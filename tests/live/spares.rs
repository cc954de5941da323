//! What stacks may say beyond nodes that run: files put into nodes, spare nodes that wait, choices that stay, a secret, and a
//! sidecar that reads. On containers that only sleep, so that it takes seconds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lab_docker::{Engine, Fault, Running, Stack};
use lab_model::facts::lab::NodeState;
use lab_model::{Code, Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

const LAB: &str = "pipewright-test-spares";

const COMPOSE: &str = r#"
name: pipewright-sleepers
x-labels: &labels
  dev.pipewright.lab: ${COMPOSE_PROJECT_NAME}
  dev.pipewright.stack: sleepers
  dev.pipewright.options: SIZE=${SIZE:-1}
x-node: &node
  image: ${BASE_IMAGE:-pipewright/base:bookworm}
  command: [sh, -c, "trap 'exit 0' TERM; echo $SIZE >> /data/ran; sleep infinity & wait"]
  mem_limit: 64m
  environment: { SIZE: "${SIZE:-1}${MORE:-}", KEY: "${KEY:-}" }
services:
  first:
    <<: *node
    volumes: [first-data:/data]
    networks: { a-client: {} }
    labels: { <<: *labels, dev.pipewright.node: first }
  spare:
    <<: *node
    profiles: [spare]
    volumes: [spare-data:/data]
    networks: { a-client: {} }
    labels: { <<: *labels, dev.pipewright.node: spare }
  files:
    image: ${BASE_IMAGE:-pipewright/base:bookworm}
    command: [sh, -c, "trap 'exit 0' TERM; sleep infinity & wait"]
    volumes: ["first-data:/data/first:ro"]
    networks: { a-client: {} }
    labels: { <<: *labels, dev.pipewright.node: files }
networks:
  a-client: { labels: *labels }
volumes:
  first-data: { labels: *labels }
  spare-data: { labels: *labels }
"#;

const ABOUT: &str = r#"
title = "Sleepers"
about = "For tests."
memory_mib = 10
ready = []
[choose]
secret = "KEY"
[[images]]
engine = "Debian"
variable = "BASE_IMAGE"
versions = "BASE"
build = "base"
[[files]]
engine = "Jolokia"
versions = "JOLOKIA"
build = "agent"
from = "/jolokia.jar"
to = "/opt/new/folder/agent.jar"
kind = "node"
[[nodes]]
name = "first"
system = "sleep"
kind = "node"
faults = ["stop"]
[[nodes]]
name = "spare"
system = "sleep"
kind = "node"
faults = ["stop"]
spare = "/data/ran"
[[nodes]]
name = "files"
system = "sleep"
kind = "sidecar"
faults = []
[[options]]
name = "size"
say = "Size"
variable = "SIZE"
[[options.values]]
value = "1"
say = "small"
[[options.values]]
value = "2"
say = "large"
with = { MORE = "0" }
"#;

fn docker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docker")
}

fn quiet() -> ProgressSink {
    Arc::new(|_: Progress| {})
}

fn stack(folder: &Path, size: Option<&str>) -> Stack {
    let folder = folder.join("sleepers");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("compose.yaml"), COMPOSE.replace("$SIZE", "$$SIZE")).unwrap();
    std::fs::write(folder.join("stack.toml"), ABOUT).unwrap();
    let chosen = size.map(|size| ("size".to_owned(), size.to_owned())).into_iter().collect();
    Stack::load(&folder).unwrap().with_options(&chosen).unwrap()
}

async fn up(engine: &Engine, stack: &Stack, env: &Path) -> lab_docker::Result<Running> {
    let cancel = CancellationToken::new();
    let images = engine.ensure_images(stack, &docker(), &quiet(), &cancel).await.unwrap();
    engine.up(stack, LAB, &images, env, &quiet(), &cancel).await
}

async fn said(engine: &Engine, node: &str, command: &str) -> String {
    let output = engine.exec_output(LAB, node, &["sh", "-c", command], b"").await.unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn state(running: &Running, node: &str) -> (NodeState, bool) {
    let node = running.lab.nodes.iter().find(|found| found.name == node).unwrap();
    (node.state, node.fresh)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_node_waits_until_it_is_asked_and_a_lab_keeps_what_was_chosen() {
    let engine = Engine::connect(None).await.unwrap();
    engine.down(LAB, true, &quiet()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (plain, large) = (stack(folder.path(), None), stack(folder.path(), Some("2")));

    let first = up(&engine, &large, folder.path()).await.unwrap();
    assert_eq!(state(&first, "spare"), (NodeState::Stopped, true));
    assert_eq!(said(&engine, "first", "cat /data/ran").await, "20");
    // The file came out of an image, into a folder that was not there; its image left no container behind.
    assert_eq!(said(&engine, "first", "head -c 2 /opt/new/folder/agent.jar").await, "PK");
    assert_eq!(said(&engine, "files", "ls /opt; cat /data/first/ran; touch /data/first/x || echo no").await, "20\nno");
    // The secret is in the lab, and a second `up` finds it there; nothing but the spare waits, so the lab counts as running.
    let key = said(&engine, "first", "echo $KEY").await;
    assert!(key.len() >= 32, "{key}");
    let again = up(&engine, &plain, folder.path()).await.unwrap();
    assert!(again.adopted);
    assert_eq!(again.variables, first.variables);
    assert_eq!(again.variables["KEY"], key);

    // Mending everything does not start what was never asked for; once asked for, it is mended like the others.
    engine.undo_all(LAB, &plain).await.unwrap();
    assert!(engine.lab(LAB).await.unwrap().nodes.iter().any(|node| node.fresh));
    engine.fault(LAB, &plain, "spare", Fault::Start).await.unwrap();
    assert_eq!(said(&engine, "spare", "head -c 2 /opt/new/folder/agent.jar").await, "PK");
    engine.fault(LAB, &plain, "spare", Fault::Stop).await.unwrap();
    engine.undo_all(LAB, &plain).await.unwrap();
    assert_eq!(said(&engine, "spare", "wc -l < /data/ran").await, "2");

    // What was chosen outlives the containers with the data, and so does that the spare has joined.
    engine.down(LAB, false, &quiet()).await.unwrap();
    let other = up(&engine, &stack(folder.path(), Some("1")), folder.path()).await.unwrap_err();
    assert_eq!(other.code(), Code::NotNow);
    let back = up(&engine, &plain, folder.path()).await.unwrap();
    assert_eq!((back.variables["SIZE"].as_str(), back.variables["MORE"].as_str()), ("2", "0"));
    assert_eq!(state(&back, "spare"), (NodeState::Running, false));

    converses(&engine).await;
    engine.down(LAB, true, &quiet()).await.unwrap();
    let none = up(&engine, &plain, folder.path()).await.unwrap();
    assert_eq!(none.variables["SIZE"], "1");
    engine.down(LAB, true, &quiet()).await.unwrap();
    keeps_a_secret_in_a_file(&engine, folder.path()).await;
}

/// A secret that is a file is in no environment, and whoever finds the lab later reads it there, also in a node that is stopped.
async fn keeps_a_secret_in_a_file(engine: &Engine, folder: &Path) {
    let folder = folder.join("sleepers");
    let compose = COMPOSE.replace("$SIZE", "$$SIZE").replace(r#", KEY: "${KEY:-}""#, "");
    let file = "secret = \"KEY\"\nsecret_file = { node = \"first\", path = \"/opt/key\", owner = 7 }\n";
    std::fs::write(folder.join("compose.yaml"), compose).unwrap();
    std::fs::write(folder.join("stack.toml"), ABOUT.replace("secret = \"KEY\"\n", file)).unwrap();
    let stack = Stack::load(&folder).unwrap();
    let first = up(engine, &stack, &folder).await.unwrap();
    let kept = said(engine, "first", "stat -c '%a %u' /opt/key; cat /opt/key; env | grep KEY").await;
    assert_eq!(kept, format!("600 7\n{}", first.variables["KEY"]));
    assert_eq!(said(engine, "files", "ls /opt").await, "");
    engine.fault(LAB, &stack, "first", Fault::Stop).await.unwrap();
    assert_eq!(engine.variables_of(LAB, &stack).await.unwrap(), first.variables);
    let again = up(engine, &stack, &folder).await.unwrap();
    assert_eq!(said(engine, "first", "cat /opt/key").await, again.variables["KEY"]);
    assert_eq!(again.variables, first.variables);
    engine.down(LAB, true, &quiet()).await.unwrap();
}

async fn converses(engine: &Engine) {
    let echo = "echo complaint >&2; while read -r word; do printf 'said '; echo $word; done";
    let mut conversation = engine.converse(LAB, "files", &["sh", "-c", echo]).await.unwrap();
    let complaint = conversation.line().await.unwrap_err();
    assert_eq!(complaint.detail(), "complaint");
    for word in ["one", "two"] {
        conversation.say(word).await.unwrap();
        assert_eq!(conversation.line().await.unwrap(), Some(format!("said {word}")));
    }
    let running = "grep -l '[c]omplaint' /proc/[0-9]*/cmdline | wc -l";
    assert_ne!(said(engine, "files", running).await, "0");
    drop(conversation);
    // The engine would let it run on; it ends because nobody speaks to it any more.
    let end = Instant::now() + Duration::from_secs(20);
    while said(engine, "files", running).await != "0" {
        assert!(Instant::now() < end, "the command goes on");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut ended = engine.converse(LAB, "files", &["printf", "one\\ntwo"]).await.unwrap();
    let (one, two, end) = (ended.line().await, ended.line().await, ended.line().await);
    assert_eq!((one.unwrap(), two.unwrap(), end.unwrap()), (Some("one".into()), Some("two".into()), None));
}
