//! Lines by hand of the actions on runs and tasks, on what Airflow keeps, on assets and backfills.

use super::*;

/// Calls in the order of the list, each with the end of its lines.
pub(super) fn calls() -> Vec<(ActionCall, Vec<String>)> {
    [runs(), kept(), made()].concat()
}

/// A line of Airflow's own.
fn own(words: &str) -> Vec<String> {
    vec![format!("docker exec -it lab-airflow-1-1 airflow {words}")]
}

/// A request, after the line that fetches a token.
fn asked(method: &str, path: &str, body: &str) -> Vec<String> {
    vec![token(), curl(method, path, &format!(" -H Content-Type:application/json -d '{body}'"))]
}

fn token() -> String {
    r#"TOKEN=$(docker exec lab-airflow-1-1 bash -c 'printf "{\"username\":\"lab\",\"password\":\"%s\"}" "$(cat /opt/airflow/password)"' | curl -s -H Content-Type:application/json -d @- http://$(docker port lab-airflow-1-1 8080)/auth/token | cut -d'"' -f4)"#
        .to_owned()
}

fn curl(method: &str, path: &str, end: &str) -> String {
    let address = "http://$(docker port lab-airflow-1-1 8080)/api/v2";
    format!("curl -s{method} \"{address}/{path}\" -H \"Authorization: Bearer $TOKEN\"{end}")
}

fn runs() -> Vec<(ActionCall, Vec<String>)> {
    let some = json!({ "dag": "hello", "run": "r+1", "tasks": ["load"], "map_index": 3, "downstream": true });
    let body = |tasks: &str| {
        format!(
            r#"{{"dag_run_id":"r+1","dry_run":false,"include_downstream":true,"only_failed":false,"task_ids":{tasks}}}"#
        )
    };
    let run = "dags/hello/dagRuns/r%2B1";
    let task = format!("{run}/taskInstances/clean.gr%C3%B6%C3%9Fe");
    let mark = json!({ "dag": "hello", "run": "r+1", "task": "clean.größe", "map_index": 0, "state": "skipped" });
    vec![
        (
            call("airflow.clear", &json!({ "dag": "hello", "run": "r 1", "only_failed": true })),
            own("dags clear --yes '--run-id=r 1' --only-failed hello"),
        ),
        (call("airflow.clear", &some), asked(" -X POST", "dags/hello/clearTaskInstances", &body("[[\"load\",3]]"))),
        (
            call("airflow.retry", &json!({ "dag": "hello", "run": "r+1", "task": "load" })),
            asked(" -X POST", "dags/hello/clearTaskInstances", &body("[\"load\"]")),
        ),
        (call("airflow.mark", &mark), asked(" -X PATCH", &format!("{task}/0"), r#"{"new_state":"skipped"}"#)),
        (
            call("airflow.mark_run", &json!({ "dag": "hello", "run": "r+1", "state": "failed" })),
            asked(" -X PATCH", run, r#"{"state":"failed"}"#),
        ),
    ]
}

fn kept() -> Vec<(ActionCall, Vec<String>)> {
    let variable = json!({ "key": "rows", "value": "-3", "description": "how many" });
    let connection = json!({
        "connection_id": "lab", "conn_type": "kafka", "host": "-h", "port": 9092, "schema": "s", "login": "l",
        "extra": "{\"group.id\": \"g\"}",
    });
    vec![
        (call("airflow.set_variable", &json!({ "key": "rows", "value": "3" })), own("variables set rows 3")),
        (call("airflow.set_variable", &variable), own("variables set '--description=how many' -- rows -3")),
        (call("airflow.delete_variable", &json!({ "key": "rows" })), own("variables delete rows")),
        (
            call("airflow.set_connection", &connection),
            own("connections add --conn-type kafka --conn-host=-h --conn-schema=s --conn-login=l \
                 '--conn-extra={\"group.id\": \"g\"}' --conn-port=9092 lab"),
        ),
        (call("airflow.delete_connection", &json!({ "connection_id": "lab" })), own("connections delete lab")),
        (
            call("airflow.set_pool", &json!({ "name": "two", "slots": 2, "include_deferred": true })),
            own("pools set --include-deferred two 2 ''"),
        ),
        (call("airflow.set_pool", &json!({ "name": "two", "slots": -1 })), own("pools set -- two -1 ''")),
        (call("airflow.delete_pool", &json!({ "name": "two" })), own("pools delete two")),
    ]
}

fn made() -> Vec<(ActionCall, Vec<String>)> {
    let event = json!({ "asset": "orders", "extra": { "who": "me" } });
    let id = "ASSET=$(docker exec -i lab-airflow-1-1 airflow assets details --name=orders -o json | \
        grep -o '\"id\": \"[0-9]*' | head -1 | grep -o '[0-9]*$')";
    let body = " -H Content-Type:application/json -d '{\"asset_id\":'\"$ASSET\"',\"extra\":{\"who\":\"me\"}}'";
    let dates = json!({ "dag": "daily", "from": "2026-11-01", "to": "2026-11-03T06:00:00Z" });
    let again = json!({
        "dag": "daily", "from": "2026-11-01", "to": "2026-11-01", "dry_run": false, "reprocess_behavior": "failed",
        "max_active_runs": 2,
    });
    let newest = curl("", "backfills?dag_id=daily&order_by=-id&limit=1", "");
    let backfill = format!("BACKFILL=$({newest} | grep -o '\"id\":[0-9]*' | head -1 | cut -d: -f2)");
    vec![
        (call("airflow.materialize", &json!({ "asset": "s3://b/x" })), own("assets materialize --uri=s3://b/x")),
        (
            call("airflow.create_asset_event", &event),
            vec![token(), id.to_owned(), curl(" -X POST", "assets/events", body)],
        ),
        (
            call("airflow.backfill", &dates),
            own("backfill create --dag-id=daily --from-date=2026-11-01 --to-date=2026-11-03T06:00:00Z --dry-run"),
        ),
        (
            call("airflow.backfill", &again),
            own("backfill create --dag-id=daily --from-date=2026-11-01 --to-date=2026-11-01 \
                 --reprocess-behavior=failed --max-active-runs=2"),
        ),
        (
            call("airflow.cancel_backfill", &json!({ "dag": "daily" })),
            vec![token(), backfill, curl(" -X PUT", "backfills/$BACKFILL/cancel", "")],
        ),
        (
            call("airflow.approve", &json!({ "dag": "hello", "run": "r", "task": "ask" })),
            asked(
                " -X PATCH",
                "dags/hello/dagRuns/r/taskInstances/ask/-1/hitlDetails",
                r#"{"chosen_options":["Approve"],"params_input":{}}"#,
            ),
        ),
    ]
}

#[test]
fn each_further_action_has_lines() {
    for (call, lines) in calls() {
        assert_eq!(Airflow::by_hand(&call, &place()), lines, "{call}");
    }
}
