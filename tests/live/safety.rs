//! What must be refused, and what must be left alone.

use std::process::Command;

use lab_model::Code;
use lab_tests::{act, app, down, up};
use serde_json::json;

const LAB: &str = "pipewright-test-stranger";
const INPUT: &str = "pipewright-test-input";

#[tokio::test(flavor = "multi_thread")]
async fn a_container_without_our_label_is_never_touched() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "kafka-1", LAB).await.unwrap();
    // A stranger that even has the name of one of our projects' containers.
    let stranger = format!("{LAB}-stranger-1");
    let image = lab.info().images[0].reference.clone();
    docker(&["run", "-d", "--name", &stranger, &image, "sleep", "300"]);
    let refused = act(&lab, json!({ "do": "docker.kill", "node": "stranger" })).await.unwrap_err();
    assert!(matches!(refused.code, Code::Unknown | Code::NotOurs | Code::ActionInvalid), "{refused:?}");
    down(&app, LAB).await.unwrap();
    assert_eq!(docker(&["inspect", "-f", "{{.State.Running}}", &stranger]).trim(), "true");
    docker(&["rm", "-f", "-v", &stranger]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    assert_eq!(app.up("kafka-7", None).unwrap_err().code, Code::Unknown);
    assert_eq!(app.up("kafka-1", Some("../etc")).unwrap_err().code, Code::ActionInvalid);
    let lab = up(&app, "kafka-1", INPUT).await.unwrap();
    let other_stack = app.up("kafka-3", Some(INPUT)).unwrap();
    assert_eq!(app.jobs.wait(other_stack).await.unwrap_err().code, Code::NotNow);
    let no_such_action = act(&lab, json!({ "do": "docker.run", "image": "x" })).await.unwrap_err();
    assert_eq!(no_such_action.code, Code::Unknown);
    let wrong_argument =
        act(&lab, json!({ "do": "kafka.create_topic", "topic": "t", "partitons": 3 })).await.unwrap_err();
    assert_eq!(wrong_argument.code, Code::ActionInvalid);
    assert!(wrong_argument.detail.contains("partitions"), "the nearest valid word: {wrong_argument}");
    let kafka_said_no =
        act(&lab, json!({ "do": "kafka.create_topic", "topic": "t", "replication_factor": 3 })).await.unwrap_err();
    assert_eq!(kafka_said_no.code, Code::EngineSaidNo);
    let not_on_this_stack = act(&lab, json!({ "do": "docker.cut", "node": "kafka-1" })).await.unwrap_err();
    assert!(matches!(not_on_this_stack.code, Code::NotNow | Code::ActionInvalid), "{not_on_this_stack:?}");
    down(&app, INPUT).await.unwrap();
}

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
