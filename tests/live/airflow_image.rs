//! The images of airflow-1 keep the contracts of the official ones: users, paths, entry points, variables, tools. Runs on
//! whichever images the stack runs.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lab_docker::{Engine, Stack};
use lab_model::{Progress, ProgressSink};
use lab_tests::{app, down, up};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const NODE: &str = "pipewright-test-airflow-image";
const DATABASE: &str = "pipewright-test-postgres-image";
const OTHER: &str = "pipewright-test-other-postgres";
/// Nobody waits for a database where none is needed.
const NO_CHECK: &str = "CONNECTION_CHECK_MAX_COUNT=0";

async fn image(engine: &str) -> String {
    let docker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docker");
    let stack = Stack::load(&docker.join("stacks/airflow-1")).unwrap();
    let quiet: ProgressSink = Arc::new(|_: Progress| {});
    let containers = Engine::connect(None).await.unwrap();
    let images = containers.ensure_images(&stack, &docker, &quiet, &CancellationToken::new()).await.unwrap();
    images.into_iter().find(|image| image.engine == engine).unwrap().reference
}

fn run(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().unwrap()
}

fn all_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn docker(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "docker {arguments:?}: {}", all_of(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A container with these options of `docker run` that does this and is gone.
fn runs(image: &str, options: &[&str], words: &[&str]) -> String {
    docker(&[&["run", "--rm", "--env", NO_CHECK], options, &[image], words].concat())
}

/// One that must not go well: what it says.
fn refused(image: &str, options: &[&str], words: &[&str]) -> String {
    let output = run(&[&["run", "--rm"], options, &[image], words].concat());
    assert!(!output.status.success(), "{words:?} went well: {}", all_of(&output));
    all_of(&output)
}

#[tokio::test(flavor = "multi_thread")]
async fn airflow_says_of_itself_what_the_official_image_says() {
    let image = image("Airflow").await;
    let described: Value = serde_json::from_str(&docker(&["image", "inspect", &image])).unwrap();
    let config = &described[0]["Config"];
    assert_eq!(config["User"], "50000");
    assert_eq!(config["WorkingDir"], "/opt/airflow");
    assert_eq!(config["Entrypoint"], json!(["/usr/bin/dumb-init", "--", "/entrypoint"]));
    assert!(config["ExposedPorts"]["8080/tcp"].is_object(), "{config:#}");
    let env: Vec<&str> = config["Env"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for variable in [
        "AIRFLOW_HOME=/opt/airflow",
        "AIRFLOW_UID=50000",
        "AIRFLOW_USER_HOME_DIR=/home/airflow",
        "VIRTUAL_ENV=/home/airflow/.local",
        "AIRFLOW__CORE__LOAD_EXAMPLES=false",
        "DUMB_INIT_SETSID=1",
    ] {
        assert!(env.contains(&variable), "{variable} in {env:?}");
    }
    let version = env.iter().find_map(|entry| entry.strip_prefix("AIRFLOW_VERSION=")).unwrap();
    assert!(image.ends_with(version), "{image} is of {version}");
}

/// Everything that `bash` can show of its container at once.
const SHOW: &str = r#"
    echo "user $(id -u):$(id -g) $(whoami)"; echo "umask $(umask)"; echo "in $PWD"; echo "python $(command -v python)"
    pip --version > /dev/null && echo "pip $(command -v pip)"; uv --version > /dev/null && echo "uv $(command -v uv)"
    for folder in dags logs plugins config; do [ -d $folder ] && [ -w $folder ] && echo "folder $folder"; done
    echo "pins $(grep -cE '^[a-z0-9._-]+==' /home/airflow/constraints.txt)"
    python -c 'import airflow.providers.postgres, psycopg2, sys; print("prefix", sys.prefix)'
    command -v gcc > /dev/null || echo "no compiler"
    echo "libev $(ldconfig -p | grep -c libev)"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn airflow_runs_as_its_user_or_as_any_user_of_group_0() {
    let image = image("Airflow").await;
    let told = runs(&image, &[], &["bash", "-c", SHOW]);
    for line in [
        "user 50000:0 airflow",
        "umask 0002",
        "in /opt/airflow",
        "python /home/airflow/.local/bin/python",
        "pip /home/airflow/.local/bin/pip",
        "uv /home/airflow/.local/bin/uv",
        "folder dags",
        "folder logs",
        "folder plugins",
        "folder config",
        "prefix /home/airflow/.local",
        "no compiler",
    ] {
        assert!(told.lines().any(|said| said == line), "{line} in {told}");
    }
    let number =
        |name: &str| -> u32 { told.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().parse().unwrap() };
    assert!(number("pins ") > 100 && number("libev ") > 0, "{told}");

    let other =
        runs(&image, &["--user", "12345:0"], &["bash", "-c", "id -u; whoami; echo $HOME; touch dags/x && echo wrote"]);
    assert_eq!(other.lines().collect::<Vec<_>>(), ["12345", "default", "/home/airflow", "wrote"]);
    let no_group = refused(&image, &["--user", "12345:12345", "--env", NO_CHECK], &["bash", "-c", "echo it runs"]);
    assert!(!no_group.contains("it runs") && no_group.contains("12345"), "{no_group}");
    // Its own user may, but is told.
    let told = all_of(&run(&[
        "run",
        "--rm",
        "--user",
        "50000:50000",
        "--env",
        NO_CHECK,
        &image,
        "bash",
        "-c",
        "echo it runs",
    ]));
    assert!(told.contains("it runs") && told.lines().count() > 1, "{told}");
    let root = refused(&image, &["--user", "0", "--env", NO_CHECK], &["bash", "-c", "pip install cowsay"]);
    assert!(root.contains("running pip as root"), "{root}");
}

#[tokio::test(flavor = "multi_thread")]
async fn airflow_takes_each_form_of_a_command_and_waits_for_its_database() {
    let image = image("Airflow").await;
    assert_eq!(runs(&image, &[], &["python", "-c", "print(6 * 7)"]).trim(), "42");
    let version = runs(&image, &[], &["version"]);
    assert_eq!(version, runs(&image, &[], &["airflow", "version"]));
    assert!(image.ends_with(version.trim()), "{version} of {image}");

    let nowhere = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=postgresql+psycopg2://a:b@127.0.0.1:1/a";
    let tries = ["--env", nowhere, "--env", "CONNECTION_CHECK_MAX_COUNT=1", "--env", "CONNECTION_CHECK_SLEEP_TIME=0"];
    let silent = refused(&image, &tries, &["bash", "-c", "echo it runs"]);
    assert!(!silent.contains("it runs"), "{silent}");

    let tables = "import sqlite3; print(sorted(row[0] for row in sqlite3.connect('/opt/airflow/airflow.db').execute(\
        \"SELECT name FROM sqlite_master WHERE name IN ('dag_run', 'alembic_version')\")))";
    let migrated = runs(&image, &["--env", "_AIRFLOW_DB_MIGRATE=true"], &["python", "-c", tables]);
    assert!(migrated.contains("['alembic_version', 'dag_run']"), "{migrated}");
    assert!(runs(&image, &[], &["python", "-c", tables]).contains("[]"), "nobody asked for tables");
}

/// What a container was started for hears of its end, and so does what that started.
#[tokio::test(flavor = "multi_thread")]
async fn airflow_ends_with_all_that_it_started() {
    let image = image("Airflow").await;
    remove(NODE);
    let script = "(trap 'echo the child heard; exit' TERM; echo up; while :; do sleep 0.1; done) &
        trap 'wait $!; exit 143' TERM; wait";
    docker(&["run", "--detach", "--name", NODE, "--env", NO_CHECK, &image, "bash", "-c", script]);
    until(|| docker(&["logs", NODE]).contains("up"));
    let began = Instant::now();
    docker(&["stop", "--time", "20", NODE]);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(docker(&["inspect", "--format", "{{.State.ExitCode}}", NODE]).trim(), "143");
    assert!(docker(&["logs", NODE]).contains("the child heard"));
    remove(NODE);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_takes_the_variables_of_the_official_image() {
    let image = image("Postgres").await;
    remove(DATABASE);
    assert!(runs(&image, &[], &["postgres", "--version"]).starts_with("postgres (PostgreSQL) "));
    assert!(refused(&image, &[], &[]).contains("POSTGRES_PASSWORD"));
    let both = ["--env", "POSTGRES_PASSWORD=a", "--env", "POSTGRES_PASSWORD_FILE=/etc/hostname"];
    assert!(refused(&image, &both, &[]).contains("POSTGRES_PASSWORD_FILE"));

    let script = "echo shop-keeper > /tmp/user; echo secret > /tmp/password; cd /docker-entrypoint-initdb.d
        echo 'CREATE TABLE by_sql (n int)' > b.sql
        echo 'psql -U $POSTGRES_USER -d $POSTGRES_DB -c \"CREATE TABLE by_script (n int)\"' > a.sh
        exec docker-entrypoint.sh postgres -c max_connections=17";
    let mut start = vec!["run", "--detach", "--name", DATABASE, "--memory", "256m"];
    for variable in [
        "POSTGRES_USER_FILE=/tmp/user",
        "POSTGRES_PASSWORD_FILE=/tmp/password",
        "POSTGRES_DB=orders",
        "POSTGRES_INITDB_ARGS=--data-checksums --no-sync",
        "POSTGRES_HOST_AUTH_METHOD=password",
        "PGDATA=/var/lib/postgresql/data/inside",
    ] {
        start.extend(["--env", variable]);
    }
    start.extend(["--entrypoint", "bash", &image, "-c", script]);
    docker(&start);
    until(|| sql("SELECT 1").is_some());
    let ask = |query: &str| sql(query).unwrap();
    assert_eq!(ask("SELECT current_user || ' ' || current_database()"), "shop-keeper orders");
    assert_eq!(ask("SHOW data_checksums"), "on");
    assert_eq!(ask("SHOW max_connections"), "17");
    assert_eq!(ask("SHOW data_directory"), "/var/lib/postgresql/data/inside");
    assert_eq!(ask("SELECT count(*) FROM pg_tables WHERE tablename IN ('by_sql', 'by_script')"), "2");
    let methods = "SELECT auth_method FROM pg_hba_file_rules WHERE database = '{all}' AND address = 'all'";
    assert_eq!(ask(methods), "password");
    ask("INSERT INTO by_sql VALUES (7)");
    let inside = docker(&["exec", DATABASE, "sh", "-c", "cat /proc/1/comm; stat -c %u /proc/1; id -u postgres"]);
    assert_eq!(inside.lines().collect::<Vec<_>>(), ["postgres", "999", "999"]);

    // A stop is a shutdown in good order, and the next start finds everything where it was.
    docker(&["stop", "--time", "20", DATABASE]);
    assert_eq!(docker(&["inspect", "--format", "{{.State.ExitCode}}", DATABASE]).trim(), "0");
    docker(&["start", DATABASE]);
    until(|| sql("SELECT 1").is_some());
    assert_eq!(ask("SELECT n FROM by_sql"), "7");
    remove(DATABASE);
}

/// The official image and ours are of different versions, and a lab that kept its data may be started with the other one.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_version_wrote_is_refused_and_left_as_it_is() {
    let image = image("Postgres").await;
    let volume = format!("{OTHER}_postgres-1-data");
    let of_lab = format!("dev.pipewright.lab={OTHER}");
    docker(&["volume", "create", "--label", &of_lab, "--label", "dev.pipewright.stack=airflow-1", &volume]);
    let mount = format!("{volume}:/data");
    runs(&image, &["--volume", &mount], &["bash", "-c", "echo 14 > /data/PG_VERSION; touch /data/whole"]);
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let problem = up(&app, "airflow-1", OTHER).await.err().unwrap();
    let told = "postgres-1: The lab's database was written by Postgres 14, and Postgres ";
    assert!(problem.message.contains("postgres-1") && problem.detail.contains(told), "{problem}");
    let left = runs(&image, &["--volume", &mount], &["bash", "-c", "ls /data"]);
    assert_eq!(left.lines().collect::<Vec<_>>(), ["PG_VERSION", "whole"]);
    down(&app, OTHER).await.unwrap();
}

/// Asked by the network, as a client would; none while it does not answer.
fn sql(query: &str) -> Option<String> {
    let password = "PGPASSWORD=secret";
    let psql = ["psql", "--host", "127.0.0.1", "--user", "shop-keeper", "--dbname", "orders", "-qtAc", query];
    let output = run(&[&["exec", "--env", password, DATABASE], &psql[..]].concat());
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn until(holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "never");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn remove(container: &str) {
    // It need not be there.
    run(&["rm", "--force", "--volumes", container]);
}
