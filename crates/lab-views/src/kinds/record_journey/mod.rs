//! One record of the weather pipeline at every hop from the source to the chart, each read again from its own engine.
//!
//! The content at a hop is what that engine holds: its hash is worked out here from what was read there, and never taken from
//! a hop before. A hop at which the record is not says why, as far as it is known.

mod content;
mod fold;
mod hops;
mod late_hops;
mod model;
mod payload;
mod project;
mod storage;
#[cfg(test)]
mod tests;

use lab_model::{AirflowNeed, CassandraNeed, Need, Observation, WeatherNeed};

pub use fold::State;
pub use model::*;

use crate::{
    Gaps, Projection, View,
    parts::pipeline::{self, COLLECTS, GENERAL},
};

/// The kind.
#[derive(Debug)]
pub struct TheView;

impl View for TheView {
    const KIND: &'static str = "record_journey";
    const SAYS: &'static str = "One weather record at every hop, with a hash of what is there";
    type Params = Params;
    type State = State;
    type Model = Model;

    fn needs(params: &Params) -> Vec<Need> {
        let left = [hops::LIST_GENERAL, hops::LIST_PERIODIC, hops::SENT_GENERAL, hops::SENT_PERIODIC, payload::PAYLOAD];
        let left = left.map(|(task, key)| {
            let [dag, task, key] = [COLLECTS, task, key].map(ToOwned::to_owned);
            Need::Airflow(AirflowNeed::Left { dag, task, key })
        });
        let mut needs: Vec<Need> = pipeline::needs().into_iter().chain(left).collect();
        if let Some(key) = params.record.as_ref().and_then(|record| storage::key_of(&params.topic, record)) {
            let table = pipeline::table_of(&params.topic).to_owned();
            needs.push(Need::Cassandra(CassandraNeed::Key { table: table.clone(), key: key.clone() }));
            needs.push(Need::Cassandra(CassandraNeed::Rows { table, key }));
            needs.push(Need::Cassandra(CassandraNeed::Ring));
        }
        let record = params.record.as_ref();
        if let Some(updated) = record.and_then(|record| payload::made(is_general(&params.topic), record)) {
            needs.push(Need::Weather(WeatherNeed::Archive { updated: updated.to_owned() }));
        }
        needs
    }

    fn apply(state: &mut State, observation: &Observation) -> bool {
        state.apply(observation)
    }

    fn project(state: &State, params: &Params) -> Projection<Model> {
        project::project(state, params)
    }

    fn gaps(state: &State, params: &Params) -> Gaps {
        project::gaps(state, params)
    }
}

/// Only these two have records of forecasts.
fn is_general(topic: &str) -> bool {
    topic == GENERAL
}
