//! The consistency bench on a real ring: strong levels stay fresh, weak ones are caught, and whatever interrupts a run
//! leaves a healthy lab and a run that can be gone on with.

use std::{sync::Arc, time::Duration};

use lab_app::{
    App, dispatch,
    schema::{Cell, CellState, Experiment, ExperimentJob, JobId, RunState, Verified},
};
use lab_model::Code;
use lab_tests::{app, down, until, up};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const LAB: &str = "pipewright-test-bench";

async fn ask<T: DeserializeOwned>(app: &Arc<App>, command: &str, request: Value) -> T {
    serde_json::from_value(dispatch(app, command, request).await.unwrap()).unwrap()
}

async fn shown(app: &Arc<App>, run: u32) -> Experiment {
    ask(app, "experiment", json!({ "experiment": run })).await
}

fn cell<'a>(run: &'a Experiment, name: &str) -> &'a Cell {
    run.cells.iter().find(|cell| cell.cell == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_do_what_the_rules_say_and_an_interrupted_run_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    let lab = up(&app, "cassandra-3", LAB).await.unwrap();
    let plan = json!({ "lab": LAB, "write": ["ONE", "QUORUM"], "read": ["ONE", "QUORUM"], "faults": ["none", "stop"], "trials": 6 });
    let expectations = json!({ "rf3-stop-whole-ONE-ONE": "fresh", "rf3-stop-whole-QUORUM-QUORUM": "fresh" });
    let begun: ExperimentJob =
        ask(&app, "experiment_begin", json!({ "plan": plan, "expectations": expectations })).await;
    let run = begun.experiment;

    // Stopped in the middle of the fault: the node comes back, and what was run is kept.
    let stopped = "nodes.exists(n, n.node == 'cassandra-3' && n.believed_down_by.size() == 2)";
    until(&lab, "cassandra_ring", json!({}), stopped).await.unwrap();
    app.jobs.cancel(JobId { job: begun.job }).unwrap();
    assert_eq!(app.jobs.wait(JobId { job: begun.job }).await.unwrap_err().code, Code::Cancelled);
    app.experiments.settled().await;
    until(&lab, "cassandra_ring", json!({}), "all_up").await.unwrap();
    until(&lab, "cassandra_hints", json!({}), "holders.filter(h, h.enabled == true).size() >= 3").await.unwrap();
    let half = shown(&app, run).await;
    assert_eq!((half.info.state, half.info.cells_done), (RunState::Unfinished, 4));

    // The application is started again and goes on; nothing that was done is done twice.
    app.leave_all().await;
    let app = lab_tests::app(dir.path()).unwrap();
    app.adopt_running().await.unwrap();
    let before = cell(&half, "rf3-none-whole-ONE-ONE").clone();
    let resumed: ExperimentJob = ask(&app, "experiment_resume", json!({ "experiment": run })).await;
    tokio::time::timeout(Duration::from_secs(180), app.jobs.wait(JobId { job: resumed.job })).await.unwrap().unwrap();
    let whole = shown(&app, run).await;
    assert_eq!((whole.info.state, whole.info.cells_done), (RunState::Done, 8));
    assert_eq!(*cell(&whole, "rf3-none-whole-ONE-ONE"), before);

    judge(&whole);
    let verified: Verified = ask(&app, "experiment_verify", json!({ "experiment": run })).await;
    assert!(verified.holds && verified.trials == 48, "{verified:?}");
    down(&app, LAB).await.unwrap();
}

fn judge(run: &Experiment) {
    for cell in &run.cells {
        assert_eq!(cell.state, CellState::Done, "{cell:?}");
        assert!(cell.theory.disagrees.is_empty(), "{cell:?}");
        if cell.theory.must_be_fresh {
            assert_eq!(cell.stale, 0, "{cell:?}");
        }
    }
    // Hints are off: what the stopped node missed it does not have when it is back, and a read at ONE shows it.
    let weak = cell(run, "rf3-stop-whole-ONE-ONE");
    assert_eq!((weak.stale_after_return, weak.hints), (weak.trials, Some(0)), "{weak:?}");
    assert!(weak.surprise.as_ref().unwrap().says.contains("cassandra-3 did not"), "{:?}", weak.surprise);
    let strong = cell(run, "rf3-stop-whole-QUORUM-QUORUM");
    assert!(strong.theory.must_be_fresh && strong.surprise.is_none() && strong.read_repairs > 0, "{strong:?}");
}
