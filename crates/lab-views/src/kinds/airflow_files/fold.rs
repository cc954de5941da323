//! What is remembered of files.

use std::collections::BTreeMap;

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, FileListed, FileRead},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{nodes::Nodes, sources::Sources};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) files: Option<Vec<FileListed>>,
    pub(super) total: u64,
    pub(super) unread: Option<String>,
    /// Texts, by name of the file.
    pub(super) read: BTreeMap<String, FileRead>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        let turned = self.sources.apply(observation).is_some();
        self.hear(observation) || turned || matches!(observation.fact, Fact::Lab(LabFact::LabStarted { .. }))
    }

    fn hear(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Airflow(AirflowFact::FilesListed { files, total }) => {
                self.files = Some(files.clone());
                (self.total, self.unread) = (*total, None);
                // What is gone need not be remembered, and what comes again is read again.
                let there = |name: &String| files.len() as u64 != *total || files.iter().any(|file| file.name == *name);
                self.read.retain(|name, read| read.text.is_none() || there(name));
                true
            }
            Fact::Airflow(AirflowFact::FileRead { file }) => {
                self.read.insert(file.name.clone(), file.clone());
                true
            }
            Fact::Airflow(AirflowFact::FilesUnread { why }) => {
                self.unread = Some(why.clone());
                true
            }
            _ => false,
        }
    }
}
