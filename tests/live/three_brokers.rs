//! kafka-3: replication as each replica tells it, faults and their undoing, two truths at once.

use lab_tests::{act, app, down, model, observe_topic, reads_back, until, until_when, up};
use serde_json::json;

const LAB: &str = "pipewright-test-kafka-3";

/// The same lab for the whole story: each part leaves the lab as it found it, which is itself what is tested.
#[tokio::test(flavor = "multi_thread")]
async fn replication_is_shown_as_each_replica_tells_it() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "kafka-3", LAB).await.unwrap();
    until(&lab, "kafka_cluster", json!({}), "controller == 100 && brokers.size() == 3").await.unwrap();

    act(&lab, json!({ "do": "kafka.create_topic", "topic": "orders", "partitions": 3, "replication_factor": 3 }))
        .await
        .unwrap();
    let _wanted = observe_topic(&lab, "orders");
    let orders = || json!({ "topic": "orders" });
    until(&lab, "kafka_partitions", orders(), "partitions.size() == 3 && partitions.all(p, p.isr.size() == 3)")
        .await
        .unwrap();
    act(&lab, json!({ "do": "kafka.produce", "topic": "orders", "count": 30, "spread": "round_robin" })).await.unwrap();
    let all_have_all = "partitions.size() == 3 && partitions.all(p, p.high_watermark == 10 && p.replicas.size() == 3 && \
                        p.replicas.all(r, r.log_end == 10 && r.high_watermark == 10))";
    until(&lab, "kafka_partitions", orders(), all_have_all).await.unwrap();

    a_paused_broker_delays_nobody(&lab).await;
    a_stopped_broker_leaves_and_comes_back(&lab).await;
    a_cut_leader_tells_another_story(&lab).await;
    faults_undo_themselves(&lab).await;
    down(&app, LAB).await.unwrap();
    let views = ["kafka_cluster", "kafka_groups", "lab_nodes", "timeline"].map(|kind| (kind, json!({})));
    let of_topic = ["kafka_partitions", "kafka_records"].map(|kind| (kind, orders()));
    reads_back(&lab, dir.path(), &[&views[..], &of_topic[..]].concat()).unwrap();
}

async fn a_paused_broker_delays_nobody(lab: &lab_app::Lab) {
    let orders = || json!({ "topic": "orders" });
    // Twice: the second changes nothing and is no error.
    act(lab, json!({ "do": "docker.pause", "node": "kafka-2" })).await.unwrap();
    act(lab, json!({ "do": "docker.pause", "node": "kafka-2" })).await.unwrap();
    until(lab, "lab_nodes", json!({}), "nodes.exists(n, n.name == 'kafka-2' && n.state == 'paused')").await.unwrap();
    let others_go_on = "partitions.size() == 3 && partitions.all(p, p.isr.size() == 2 && p.leader != 2) && \
                        partitions.all(p, p.replicas.exists(r, r.broker == 2 && r.heard == 'silent') && \
                        p.replicas.filter(r, r.heard == 'answering').size() == 2)";
    until(lab, "kafka_partitions", orders(), others_go_on).await.unwrap();
    until(lab, "kafka_cluster", json!({}), "brokers.exists(b, b.id == 2 && b.fenced)").await.unwrap();
    act(lab, json!({ "do": "docker.unpause", "node": "kafka-2" })).await.unwrap();
    act(lab, json!({ "do": "docker.unpause", "node": "kafka-2" })).await.unwrap();
    all_in_sync(lab).await;
}

async fn a_stopped_broker_leaves_and_comes_back(lab: &lab_app::Lab) {
    for (fault, undo) in [("docker.stop", "docker.start"), ("docker.kill", "docker.start")] {
        act(lab, json!({ "do": fault, "node": "kafka-3" })).await.unwrap();
        act(lab, json!({ "do": fault, "node": "kafka-3" })).await.unwrap();
        let gone = "partitions.size() == 3 && partitions.all(p, p.isr.size() == 2 && !p.isr.exists(b, b == 3))";
        until(lab, "kafka_partitions", json!({ "topic": "orders" }), gone).await.unwrap();
        act(lab, json!({ "do": undo, "node": "kafka-3" })).await.unwrap();
        all_in_sync(lab).await;
    }
}

/// The leader of a partition is cut from the cluster's network. We can still ask it: it goes on calling itself leader at
/// the old epoch, while the others follow a new one.
async fn a_cut_leader_tells_another_story(lab: &lab_app::Lab) {
    let orders = || json!({ "topic": "orders" });
    let partitions = model(lab, "kafka_partitions", &orders()).unwrap();
    let leader = partitions["partitions"][0]["leader"].as_i64().unwrap();
    let epoch = partitions["partitions"][0]["leader_epoch"].as_i64().unwrap();
    act(lab, json!({ "do": "docker.cut", "node": format!("kafka-{leader}") })).await.unwrap();
    let two_truths = format!(
        "partitions.exists(p, p.partition == 0 && p.leader != {leader} && p.leader_epoch > {epoch} && \
         p.replicas.exists(r, r.broker == {leader} && r.heard == 'answering' && r.says_leader == {leader} && \
         r.says_epoch == {epoch}))"
    );
    until(lab, "kafka_partitions", orders(), &two_truths).await.unwrap();
    act(lab, json!({ "do": "docker.heal", "node": format!("kafka-{leader}") })).await.unwrap();
    all_in_sync(lab).await;
}

async fn faults_undo_themselves(lab: &lab_app::Lab) {
    act(lab, json!({ "do": "docker.pause", "node": "kafka-1" })).await.unwrap();
    act(lab, json!({ "do": "docker.cut", "node": "kafka-2" })).await.unwrap();
    act(lab, json!({ "do": "docker.stop", "node": "kafka-3" })).await.unwrap();
    lab.calm_down().await.unwrap();
    all_in_sync(lab).await;
    let all_run = "nodes.size() == 4 && nodes.all(n, n.state == 'running' && !n.cut)";
    until(lab, "lab_nodes", json!({}), all_run).await.unwrap();
}

async fn all_in_sync(lab: &lab_app::Lab) {
    let all = "partitions.size() == 3 && partitions.all(p, p.leader != null && p.isr.size() == 3 && \
               p.replicas.size() == 3 && p.replicas.all(r, r.heard == 'answering'))";
    until_when(lab, "kafka_partitions", json!({ "topic": "orders" }), all, "now").await.unwrap();
}
