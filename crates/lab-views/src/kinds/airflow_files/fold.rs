//! What is remembered of files.

use lab_model::{
    Fact, Observation,
    facts::{
        airflow::{AirflowFact, FileListed, FileRead},
        lab::LabFact,
    },
};
use serde::{Deserialize, Serialize};

use crate::parts::{nodes::Nodes, sources::Sources};

/// Texts that are remembered, those that were told last: many more than anybody looks at.
const TEXTS: usize = 64;

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    pub(super) nodes: Nodes,
    pub(super) sources: Sources,
    pub(super) files: Option<Vec<FileListed>>,
    pub(super) total: u64,
    pub(super) unread: Option<String>,
    /// Texts; the one that was told last stands last.
    read: Vec<FileRead>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        self.nodes.apply(observation);
        let turned = self.sources.apply(observation).is_some();
        self.hear(observation) || turned || matches!(observation.fact, Fact::Lab(LabFact::LabStarted { .. }))
    }

    /// What was last told of a file.
    pub(super) fn read(&self, name: &str) -> Option<&FileRead> {
        self.read.iter().find(|read| read.name == name)
    }

    fn hear(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Airflow(AirflowFact::FilesListed { files, total }) => {
                self.files = Some(files.clone());
                (self.total, self.unread) = (*total, None);
                // What is gone need not be remembered, and what comes again is read again.
                let there = |name: &str| files.len() as u64 != *total || files.iter().any(|file| file.name == name);
                self.read.retain(|read| read.text.is_none() || there(&read.name));
                true
            }
            Fact::Airflow(AirflowFact::FileRead { file }) => {
                self.read.retain(|read| read.name != file.name);
                self.read.push(file.clone());
                if self.read.len() > TEXTS {
                    self.read.remove(0);
                }
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
