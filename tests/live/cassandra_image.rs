//! The Cassandra image keeps its contract: every documented variable of the official image one by one, who runs it, where it
//! keeps its data, the tools inside. Runs on whichever image the stacks run.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lab_docker::{Engine, Stack};
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

const NODE: &str = "pipewright-test-image";
const DATA: &str = "pipewright-test-image-data";

/// Stands in for the node, so that what the entry point wrote can be read within a second.
const SHOW: &str = r#"mkdir -p /tmp/stand-in; printf '#!/bin/sh\n%s\n' '
    cat /etc/cassandra/cassandra.yaml /etc/cassandra/cassandra-rackdc.properties; echo "user $(id -u)"; echo "given $*"
    ' > /tmp/stand-in/cassandra; chmod 755 /tmp/stand-in/cassandra; PATH=/tmp/stand-in:$PATH; export PATH
    for asked in "$@"; do docker-entrypoint.sh $asked; done"#;

async fn image() -> String {
    let docker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docker");
    let stack = Stack::load(&docker.join("stacks/cassandra-1")).unwrap();
    let quiet: ProgressSink = Arc::new(|_: Progress| {});
    let engine = Engine::connect(None).await.unwrap();
    let images = engine.ensure_images(&stack, &docker, &quiet, &CancellationToken::new()).await.unwrap();
    images.into_iter().find(|image| image.engine == "Cassandra").unwrap().reference
}

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "docker {arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// What the entry point makes of these options of `docker run`; `asked` is one start of the container each.
fn shown(image: &str, options: &[&str], asked: &[&str]) -> String {
    let mut arguments = vec!["run", "--rm", "--entrypoint", "bash"];
    arguments.extend(options);
    arguments.extend([image, "-c", SHOW, "show"]);
    arguments.extend(asked);
    docker(&arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_variable_reaches_its_setting() {
    let image = image().await;
    let cases = [
        ("CASSANDRA_CLUSTER_NAME=my ring", "cluster_name: my ring"),
        ("CASSANDRA_NUM_TOKENS=4", "num_tokens: 4"),
        ("CASSANDRA_ENDPOINT_SNITCH=GossipingPropertyFileSnitch", "endpoint_snitch: GossipingPropertyFileSnitch"),
        ("CASSANDRA_LISTEN_ADDRESS=10.9.9.1", "listen_address: 10.9.9.1"),
        ("CASSANDRA_LISTEN_ADDRESS=10.9.9.1", "broadcast_address: 10.9.9.1"),
        ("CASSANDRA_BROADCAST_ADDRESS=10.9.9.2", "broadcast_address: 10.9.9.2"),
        ("CASSANDRA_BROADCAST_ADDRESS=10.9.9.2", "broadcast_rpc_address: 10.9.9.2"),
        ("CASSANDRA_BROADCAST_RPC_ADDRESS=10.9.9.3", "broadcast_rpc_address: 10.9.9.3"),
        ("CASSANDRA_RPC_ADDRESS=10.9.9.4", "rpc_address: 10.9.9.4"),
        ("CASSANDRA_SEEDS=10.9.9.5,10.9.9.6", "      - seeds: \"10.9.9.5,10.9.9.6\""),
        ("CASSANDRA_BROADCAST_ADDRESS=10.9.9.2", "      - seeds: \"10.9.9.2\""),
        ("CASSANDRA_NAME=some", "      - seeds: \"cassandra\""),
        ("CASSANDRA_DC=north", "dc= north"),
        ("CASSANDRA_RACK=r7", "rack= r7"),
        ("NOTHING=1", "cluster_name: 'Test Cluster'"),
        ("NOTHING=1", "rpc_address: 0.0.0.0"),
        ("NOTHING=1", "num_tokens: 16"),
    ];
    for (variable, line) in cases {
        let told = shown(&image, &["--env", variable], &["cassandra"]);
        let lines: Vec<&str> = told.lines().filter(|told| told.trim_end() == line).collect();
        assert_eq!(lines.len(), 1, "{variable}: no line {line:?} in\n{told}");
    }
    // The address is found where none is given, and the second start writes over the first.
    let told = shown(&image, &["--hostname", "x"], &["cassandra -f", "-f -R", "cassandra"]);
    let addresses: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("listen_address: ")).collect();
    assert!(addresses.len() == 3 && addresses.iter().all(|a| a.starts_with("172.") || a.starts_with("10.")), "{told}");
    let given: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("given ")).collect();
    assert_eq!(given, ["-f", "-f -f -R", ""]);
    // Root hands over to the user cassandra; a user of the person's own stays.
    assert!(told.contains("user 999"), "{told}");
    assert!(shown(&image, &["--user", "4321"], &["cassandra"]).contains("user 4321"));
}

fn cqlsh(statement: &str) -> Option<String> {
    let output = Command::new("docker").args(["exec", NODE, "cqlsh", "-e", statement]).output().unwrap();
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn until_it_answers() -> String {
    let end = Instant::now() + Duration::from_secs(300);
    loop {
        let asked = "SELECT cluster_name, data_center, rack, tokens, broadcast_address, rpc_address FROM system.local";
        if let Some(answer) = cqlsh(asked) {
            return answer;
        }
        assert!(Instant::now() < end, "{}", docker(&["logs", "--tail", "30", NODE]));
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn remove() {
    let _ = Command::new("docker").args(["rm", "-f", "-v", NODE]).output();
    let _ = Command::new("docker").args(["volume", "rm", DATA]).output();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_runs_as_its_user_keeps_its_data_and_brings_its_tools() {
    let image = image().await;
    remove();
    let quick = "JVM_EXTRA_OPTS=-Dcassandra.initial_token=0,100 -Dcassandra.skip_wait_for_gossip_to_settle=0 \
        -XX:-AlwaysPreTouch -XX:-UseG1GC -XX:+UseSerialGC";
    let volume = format!("{DATA}:/var/lib/cassandra");
    let mut run = vec!["run", "--detach", "--name", NODE, "--memory", "1200m", "--volume", &volume, "--env", quick];
    for variable in [
        "MAX_HEAP_SIZE=256M",
        "CASSANDRA_CLUSTER_NAME=my ring",
        "CASSANDRA_ENDPOINT_SNITCH=GossipingPropertyFileSnitch",
        "CASSANDRA_DC=north",
        "CASSANDRA_RACK=r7",
        "CASSANDRA_NUM_TOKENS=2",
    ] {
        run.extend(["--env", variable]);
    }
    run.push(&image);
    docker(&run);
    let told = until_it_answers();
    for word in ["my ring", "north", "r7", "'0'", "'100'"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    let status = docker(&["exec", NODE, "cat", "/proc/1/status"]);
    assert!(status.starts_with("Name:\tjava\n"), "java is process 1, so that it hears signals: {status}");
    assert!(status.contains("Uid:\t999\t") && status.contains("Gid:\t999\t"), "{status}");

    cqlsh("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").unwrap();
    cqlsh("CREATE TABLE k.t (id text PRIMARY KEY, v int)").unwrap();
    cqlsh("INSERT INTO k.t (id, v) VALUES ('kept', 7)").unwrap();
    tools();

    // SIGTERM is a shutdown in good order, and the next start finds everything where it was.
    docker(&["stop", "--time", "60", NODE]);
    assert_eq!(docker(&["inspect", "--format", "{{.State.ExitCode}}", NODE]).trim(), "143");
    docker(&["start", NODE]);
    let again = until_it_answers();
    assert_eq!(again, told);
    assert!(cqlsh("SELECT v FROM k.t WHERE id = 'kept'").unwrap().contains('7'));
    remove();
}

fn tools() {
    let inside = |command: &str| docker(&["exec", NODE, "sh", "-c", command]);
    assert!(inside("nodetool status k").contains("UN"));
    inside("nodetool flush k t");
    let dump = inside("/opt/cassandra/tools/bin/sstabledump /var/lib/cassandra/data/k/t-*/*-Data.db");
    assert!(dump.contains("\"kept\"") && dump.contains("\"value\" : 7"), "{dump}");
    let metadata = inside("/opt/cassandra/tools/bin/sstablemetadata /var/lib/cassandra/data/k/t-*/*-Data.db");
    assert!(metadata.contains("Partitioner: org.apache.cassandra.dht.Murmur3Partitioner"), "{metadata}");
    assert_eq!(inside("cassandra -v").trim(), inside("echo $CASSANDRA_VERSION").trim());
    assert!(inside("cqlsh --version").starts_with("cqlsh "));
    assert!(inside("ls /opt/cassandra/conf/cassandra.yaml /var/log/cassandra/system.log").contains("system.log"));
}
