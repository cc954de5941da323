//! What is remembered of topics: every broker's own words, offsets groups committed, and logs that became shorter.

use std::collections::{BTreeMap, VecDeque};

use lab_model::{Millis, Observation};
use serde::{Deserialize, Serialize};

use crate::parts::{
    groups::Groups,
    lag::Ends,
    nodes::Nodes,
    sources::Sources,
    topics::{Change, News, Topics},
};

/// Truncations remembered of each topic, the newest.
const KEPT: usize = 50;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) topics: Topics,
    pub(super) groups: Groups,
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) truncations: BTreeMap<String, VecDeque<Shortened>>,
}

/// A node's log became shorter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Shortened {
    pub(super) partition: i32,
    pub(super) node: String,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) at: Millis,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        self.sources.apply(observation);
        let about_groups = self.groups.apply(observation).is_some();
        let news = self.topics.apply(observation);
        let about_topics = news.is_some();
        if let Some(News { topic, changes }) = news {
            for change in changes {
                self.remember(&topic, change, observation.heard_at);
            }
        }
        about_topics || about_groups || Sources::concerns(observation)
    }

    /// The logs that lags are counted from.
    pub(super) fn ends(&self) -> Ends<'_> {
        Ends { topics: &self.topics, nodes: &self.nodes, sources: &self.sources }
    }

    fn remember(&mut self, topic: &str, change: Change, at: Millis) {
        match change {
            Change::Ended => {
                self.truncations.remove(topic);
            }
            Change::Truncated { partition, node, from, to } => {
                let kept = self.truncations.entry(topic.to_owned()).or_default();
                kept.push_back(Shortened { partition, node, from, to, at });
                if kept.len() > KEPT {
                    kept.pop_front();
                }
            }
            Change::Leader { .. } | Change::Isr { .. } => {}
        }
    }
}
