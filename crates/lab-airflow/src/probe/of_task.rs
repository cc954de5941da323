//! What is asked of one task instance. What is told of one that has ended is asked for again only as somebody may change it.

use std::{collections::BTreeMap, time::Duration};

use lab_model::facts::airflow::{AirflowFact, InstanceSeen, TaskPlace, TaskTold, ValueSeen, XComSeen, XComsSeen};
use tokio::time::Instant;

use super::{
    closer::{Account, Subject},
    looking::note,
};
use crate::{
    ask,
    ask::{Left, Place},
    rest::{Dated, Failure, Rest},
};

/// Values of its own that are told, and of those of the tasks before it.
const VALUES: usize = 50;
/// Tasks before it that are asked for.
const BEFORE: usize = 20;
/// Values that are read in one look.
const AT_ONCE: usize = 20;
/// What Airflow did not give is asked for again after so long.
const AGAIN: Duration = Duration::from_secs(30);

/// One task instance being looked at.
pub(super) struct OfTask {
    place: Place,
    /// How it was when it was last asked; none before.
    seen: Option<Option<InstanceSeen>>,
    /// What the tasks before it left.
    before: Vec<Left>,
    more_before: bool,
    /// What was read, and when.
    values: BTreeMap<Left, (ValueSeen, Instant)>,
    /// Values wait to be read.
    unread: bool,
}

/// The fact that says so.
pub(super) fn told(place: &Place, told: TaskTold) -> AirflowFact {
    AirflowFact::TaskTold {
        dag: place.dag.clone(),
        run: place.run.clone(),
        place: TaskPlace { task_id: place.task.clone(), map_index: place.map_index },
        told,
    }
}

impl OfTask {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            place: place.clone(),
            seen: None,
            before: Vec::new(),
            more_before: false,
            values: BTreeMap::new(),
            unread: false,
        }
    }

    /// Something about it changes by itself, or is still to be read. One that the scheduler did not look at yet may wait for
    /// hours.
    pub(super) fn goes_on(&self) -> bool {
        let goes_on = |seen: &InstanceSeen| seen.state.is_some() && !seen.has_ended();
        self.unread || self.seen.as_ref().is_some_and(|seen| seen.as_ref().is_some_and(goes_on))
    }

    pub(super) async fn look(
        &mut self,
        rest: &mut Rest,
        account: &Account,
        whole: bool,
        fresh: bool,
    ) -> Result<(), Failure> {
        if !whole && !self.goes_on() && self.seen.is_some() {
            return Ok(());
        }
        let Some(Dated { at, said }) = note(ask::instance(rest, &self.place).await)? else { return Ok(()) };
        let changed = self.seen.as_ref() != Some(&said);
        self.seen = Some(said.clone());
        let subject = Subject::Instance(self.place.clone());
        let Some(seen) = said else {
            self.before.clear();
            self.values.clear();
            self.unread = false;
            // What was told of it is news should it come again.
            if changed {
                account.keep(|subject| !is_of(subject, &self.place));
            }
            account.said_at(at).hear(subject, told(&self.place, TaskTold::Missing));
            return Ok(());
        };
        let goes_on = !seen.has_ended();
        let newest = seen.newest_time().or(at);
        account.said_at(newest).hear(subject, told(&self.place, TaskTold::Instance(Box::new(seen))));
        if changed || fresh {
            self.ask_tries(rest, account).await?;
        }
        self.ask_events(rest, account).await?;
        self.ask_xcoms(rest, account, changed || fresh || whole && goes_on).await
    }

    async fn ask_tries(&self, rest: &mut Rest, account: &Account) -> Result<(), Failure> {
        let Some(Dated { at, said: Some(tries) }) = note(ask::tries(rest, &self.place).await)? else { return Ok(()) };
        let subject = Subject::Tries(self.place.clone());
        account.said_at(at).hear(subject, told(&self.place, TaskTold::Tries(tries)));
        Ok(())
    }

    async fn ask_events(&self, rest: &mut Rest, account: &Account) -> Result<(), Failure> {
        let Some(Dated { at, said: (events, more) }) = note(ask::events(rest, &self.place).await)? else {
            return Ok(());
        };
        let newest = events.iter().filter_map(|event| event.at).max().or(at);
        let subject = Subject::TaskEvents(self.place.clone());
        account.said_at(newest).hear(subject, told(&self.place, TaskTold::Events { events, more }));
        Ok(())
    }

    async fn ask_xcoms(&mut self, rest: &mut Rest, account: &Account, before: bool) -> Result<(), Failure> {
        let (place, index) = (self.place.clone(), Some(self.place.map_index));
        let Some((mut own, mut more)) = note(ask::left(rest, &place, &place.task, index).await)? else { return Ok(()) };
        if before {
            self.ask_before(rest).await?;
        }
        more |= own.len() > VALUES;
        own.truncate(VALUES);
        self.read(rest, &own).await?;
        let of = |left: &Left| XComSeen {
            task_id: left.task.clone(),
            map_index: left.map_index,
            key: left.key.clone(),
            left_at: left.at,
            value: self.values.get(left).map_or_else(not_yet, |(value, _)| value.clone()),
        };
        let newest = own.iter().filter_map(|left| left.at).max();
        let xcoms = XComsSeen {
            own: own.iter().map(of).collect(),
            before: self.before.iter().map(of).collect(),
            more: more || self.more_before,
        };
        account.said_at(newest).hear(Subject::XComs(place), told(&self.place, TaskTold::XComs(xcoms)));
        Ok(())
    }

    /// Which tasks are before it is asked each time: the DAG may be another one by now.
    async fn ask_before(&mut self, rest: &mut Rest) -> Result<(), Failure> {
        let Some(mut tasks) = note(ask::before(rest, &self.place).await)? else { return Ok(()) };
        let mut all_more = tasks.len() > BEFORE;
        tasks.truncate(BEFORE);
        let mut all = Vec::new();
        for task in &tasks {
            let Some((left, more)) = note(ask::left(rest, &self.place, task, None).await)? else { continue };
            all_more |= more;
            all.extend(left);
        }
        all_more |= all.len() > VALUES;
        all.truncate(VALUES);
        (self.before, self.more_before) = (all, all_more);
        Ok(())
    }

    /// Each value is read once: one that is left anew has another time.
    async fn read(&mut self, rest: &mut Rest, own: &[Left]) -> Result<(), Failure> {
        let before = std::mem::take(&mut self.before);
        self.values.retain(|left, _| own.contains(left) || before.contains(left));
        let due = |known: Option<&(ValueSeen, Instant)>| match known {
            None => true,
            Some((ValueSeen::Unread { .. }, last)) => last.elapsed() >= AGAIN,
            Some(_) => false,
        };
        let all: Vec<&Left> = own.iter().chain(&before).filter(|left| due(self.values.get(*left))).collect();
        let mut failed = None;
        let (mut read, count) = (0, all.len());
        for left in all.into_iter().take(AT_ONCE) {
            match ask::value(rest, &self.place, left, ask::VALUE).await {
                Ok(value) => {
                    let value = value.unwrap_or_else(|| ValueSeen::Unread { why: "it is there no longer".to_owned() });
                    // One that took too long may not be the only one.
                    let took_too_long = matches!(value, ValueSeen::Unread { .. });
                    self.values.insert(left.clone(), (value, Instant::now()));
                    read += 1;
                    if took_too_long {
                        break;
                    }
                }
                Err(failure) => {
                    failed = Some(failure);
                    break;
                }
            }
        }
        self.unread = read < count;
        self.before = before;
        failed.map_or(Ok(()), Err)
    }
}

fn not_yet() -> ValueSeen {
    ValueSeen::Unread { why: "it was not read yet".to_owned() }
}

fn is_of(subject: &Subject, of: &Place) -> bool {
    match subject {
        Subject::Instance(place) | Subject::Tries(place) | Subject::XComs(place) | Subject::TaskEvents(place) => {
            place == of
        }
        _ => false,
    }
}
