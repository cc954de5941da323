//! Everybody's labs: what another Pipewright and Docker do to a lab is seen, said and mended.

use std::{
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use lab_app::{
    App,
    schema::{LabInfo, Phase, Subscription, ViewRef},
    subscribe,
};
use lab_model::Code;
use lab_tests::{act, app, down, up};
use serde_json::json;

const LAB: &str = "pipewright-test-everybody";
const NODE: &str = "pipewright-test-everybody-kafka-1-1";
const NETWORK: &str = "pipewright-test-everybody_a-client";
/// Patience for a busy machine: within a second on a quiet one, since events need no polling.
const SEEN: Duration = Duration::from_secs(60);

fn docker(arguments: &[&str]) {
    for tries in 1.. {
        let output = Command::new("docker").args(arguments).output().unwrap();
        let says = String::from_utf8_lossy(&output.stderr);
        // On a busy machine the kernel may fail to freeze a container in time, and runc leaves it to whoever asked to ask
        // again (opencontainers/runc, pull request 4388).
        if says.contains("unable to freeze") && tries < 20 {
            std::thread::sleep(Duration::from_millis(200));
            continue;
        }
        assert!(output.status.success(), "docker {arguments:?}: {says}");
        return;
    }
}

/// Waits until the application lists the lab so; gives how long that took.
async fn lists(app: &App, limit: Duration, so: impl Fn(Option<&LabInfo>) -> bool) -> Duration {
    let began = Instant::now();
    loop {
        let infos = app.lab_infos();
        let info = infos.iter().find(|info| info.lab == LAB);
        if so(info) {
            return began.elapsed();
        }
        assert!(began.elapsed() < limit, "not listed so: {info:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_to_a_lab_is_seen_said_and_mended() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (serve, other) = (app(here.path()).unwrap(), app(there.path()).unwrap());
    down(&other, LAB).await.unwrap();
    serve.keep_labs(true);

    let lab = up(&other, "kafka-1", LAB).await.unwrap();
    lists(&serve, SEEN, |info| info.is_some_and(|info| !info.endpoints.is_empty())).await;
    lists(&serve, Duration::from_secs(30), |info| info.is_some_and(|info| info.well)).await;
    assert_eq!(serve.lab(LAB).unwrap().info().endpoints, lab.info().endpoints);

    breaks(&serve).await;
    recovers(&serve, &other).await;
    ends(&serve, &other).await;
}

/// Each is seen, and undone by hand.
async fn breaks(serve: &Arc<App>) {
    for (does, undoes, says) in [
        (vec!["pause", NODE], vec!["unpause", NODE], "is paused"),
        (vec!["kill", NODE], vec!["start", NODE], "is stopped"),
        (
            vec!["network", "disconnect", NETWORK, NODE],
            vec!["network", "connect", "--alias", "kafka-1", NETWORK, NODE],
            "is cut off",
        ),
    ] {
        docker(&does);
        let says = |info: Option<&LabInfo>| {
            info.is_some_and(|info| !info.well && info.troubles.iter().any(|trouble| trouble.contains(says)))
        };
        lists(serve, SEEN, says).await;
        docker(&undoes);
        lists(serve, Duration::from_secs(60), |info| info.is_some_and(|info| info.well)).await;
    }
}

/// `heal` and `up` mend what nobody of ours broke, down to a network that is gone.
async fn recovers(serve: &Arc<App>, other: &Arc<App>) {
    docker(&["network", "disconnect", NETWORK, NODE]);
    act(&serve.lab(LAB).unwrap(), json!({ "do": "docker.heal", "node": "kafka-1" })).await.unwrap();
    lists(serve, Duration::from_secs(60), |info| info.is_some_and(|info| info.well)).await;

    act(&serve.lab(LAB).unwrap(), json!({ "do": "kafka.create_topic", "topic": "kept", "partitions": 1 }))
        .await
        .unwrap();
    docker(&["stop", NODE]);
    docker(&["network", "rm", NETWORK]);
    let again = up(other, "kafka-1", LAB).await.unwrap();
    lab_tests::until(&again, "kafka_cluster", json!({}), "topics.exists(t, t == 'kept')").await.unwrap();
    lists(serve, Duration::from_secs(60), |info| info.is_some_and(|info| info.well)).await;
}

/// Whoever looks is told, and nothing is left after all.
async fn ends(serve: &Arc<App>, other: &Arc<App>) {
    let view = ViewRef { kind: "lab_nodes".into(), with: json!({}) };
    let mut feed = subscribe(serve, &Subscription::View { lab: LAB.into(), view }).unwrap();
    assert!(feed.next().await.unwrap().problem.is_none());
    docker(&["rm", "-f", "-v", NODE]);
    let problem = tokio::time::timeout(SEEN, async {
        loop {
            if let Some(problem) = feed.next().await.unwrap().problem {
                return problem;
            }
        }
    });
    assert_eq!(problem.await.unwrap().code, Code::LabRemoved);
    lists(serve, SEEN, |info| info.is_some_and(|info| info.phase == Phase::Removed && info.data_kept)).await;
    assert_eq!(serve.lab(LAB).err().unwrap().code, Code::LabRemoved);

    let left = other.what_there_is().await.unwrap();
    assert!(left.iter().any(|info| info.lab == LAB && info.phase == Phase::Removed && info.data_kept));
    down(other, LAB).await.unwrap();
    assert!(other.what_there_is().await.unwrap().iter().all(|info| info.lab != LAB));
    lists(serve, SEEN, |info| info.is_none_or(|info| !info.data_kept)).await;
}
