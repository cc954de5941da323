//! A start that is cancelled at any moment leaves nothing that stands in the way of the next one.

use std::time::Duration;

use lab_app::schema::Phase;
use lab_model::Code;
use lab_tests::{app, down};

const LAB: &str = "pipewright-test-cancelled";

#[tokio::test(flavor = "multi_thread")]
async fn a_lab_starts_after_a_start_that_was_cancelled_early_or_late() {
    let dir = tempfile::tempdir().unwrap();
    let app = app(dir.path()).unwrap();
    // A run of this test that was ended from outside may have left it.
    down(&app, LAB).await.unwrap();
    // Networks are made first, then containers: each moment leaves something else behind.
    for moment in [20, 120, 400, 900] {
        let job = app.up("kafka-3", Some(LAB)).unwrap();
        tokio::time::sleep(Duration::from_millis(moment)).await;
        app.jobs.cancel(job).unwrap();
        let cancelled = app.jobs.wait(job).await.unwrap_err();
        assert_eq!(cancelled.code, Code::Cancelled, "after {moment} ms: {cancelled}");
    }
    let job = app.up("kafka-3", Some(LAB)).unwrap();
    app.jobs.wait(job).await.unwrap();
    assert_eq!(*app.lab(LAB).unwrap().phase().borrow(), Phase::Ready);
    down(&app, LAB).await.unwrap();
}
