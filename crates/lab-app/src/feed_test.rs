//! What a page gets, however fast its source changes and however slow the page is. Time here is tokio's own, paused.

use std::sync::{Arc, Mutex, Weak};

use lab_model::Code;
use tokio::sync::mpsc;

use super::*;

/// What a source says next.
struct Script {
    value: Result<Value, Problem>,
    may_differ: bool,
    /// How often it was asked for its value.
    asked: usize,
    /// What is said while the value is read, once.
    meanwhile: Option<Value>,
}

/// The test's side of a source: dropped, the source ends.
struct Told {
    script: Arc<Mutex<Script>>,
    wake: Arc<watch::Sender<u64>>,
}

impl Told {
    /// A source that says 0, and a feed of it.
    fn new() -> (Self, Feed) {
        let script = Script { value: Ok(Value::from(0)), may_differ: true, asked: 0, meanwhile: None };
        let told = Self { script: Arc::new(Mutex::new(script)), wake: Arc::new(watch::Sender::new(0)) };
        let (script, waker) = (Arc::clone(&told.script), Arc::downgrade(&told.wake));
        let feed = Feed::new(Scripted { script, waker, wake: told.wake.subscribe() });
        (told, feed)
    }

    fn says(&self, value: u64) {
        self.script.lock().unwrap().value = Ok(Value::from(value));
        self.wakes();
    }

    fn fails(&self) {
        let (message, detail, hint) = ("It is gone.".into(), String::new(), String::new());
        self.script.lock().unwrap().value = Err(Problem { code: Code::LabRemoved, message, detail, hint });
        self.wakes();
    }

    fn wakes(&self) {
        self.wake.send_modify(|count| *count += 1);
    }
}

struct Scripted {
    script: Arc<Mutex<Script>>,
    waker: Weak<watch::Sender<u64>>,
    wake: watch::Receiver<u64>,
}

impl Source for Scripted {
    fn value(&mut self) -> Result<Value, Problem> {
        let mut script = self.script.lock().unwrap();
        script.asked += 1;
        let value = script.value.clone();
        if let (Some(next), Some(wake)) = (script.meanwhile.take(), self.waker.upgrade()) {
            script.value = Ok(next);
            wake.send_modify(|count| *count += 1);
        }
        value
    }

    fn may_differ(&mut self) -> bool {
        self.script.lock().unwrap().may_differ
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        0
    }
}

/// The next push, which comes by itself; none once the feed has ended.
async fn next(feed: &mut Feed) -> Option<Push> {
    tokio::time::timeout(Duration::from_secs(1), feed.next()).await.expect("neither pushed nor ended")
}

/// A page that needs so long for each push; what it got, and when.
fn page(mut feed: Feed, needs: Duration) -> mpsc::UnboundedReceiver<(Instant, Push)> {
    let (out, got) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(push) = feed.next().await {
            out.send((Instant::now(), push)).unwrap();
            tokio::time::sleep(needs).await;
        }
    });
    got
}

/// A source that says another thing every millisecond of a second, counted, to such a page; what that page got.
async fn pushed_of_a_busy_second(needs: Duration) -> Vec<(Instant, Push)> {
    let (told, feed) = Told::new();
    let mut got = page(feed, needs);
    for number in 1..=1000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        told.says(number);
    }
    drop(told);
    let mut all = Vec::new();
    while let Some(one) = got.recv().await {
        all.push(one);
    }
    all
}

#[tokio::test(start_paused = true)]
async fn a_page_is_pushed_no_more_than_thirty_values_a_second() {
    let pushed = pushed_of_a_busy_second(Duration::ZERO).await;
    let closest = pushed.windows(2).map(|pair| pair[1].0 - pair[0].0).min().unwrap();
    assert!(closest * 30 >= Duration::from_millis(990), "two pushes {closest:?} apart");
}

#[tokio::test(start_paused = true)]
async fn a_fast_page_is_pushed_nearly_thirty_values_a_second() {
    let pushed = pushed_of_a_busy_second(Duration::ZERO).await;
    assert!(pushed.len() >= 28, "{} pushes", pushed.len());
}

#[tokio::test(start_paused = true)]
async fn a_slow_page_gets_what_is_newest_and_nothing_that_it_missed() {
    let began = Instant::now();
    for (at, push) in pushed_of_a_busy_second(Duration::from_millis(170)).await {
        let newest = u64::try_from((at - began).as_millis()).unwrap().min(1000);
        let value = push.value.as_u64().unwrap();
        assert!(newest - value <= 1, "{value} was pushed when {newest} was said");
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_too_soon_after_a_push_is_pushed_later() {
    let (told, mut feed) = Told::new();
    next(&mut feed).await;
    told.says(1);
    assert_eq!(next(&mut feed).await.unwrap().value, Value::from(1));
}

#[tokio::test(start_paused = true)]
async fn what_is_as_it_was_is_not_pushed_again() {
    let (told, feed) = Told::new();
    let mut got = page(feed, Duration::ZERO);
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        told.wakes();
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    told.says(1);
    let [first, second] = [got.recv().await, got.recv().await].map(|one| one.unwrap().1);
    assert_eq!([(first.rev, first.value), (second.rev, second.value)], [(1, Value::from(0)), (2, Value::from(1))]);
}

#[tokio::test(start_paused = true)]
async fn a_problem_is_pushed_as_one() {
    let (told, mut feed) = Told::new();
    next(&mut feed).await;
    told.fails();
    let push = next(&mut feed).await.unwrap();
    assert_eq!((push.value, push.problem.map(|problem| problem.code)), (Value::Null, Some(Code::LabRemoved)));
}

#[tokio::test(start_paused = true)]
async fn the_value_of_before_a_problem_is_pushed_again_after_it() {
    let (told, mut feed) = Told::new();
    next(&mut feed).await;
    told.fails();
    next(&mut feed).await;
    told.says(0);
    let push = next(&mut feed).await.unwrap();
    assert_eq!((push.value, push.problem), (Value::from(0), None));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_cannot_differ_is_not_asked() {
    let (told, feed) = Told::new();
    let _got = page(feed, Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(50)).await;
    told.script.lock().unwrap().may_differ = false;
    told.says(1);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(told.script.lock().unwrap().asked, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_said_while_a_value_is_read_is_pushed_next() {
    let (told, feed) = Told::new();
    told.script.lock().unwrap().meanwhile = Some(Value::from(1));
    let mut got = page(feed, Duration::ZERO);
    got.recv().await;
    let next = tokio::time::timeout(Duration::from_secs(1), got.recv()).await;
    assert_eq!(next.unwrap().unwrap().1.value, Value::from(1));
}

#[tokio::test(start_paused = true)]
async fn what_was_said_last_is_pushed_and_then_the_feed_ends() {
    let (told, mut feed) = Told::new();
    next(&mut feed).await;
    told.says(1);
    drop(told);
    let last = next(&mut feed).await.map(|push| push.value);
    assert_eq!((last, next(&mut feed).await.is_none()), (Some(Value::from(1)), true));
}
