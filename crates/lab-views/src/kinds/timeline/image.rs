//! A node that runs another image than before.

use std::collections::BTreeMap;

use lab_model::{
    Fact,
    facts::{
        image::ImageFact,
        lab::{ImageInUse, LabFact},
    },
};
use serde::{Deserialize, Serialize};

use super::{change::Change, model::Mood};

/// What each node runs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Images(BTreeMap<String, ImageInUse>);

impl Images {
    /// Folds a fact in; tells what changed. What a lab is started with is no change.
    pub(super) fn apply(&mut self, fact: &Fact) -> Option<Change> {
        match fact {
            Fact::Lab(LabFact::LabStopped) => self.0.clear(),
            Fact::Image(ImageFact::NodeRuns { node, image }) => {
                let before = self.0.insert(node.clone(), image.clone())?;
                if before.id != image.id {
                    return Some(other(node, &before, image));
                }
            }
            _ => {}
        }
        None
    }
}

fn other(node: &str, before: &ImageInUse, image: &ImageInUse) -> Change {
    let says = if before.reference == image.reference {
        format!("{node} runs {}, as it was built anew", image.reference)
    } else {
        format!("{node} runs {} instead of {}", image.reference, before.reference)
    };
    Change { kind: "node", about: node.to_owned(), says, mood: Mood::Plain }
}
