//! What is remembered of traced requests: the newest ones, and their traces.

use std::collections::{BTreeMap, VecDeque};

use lab_model::{
    Fact, Observation,
    facts::{
        cassandra::{CassandraFact, RequestSeen, TraceEvent},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use super::Params;
use crate::parts::{ring::Ring, statement::is_about};

/// Traced requests kept, the newest.
const REQUESTS: usize = 60;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) ring: Ring,
    /// Traced ones, the oldest first.
    requests: VecDeque<RequestSeen>,
    /// By the trace's id.
    traces: BTreeMap<String, Trace>,
}

/// A trace as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trace {
    pub(super) coordinator: String,
    pub(super) duration_micros: Option<u64>,
    pub(super) events: Vec<TraceEvent>,
    started_at: i64,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let about_ring = self.ring.apply(observation).is_some();
        match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted: false, .. }) => {
                self.requests.clear();
                self.traces.clear();
            }
            Fact::Cassandra(CassandraFact::RequestEnded { request }) if request.trace.is_some() => self.ended(request),
            Fact::Cassandra(CassandraFact::TraceRead { trace, coordinator, started_at, duration_micros, events }) => {
                let read = Trace {
                    coordinator: coordinator.clone(),
                    duration_micros: *duration_micros,
                    events: events.clone(),
                    started_at: *started_at,
                };
                self.read(trace, read);
            }
            _ => return about_ring,
        }
        true
    }

    fn ended(&mut self, request: &RequestSeen) {
        match self.requests.iter_mut().find(|known| known.id == request.id) {
            Some(known) => known.clone_from(request),
            None => self.requests.push_back(request.clone()),
        }
        if self.requests.len() > REQUESTS {
            self.requests.pop_front();
        }
    }

    fn read(&mut self, id: &str, mut read: Trace) {
        let known = self.traces.entry(id.to_owned()).or_default();
        // Another node's copy of it may lack what one has already told.
        if read.events.len() < known.events.len() {
            known.duration_micros = known.duration_micros.or(read.duration_micros);
            return;
        }
        read.duration_micros = read.duration_micros.or(known.duration_micros);
        *known = read;
        if self.traces.len() > REQUESTS {
            let oldest = self.traces.iter().min_by_key(|(_, trace)| trace.started_at).map(|(id, _)| id.clone());
            oldest.and_then(|oldest| self.traces.remove(&oldest));
        }
    }

    /// The traced request asked for, or the newest that fits.
    pub(super) fn request(&self, params: &Params) -> Option<&RequestSeen> {
        let named = |request: &&RequestSeen| params.request.as_ref().is_none_or(|id| request.id == *id);
        let fits = |request: &&RequestSeen| is_about(&request.cql, params.about.as_deref());
        self.requests.iter().rev().filter(named).find(fits)
    }

    /// What was read of its trace.
    pub(super) fn trace(&self, request: &RequestSeen) -> Option<&Trace> {
        self.traces.get(request.trace.as_ref()?)
    }
}
