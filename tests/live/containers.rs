//! Containers without the engines in them: labs side by side, every fault twice, reaching into a node, getting images.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use lab_docker::{Engine, Fault, File, NodeSeen, Running, Stack};
use lab_model::facts::lab::{NodeState, Origin};
use lab_model::{Code, Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

const A: &str = "pipewright-test-containers";
const B: &str = "pipewright-test-containers-b";

fn docker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docker")
}

fn quiet() -> ProgressSink {
    Arc::new(|_: Progress| {})
}

/// Waits until the watcher says what is expected of a node.
async fn until(
    watch: &mut (impl futures::Stream<Item = lab_docker::Result<NodeSeen>> + Unpin),
    node: &str,
    holds: impl Fn(&NodeSeen) -> bool,
) {
    let wait = async {
        while let Some(seen) = watch.next().await {
            let seen = seen.unwrap();
            if seen.node == node && holds(&seen) {
                return;
            }
        }
        panic!("the watching ended");
    };
    tokio::time::timeout(Duration::from_secs(90), wait).await.unwrap_or_else(|_| panic!("{node} was never seen so"));
}

fn on_cluster_network(seen: &NodeSeen) -> bool {
    seen.networks.iter().any(|network| network == "b-cluster")
}

async fn up(engine: &Engine, stack: &Stack, project: &str, env: &Path) -> Running {
    let cancel = CancellationToken::new();
    let images = engine.ensure_images(stack, &docker(), &quiet(), &cancel).await.unwrap();
    engine.up(stack, project, &images, env, &quiet(), &cancel).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lab_is_made_found_broken_mended_and_removed() {
    let engine = Engine::connect(None).await.unwrap();
    for project in [A, B] {
        engine.down(project, true, &quiet()).await.unwrap();
    }
    let env = tempfile::tempdir().unwrap();
    let three = Stack::load(&docker().join("stacks/kafka-3")).unwrap();
    let one = Stack::load(&docker().join("stacks/kafka-1")).unwrap();

    // Two labs of the same stack and one more stand side by side.
    let first = up(&engine, &three, A, env.path()).await;
    assert!(!first.adopted);
    assert_eq!(first.lab.nodes.len(), 4);
    assert!(env.path().join(format!("{A}.env")).is_file());
    let again = up(&engine, &three, A, env.path()).await;
    assert!(again.adopted);
    assert_eq!(again.variables, first.variables);
    assert_eq!(again.lab.nodes, first.lab.nodes);
    let other = up(&engine, &one, B, env.path()).await;
    assert_ne!(other.variables["KAFKA_1_PORT"], first.variables["KAFKA_1_PORT"]);
    let labs: Vec<String> = engine.labs().await.unwrap().into_iter().map(|lab| lab.project).collect();
    assert!(labs.contains(&A.to_owned()) && labs.contains(&B.to_owned()));
    engine.down(B, true, &quiet()).await.unwrap();

    faults(&engine, &three).await;
    inside(&engine).await;

    // Data outlives a lab unless it is asked to go.
    engine.down(A, false, &quiet()).await.unwrap();
    assert_eq!(engine.lab(A).await.unwrap_err().code(), Code::Unknown);
    up(&engine, &three, A, env.path()).await;
    wait_for_topic(&engine).await;
    engine.down(A, true, &quiet()).await.unwrap();
}

/// A copy of docker/ that names its image so, has a Dockerfile of two lines, and a registry where nobody listens.
fn docker_without_registries(folder: &Path, built: &str) -> PathBuf {
    let copied = std::process::Command::new("cp").arg("-r").arg(docker()).arg(folder).status().unwrap();
    assert!(copied.success());
    let docker = folder.join("docker");
    let versions = std::fs::read_to_string(docker.join("versions.env")).unwrap();
    let changes = [
        ("DEBIAN_IMAGE", "127.0.0.1:9/debian:none"),
        ("KAFKA_OFFICIAL_IMAGE", "127.0.0.1:9/kafka:none"),
        ("KAFKA_BUILT_IMAGE", built),
    ];
    let changed = changes.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>();
    std::fs::write(docker.join("versions.env"), versions + &changed).unwrap();
    docker
}

/// With a registry that answers nothing, an image is built here; a changed file means a new build, which a cancel ends;
/// and where nothing works, each way tells why.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_built_where_none_can_be_pulled() {
    let engine = Engine::connect(None).await.unwrap();
    let base = base_image();
    let built = "pipewright/live-test-kafka:1";
    engine.remove_image(built).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let docker = docker_without_registries(folder.path(), built);
    let dockerfile = docker.join("images/kafka/Dockerfile");
    let write = |steps: &str| std::fs::write(&dockerfile, steps).unwrap();
    write(&format!("FROM {base}\nRUN true\n"));
    let stack = Stack::load(&docker.join("stacks/kafka-1")).unwrap();
    let seen = Arc::new(std::sync::Mutex::new(Vec::<Progress>::new()));
    let sink: ProgressSink = {
        let seen = seen.clone();
        Arc::new(move |report| seen.lock().unwrap().push(report))
    };
    let cancel = CancellationToken::new();
    let images = engine.ensure_images(&stack, &docker, &sink, &cancel).await.unwrap();
    assert_eq!((images[0].reference.as_str(), images[0].origin), (built, Origin::Own));
    assert!(seen.lock().unwrap().iter().any(|report| report.unit == "steps" && report.total.is_some()));

    write(&format!("FROM {base}\nRUN sleep 600\n"));
    let (asked, stop) = (seen.lock().unwrap().len(), cancel.clone());
    let building = engine.ensure_images(&stack, &docker, &sink, &cancel);
    let stopping = async {
        while seen.lock().unwrap()[asked..].iter().all(|report| report.unit != "steps") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
    };
    let (built_anew, ()) = tokio::join!(building, stopping);
    assert_eq!(built_anew.unwrap_err().code(), Code::Cancelled);

    write("FROM 127.0.0.1:9/none:1\n");
    let error = engine.ensure_images(&stack, &docker, &quiet(), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.code(), Code::ImageUnavailable);
    let detail = error.detail();
    assert!(
        detail.contains("pull 127.0.0.1:9/kafka:none: ") && detail.contains("build pipewright/live-test"),
        "{detail}"
    );
    // The cancelled build's container goes a moment after the build.
    let end = Instant::now() + Duration::from_secs(60);
    while let Err(error) = engine.remove_image(built).await {
        assert!(Instant::now() < end, "{error:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Our own base, which every image of ours that runs was built on.
fn base_image() -> String {
    let versions = std::fs::read_to_string(docker().join("versions.env")).unwrap();
    let line = versions.lines().find_map(|line| line.strip_prefix("BASE_IMAGE=")).unwrap();
    line.trim().to_owned()
}

async fn faults(engine: &Engine, stack: &Stack) {
    let mut watch = engine.watch(A);
    until(&mut watch, "kafka-2", |seen| seen.state == NodeState::Running && on_cluster_network(seen)).await;
    let twice = async |node: &str, fault: Fault| {
        engine.fault(A, stack, node, fault).await.unwrap();
        engine.fault(A, stack, node, fault).await.unwrap();
    };
    twice("kafka-2", Fault::Cut).await;
    until(&mut watch, "kafka-2", |seen| !on_cluster_network(seen)).await;
    twice("kafka-2", Fault::Heal).await;
    until(&mut watch, "kafka-2", on_cluster_network).await;
    let name = engine.exec_output(A, "kafka-1", &["getent", "hosts", "kafka-2.repl"], b"").await.unwrap();
    let address = engine.exec_output(A, "kafka-2", &["hostname", "-I"], b"").await.unwrap();
    let resolved = String::from_utf8_lossy(&name.stdout).split_whitespace().next().unwrap_or_default().to_owned();
    assert!(resolved.ends_with(".22") && String::from_utf8_lossy(&address.stdout).contains(&resolved), "{resolved}");

    twice("kafka-2", Fault::Pause).await;
    until(&mut watch, "kafka-2", |seen| seen.state == NodeState::Paused).await;
    twice("kafka-2", Fault::Unpause).await;
    until(&mut watch, "kafka-2", |seen| seen.state == NodeState::Running).await;
    twice("kafka-2", Fault::Kill).await;
    until(&mut watch, "kafka-2", |seen| seen.exit_code == Some(137)).await;
    assert_eq!(engine.fault(A, stack, "kafka-2", Fault::Pause).await.unwrap_err().code(), Code::NotNow);
    twice("kafka-2", Fault::Start).await;
    until(&mut watch, "kafka-2", |seen| seen.state == NodeState::Running).await;
    twice("kafka-3", Fault::Stop).await;
    until(&mut watch, "kafka-3", |seen| seen.state == NodeState::Stopped && seen.exit_code == Some(143)).await;

    // Three faults at once, one of them on a stopped node, and one call mends all.
    engine.fault(A, stack, "kafka-3", Fault::Cut).await.unwrap();
    engine.fault(A, stack, "kafka-1", Fault::Pause).await.unwrap();
    engine.undo_all(A, stack).await.unwrap();
    until(&mut watch, "kafka-3", |seen| seen.state == NodeState::Running && on_cluster_network(seen)).await;
    assert_eq!(engine.fault(A, stack, "kafka-9", Fault::Stop).await.unwrap_err().code(), Code::Unknown);
    assert_eq!(engine.fault("no-such-lab", stack, "kafka-1", Fault::Stop).await.unwrap_err().code(), Code::Unknown);
}

async fn wait_for_topic(engine: &Engine) {
    let list = ["/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "localhost:9092", "--list"];
    let end = Instant::now() + Duration::from_secs(90);
    loop {
        let output = engine.exec_output(A, "kafka-1", &list, b"").await.unwrap();
        if String::from_utf8_lossy(&output.stdout).lines().any(|topic| topic == "kept") {
            return;
        }
        assert!(Instant::now() < end, "{output:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn inside(engine: &Engine) {
    let end = Instant::now() + Duration::from_secs(90);
    let create = [
        "/opt/kafka/bin/kafka-topics.sh",
        "--bootstrap-server",
        "localhost:9092",
        "--create",
        "--if-not-exists",
        "--topic",
        "kept",
    ];
    while engine.exec_output(A, "kafka-1", &create, b"").await.unwrap().exit_code != Some(0) {
        assert!(Instant::now() < end);
    }
    wait_for_topic(engine).await;

    let echoed = engine.exec_output(A, "kafka-1", &["cat"], b"bytes \xff and back").await.unwrap();
    assert_eq!((echoed.exit_code, echoed.stdout.as_slice()), (Some(0), b"bytes \xff and back".as_slice()));

    let mut terminal = engine.exec(A, "kafka-1", &["bash"], (100, 30)).await.unwrap();
    terminal.resize((77, 20)).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut terminal.input, b"stty size; exit 3\n").await.unwrap();
    let mut shown = Vec::new();
    while let Some(part) = terminal.output.next().await {
        shown.extend(part.unwrap());
    }
    assert!(String::from_utf8_lossy(&shown).contains("20 77"), "{}", String::from_utf8_lossy(&shown));
    assert_eq!(terminal.exit_code().await.unwrap(), Some(3));

    let file = File { name: "note.txt".into(), mode: 0o644, owner: 0, content: b"put".to_vec() };
    engine.put_files(A, "kafka-1", "/tmp", &[file]).await.unwrap();
    assert_eq!(engine.exec_output(A, "kafka-1", &["cat", "/tmp/note.txt"], b"").await.unwrap().stdout, b"put");

    let mut log = engine.logs(A, "kafka-1", 5, false).await.unwrap();
    assert!(log.next().await.unwrap().unwrap().starts_with(b"["));
    let mut stats = engine.stats(A, "kafka-1").await.unwrap();
    stats.next().await;
    let reading = stats.next().await.unwrap().unwrap();
    assert!(reading.memory_bytes.unwrap() > 50 << 20 && reading.cpus.is_some());
}
