//! An image that extends Airflow's: built from files that somebody wrote, refused with the line that is wrong, run by the
//! lab, and what the lab held is still there.

use std::{process::Command, sync::Arc};

use lab_app::Lab;
use lab_docker::label;
use lab_model::{AirflowNeed, Code, Need};
use lab_tests::{act, app, down, model, reads_back, until, up};
use serde_json::{Value, json};

const LAB: &str = "pipewright-test-extension";
const TAG: &str = "pipewright-test-extension:1";
const STRANGER: &str = "pipewright-test-stranger:1";

const DAG: &str = r"
from airflow.sdk import dag, task
import cowsay


@dag(schedule=None)
def cow():
    @task
    def say():
        return cowsay.get_output_string('cow', 'moo')

    say()


cow()
";

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_missing_is_built_in_and_everything_else_stays() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    // As in the window, where a lab that is another one all of a sudden is taken over anew.
    app.keep_labs(false);
    let lab = up(&app, "airflow-1", LAB).await.unwrap();
    let _wanted = lab.needs.want(vec![Need::Airflow(AirflowNeed::Runs { dag: "cow".into() })]);
    let base = lab.info().images[0].reference.clone();
    let put = act(&lab, json!({ "do": "airflow.put_dag", "file": "cow.py", "text": DAG })).await.unwrap();
    assert!(put.says.ends_with("ModuleNotFoundError: No module named 'cowsay'"), "{}", put.says);
    airflow(&["variables", "set", "kept", "yes"]);

    refuses_what_it_must(&lab, &base).await;
    outlives_what_goes_wrong(&lab, &base).await;
    put_file(&lab, "requirements.txt", "cowsay==6.1\n").await;
    act(&lab, json!({ "do": "airflow.build_image", "tag": TAG })).await.unwrap();
    until(&lab, "lab_image", node(), "build != null && build.state == 'built' && build.failed_line == null")
        .await
        .unwrap();
    let again = act(&lab, json!({ "do": "airflow.build_image", "tag": TAG })).await.unwrap();
    assert!(again.says.contains("4 of 4 steps came from the cache"), "{}", again.says);

    let used = act(&lab, json!({ "do": "airflow.use_image", "tag": TAG })).await.unwrap();
    assert_eq!(used.says, format!("airflow-1 runs {TAG}, and Airflow is ready"));
    assert_eq!(lab.info().images[0].reference, TAG);
    until(&lab, "airflow_dags", json!({}), "import_errors != null && import_errors.size() == 0").await.unwrap();
    act(&lab, json!({ "do": "airflow.trigger", "dag": "cow" })).await.unwrap();
    until(&lab, "airflow_runs", json!({ "dag": "cow" }), "runs.size() == 1 && runs[0].state == 'success'")
        .await
        .unwrap();
    assert!(airflow(&["variables", "get", "kept"]).contains("yes"));
    shows_what_docker_says(&model(&lab, "lab_image", &node()).unwrap(), &base);

    let back = act(&lab, json!({ "do": "airflow.use_image" })).await.unwrap();
    assert_eq!(back.says, format!("airflow-1 runs {base}, and Airflow is ready"));
    until(&lab, "airflow_dags", json!({}), "import_errors != null && import_errors.size() == 1").await.unwrap();
    until(&lab, "airflow_runs", json!({ "dag": "cow" }), "runs.size() == 1 && runs[0].state == 'success'")
        .await
        .unwrap();
    assert!(Arc::ptr_eq(&lab, &app.lab(LAB).unwrap()), "it went on all the time");
    down(&app, LAB).await.unwrap();
    reads_back(&lab, dir.path(), &[("lab_image", node()), ("lab_nodes", json!({})), ("timeline", json!({}))]).unwrap();
    // With its data its images went too, and of others none: those that lost their name to a newer build as well.
    let built = format!("label={}={LAB}", label::EXTENDS);
    assert_eq!(docker(&["images", "--quiet", "--filter", &built]), "");
    docker(&["image", "inspect", "--format", "{{.Id}}", &base]);
}

/// Nothing of this changes what the lab runs.
async fn refuses_what_it_must(lab: &Lab, base: &str) {
    let container = docker(&["inspect", "--format", "{{.Id}}", &format!("{LAB}-airflow-1-1")]);
    let build = json!({ "do": "airflow.build_image", "tag": TAG });
    put_file(lab, "requirements.txt", "no-such-package-of-pipewright==9\n").await;
    let failed = act(lab, build.clone()).await.unwrap_err();
    assert_eq!(failed.message, format!("{TAG} could not be built: line 3 of the Dockerfile failed."));
    assert!(failed.detail.contains("No matching distribution found for no-such-package-of-pipewright==9"), "{failed}");
    let told = "build != null && build.state == 'failed' && build.failed_line == 3 && build.steps[2].state == 'failed' \
        && build.output.exists(line, line.contains('No matching distribution'))";
    until(lab, "lab_image", node(), told).await.unwrap();

    put_file(lab, "Dockerfile", "FROM debian:bookworm-slim\nRUN true\n").await;
    let other = act(lab, build.clone()).await.unwrap_err();
    assert!(other.detail.contains("FROM names debian:bookworm-slim") && other.hint.contains(base), "{other}");
    put_file(lab, "Dockerfile", &format!("FROM {base}\n\nRUNN true\n")).await;
    let spelt = act(lab, build).await.unwrap_err();
    assert!(spelt.message.contains("line 3") && spelt.detail.contains("RUNN"), "{spelt}");

    // Images of others are neither replaced nor run.
    docker(&["tag", base, STRANGER]);
    for action in ["airflow.build_image", "airflow.use_image"] {
        let refused = act(lab, json!({ "do": action, "tag": STRANGER })).await.unwrap_err();
        assert_eq!(refused.code, Code::NotOurs, "{action}: {refused}");
    }
    docker(&["rmi", STRANGER]);
    let nothing = act(lab, json!({ "do": "airflow.use_image", "tag": STRANGER })).await.unwrap_err();
    assert!(nothing.code == Code::Unknown && nothing.hint.contains(base), "{nothing}");
    assert_eq!(docker(&["inspect", "--format", "{{.Id}}", &format!("{LAB}-airflow-1-1")]), container);
}

/// A build that somebody stops, an image that cannot be started, and one that ends at once.
async fn outlives_what_goes_wrong(lab: &Arc<Lab>, base: &str) {
    let (build, run) =
        (json!({ "do": "airflow.build_image", "tag": TAG }), json!({ "do": "airflow.use_image", "tag": TAG }));
    put_file(lab, "Dockerfile", &format!("FROM {base}\nRUN sleep 300\n")).await;
    let begun = lab.begin(serde_json::from_value(build.clone()).unwrap()).unwrap();
    until(lab, "lab_image", node(), "build != null && build.steps.exists(s, s.number == 2 && s.state == 'running')")
        .await
        .unwrap();
    lab.cancel_action(begun.id).unwrap();
    until(lab, "lab_image", node(), "build.state == 'cancelled' && build.steps[1].state == 'cancelled'").await.unwrap();

    put_file(lab, "Dockerfile", &format!("FROM {base}\nENTRYPOINT [\"/nowhere\"]\n")).await;
    act(lab, build.clone()).await.unwrap();
    let refused = act(lab, run.clone()).await.unwrap_err();
    assert!(refused.detail.contains("/nowhere"), "{refused}");
    let back = format!("image != null && image.reference == '{base}'");
    until(lab, "lab_image", node(), &back).await.unwrap();
    until(lab, "lab_nodes", json!({}), "nodes.all(n, n.state == 'running')").await.unwrap();

    put_file(lab, "Dockerfile", &format!("FROM {base}\nENTRYPOINT [\"ls\", \"/no-such-folder\"]\n")).await;
    act(lab, build).await.unwrap();
    let ended = act(lab, run).await.unwrap_err();
    assert!(ended.message.contains("has ended (exit code 2)") && ended.detail.contains("no-such-folder"), "{ended}");
    let three = format!("FROM {base}\nCOPY requirements.txt /\nRUN pip install --no-cache-dir -r /requirements.txt\n");
    put_file(lab, "Dockerfile", &three).await;
}

fn node() -> Value {
    json!({ "node": "airflow-1" })
}

async fn put_file(lab: &Lab, file: &str, text: &str) {
    act(lab, json!({ "do": "airflow.put_build_file", "file": file, "text": text })).await.unwrap();
    let text = serde_json::to_string(text).unwrap();
    let read = format!("files != null && files.exists(f, f.name == '{file}' && f.written && f.text == {text})");
    until(lab, "lab_image", node(), &read).await.unwrap();
}

/// The picture is that of the image which the container was made from.
fn shows_what_docker_says(shown: &Value, base: &str) {
    let image = &shown["image"];
    let format = "{{.Image}} {{.Config.Image}}";
    let said = docker(&["inspect", "--format", format, &format!("{LAB}-airflow-1-1")]);
    assert_eq!(said.trim(), format!("{} {}", image["id"].as_str().unwrap(), image["reference"].as_str().unwrap()));
    assert_eq!(image["base"], *base, "{image:#}");
    let layers = image["layers"].as_array().unwrap();
    let own: Vec<&str> = layers
        .iter()
        .filter(|layer| layer["of_base"] == false)
        .filter_map(|layer| layer["created_by"].as_str())
        .collect();
    assert!(own.iter().any(|made| made.contains("pip install")), "{own:?}");
    let of_base = layers.len() - own.len();
    let history = docker(&["history", "--quiet", base]).lines().count();
    assert_eq!(of_base, history);
    let steps: Vec<&Value> = shown["build"]["steps"].as_array().unwrap().iter().collect();
    assert!(steps.iter().all(|step| step["cached"] == true && step["state"] == "done"), "{steps:?}");
    assert_eq!(steps.iter().map(|step| step["line"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(2), Some(3), None]);
}

/// In the lab's container, as a person would.
fn airflow(words: &[&str]) -> String {
    docker(&[&["exec", &format!("{LAB}-airflow-1-1"), "airflow"], words].concat())
}

fn docker(arguments: &[&str]) -> String {
    let said = Command::new("docker").args(arguments).output().unwrap();
    assert!(said.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}
