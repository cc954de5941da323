//! The list of actions: names, schemas, arguments, command lines. No Airflow.

mod lines;
mod refusals;

use serde_json::json;

use super::*;

fn call(name: &str, args: &serde_json::Value) -> ActionCall {
    ActionCall { name: name.to_owned(), args: args.as_object().cloned().unwrap_or_default() }
}

fn place() -> ByHand {
    ByHand {
        container: "lab-airflow-1-1".into(),
        folder: "/opt/airflow/dags".into(),
        lab: "lab".into(),
        node: "airflow-1".into(),
        compose: "stacks/airflow-1/compose.yaml".into(),
        own_images: vec!["apache/airflow:3.3.2".into(), "pipewright/airflow:3.3.2".into()],
    }
}

/// Nobody may touch the folder.
struct NoFiles;

#[async_trait]
impl DagFiles for NoFiles {
    async fn put(&self, file: &str, _text: &str) -> Result<(), Problem> {
        panic!("wrote {file}")
    }

    async fn has(&self, _: &str) -> Result<bool, Problem> {
        Ok(true)
    }

    async fn remove(&self, file: &str) -> Result<bool, Problem> {
        panic!("removed {file}")
    }
}

#[test]
fn each_action_has_a_command_line() {
    let dated = json!({ "dag": "hello", "conf": { "rows": 3 }, "logical_date": "2026-11-30T06:00:00Z" });
    let calls = [
        (
            call("airflow.put_dag", &json!({ "file": "hello.py", "text": "x = 1" })),
            "docker cp hello.py lab-airflow-1-1:/opt/airflow/dags/hello.py",
        ),
        (
            call("airflow.delete_dag_file", &json!({ "file": "hello.py" })),
            "docker exec -it lab-airflow-1-1 rm /opt/airflow/dags/hello.py",
        ),
        (
            call("airflow.trigger", &json!({ "dag": "hello" })),
            "docker exec -it lab-airflow-1-1 airflow dags trigger hello",
        ),
        (
            call("airflow.trigger", &dated),
            "docker exec -it lab-airflow-1-1 airflow dags trigger hello --conf '{\"rows\":3}' \
             --logical-date 2026-11-30T06:00:00Z",
        ),
        (
            call("airflow.trigger", &json!({ "dag": "hello", "logical_date": "now" })),
            "docker exec -it lab-airflow-1-1 airflow dags trigger hello --logical-date \"$(date -u +%FT%TZ)\"",
        ),
        (call("airflow.pause", &json!({ "dag": "hello" })), "docker exec -it lab-airflow-1-1 airflow dags pause hello"),
        (
            call("airflow.unpause", &json!({ "dag": "hello" })),
            "docker exec -it lab-airflow-1-1 airflow dags unpause hello",
        ),
        (
            call("airflow.put_build_file", &json!({ "file": "requirements.txt", "text": "" })),
            "${EDITOR:-vi} requirements.txt",
        ),
        (
            call("airflow.build_image", &json!({ "tag": "airflow-ml" })),
            "docker build . --tag airflow-ml:latest --label dev.pipewright.extends=lab",
        ),
        (
            call("airflow.use_image", &json!({ "tag": "airflow-ml:1" })),
            "AIRFLOW_IMAGE=airflow-ml:1 docker compose -p lab --env-file lab.env -f stacks/airflow-1/compose.yaml up -d \
             --no-deps airflow-1",
        ),
    ];
    let further = lines::calls();
    let mut named: Vec<&str> = calls.iter().map(|(call, _)| call.name.as_str()).collect();
    named.extend(further.iter().map(|(call, _)| call.name.as_str()));
    named.dedup();
    assert_eq!(named, Airflow::catalog().iter().map(|action| action.name).collect::<Vec<_>>());
    for (call, line) in calls {
        assert_eq!(Airflow::by_hand(&call, &place()), [line], "{call}");
    }
}

#[test]
fn the_way_back_to_the_stacks_own_image_asks_which_one_is_there() {
    let own = "AIRFLOW_IMAGE=$(docker image inspect apache/airflow:3.3.2 > /dev/null 2>&1 && echo apache/airflow:3.3.2 || echo \
        pipewright/airflow:3.3.2) docker compose -p lab --env-file lab.env -f stacks/airflow-1/compose.yaml up -d --no-deps \
        airflow-1";
    assert_eq!(Airflow::by_hand(&call("airflow.use_image", &json!({})), &place()), [own]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_touched() {
    let (node, address) = ("airflow-1".to_owned(), "127.0.0.1:1".to_owned());
    let server = Server { node, address, user: "lab".into(), password: "hush".into() };
    let airflow = Airflow::new(server, Arc::new(NoFiles));
    let nonsense = [
        ("airflow.put_dag", json!({ "file": "../hello.py", "text": "x" })),
        ("airflow.put_dag", json!({ "file": "hello.py", "text": " \n" })),
        ("airflow.put_dag", json!({ "file": "hello.py", "text": "x\u{0}" })),
        ("airflow.put_dag", json!({ "file": "hello.py", "text": "x".repeat(300_000) })),
        ("airflow.delete_dag_file", json!({ "file": "hello" })),
        ("airflow.trigger", json!({ "dag": "a b" })),
        ("airflow.trigger", json!({ "dag": "hello", "conf": [1] })),
        ("airflow.trigger", json!({ "dag": "hello", "logical_date": "yesterday" })),
        ("airflow.trigger", json!({ "dag": "hello", "date": "now" })),
        ("airflow.pause", json!({})),
        ("airflow.unpause", json!({ "dag": "~" })),
        ("airflow.put_build_file", json!({ "file": "../Dockerfile", "text": "FROM x" })),
        ("airflow.put_build_file", json!({ "file": "Dockerfile", "text": " " })),
        ("airflow.put_build_file", json!({ "file": "requirements.txt", "text": "x".repeat(70_000) })),
        ("airflow.build_image", json!({ "tag": "sha256:0123" })),
        ("airflow.use_image", json!({ "tag": "a b" })),
        ("airflow.use_image", json!({ "tag": "" })),
    ];
    for (name, args) in nonsense {
        let call = call(name, &args);
        let error = airflow.run(&call, Arc::new(|_| {}), CancellationToken::new()).await.unwrap_err();
        assert_eq!(error.code, lab_model::Code::ActionInvalid, "{call}: {error:?}");
        assert!(Airflow::by_hand(&call, &place()).is_empty());
    }
    let call = call("airflow.pause", &json!({ "dag": "hello" }));
    let error = airflow.run(&call, Arc::new(|_| {}), CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.code, lab_model::Code::NodeSilent, "{error:?}");
    assert!(!format!("{error:?}").contains("hush"));
}

#[tokio::test]
async fn where_no_image_can_be_built_none_is() {
    let (node, address) = ("airflow-1".to_owned(), "127.0.0.1:1".to_owned());
    let server = Server { node, address, user: "lab".into(), password: "hush".into() };
    let call = call("airflow.build_image", &json!({ "tag": "airflow-ml:1" }));
    let run = Airflow::new(server, Arc::new(NoFiles)).run(&call, Arc::new(|_| {}), CancellationToken::new()).await;
    assert_eq!(run.unwrap_err().code, lab_model::Code::NotNow);
}
