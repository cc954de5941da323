//! airflow-1: a task instance, Variables and assets looked at closely, as our views show them and as Airflow's own tools do.

use std::process::Command;

use lab_app::Lab;
use lab_tests::{act, app, down, model, reads_back, until, up};
use serde_json::{Value, json};

const LAB: &str = "pipewright-test-airflow-closer";

const SHOP: &str = r#"
from datetime import timedelta

from airflow.sdk import Asset, PokeReturnValue, Variable, dag, task

orders = Asset("orders", uri="file:///orders")


@dag(schedule=None)
def shop():
    @task
    def extract():
        return [1, 2]

    @task(outlets=[orders])
    def double(n):
        return n * 2

    @task(retries=1, retry_delay=timedelta(seconds=1))
    def fails(rows):
        print("rows of Köln")
        raise ValueError("no rows for Köln")

    @task.sensor(mode="reschedule", poke_interval=3, timeout=60, retries=1)
    def waits():
        known = int(Variable.get("polls", default="0"))
        Variable.set("polls", str(known + 1))
        return PokeReturnValue(is_done=known >= 1)

    @task
    def prints():
        for n in range(3000):
            print(f"line {n}")
        return "x" * 3_000_000

    fails(double.expand(n=extract()))
    waits()
    prints()


@dag(schedule=[orders])
def takes():
    @task
    def reads():
        pass

    reads()


shop()
takes()
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_variables_and_assets_are_what_airflows_own_tools_show() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "airflow-1", LAB).await.unwrap();
    until(&lab, "airflow_components", json!({}), "healthy && warm == true").await.unwrap();
    act(&lab, json!({ "do": "airflow.put_dag", "file": "shop.py", "text": SHOP })).await.unwrap();
    act(&lab, json!({ "do": "airflow.trigger", "dag": "shop" })).await.unwrap();
    let shop = json!({ "dag": "shop" });
    until(&lab, "airflow_runs", shop.clone(), "runs.size() == 1 && runs[0].state == 'failed'").await.unwrap();
    let run = model(&lab, "airflow_runs", &shop).unwrap()["runs"][0]["dag_run_id"].as_str().unwrap().to_owned();
    let of = |task: &str, map_index: i32| json!({ "dag": "shop", "run": run, "task": task, "map_index": map_index });

    a_failed_task(&lab, of("fails", -1), &run).await;
    a_mapped_task(&lab, of("double", 1)).await;
    let waits =
        "event_log != null && event_log.exists(e, e.event == 'up_for_reschedule') && event_log[0].event == 'success'";
    until(&lab, "airflow_task", of("waits", -1), waits).await.unwrap();
    a_long_log_and_a_large_value(&lab, of("prints", -1), &run).await;
    // Of two events within milliseconds Airflow may give the second one to no run.
    let made = "assets != null && assets.size() == 1 && assets[0].name == 'orders' && events != null && events.size() == 2 \
        && events.all(e, e.source_map_index != null) \
        && events.exists(e, e.created_dagruns.exists(r, r.dag_id == 'takes'))";
    until(&lab, "airflow_assets", json!({}), made).await.unwrap();
    variables(&lab).await;

    down(&app, LAB).await.unwrap();
    let views = [
        ("airflow_task", of("fails", -1)),
        ("airflow_task", of("prints", -1)),
        ("airflow_variables", json!({})),
        ("airflow_assets", json!({})),
    ];
    reads_back(&lab, dir.path(), &views).unwrap();
}

async fn a_failed_task(lab: &Lab, of: Value, run: &str) {
    let failed = "instance != null && instance.state == 'failed' && try_number == 2 && tries != null && tries.size() == 2 \
        && log != null && log.finished && log.error == 'ValueError: no rows for Köln' \
        && xcom_in != null && xcom_in.size() == 2 && xcom_in.all(x, x.task_id == 'double' && x.value != null)";
    until(lab, "airflow_task", of.clone(), failed).await.unwrap();
    assert!(airflow(&["tasks", "state", "shop", "fails", run]).trim_end().ends_with("failed"));
    let shown = model(lab, "airflow_task", &of).unwrap();
    let (lines, entries) = (lines_of("fails", run, 2), shown["log"]["entries"].as_array().unwrap().len());
    assert_eq!(entries, lines, "{:#}", shown["log"]);
}

async fn a_mapped_task(lab: &Lab, of: Value) {
    let left = "exists == true && xcom_out != null && xcom_out.exists(x, x.map_index == 1 && x.value == '4') \
        && rendered_fields != null && rendered_fields.exists(f, f.name == 'op_kwargs' && f.value.contains('2'))";
    until(lab, "airflow_task", of.clone(), left).await.unwrap();
    let unmapped = json!({ "dag": of["dag"], "run": of["run"], "task": "double" });
    until(lab, "airflow_task", unmapped, "exists == false").await.unwrap();
}

async fn a_long_log_and_a_large_value(lab: &Lab, of: Value, run: &str) {
    let done = "log != null && log.finished && log.left_out > 0 && xcom_out != null && xcom_out.exists(x, x.length == 3000002)";
    until(lab, "airflow_task", of.clone(), done).await.unwrap();
    let log = &model(lab, "airflow_task", &of).unwrap()["log"];
    let told = log["left_out"].as_u64().unwrap() + log["entries"].as_array().unwrap().len() as u64;
    assert_eq!(told, lines_of("prints", run, 1) as u64);
    let length = "select length(value::text) from xcom where task_id = 'prints'";
    assert_eq!(postgres(length).trim(), "3000002");
}

async fn variables(lab: &Lab) {
    // It is looked at before somebody sets one.
    let _wanted = lab.needs.want(vec![lab_model::Need::Airflow(lab_model::AirflowNeed::Variables)]);
    until(lab, "airflow_variables", json!({ "key": "polls" }), "variables != null && variables.size() == 1")
        .await
        .unwrap();
    airflow(&["variables", "set", "region", "eu"]);
    let set = "variables != null && variables.exists(v, v.key == 'region' && v.value == 'eu' && v.noted == true \
        && v.last_event != null && v.last_event.event == 'cli_variables_set')";
    until(lab, "airflow_variables", json!({}), set).await.unwrap();
    act(lab, json!({ "do": "airflow.trigger", "dag": "shop" })).await.unwrap();
    let by_task = "variables != null && variables.exists(v, v.key == 'polls' && v.noted == false)";
    until(lab, "airflow_variables", json!({}), by_task).await.unwrap();
    let shown = model(lab, "airflow_variables", &json!({ "key": "region" })).unwrap();
    assert_eq!(airflow(&["variables", "get", "region"]).trim(), shown["variables"][0]["value"]);
}

/// Lines of the log file of a try.
fn lines_of(task: &str, run: &str, try_number: u32) -> usize {
    let file = format!("/opt/airflow/logs/dag_id=shop/run_id={run}/task_id={task}/attempt={try_number}.log");
    exec("airflow-1", &["cat", &file]).lines().count()
}

fn airflow(words: &[&str]) -> String {
    exec("airflow-1", &[&["airflow"], words].concat())
}

fn postgres(query: &str) -> String {
    exec("postgres-1", &["psql", "-U", "airflow", "-d", "airflow", "-At", "-c", query])
}

/// As a person would, with the docker command line.
fn exec(node: &str, words: &[&str]) -> String {
    let container = format!("{LAB}-{node}-1");
    let said = Command::new("docker").args(["exec", &container]).args(words).output().unwrap();
    assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}
