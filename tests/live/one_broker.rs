//! kafka-1: what we do and what others do appears in the same pictures; two labs side by side; an app started again.

use std::process::Command;

use lab_app::schema::Phase;
use lab_tests::{act, app, down, model, observe_topic, until, up};
use serde_json::json;

const LAB: &str = "pipewright-test-foreign";
const AGAIN: &str = "pipewright-test-again";
const BESIDE: &str = "pipewright-test-beside";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_foreign_tool_does_appears_in_the_pictures() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "kafka-1", LAB).await.unwrap();

    // Kafka's own tools, inside the lab, know nothing of us.
    in_container("kafka-topics.sh --bootstrap-server localhost:9092 --create --topic foreign --partitions 2", "");
    until(&lab, "kafka_cluster", json!({}), "topics.exists(t, t == 'foreign')").await.unwrap();
    let _wanted = observe_topic(&lab, "foreign");
    in_container(
        "kafka-console-producer.sh --bootstrap-server localhost:9092 --topic foreign --property parse.key=true --property key.separator=:",
        "north:31\nsouth:33\nnorth:32\n",
    );
    let records = || json!({ "topic": "foreign" });
    until(&lab, "kafka_records", records(), "stored == 3 && keys.size() == 2").await.unwrap();
    in_container(
        "kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic foreign --group foreign-readers --from-beginning --max-messages 3",
        "",
    );
    let groups = json!({ "group": "foreign-readers", "topic": "foreign" });
    until(&lab, "kafka_groups", groups, "groups.exists(g, g.lag == 0)").await.unwrap();

    // The same keys, sent by us, go where Kafka's own producer put them.
    act(
        &lab,
        json!({ "do": "kafka.produce", "topic": "foreign", "count": 4, "keys": ["north", "south"], "spread": "key" }),
    )
    .await
    .unwrap();
    until(&lab, "kafka_records", records(), "stored == 7 && keys.all(k, k.partitions.size() == 1) && keys.size() == 2")
        .await
        .unwrap();
    in_container("kafka-topics.sh --bootstrap-server localhost:9092 --delete --topic foreign", "");
    until(&lab, "kafka_partitions", records(), "exists == false").await.unwrap();
    down(&app, LAB).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_started_again_takes_over_and_labs_live_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let first = app(dir.path()).unwrap();
    let lab = up(&first, "kafka-1", AGAIN).await.unwrap();
    act(&lab, json!({ "do": "kafka.create_topic", "topic": "kept", "partitions": 1 })).await.unwrap();
    let before = lab.info();
    // As if killed: nothing is told, nothing is removed.
    drop((lab, first));

    let second = app(dir.path()).unwrap();
    second.adopt_running().await.unwrap();
    let lab = second.lab(AGAIN).unwrap();
    lab.phase().wait_for(|phase| *phase == Phase::Ready).await.unwrap();
    assert_eq!(lab.info().endpoints, before.endpoints);
    until(&lab, "kafka_cluster", json!({}), "topics.exists(t, t == 'kept')").await.unwrap();

    let beside = up(&second, "kafka-1", BESIDE).await.unwrap();
    assert_ne!(beside.info().endpoints, lab.info().endpoints);
    act(&beside, json!({ "do": "kafka.create_topic", "topic": "other", "partitions": 1 })).await.unwrap();
    until(&beside, "kafka_cluster", json!({}), "topics.exists(t, t == 'other')").await.unwrap();
    let seen = model(&lab, "kafka_cluster", &json!({})).unwrap();
    assert_eq!(seen["topics"], json!(["kept"]));

    // A second `up` of what runs changes nothing.
    let again = up(&second, "kafka-1", AGAIN).await.unwrap();
    assert_eq!(again.info().endpoints, before.endpoints);

    // Down without volumes keeps the data.
    second.jobs.wait(second.down(AGAIN, false)).await.unwrap();
    let lab = up(&second, "kafka-1", AGAIN).await.unwrap();
    until(&lab, "kafka_cluster", json!({}), "topics.exists(t, t == 'kept')").await.unwrap();
    down(&second, AGAIN).await.unwrap();
    down(&second, BESIDE).await.unwrap();
}

/// Runs a command in the lab's broker as a person would, with the docker command line.
fn in_container(command: &str, input: &str) {
    use std::io::Write;
    let container = format!("{LAB}-kafka-1-1");
    let mut child = Command::new("docker")
        .args(["exec", "-i", &container, "sh", "-c", &format!("PATH=$PATH:/opt/kafka/bin {command}")])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {words}");
}
