//! What is remembered of images: what each node runs and may run, what the images are, and each node's newest build.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Millis, Observation,
    facts::{
        image::{BuildFileSeen, ChoiceSeen, ImageFact, ImageSeen},
        lab::{ImageInUse, LabFact, Outcome},
    },
};
use serde::{Deserialize, Serialize};

use super::{Build, Step};

/// Everything said so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The nodes that the lab has; none before it was started.
    pub(super) of_lab: Option<BTreeSet<String>>,
    /// What was described, by id.
    pub(super) images: BTreeMap<String, ImageSeen>,
    pub(super) nodes: BTreeMap<String, OfNode>,
}

/// What is known of a node.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct OfNode {
    pub(super) runs: Option<ImageInUse>,
    pub(super) choices: Option<Vec<ChoiceSeen>>,
    pub(super) files: Option<Vec<BuildFileSeen>>,
    pub(super) build: Option<Build>,
}

impl State {
    pub(super) fn apply(&mut self, observation: &Observation) -> bool {
        match &observation.fact {
            Fact::Image(fact) => self.hear(fact, observation.heard_at),
            Fact::Lab(LabFact::LabStarted { nodes, adopted, .. }) => {
                self.of_lab = Some(nodes.iter().map(|node| node.name.clone()).collect());
                if !adopted {
                    self.forget_containers();
                }
                true
            }
            Fact::Lab(LabFact::LabStopped) => {
                self.forget_containers();
                true
            }
            _ => false,
        }
    }

    fn hear(&mut self, fact: &ImageFact, at: Millis) -> bool {
        match fact {
            ImageFact::NodeRuns { node, image } => self.of(node).runs = Some(image.clone()),
            ImageFact::ImageDescribed { image } => {
                self.images.insert(image.id.clone(), image.clone());
            }
            ImageFact::ChoicesListed { node, choices } => {
                self.of(node).choices = Some(choices.clone());
                self.forget_images();
            }
            ImageFact::BuildFilesRead { node, files } => self.of(node).files = Some(files.clone()),
            ImageFact::BuildBegan { node, tag, from } => self.of(node).build = Some(begun(tag, from, at)),
            ImageFact::StepBegan { node, number, steps, instruction, line } => {
                let step = Step {
                    number: *number,
                    instruction: instruction.clone(),
                    line: *line,
                    state: "running".to_owned(),
                    cached: None,
                    began_at: at,
                    took: None,
                };
                return self.running(node).is_some_and(|build| begin(build, step, *steps));
            }
            ImageFact::StepEnded { node, number, cached } => {
                return self.running(node).is_some_and(|build| end_step(build, *number, *cached, at));
            }
            ImageFact::BuildEnded { node, tag, outcome, image, error, line, output } => {
                let Some(build) = self.running(node).filter(|build| build.tag == *tag) else { return false };
                end(build, *outcome, at);
                image.clone_into(&mut build.image);
                error.clone_into(&mut build.error);
                build.failed_line = *line;
                output.clone_into(&mut build.output);
            }
        }
        true
    }

    fn of(&mut self, node: &str) -> &mut OfNode {
        self.nodes.entry(node.to_owned()).or_default()
    }

    /// The build of a node's image that is under way.
    fn running(&mut self, node: &str) -> Option<&mut Build> {
        let build = self.nodes.get_mut(node)?.build.as_mut();
        build.filter(|build| build.state == "running")
    }

    /// Other containers may be made from other images.
    fn forget_containers(&mut self) {
        self.nodes.values_mut().for_each(|node| node.runs = None);
    }

    /// What no node runs or may run any more is described no longer.
    fn forget_images(&mut self) {
        let nodes = self.nodes.values();
        let runs = nodes.clone().filter_map(|node| node.runs.as_ref()).map(|image| &image.id);
        let choices = nodes.filter_map(|node| node.choices.as_ref()).flatten().map(|choice| &choice.id);
        let named: BTreeSet<&String> = runs.chain(choices).collect();
        self.images.retain(|id, _| named.contains(id));
    }
}

fn begun(tag: &str, from: &[String], at: Millis) -> Build {
    Build {
        tag: tag.to_owned(),
        from: from.to_vec(),
        state: "running".to_owned(),
        began_at: at,
        took: None,
        of: None,
        steps: Vec::new(),
        image: None,
        error: None,
        failed_line: None,
        output: Vec::new(),
    }
}

/// Each step begins once.
fn begin(build: &mut Build, step: Step, steps: u32) -> bool {
    if build.steps.iter().any(|known| known.number == step.number) {
        return false;
    }
    build.of = Some(steps);
    build.steps.push(step);
    true
}

fn end_step(build: &mut Build, number: u32, cached: bool, at: Millis) -> bool {
    let step = build.steps.iter_mut().find(|step| step.number == number && step.state == "running");
    let Some(step) = step else { return false };
    step.state = "done".to_owned();
    step.cached = Some(cached);
    step.took = Some(at.saturating_sub(step.began_at));
    true
}

fn end(build: &mut Build, outcome: Outcome, at: Millis) {
    let (of_build, of_step) = match outcome {
        Outcome::Done => ("built", "done"),
        Outcome::Failed => ("failed", "failed"),
        Outcome::Cancelled => ("cancelled", "cancelled"),
    };
    build.state = of_build.to_owned();
    build.took = Some(at.saturating_sub(build.began_at));
    for step in build.steps.iter_mut().filter(|step| step.state == "running") {
        step.state = of_step.to_owned();
        step.took = Some(at.saturating_sub(step.began_at));
    }
}
