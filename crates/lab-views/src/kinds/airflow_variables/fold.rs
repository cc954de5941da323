//! What is remembered of Variables and connections.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Millis, Observation,
    facts::{
        airflow::{AirflowFact, ConnectionSeen, StoreEventSeen, StoreTold, VariableSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{airflows, clock::Clock, nodes::Nodes, sources::Sources};

/// A call is noted before it is done, by a command line seconds before; and Airflow tells the time in whole seconds.
const BEFORE: i64 = 5_000;
const AFTER: i64 = 2_000;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    /// By key, and how many there are in all; none before they were told.
    pub(super) variables: Option<(Vec<VariableSeen>, u64)>,
    /// By id, and how many there are in all; none before they were told.
    pub(super) connections: Option<(Vec<ConnectionSeen>, u64)>,
    /// The newest first; none before they were told.
    pub(super) events: Option<Vec<StoreEventSeen>>,
    /// By key, of those that changed.
    pub(super) changed: BTreeMap<String, Change>,
    /// By id, when a connection changed.
    pub(super) reconnected: BTreeMap<String, Millis>,
}

/// A Variable came, or has another value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) at: Millis,
    /// The event log notes something about it in that time; none if it is not known.
    pub(super) noted: Option<bool>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        let dated = self.clock.apply(observation);
        let told = match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted, .. }) => {
                if !adopted {
                    self.forget();
                }
                true
            }
            Fact::Airflow(AirflowFact::StoreTold { told }) => {
                self.hear(observation, told);
                true
            }
            _ => false,
        };
        // Who answers changes what is waited for.
        told || dated || turned
    }

    fn forget(&mut self) {
        (self.variables, self.connections, self.events) = (None, None, None);
        self.changed.clear();
        self.reconnected.clear();
    }

    fn hear(&mut self, observation: &Observation, told: &StoreTold) {
        match told {
            StoreTold::Variables { variables, total, since } => {
                self.compare(observation, variables, *since);
                self.variables = Some((variables.clone(), *total));
            }
            StoreTold::Connections { connections, total } => {
                self.compare_connections(observation.heard_at, connections);
                self.connections = Some((connections.clone(), *total));
            }
            StoreTold::Events { events } => self.events = Some(events.clone()),
        }
    }

    fn compare(&mut self, observation: &Observation, now: &[VariableSeen], since: Option<i64>) {
        self.changed.retain(|key, _| now.iter().any(|variable| variable.key == *key));
        let Some((before, total)) = &self.variables else { return };
        // Of those that were not told before it is not known whether they are new.
        let all = before.len() as u64 >= *total;
        for variable in now {
            let changed = match before.iter().find(|before| before.key == variable.key) {
                Some(before) => !same_value(before, variable),
                None => all,
            };
            if changed {
                let noted = self.noted(&variable.key, since, observation.said_at);
                self.changed.insert(variable.key.clone(), Change { at: observation.heard_at, noted });
            }
        }
    }

    /// Whether anything about it is noted between two looks.
    fn noted(&self, key: &str, since: Option<i64>, until: Option<i64>) -> Option<bool> {
        let (events, from, to) = (self.events.as_ref()?, since?.saturating_sub(BEFORE), until?.saturating_add(AFTER));
        let near = |event: &StoreEventSeen| event.at.is_none_or(|at| (from..=to).contains(&at));
        // A call about several names none.
        let about = |event: &StoreEventSeen| event.about.as_deref().is_none_or(|about| about == key);
        Some(events.iter().any(|event| !event.is_of_connection() && near(event) && about(event)))
    }

    fn compare_connections(&mut self, heard_at: Millis, now: &[ConnectionSeen]) {
        self.reconnected.retain(|id, _| now.iter().any(|connection| connection.connection_id == *id));
        let Some((before, total)) = &self.connections else { return };
        let all = before.len() as u64 >= *total;
        for connection in now {
            let changed = match before.iter().find(|before| before.connection_id == connection.connection_id) {
                Some(before) => before != connection,
                None => all,
            };
            if changed {
                self.reconnected.insert(connection.connection_id.clone(), heard_at);
            }
        }
    }
}

fn same_value(one: &VariableSeen, other: &VariableSeen) -> bool {
    (&one.value, one.length, one.digest) == (&other.value, other.length, other.digest)
}
