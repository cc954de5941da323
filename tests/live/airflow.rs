//! airflow-1: a DAG that is written, triggered and broken, as our views show it and as Airflow's own command line does.

use std::process::Command;

use lab_app::Lab;
use lab_model::{AirflowNeed, Need};
use lab_tests::{act, app, down, model, reads_back, until, up};
use serde_json::{Value, json};

const LAB: &str = "pipewright-test-airflow";
const FILE: &str = "hello.py";

const HELLO: &str = r"
from airflow.sdk import dag, task, task_group


@dag(schedule=None)
def hello():
    @task
    def extract():
        return [1, 2, 3]

    @task_group
    def clean():
        @task
        def double(n):
            return n * 2

        return double.expand(n=extract())

    @task
    def load(rows):
        return sum(rows)

    load(clean())


hello()
";

#[tokio::test(flavor = "multi_thread")]
async fn a_dag_is_written_runs_breaks_and_goes() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "airflow-1", LAB).await.unwrap();
    let _wanted = lab.needs.want(vec![Need::Airflow(AirflowNeed::Runs { dag: "hello".into() })]);
    until(&lab, "airflow_components", json!({}), "healthy && warm == true && api_server.version != null")
        .await
        .unwrap();

    let put = act(&lab, json!({ "do": "airflow.put_dag", "file": FILE, "text": HELLO })).await.unwrap();
    assert_eq!(put.says, "Airflow has read hello.py: 1 DAG in it: hello (version 1)");
    act(&lab, json!({ "do": "airflow.trigger", "dag": "hello", "conf": { "rows": 3 } })).await.unwrap();
    let done = "runs.size() == 1 && runs[0].state == 'success' && runs[0].task_instances.all(t, t.state == 'success') \
        && runs[0].task_instances.exists(t, t.mapped != null && t.mapped.exists(m, m.state == 'success' && m.count == 3))";
    until(&lab, "airflow_runs", runs(), done).await.unwrap();
    shows_what_airflow_says(&model(&lab, "airflow_runs", &runs()).unwrap());

    let broken =
        json!({ "do": "airflow.put_dag", "file": "broken.py", "text": "from airflow.sdk import dag\nimport pandsa\n" });
    let put = act(&lab, broken).await.unwrap();
    assert_eq!(
        put.says,
        "broken.py is written, and Airflow cannot import it in line 2: ModuleNotFoundError: No module named 'pandsa'"
    );
    let told = "import_errors != null && import_errors.exists(e, e.filename == 'broken.py' && e.line == 2)";
    until(&lab, "airflow_dags", json!({}), told).await.unwrap();

    // A tool of Airflow's own is seen like ours.
    airflow(&["dags", "pause", "hello", "-y"]);
    until(&lab, "airflow_dags", json!({}), "dags.exists(d, d.dag_id == 'hello' && d.is_paused)").await.unwrap();
    let said = act(&lab, json!({ "do": "airflow.trigger", "dag": "hello" })).await.unwrap().says;
    assert!(said.ends_with("is queued; it waits, because hello is paused"), "{said}");
    act(&lab, json!({ "do": "airflow.unpause", "dag": "hello" })).await.unwrap();
    until(&lab, "airflow_runs", runs(), "runs.size() == 2 && runs.all(r, r.state == 'success')").await.unwrap();

    a_task_is_marked_and_tried_again(&lab).await;

    act(&lab, json!({ "do": "airflow.delete_dag_file", "file": FILE })).await.unwrap();
    until(&lab, "airflow_dags", json!({ "file": FILE }), "dags.all(d, d.is_stale)").await.unwrap();
    down(&app, LAB).await.unwrap();
    let views = [
        ("airflow_components", json!({})),
        ("airflow_dags", json!({})),
        ("airflow_runs", runs()),
        ("timeline", json!({})),
    ];
    reads_back(&lab, dir.path(), &views).unwrap();
}

/// A pool of ours is one that Airflow's own command line shows, and a task that counts as failed runs again.
async fn a_task_is_marked_and_tried_again(lab: &Lab) {
    let pool = act(lab, json!({ "do": "airflow.set_pool", "name": "two", "slots": 2 })).await.unwrap();
    assert_eq!(pool.says, "pool two is made: 2 slots");
    let pools = airflow(&["pools", "get", "two", "-o", "plain"]);
    assert!(pools.lines().any(|line| line.split_whitespace().take(2).eq(["two", "2"])), "{pools}");
    let run = model(lab, "airflow_runs", &runs()).unwrap()["runs"][0]["dag_run_id"].clone();
    let load = |name: &str| json!({ "do": name, "dag": "hello", "run": run, "task": "load" });
    let mut mark = load("airflow.mark");
    mark["state"] = json!("failed");
    let said = act(lab, mark).await.unwrap().says;
    assert!(said.contains("load of run") && said.contains("is marked as failed"), "{said}");
    let said = act(lab, load("airflow.retry")).await.unwrap().says;
    assert!(said.starts_with("cleared 1 task instance of run") && said.contains("of hello: load;"), "{said}");
    let again = "runs.size() == 2 && runs[0].state == 'success' \
        && runs[0].task_instances.exists(t, t.task_id == 'load' && t.state == 'success' && t.try_number == 2)";
    until(lab, "airflow_runs", runs(), again).await.unwrap();
}

fn runs() -> Value {
    json!({ "dag": "hello" })
}

/// The run is the one that Airflow's own command line lists.
fn shows_what_airflow_says(shown: &Value) {
    let said = airflow(&["dags", "list-runs", "hello", "-o", "json"]);
    let listed: Value = serde_json::from_str(&said[said.find('[').unwrap()..]).unwrap();
    let (listed, shown) = (&listed[0], &shown["runs"][0]);
    assert_eq!((&listed["run_id"], &listed["state"]), (&shown["dag_run_id"], &shown["state"]), "{listed:#} {shown:#}");
}

/// In the lab's container, as a person would, with the docker command line.
fn airflow(words: &[&str]) -> String {
    let container = format!("{LAB}-airflow-1-1");
    let said = Command::new("docker").args(["exec", &container, "airflow"]).args(words).output().unwrap();
    assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}
