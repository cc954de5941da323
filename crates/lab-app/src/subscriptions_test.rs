//! What a page follows, and how each of it ends.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::*;
use crate::{feed::Source, test_host::TestHost};

struct Counting {
    wake: watch::Receiver<u64>,
}

impl Source for Counting {
    fn value(&mut self) -> Result<Value, Problem> {
        Ok(Value::from(*self.wake.borrow()))
    }

    fn may_differ(&mut self) -> bool {
        true
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        7
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_push_waits_for_the_page_and_the_end_is_told() {
    let (count, wake) = watch::channel(0);
    let (out, mut pushed) = mpsc::unbounded_channel();
    let acknowledged = Arc::new(Notify::new());
    let send = move |push: Push| {
        let taken = out.send(push).is_ok();
        async move { taken }
    };
    tokio::spawn(push_all(Feed::new(Counting { wake }), Arc::clone(&acknowledged), send));
    let first = pushed.recv().await.unwrap();
    assert_eq!((first.rev, first.now, first.value), (1, 7, Value::from(0)));
    for number in 1..=50 {
        count.send_replace(number);
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(pushed.try_recv().is_err(), "nothing before the page has taken the last one");
    acknowledged.notify_one();
    let next = pushed.recv().await.unwrap();
    assert_eq!((next.rev, next.value), (2, Value::from(50)), "the newest, and none between");
    drop(count);
    acknowledged.notify_one();
    let end = pushed.recv().await.unwrap();
    assert_eq!((end.rev, end.problem.map(|problem| problem.code)), (0, Some(Code::NotNow)));
    assert!(pushed.recv().await.is_none());
}

/// A page that follows jobs.
struct Page {
    app: Arc<App>,
    subscriptions: Subscriptions,
}

impl Page {
    fn new() -> Self {
        let app = TestHost::new().app();
        Self { subscriptions: Subscriptions::new(Arc::clone(&app)), app }
    }

    /// Follows jobs under that id, and takes every push or none; what it is pushed. That ends with the subscription.
    fn follow(&self, id: u64, takes: bool) -> mpsc::UnboundedReceiver<Push> {
        let (out, pushed) = mpsc::unbounded_channel();
        let send = move |push: Push| {
            out.send(push).unwrap();
            async move { takes }
        };
        self.subscriptions.open(id, &Subscription::Jobs, send).unwrap();
        pushed
    }

    /// There is something to push.
    fn something_happens(&self) {
        self.app.jobs.begin("work".into(), None, Duration::from_secs(600), |_| async { Ok(()) });
    }
}

/// Time is paused: it goes on only when nothing is left to do, so this is long.
const A_WHILE: Duration = Duration::from_secs(10);

/// The place of the next push; none if there will be no more.
async fn next(pushed: &mut mpsc::UnboundedReceiver<Push>) -> Option<u64> {
    let next = tokio::time::timeout(A_WHILE, pushed.recv()).await;
    next.expect("neither pushed nor ended").map(|push| push.rev)
}

#[tokio::test(start_paused = true)]
async fn another_under_the_same_id_ends_the_first() {
    let page = Page::new();
    let mut first = page.follow(1, true);
    next(&mut first).await;
    let _second = page.follow(1, true);
    assert_eq!(next(&mut first).await, None);
}

#[tokio::test(start_paused = true)]
async fn another_under_the_same_id_is_acknowledged_in_place_of_the_first() {
    let page = Page::new();
    let _first = page.follow(1, true);
    let mut second = page.follow(1, true);
    next(&mut second).await;
    page.something_happens();
    page.subscriptions.acknowledge(1);
    assert_eq!(next(&mut second).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_closed_ends() {
    let page = Page::new();
    let mut pushed = page.follow(1, true);
    next(&mut pushed).await;
    page.subscriptions.close(1);
    assert_eq!(next(&mut pushed).await, None);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_one_is_no_other_ones() {
    let page = Page::new();
    let [_first, mut second] = [1, 2].map(|id| page.follow(id, true));
    next(&mut second).await;
    page.subscriptions.close(1);
    page.something_happens();
    page.subscriptions.acknowledge(2);
    assert_eq!(next(&mut second).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_take_a_push_gets_no_other() {
    let page = Page::new();
    let mut pushed = page.follow(1, false);
    next(&mut pushed).await;
    page.something_happens();
    page.subscriptions.acknowledge(1);
    assert_eq!(next(&mut pushed).await, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_acknowledged_under_another_id_was_not_taken() {
    let page = Page::new();
    let mut pushed = page.follow(1, true);
    next(&mut pushed).await;
    page.something_happens();
    page.subscriptions.acknowledge(2);
    tokio::time::sleep(A_WHILE).await;
    assert!(pushed.try_recv().is_err(), "it was pushed another one");
}

#[tokio::test(start_paused = true)]
async fn all_of_it_ends_with_the_page() {
    let page = Page::new();
    let [mut first, mut second] = [1, 2].map(|id| page.follow(id, true));
    let before = [next(&mut first).await, next(&mut second).await];
    drop(page.subscriptions);
    assert_eq!((before, next(&mut first).await, next(&mut second).await), ([Some(1); 2], None, None));
}
