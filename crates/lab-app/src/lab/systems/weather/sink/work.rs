//! What is done with one record: its row is written until Cassandra confirms it, or it is kept as no record until Kafka does.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures::{FutureExt, future::BoxFuture};
use lab_cassandra::{Bulk, Cell};
use lab_kafka::{Sender, Taken};
use lab_weather::record::{self, Form, Kept, Place, REJECTED_TOPIC, Record};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Between two attempts, at first and at most.
const REST: Duration = Duration::from_millis(100);
const LONGEST_REST: Duration = Duration::from_secs(1);

/// How carrying a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Its row is confirmed.
    Stored,
    /// It was none, and is kept with the reason.
    Rejected,
    /// It was given up, since the sink ends.
    Left,
}

/// A record that was carried.
pub(super) struct Ended {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) how: How,
}

/// Attempts that failed and are made again.
#[derive(Default)]
pub(super) struct Trouble {
    again: AtomicUsize,
    newest: Mutex<String>,
}

impl Trouble {
    /// What the sink waits for; none while all goes well.
    pub(super) fn words(&self) -> Option<String> {
        let again = self.again.load(Ordering::Relaxed);
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        (again > 0).then(|| format!("{} to be taken: {newest}", lab_model::counted(again as u64, "record")))
    }

    fn note(&self, why: String) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }
}

/// Ways for records.
pub(super) struct Writer {
    pub(super) forms: BTreeMap<String, Form>,
    pub(super) statements: BTreeMap<Form, Bulk>,
    pub(super) sender: Arc<Sender>,
    /// Nothing is tried again any more.
    pub(super) give_up: CancellationToken,
    pub(super) trouble: Arc<Trouble>,
}

impl Writer {
    /// Carries a record to where it belongs.
    pub(super) fn carry(&self, taken: Taken) -> BoxFuture<'static, Ended> {
        let place = Place { topic: &taken.topic, partition: taken.partition, offset: taken.offset };
        let form = self.forms.get(&taken.topic).copied().unwrap_or(Form::Periodic);
        let read = Record::read(form, taken.value.as_deref(), &taken.headers);
        let statement = self.statements.get(&form).cloned();
        let errand = match (read, statement) {
            (Ok(record), Some(statement)) => {
                let row = record.row(place, now()).into_iter().map(cell).collect();
                Errand::Store(statement, row)
            }
            (Ok(_), None) => return futures::future::ready(ended(taken, How::Left)).boxed(),
            (Err(why), _) => Errand::Keep(Arc::clone(&self.sender), record::kept(place, taken.value.as_deref(), &why)),
        };
        let (give_up, trouble) = (self.give_up.clone(), Arc::clone(&self.trouble));
        async move {
            let how = errand.until_it_works(&give_up, &trouble).await;
            ended(taken, how)
        }
        .boxed()
    }
}

fn ended(taken: Taken, how: How) -> Ended {
    Ended { topic: taken.topic, partition: taken.partition, offset: taken.offset, how }
}

/// What is to be done with one record.
enum Errand {
    Store(Bulk, Vec<Cell>),
    Keep(Arc<Sender>, Kept),
}

impl Errand {
    async fn attempt(&self) -> Result<(), String> {
        match self {
            Self::Store(statement, row) => {
                statement.write(row).await.map_err(|outcome| format!("Cassandra said: {outcome}"))
            }
            Self::Keep(sender, kept) => {
                let headers: Vec<(&str, &str)> =
                    kept.headers.iter().map(|(name, told)| (*name, told.as_str())).collect();
                let sent = sender.send(REJECTED_TOPIC, &kept.key, &kept.value, &headers).await;
                sent.map_err(|why| format!("{REJECTED_TOPIC}: {why}"))
            }
        }
    }

    fn done(&self) -> How {
        match self {
            Self::Store(..) => How::Stored,
            Self::Keep(..) => How::Rejected,
        }
    }

    async fn until_it_works(&self, give_up: &CancellationToken, trouble: &Trouble) -> How {
        let Err(why) = self.attempt().await else { return self.done() };
        trouble.note(why);
        trouble.again.fetch_add(1, Ordering::Relaxed);
        let again = async {
            let mut rest = REST;
            loop {
                sleep(rest).await;
                rest = LONGEST_REST.min(rest * 2);
                match self.attempt().await {
                    Ok(()) => return,
                    Err(why) => trouble.note(why),
                }
            }
        };
        // What was given up is still waited for, by whoever carries it next.
        if give_up.run_until_cancelled(again).await.is_none() {
            return How::Left;
        }
        trouble.again.fetch_sub(1, Ordering::Relaxed);
        self.done()
    }
}

fn cell(cell: record::Cell) -> Cell {
    match cell {
        record::Cell::Text(text) => Cell::Text(text),
        record::Cell::Int(number) => Cell::Int(number),
        record::Cell::Long(number) => Cell::Long(number),
        record::Cell::Moment(at) => Cell::Moment(at),
        record::Cell::Day(day) => Cell::Day(day),
        record::Cell::Null => Cell::Null,
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
