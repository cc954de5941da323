//! cassandra-3: what replicas hold, what a coordinator answers while a node is away, hints, a foreign tool, a node that joins.
//!
//! One lab for all of it: a ring takes long to start, and each part leaves it healthy.

use std::{process::Command, sync::Arc};

use lab_app::Lab;
use lab_model::{CassandraNeed, Need};
use lab_tests::{act, app, down, model, reads_back, until, until_when, up};
use serde_json::{Value, json};

const LAB: &str = "pipewright-test-ring";
const TABLE: &str = "weather.readings";
const KEY: &str = "oslo";

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_in_health_and_in_trouble() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "cassandra-3", LAB).await.unwrap();
    let row = || CassandraNeed::Rows { table: TABLE.into(), key: KEY.into() };
    let place = || CassandraNeed::Key { table: TABLE.into(), key: KEY.into() };
    let wanted =
        [CassandraNeed::Ring, CassandraNeed::Phi, CassandraNeed::Hints, CassandraNeed::Repairs, row(), place()];
    let _wanted = lab.needs.want(wanted.into_iter().map(Need::Cassandra).collect());

    replicas_agree_or_not(&lab).await;
    a_read_mends_what_it_sees(&lab).await;
    super::cassandra_merge::verdicts_are_what_a_read_at_all_returns(&lab).await;
    a_stopped_node_is_known_at_once_and_gets_its_hints(&lab).await;
    a_killed_node_is_believed_up_until_it_is_convicted(&lab).await;
    a_node_cut_off_answers_by_its_own_view(&lab).await;
    what_a_foreign_tool_does_appears(&lab).await;
    a_spare_joins_and_leaves(&lab).await;
    down(&app, LAB).await.unwrap();
    let views = ["cassandra_ring", "cassandra_hints", "cassandra_settings", "lab_nodes", "timeline"];
    let of_table = ["cassandra_requests", "cassandra_request"].map(|kind| (kind, about()));
    let views = views.map(|kind| (kind, json!({})));
    let of_rows = [("cassandra_replicas", replicas()), ("cassandra_storage", json!({ "table": TABLE }))];
    reads_back(&lab, dir.path(), &[&views[..], &of_table[..], &of_rows[..]].concat()).unwrap();
}

async fn replicas_agree_or_not(lab: &Arc<Lab>) {
    let keyspace = json!({ "do": "cassandra.create_keyspace", "keyspace": "weather", "replication": { "dc1": 3 } });
    act(lab, keyspace).await.unwrap();
    let columns = "station text PRIMARY KEY, temp int";
    act(lab, json!({ "do": "cassandra.create_table", "table": TABLE, "columns": columns })).await.unwrap();
    write(lab, 21, "ALL", "cassandra-1").await;
    until(lab, "cassandra_replicas", replicas(), "agree && versions == 1 && replicas.size() == 3").await.unwrap();
    until(lab, "cassandra_ring", placed(), "placement != null && placement.replicas.size() == 3").await.unwrap();

    let planted = format!("UPDATE {TABLE} SET temp = 99 WHERE station = '{KEY}'");
    act(lab, json!({ "do": "cassandra.write_locally", "node": "cassandra-2", "cql": planted })).await.unwrap();
    let differs = "!agree && versions == 2 && replicas.filter(r, r.behind).size() == 2 \
        && replicas.exists(r, r.node == 'cassandra-2' && !r.behind)";
    until(lab, "cassandra_replicas", replicas(), differs).await.unwrap();
}

async fn a_read_mends_what_it_sees(lab: &Arc<Lab>) {
    let read = format!("SELECT temp FROM {TABLE} WHERE station = '{KEY}'");
    let traced =
        json!({ "do": "cassandra.execute", "cql": read, "level": "ALL", "coordinator": "cassandra-1", "trace": true });
    act(lab, traced).await.unwrap();
    until(lab, "cassandra_replicas", replicas(), "agree && versions == 1").await.unwrap();
    let mended = "digest_mismatch && repairs > 0 && coordinator == 'cassandra-1' && lanes.size() == 3";
    until(lab, "cassandra_request", json!({ "about": TABLE }), mended).await.unwrap();
}

async fn a_stopped_node_is_known_at_once_and_gets_its_hints(lab: &Arc<Lab>) {
    fault(lab, "stop").await;
    let known = "nodes.exists(n, n.node == 'cassandra-3' && n.believed_down_by.size() == 2)";
    until(lab, "cassandra_ring", json!({}), known).await.unwrap();
    write(lab, 22, "ALL", "cassandra-1").await;
    let refused =
        "requests.exists(r, r.level == 'ALL' && r.outcome == 'unavailable' && r.required == 3 && r.alive == 2)";
    until(lab, "cassandra_requests", about(), refused).await.unwrap();
    write(lab, 23, "QUORUM", "cassandra-1").await;
    let kept =
        "holders.exists(h, h.node == 'cassandra-1' && h.targets.exists(t, t.node == 'cassandra-3' && t.bytes > 0))";
    until(lab, "cassandra_hints", json!({}), kept).await.unwrap();
    fault(lab, "start").await;
    until(lab, "cassandra_ring", json!({}), "all_up").await.unwrap();
    let has_it = "agree && replicas.exists(r, r.node == 'cassandra-3' && r.rows.exists(w, w.cells.exists(c, c.value.text == '23')))";
    until(lab, "cassandra_replicas", replicas(), has_it).await.unwrap();
    until(lab, "cassandra_hints", json!({}), "delivered > 0 && bytes == 0").await.unwrap();
}

async fn a_killed_node_is_believed_up_until_it_is_convicted(lab: &Arc<Lab>) {
    fault(lab, "kill").await;
    write(lab, 24, "ALL", "cassandra-1").await;
    let timed_out = "requests.exists(r, r.outcome == 'write_timeout' && r.required == 3 && r.received == 2)";
    until(lab, "cassandra_requests", about(), timed_out).await.unwrap();
    let convicted =
        "nodes.exists(n, n.node == 'cassandra-1' && n.believes.exists(b, b.peer == 'cassandra-3' && !b.up))";
    until(lab, "cassandra_ring", json!({}), convicted).await.unwrap();
    let suspected = "nodes.exists(n, n.believes.exists(b, b.peer == 'cassandra-3' && b.phi != null && b.threshold != null && b.phi > b.threshold))";
    until_when(lab, "cassandra_ring", json!({}), suspected, "ever").await.unwrap();
    fault(lab, "start").await;
    until(lab, "cassandra_ring", json!({}), "all_up").await.unwrap();
}

async fn a_node_cut_off_answers_by_its_own_view(lab: &Arc<Lab>) {
    fault(lab, "cut").await;
    let two_truths = "nodes.exists(n, n.node == 'cassandra-3' && n.cut && n.heard == 'answering' \
        && n.believes.size() > 0 && n.believes.all(b, !b.up) && n.believed_down_by.size() == 2)";
    until(lab, "cassandra_ring", json!({}), two_truths).await.unwrap();
    write(lab, 25, "ONE", "cassandra-3").await;
    write(lab, 26, "QUORUM", "cassandra-3").await;
    let own_view = "requests.exists(r, r.coordinator == 'cassandra-3' && r.level == 'ONE' && r.outcome == 'ok') \
        && requests.exists(r, r.coordinator == 'cassandra-3' && r.level == 'QUORUM' && r.outcome == 'unavailable' && r.alive == 1)";
    until(lab, "cassandra_requests", about(), own_view).await.unwrap();
    fault(lab, "heal").await;
    until(lab, "cassandra_ring", json!({}), "all_up").await.unwrap();
}

async fn what_a_foreign_tool_does_appears(lab: &Arc<Lab>) {
    let cql = "CREATE KEYSPACE by_hand WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}";
    let container = format!("{LAB}-cassandra-2-1");
    let said = Command::new("docker").args(["exec", &container, "cqlsh", "-e", cql]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let there =
        "keyspaces.exists(k, k.name == 'by_hand' && k.replication.exists(f, f.data_center == 'dc1' && f.factor == 1))";
    until(lab, "cassandra_ring", json!({}), there).await.unwrap();
}

async fn a_spare_joins_and_leaves(lab: &Arc<Lab>) {
    act(lab, json!({ "do": "cassandra.join", "node": "cassandra-4" })).await.unwrap();
    let member =
        "all_up && nodes.exists(n, n.node == 'cassandra-4' && n.member && n.mode == 'NORMAL' && n.tokens.size() > 0)";
    until(lab, "cassandra_ring", json!({}), member).await.unwrap();
    act(lab, json!({ "do": "cassandra.decommission", "node": "cassandra-4" })).await.unwrap();
    let left = "all_up && nodes.exists(n, n.node == 'cassandra-4' && !n.member)";
    until(lab, "cassandra_ring", json!({}), left).await.unwrap();
    let still = model(lab, "cassandra_replicas", &replicas()).unwrap();
    assert_eq!(still["replicas"].as_array().map(Vec::len), Some(3), "{still:#}");
}

async fn write(lab: &Lab, temp: i32, level: &str, coordinator: &str) {
    let cql = format!("INSERT INTO {TABLE} (station, temp) VALUES ('{KEY}', {temp})");
    // What a level answers while a node is away is what is looked at: a refusal is an answer.
    let write = json!({ "do": "cassandra.execute", "cql": cql, "level": level, "coordinator": coordinator, "refusals_ok": true });
    act(lab, write).await.unwrap();
}

async fn fault(lab: &Lab, fault: &str) {
    act(lab, json!({ "do": format!("docker.{fault}"), "node": "cassandra-3" })).await.unwrap();
}

fn replicas() -> Value {
    json!({ "table": TABLE, "key": KEY })
}

fn placed() -> Value {
    json!({ "table": TABLE, "key": KEY })
}

fn about() -> Value {
    json!({ "about": TABLE })
}
