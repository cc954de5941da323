//! The weather pipeline: started whole, until what the source said stands in Cassandra as it went through Kafka.

use std::{collections::BTreeMap, process::Command, time::Duration};

use lab_tests::{app, down, up};
use serde_json::Value;

const LAB: &str = "pipewright-test-pipeline";
const IMAGE: &str = "pipewright/pipeline:3";
/// The DAGs run once a minute and store at once; a busy machine is given more.
const LIMIT: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread")]
async fn what_the_source_said_comes_through_kafka_into_the_table() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let _lab = up(&app, "pipeline", LAB).await.unwrap();

    let began = tokio::time::Instant::now();
    let rows = loop {
        let rows = rows();
        if !rows.is_empty() {
            break rows;
        }
        assert!(began.elapsed() < LIMIT, "no row within {LIMIT:?}");
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    let sent = sent();
    for (record, hash) in &rows {
        assert_eq!(sent.get(record), Some(hash), "{record}");
    }
    tests_of_the_image();
    down(&app, LAB).await.unwrap();
}

/// By record id the content hash, as the table has them; none before there is a table.
fn rows() -> BTreeMap<String, String> {
    let select = "SELECT JSON record_id, content_hash FROM weather.periodic_by_region LIMIT 100";
    let told = exec("cassandra-1", &["cqlsh", "-e", select]).unwrap_or_default();
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line.trim()).ok()?;
        Some((row["record_id"].as_str()?.to_owned(), row["content_hash"].as_str()?.to_owned()))
    };
    told.lines().filter_map(row).collect()
}

/// The same from the headers of the records, as Kafka's own tool reads them.
fn sent() -> BTreeMap<String, String> {
    let consume = [
        "/opt/kafka/bin/kafka-console-consumer.sh",
        "--bootstrap-server",
        "localhost:9092",
        "--topic",
        "periodic_weather",
        "--from-beginning",
        "--timeout-ms",
        "5000",
        "--formatter-property",
        "print.headers=true",
    ];
    let told = exec("kafka-1", &consume).unwrap();
    let record = |line: &str| {
        let headers = line.split('\t').next()?;
        let of = |name: &str| headers.split(',').find_map(|header| header.strip_prefix(name)?.strip_prefix(':'));
        Some((of("record_id")?.to_owned(), of("content_hash")?.to_owned()))
    };
    told.lines().filter_map(record).collect()
}

/// Those of the image's own code, in both of its environments.
fn tests_of_the_image() {
    for python in ["python", "/opt/quix/bin/python"] {
        let tests = ["-m", "unittest", "discover", "-t", "/opt/pipeline", "-s", "/opt/pipeline/tests"];
        let run = ["run", "--rm", "--network", "none", "--entrypoint", python, IMAGE];
        let ran = Command::new("docker").args(run).args(tests).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success() && !said.contains("Ran 0 tests"), "{said}");
    }
}

/// What a command in a container says, if it ends well.
fn exec(node: &str, command: &[&str]) -> Option<String> {
    let container = format!("{LAB}-{node}-1");
    let ran = Command::new("docker").args(["exec", &container]).args(command).output().unwrap();
    ran.status.success().then(|| String::from_utf8_lossy(&ran.stdout).into_owned())
}
