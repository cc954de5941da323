//! What is asked of Variables and connections.

use lab_model::facts::airflow::{AirflowFact, StoreTold, VariableSeen};

use super::{
    closer::{Account, Subject},
    looking::note,
};
use crate::{
    ask,
    rest::{Dated, Failure, Rest},
};

/// Variables and connections being looked at.
#[derive(Default)]
pub(super) struct OfStores {
    /// As they were told last.
    told: Option<(Vec<VariableSeen>, u64)>,
    /// When they were last read together with the event log, by Airflow's clock.
    read_at: Option<i64>,
}

impl OfStores {
    /// The event log is asked after the Variables, and told before them: who is noted to have changed what is told is then
    /// among what was told.
    pub(super) async fn look(&mut self, rest: &mut Rest, account: &Account, whole: bool) -> Result<(), Failure> {
        let variables = note(ask::variables(rest).await)?;
        let events = note(ask::store_events(rest).await)?;
        let events_read = events.is_some();
        if let Some(Dated { at, said: events }) = events {
            hear(account, Subject::StoreEvents, at, StoreTold::Events { events });
        }
        if let Some(Dated { at, said: (variables, total) }) = variables {
            let since = self.read_at.filter(|_| events_read);
            self.tell(account, at, (variables, total), since);
            self.read_at = at.filter(|_| events_read);
        }
        if whole && let Some(Dated { at, said: (connections, total) }) = note(ask::connections(rest).await)? {
            hear(account, Subject::Connections, at, StoreTold::Connections { connections, total });
        }
        Ok(())
    }

    fn tell(&mut self, account: &Account, at: Option<i64>, now: (Vec<VariableSeen>, u64), since: Option<i64>) {
        if self.told.as_ref() == Some(&now) {
            return;
        }
        let (variables, total) = now.clone();
        self.told = Some(now);
        account.said_at(at).send(AirflowFact::StoreTold { told: StoreTold::Variables { variables, total, since } });
    }
}

fn hear(account: &Account, subject: Subject, at: Option<i64>, told: StoreTold) {
    account.said_at(at).hear(subject, AirflowFact::StoreTold { told });
}
