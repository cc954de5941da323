//! The sink at work: reads records in a group, writes their rows, and commits what is confirmed. Many are under way at once, in
//! any order; how many is bounded, and with it the memory.
//!
//! Whenever it is killed, nothing is lost (what was not confirmed is not committed) and nothing is there twice (keys are natural).

mod told;
mod work;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use lab_cassandra::{Bulk, Cassandra};
use lab_kafka::{Cluster, Extent, GroupReader, Next, Sender, Upto};
use lab_model::{ActionId, Code, DraftSink, Problem, ProgressSink};
use lab_weather::record::Form;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use self::{
    told::Teller,
    work::{Ended, How, Trouble, Writer},
};
use super::{carried::Carried, problem, tables};

/// Rows under way at once.
const IN_FLIGHT: usize = 128;
/// Between two commits, and between two facts.
const EVERY: Duration = Duration::from_millis(500);
/// To confirm what is under way when it shall end.
const TO_END: Duration = Duration::from_secs(5);
/// Before Cassandra is asked again for its tables.
const AGAIN: Duration = Duration::from_secs(1);
/// The client's name.
const CLIENT: &str = "sink";

/// What an action has at hand.
pub(super) struct At<'a> {
    pub(super) kafka: &'a Cluster,
    pub(super) cassandra: &'a Cassandra,
    pub(super) out: &'a DraftSink,
    pub(super) id: ActionId,
    pub(super) progress: ProgressSink,
    pub(super) cancel: CancellationToken,
}

/// What is to be carried.
pub(super) struct Plan {
    pub(super) group: String,
    /// Topics, each with the form of its records.
    pub(super) topics: Vec<(String, Form)>,
    pub(super) limit: u64,
    pub(super) seconds: Option<Duration>,
}

/// What is asked of Kafka beside the records.
enum Aside {
    Committed(Vec<Upto>, Result<(), String>),
    Extents(Result<(Vec<Extent>, Vec<Upto>), String>),
}

/// A sink at work.
struct Sink<'a> {
    plan: Plan,
    reader: Arc<GroupReader>,
    writer: Writer,
    carried: Carried,
    teller: Teller<'a>,
    cancel: CancellationToken,
    /// Rows under way.
    open: FuturesUnordered<BoxFuture<'static, Ended>>,
    /// Answers of Kafka under way: one commit and one question at most.
    aside: FuturesUnordered<BoxFuture<'static, Aside>>,
    committing: bool,
    asking: bool,
    /// No record is taken up any more.
    ending: bool,
    fatal: Option<String>,
}

impl Plan {
    pub(super) async fn run(self, at: At<'_>) -> Result<String, Problem> {
        let names: Vec<&str> = self.topics.iter().map(|(topic, _)| topic.as_str()).collect();
        let until = self.seconds.map(|seconds| Instant::now() + seconds);
        let mut teller = Teller::new(&at, &self.group, self.limit);
        let begun = async {
            let statements = self.statements(&at, &mut teller, until).await?;
            let reader = GroupReader::join(at.kafka, CLIENT, &self.group, &names)?;
            Ok((statements, Arc::new(reader), Arc::new(Sender::new(at.kafka, CLIENT)?)))
        };
        let (statements, reader, sender) = match begun.await {
            Ok(begun) => begun,
            Err(problem) => {
                teller.end();
                return Err(problem);
            }
        };
        let give_up = CancellationToken::new();
        let trouble = Arc::new(Trouble::default());
        let forms: BTreeMap<String, Form> = self.topics.iter().cloned().collect();
        let sink = Sink {
            plan: self,
            reader,
            writer: Writer { forms, statements, sender, give_up, trouble },
            carried: Carried::default(),
            teller,
            cancel: at.cancel,
            open: FuturesUnordered::new(),
            aside: FuturesUnordered::new(),
            committing: false,
            asking: false,
            ending: false,
            fatal: None,
        };
        sink.run(until).await
    }

    /// Waits for Cassandra, makes tables that are missing, and prepares the writing of rows.
    async fn statements(
        &self,
        at: &At<'_>,
        teller: &mut Teller<'_>,
        until: Option<Instant>,
    ) -> Result<BTreeMap<Form, Bulk>, Problem> {
        loop {
            let attempt = async {
                let forms: Vec<Form> =
                    Form::ALL.into_iter().filter(|f| self.topics.iter().any(|(_, of)| of == f)).collect();
                let missing: Vec<_> = forms.iter().map(|form| tables::table(*form)).collect();
                at.cassandra.make_missing(tables::KEYSPACE, &missing).await?;
                let mut statements = BTreeMap::new();
                for form in forms {
                    let columns: Vec<&str> = form.columns().collect();
                    let table = format!("{}.{}", tables::KEYSPACE, form.table());
                    statements.insert(form, at.cassandra.bulk(&table, &columns).await?);
                }
                Ok::<_, String>(statements)
            };
            let stopped = || problem(Code::Cancelled, "Stopped. Nothing was read.".into());
            match at.cancel.run_until_cancelled(attempt).await.ok_or_else(stopped)? {
                Ok(statements) => return Ok(statements),
                Err(why) => teller.waits_for(Some(format!("Cassandra: {why}"))),
            }
            teller.tell(true);
            if until.is_some_and(|until| Instant::now() >= until) {
                return Err(problem(Code::TimedOut, "Nothing was read: Cassandra did not answer in that time.".into()));
            }
            at.cancel.run_until_cancelled(sleep(AGAIN)).await.ok_or_else(stopped)?;
        }
    }
}

impl Sink<'_> {
    async fn run(mut self, until: Option<Instant>) -> Result<String, Problem> {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (reader, cancel) = (Arc::clone(&self.reader), self.cancel.clone());
        let mut give_up_at = None;
        while !(self.ending && self.open.is_empty()) {
            let takes = !self.ending && self.open.len() < IN_FLIGHT;
            tokio::select! {
                biased;
                () = cancel.cancelled(), if !self.ending => self.ending = true,
                () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() && !self.ending => self.ending = true,
                () = sleep_until(give_up_at.unwrap_or_else(Instant::now)), if give_up_at.is_some() => {
                    give_up_at = None;
                    self.writer.give_up.cancel();
                }
                Some(ended) = self.open.next() => self.end(&ended),
                Some(answer) = self.aside.next() => self.hear(answer),
                _ = ticks.tick() => self.look(),
                next = reader.next(), if takes => {
                    self.take(next);
                    self.take_more(&reader);
                }
            }
            self.ending |= self.teller.read() >= self.plan.limit || self.fatal.is_some();
            if self.ending && give_up_at.is_none() && !self.writer.give_up.is_cancelled() {
                give_up_at = Some(Instant::now() + TO_END);
            }
        }
        self.finish().await
    }

    /// What has come already is taken up at once.
    fn take_more(&mut self, reader: &GroupReader) {
        while self.open.len() < IN_FLIGHT && self.teller.read() < self.plan.limit && self.fatal.is_none() {
            let Some(next) = reader.next().now_or_never() else { return };
            self.take(next);
        }
    }

    fn take(&mut self, next: Next) {
        match next {
            Next::Record(record) => {
                self.teller.came();
                self.carried.begun(&record.topic, record.partition, record.offset);
                self.open.push(self.writer.carry(record));
            }
            Next::Trouble(why) => self.teller.kafka(Some(why)),
            Next::Fatal(why) => self.fatal = Some(why),
        }
    }

    fn end(&mut self, ended: &Ended) {
        self.teller.ended(ended.how);
        if ended.how != How::Left {
            self.carried.done(&ended.topic, ended.partition, ended.offset);
        }
    }

    fn hear(&mut self, answer: Aside) {
        match answer {
            Aside::Committed(upto, Ok(())) => {
                self.committing = false;
                self.carried.committed(&upto);
                self.teller.kafka(None);
            }
            // Who reads there next reads again what was not committed; the next commit is for this one, too.
            Aside::Committed(_, Err(why)) => {
                self.committing = false;
                self.teller.kafka(Some(format!("its commit: {why}")));
            }
            Aside::Extents(Ok((extents, before))) => {
                self.asking = false;
                self.teller.lag((!extents.is_empty()).then(|| self.carried.lag(&extents, &before)));
            }
            Aside::Extents(Err(why)) => {
                self.asking = false;
                self.teller.lag(None);
                self.teller.kafka(Some(why));
            }
        }
    }

    /// Twice a second: commits what is confirmed, asks for the lag, and tells how far it is.
    fn look(&mut self) {
        let upto = self.carried.to_commit();
        if !self.committing && !upto.is_empty() {
            self.committing = true;
            let reader = Arc::clone(&self.reader);
            self.aside.push(async move { Aside::Committed(upto.clone(), reader.commit(upto).await) }.boxed());
        }
        if !self.asking {
            self.asking = true;
            let reader = Arc::clone(&self.reader);
            let ask = async move { Ok((reader.extents().await?, reader.committed().await?)) };
            self.aside.push(ask.map(Aside::Extents).boxed());
        }
        self.teller.waits_for(self.writer.trouble.words());
        self.teller.tell(true);
    }

    /// Commits the rest and leaves.
    async fn finish(mut self) -> Result<String, Problem> {
        while let Some(answer) = self.aside.next().await {
            self.hear(answer);
        }
        let upto = self.carried.to_commit();
        let committed = if upto.is_empty() { Ok(()) } else { self.reader.commit(upto.clone()).await };
        if committed.is_ok() {
            self.carried.committed(&upto);
        }
        if let Ok(extents) = self.reader.extents().await {
            self.teller.lag((!extents.is_empty()).then(|| self.carried.lag(&extents, &[])));
        }
        self.teller.waits_for(self.writer.trouble.words());
        self.teller.end();
        if let Ok(reader) = Arc::try_unwrap(self.reader) {
            reader.close().await;
        }
        let words = self.teller.words(committed.err().as_deref());
        match self.fatal {
            Some(why) => Err(problem(Code::EngineSaidNo, format!("Kafka’s client ended: {why}. {words}."))),
            None if self.cancel.is_cancelled() => Err(problem(Code::Cancelled, format!("Stopped. {words}."))),
            None => Ok(words),
        }
    }
}
