//! How far a sink is, as its journal and whoever follows the action are told.

use lab_model::{
    ActionId, Draft, DraftSink, Progress, ProgressSink, Source, counted,
    facts::weather::{SinkTold, WeatherFact},
};
use tokio::time::Instant;

use super::{At, CLIENT, work::How};

/// Counts, and tells.
pub(super) struct Teller<'a> {
    out: &'a DraftSink,
    id: ActionId,
    progress: ProgressSink,
    limit: u64,
    now: SinkTold,
    last: Option<SinkTold>,
    /// When the first record came.
    began: Option<Instant>,
    /// When the newest row was confirmed.
    newest: Option<Instant>,
    kafka: Option<String>,
    /// Records that were given up.
    left: u64,
}

impl<'a> Teller<'a> {
    pub(super) fn new(at: &At<'a>, group: &str, limit: u64) -> Self {
        let now = SinkTold { group: group.to_owned(), running: true, ..SinkTold::default() };
        let progress = ProgressSink::clone(&at.progress);
        let (out, id) = (at.out, at.id);
        Self { out, id, progress, limit, now, last: None, began: None, newest: None, kafka: None, left: 0 }
    }

    /// Records that came.
    pub(super) fn read(&self) -> u64 {
        self.now.read
    }

    pub(super) fn came(&mut self) {
        self.began.get_or_insert_with(Instant::now);
        self.now.read += 1;
        self.kafka = None;
    }

    pub(super) fn ended(&mut self, how: How) {
        match how {
            How::Stored => self.now.stored += 1,
            How::Rejected => self.now.rejected += 1,
            How::Left => self.left += 1,
        }
        if how != How::Left {
            self.newest = Some(Instant::now());
        }
    }

    /// What Kafka's client says is amiss; none if it is heard.
    pub(super) fn kafka(&mut self, why: Option<String>) {
        self.kafka = why;
    }

    pub(super) fn lag(&mut self, lag: Option<u64>) {
        self.now.lag = lag;
    }

    /// What the rows under way wait for; without one, what Kafka's client says.
    pub(super) fn waits_for(&mut self, why: Option<String>) {
        self.now.waits_for = why.or_else(|| self.kafka.as_ref().map(|why| format!("Kafka: {why}")));
    }

    /// Tells what changed.
    pub(super) fn tell(&mut self, running: bool) {
        self.now.running = running;
        self.now.per_second = self.per_second();
        (self.progress)(self.reported());
        let changed = self.last.as_ref().is_none_or(|last| {
            // A rate that falls while nothing comes is no change.
            SinkTold { per_second: last.per_second, ..self.now.clone() } != *last
        });
        if changed {
            self.last = Some(self.now.clone());
            let fact = WeatherFact::SinkTold { told: self.now.clone() };
            (self.out)(Draft::new(Source::Client(CLIENT.into()), fact).because_of(self.id));
        }
    }

    /// Tells the end.
    pub(super) fn end(&mut self) {
        self.tell(false);
    }

    fn reported(&self) -> Progress {
        let lag = self.now.lag.map(|lag| format!("lag {lag}"));
        let rejected = (self.now.rejected > 0).then(|| format!("{} rejected", self.now.rejected));
        let waits = self.now.waits_for.as_ref().map(|why| format!("waits for {why}"));
        let rate = (self.now.stored > 0).then(|| format!("{:.0} rows a second", self.now.per_second));
        let detail: Vec<String> = [rate, lag, rejected, waits].into_iter().flatten().collect();
        Progress {
            step: format!("store records of group {}", self.now.group),
            detail: detail.join(", "),
            done: Some(self.now.stored + self.now.rejected),
            total: (self.limit != u64::MAX).then_some(self.limit),
            unit: "records".into(),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate needs no more")]
    fn per_second(&self) -> f64 {
        let took = self.newest.zip(self.began).map_or(0.0, |(newest, began)| (newest - began).as_secs_f64());
        let rate = if took > 0.0 { self.now.stored as f64 / took } else { 0.0 };
        (rate * 10.0).round() / 10.0
    }

    /// Of all of it, for the action's end; `uncommitted`: why its offsets are not committed.
    pub(super) fn words(&self, uncommitted: Option<&str>) -> String {
        let now = &self.now;
        let mut words = format!("{} read, {} stored", counted(now.read, "record"), counted(now.stored, "row"));
        if now.rejected > 0 {
            words.push_str(&format!(", {} kept as rejected", now.rejected));
        }
        if self.left > 0 {
            words.push_str(&format!(", {} left for the next reader", self.left));
        }
        words.push_str(&format!("; {:.0} rows a second", now.per_second));
        match (uncommitted, now.lag) {
            (Some(why), _) => words.push_str(&format!("; not committed, so they will be read again: {why}")),
            (None, Some(lag)) => words.push_str(&format!("; group {} has a lag of {lag}", now.group)),
            (None, None) => {}
        }
        words
    }
}
