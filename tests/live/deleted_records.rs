//! kafka-3: records deleted by us and by Kafka's own tool, and what every replica and every reader then says.

use std::process::Command;

use lab_app::Lab;
use lab_model::{ActionCall, Code};
use lab_tests::{act, app, down, observe_topic, reads_back, until, up};
use serde_json::{Value, json};

const LAB: &str = "pipewright-test-deleted";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone_from_every_picture() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "kafka-3", LAB).await.unwrap();
    let create = json!({ "do": "kafka.create_topic", "topic": "orders", "partitions": 2, "replication_factor": 3 });
    act(&lab, create).await.unwrap();
    let _wanted = observe_topic(&lab, "orders");
    produce(&lab, 20).await;
    until(&lab, "kafka_records", orders(), "stored == 20").await.unwrap();
    act(&lab, json!({ "do": "kafka.start_consumer", "topic": "orders", "group": "readers", "name": "c1" }))
        .await
        .unwrap();
    until(&lab, "kafka_groups", json!({ "group": "readers" }), "groups.exists(g, g.lag == 0)").await.unwrap();
    act(&lab, json!({ "do": "kafka.stop_consumer", "name": "c1" })).await.unwrap();

    before_an_offset(&lab).await;
    a_group_lags_behind_the_log(&lab).await;
    refusals_are_kafkas(&lab).await;
    all_that_consumers_may_read(&lab).await;
    by_kafkas_own_tool(&lab).await;
    down(&app, LAB).await.unwrap();
    let views = ["kafka_partitions", "kafka_records"].map(|kind| (kind, orders()));
    reads_back(&lab, dir.path(), &views).unwrap();
}

fn orders() -> Value {
    json!({ "topic": "orders" })
}

async fn produce(lab: &Lab, count: u32) {
    let call = json!({ "do": "kafka.produce", "topic": "orders", "count": count, "spread": "round_robin" });
    act(lab, call).await.unwrap();
}

fn delete(before: impl Into<Value>, partition: Option<i32>) -> Value {
    let mut call = json!({ "do": "kafka.delete_records", "topic": "orders", "before": before.into() });
    if let Some(partition) = partition {
        call["partition"] = partition.into();
    }
    call
}

/// Every replica of these partitions says that its log begins and ends there.
async fn all_replicas(lab: &Lab, which: &str, start: i64, end: i64) {
    let all = format!(
        "partitions.size() == 2 && partitions.all(p, !({which}) || (p.high_watermark == {end} && p.replicas.size() == 3 && \
         p.replicas.all(r, r.log_start == {start} && r.log_end == {end})))"
    );
    until(lab, "kafka_partitions", orders(), &all).await.unwrap();
}

async fn before_an_offset(lab: &Lab) {
    let deleted = act(lab, delete(4, Some(0))).await.unwrap();
    assert_eq!(deleted.says, "the low watermark of orders is now 4 in partition 0");
    all_replicas(lab, "p.partition == 0", 4, 10).await;
    all_replicas(lab, "p.partition == 1", 0, 10).await;
    let gone = "stored == 16 && offsets == 16 && partitions.exists(p, p.partition == 0 && p.log_start == 4 && \
                p.records.size() == 6 && p.records.all(r, r.offset >= 4))";
    until(lab, "kafka_records", orders(), gone).await.unwrap();
    // What lies before the log already is no error, and nothing comes back.
    let again = act(lab, delete(2, Some(0))).await.unwrap();
    assert_eq!(again.says, "the low watermark of orders is now 4 in partition 0");
}

async fn a_group_lags_behind_the_log(lab: &Lab) {
    let reset = json!({ "do": "kafka.reset_offsets", "group": "readers", "topic": "orders", "to": "earliest" });
    act(lab, reset).await.unwrap();
    act(lab, delete(6, Some(0))).await.unwrap();
    let lags = "partitions.exists(p, p.partition == 0 && p.cursors.exists(c, c.offset == 4 && c.lag == 6 && c.gone == 2)) && \
                truncations.size() == 0";
    until(lab, "kafka_partitions", orders(), lags).await.unwrap();
}

async fn refusals_are_kafkas(lab: &Lab) {
    let beyond = act(lab, delete(99, Some(1))).await.unwrap_err();
    assert_eq!((beyond.code, beyond.detail.as_str()), (Code::EngineSaidNo, "OFFSET_OUT_OF_RANGE"));
    let nowhere = act(lab, delete(1, Some(7))).await.unwrap_err();
    assert_eq!((nowhere.code, nowhere.message.as_str()), (Code::NotNow, "orders has no partition 7."));
    let compacted = json!({ "do": "kafka.create_topic", "topic": "prices", "partitions": 1,
        "configs": { "cleanup.policy": "compact" } });
    act(lab, compacted).await.unwrap();
    let by_key = json!({ "do": "kafka.delete_records", "topic": "prices", "before": "high_watermark" });
    let by_key = act(lab, by_key).await.unwrap_err();
    assert_eq!((by_key.code, by_key.detail.as_str()), (Code::EngineSaidNo, "POLICY_VIOLATION"));
    let absent = json!({ "do": "kafka.delete_records", "topic": "absent", "before": 1 });
    assert_eq!(act(lab, absent).await.unwrap_err().message, "There is no topic absent.");
    let internal = json!({ "do": "kafka.delete_records", "topic": "__consumer_offsets", "before": 0, "partition": 0 });
    assert_eq!(act(lab, internal).await.unwrap_err().detail, "INVALID_TOPIC_EXCEPTION");
}

async fn all_that_consumers_may_read(lab: &Lab) {
    let deleted = act(lab, delete("high_watermark", None)).await.unwrap();
    assert_eq!(deleted.says, "the low watermarks of orders are now 10 in partition 0 and 10 in partition 1");
    all_replicas(lab, "true", 10, 10).await;
    until(lab, "kafka_records", orders(), "stored == 0 && offsets == 0").await.unwrap();
    produce(lab, 6).await;
    let new_ones = "stored == 6 && partitions.all(p, p.records.all(r, r.offset >= 10))";
    until(lab, "kafka_records", orders(), new_ones).await.unwrap();
}

/// The command lines that are shown beside the button, as a person pastes them.
async fn by_kafkas_own_tool(lab: &Lab) {
    typed(lab, delete(12, Some(1)));
    all_replicas(lab, "p.partition == 0", 10, 13).await;
    all_replicas(lab, "p.partition == 1", 12, 13).await;
    typed(lab, delete("high_watermark", None));
    all_replicas(lab, "true", 13, 13).await;
    until(lab, "kafka_records", orders(), "stored == 0").await.unwrap();
}

fn typed(lab: &Lab, call: Value) {
    let call: ActionCall = serde_json::from_value(call).unwrap();
    for line in lab.by_hand(&call) {
        let output = Command::new("bash").args(["-o", "pipefail", "-c", &line]).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        // It ends well also when a partition was refused.
        assert!(output.status.success() && words.contains("low_watermark"), "{line}: {words}");
    }
}
