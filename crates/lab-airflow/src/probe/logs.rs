//! A lane of its own for logs: Airflow takes its time for a long one, and nothing else waits for it. The log of a try that
//! has ended is read once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use lab_model::{AirflowNeed, DraftSink, facts::airflow::TrySeen};
use lab_probe::{Look, Pace};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};

use super::{
    DEADLINE, DagFolder,
    closer::{Account, WHILE_ACTIVE, WHILE_CALM},
    looking::note,
    of_log::{OfLog, Reading},
    places::{self, Wanted},
};
use crate::{
    Server, ask,
    ask::{LogRead, Place},
    rest::{Dated, Failure, LONGEST, Rest},
};

/// Logs that are read at once.
const AT_ONCE: usize = 2;

/// Of which task instance, and of which try.
type Which = (Place, u32);

/// A log that was read, or why it was not; beside it how it stood with the try before.
type Read = (Which, Reading, Result<Dated<LogRead>, Failure>);

/// Logs being read.
pub(super) struct Logs {
    rest: Rest,
    folder: Arc<dyn DagFolder>,
    account: Account,
    of: BTreeMap<Which, OfLog>,
    /// By task instance: its tries when they were last asked.
    tries: BTreeMap<Place, Vec<TrySeen>>,
    reading: JoinSet<Read>,
    whole: Option<Instant>,
    active: bool,
}

impl Logs {
    pub(super) fn new(server: &Server, folder: Arc<dyn DagFolder>, out: DraftSink) -> Self {
        Self {
            rest: Rest::new(server, DEADLINE),
            folder,
            account: Account::of(&server.node, out, Arc::new(Pace::default())),
            of: BTreeMap::new(),
            tries: BTreeMap::new(),
            reading: JoinSet::new(),
            whole: None,
            active: false,
        }
    }

    async fn ask(&mut self, wanted: &BTreeSet<Wanted>, fresh: bool) -> Result<(), Failure> {
        let whole = fresh || self.whole.is_none_or(|last| last.elapsed() >= WHILE_CALM);
        if whole {
            self.whole = Some(Instant::now());
        }
        for (place, try_number) in wanted {
            if whole || !self.is_read(place, *try_number) {
                self.ask_tries(place).await?;
            }
            let Some(seen) = chosen(self.tries.get(place), *try_number).cloned() else { continue };
            self.begin(place, &seen, fresh).await?;
        }
        Ok(())
    }

    /// There is nothing more to read of it, as far as is known.
    fn is_read(&self, place: &Place, try_number: Option<u32>) -> bool {
        let seen = chosen(self.tries.get(place), try_number);
        seen.and_then(|seen| self.of.get(&(place.clone(), seen.try_number))).is_some_and(OfLog::is_finished)
    }

    async fn ask_tries(&mut self, place: &Place) -> Result<(), Failure> {
        if let Some(Dated { said, .. }) = note(ask::tries(&mut self.rest, place).await)? {
            if said.is_none() {
                // Should it come again, its log is another one.
                self.of.retain(|(of, _), _| of != place);
            }
            self.tries.insert(place.clone(), said.unwrap_or_default());
        }
        Ok(())
    }

    /// Begins to read, if it is time for it.
    async fn begin(&mut self, place: &Place, seen: &TrySeen, fresh: bool) -> Result<(), Failure> {
        let newest = chosen(self.tries.get(place), None).is_some_and(|newest| newest.try_number == seen.try_number);
        let goes_on = newest && !seen.has_ended();
        let which = (place.clone(), seen.try_number);
        let of = self.of.entry(which.clone()).or_default();
        if seen.started_at.is_none() || !of.is_due(fresh) || self.reading.len() >= AT_ONCE {
            return Ok(());
        }
        if of.may_be_long() {
            let file = ask::log_file(place, seen.try_number);
            // Where its size is not known, it is read as far as it may be.
            let size = timeout(DEADLINE, self.folder.log_size(&file)).await;
            if let Ok(Ok(Some(size))) = size
                && size > LONGEST
            {
                of.leave(&self.account, place, seen.try_number, !goes_on, (size, &self.folder.log_by_hand(&file)));
                return Ok(());
            }
        }
        let stream = ask::log_at(&mut self.rest, place, seen.try_number).await?;
        let ended_at = if goes_on { None } else { Some(seen.ended_at) };
        let reading = of.begin(ended_at, seen.state.as_deref() == Some("running"));
        self.reading.spawn(async move { (which, reading, ask::log(stream).await) });
        Ok(())
    }

    /// Hears what was read meanwhile; for what is still being read the next look waits.
    async fn hear(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        while let Ok(Some(read)) = timeout_at(deadline, self.reading.join_next()).await {
            let Ok(((place, try_number), reading, said)) = read else { continue };
            if matches!(said, Err(Failure::Refused { status: 401 | 403, .. })) {
                self.rest.forget_token();
            }
            if let Some(of) = self.of.get_mut(&(place.clone(), try_number)) {
                of.hear(&self.account, &place, try_number, reading, said);
            }
        }
    }
}

/// The try whose log is shown: that one, or the newest.
fn chosen(tries: Option<&Vec<TrySeen>>, try_number: Option<u32>) -> Option<&TrySeen> {
    let tries = tries?;
    match try_number {
        Some(number) => tries.iter().find(|one| one.try_number == number),
        None => tries.last(),
    }
}

impl Look for Logs {
    type Need = AirflowNeed;

    async fn look(&mut self, needs: &BTreeSet<AirflowNeed>, fresh: bool) {
        let wanted = match places::wanted(&mut self.rest, needs).await {
            Ok(wanted) => wanted,
            Err(failure) => return tracing::debug!(%failure, "which logs to read is not known"),
        };
        let is_wanted = |place: &Place| wanted.iter().any(|(of, _)| of == place);
        self.of.retain(|(place, _), _| is_wanted(place));
        self.tries.retain(|place, _| is_wanted(place));
        if let Err(failure) = self.ask(&wanted, fresh).await {
            tracing::debug!(%failure, "logs were not read");
        }
        self.hear().await;
        let begun = |place: &Place, try_number| {
            chosen(self.tries.get(place), try_number).is_some_and(|seen| seen.started_at.is_some())
        };
        let goes_on = |(place, try_number): &Wanted| begun(place, *try_number) && !self.is_read(place, *try_number);
        self.active = wanted.iter().any(goes_on);
    }

    fn interval(&self) -> Duration {
        if self.active { WHILE_ACTIVE } else { WHILE_CALM }
    }
}
