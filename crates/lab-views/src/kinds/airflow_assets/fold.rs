//! What is remembered of assets.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, AssetEventSeen, AssetSeen, AssetTold, QueuedSeen},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{airflows, clock::Clock, nodes::Nodes, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) clock: Clock,
    /// By name, and how many there are in all; none before they were told.
    pub(super) assets: Option<(Vec<AssetSeen>, u64)>,
    /// The newest first, and how many there are in all; none before they were told.
    pub(super) events: Option<(Vec<AssetEventSeen>, u64)>,
    /// By the asset's number.
    pub(super) queued: BTreeMap<i64, Vec<QueuedSeen>>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        let turned = airflows::apply(&mut self.nodes, &mut self.sources, observation);
        let dated = self.clock.apply(observation);
        let told = match &observation.fact {
            Fact::Lab(LabFact::LabStarted { adopted, .. }) => {
                if !adopted {
                    (self.assets, self.events) = (None, None);
                    self.queued.clear();
                }
                true
            }
            Fact::Airflow(AirflowFact::AssetTold { told }) => {
                self.hear(told);
                true
            }
            _ => false,
        };
        // Who answers changes what is waited for.
        told || dated || turned
    }

    fn hear(&mut self, told: &AssetTold) {
        match told {
            AssetTold::Assets { assets, total } => {
                // Whether an event waits for a DAG that came to be scheduled by it is asked after this.
                let waits = |id: &i64| assets.iter().any(|asset| asset.id == *id && !asset.scheduled_dags.is_empty());
                self.queued.retain(|id, _| waits(id));
                self.assets = Some((assets.clone(), *total));
            }
            AssetTold::Events { events, total } => self.events = Some((events.clone(), *total)),
            AssetTold::Queued { asset_id, queued } => {
                self.queued.insert(*asset_id, queued.clone());
            }
        }
    }
}
