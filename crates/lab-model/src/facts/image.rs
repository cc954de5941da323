//! Facts about images: which one a node runs, what is in it, and the building of one that extends it.

use serde::{Deserialize, Serialize};

use super::lab::{ImageInUse, Outcome};
use crate::counted;

/// An image, as the container engine describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSeen {
    /// Content id, `sha256:…`.
    pub id: String,
    /// When it was made by the engine's clock, Unix milliseconds; none if the engine does not say.
    #[serde(default)]
    pub created: Option<i64>,
    /// All its layers, bytes; none if the engine does not say.
    #[serde(default)]
    pub size: Option<u64>,
    /// What its layers hold, by digest, the lowest first: layers of equal digests are the same.
    #[serde(default)]
    pub diff_ids: Vec<String>,
    /// How it was made, line by line, the oldest first.
    #[serde(default)]
    pub history: Vec<LayerSeen>,
    /// `NAME=value`, in its own order.
    #[serde(default)]
    pub env: Vec<String>,
    /// `ENTRYPOINT`; none if it has none.
    #[serde(default)]
    pub entrypoint: Option<Vec<String>>,
    /// `CMD`; none if it has none.
    #[serde(default)]
    pub cmd: Option<Vec<String>>,
    /// `USER`, as it is written there; empty if it names none.
    #[serde(default)]
    pub user: String,
    /// `WORKDIR`; empty if it names none.
    #[serde(default)]
    pub working_dir: String,
}

/// A line of an image's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerSeen {
    /// What made it, in the builder's words.
    pub created_by: String,
    /// What it adds, bytes.
    pub size: u64,
    /// When by the engine's clock, Unix milliseconds; none if the engine does not say.
    #[serde(default)]
    pub created: Option<i64>,
}

/// An image that a node may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceSeen {
    /// `name:tag`.
    pub reference: String,
    /// Content id, `sha256:…`.
    pub id: String,
    /// It was built for this lab, on another one.
    pub extends: bool,
}

/// A file that an image is built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildFileSeen {
    /// `Dockerfile`, ….
    pub name: String,
    /// What is in it.
    pub text: String,
    /// Somebody wrote it; else it is what everybody begins with.
    pub written: bool,
}

/// A fact about images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ImageFact {
    /// A node's container was made from this image (source: docker).
    NodeRuns {
        /// The node.
        node: String,
        /// The image, by the name that the container was made with.
        image: ImageInUse,
    },
    /// The container engine described an image. An id is that of one content, so it is said once.
    ImageDescribed {
        /// The image.
        image: ImageSeen,
    },
    /// The images that a node may run: the stack's own, then those built for this lab, the newest first.
    ChoicesListed {
        /// The node.
        node: String,
        /// The images.
        choices: Vec<ChoiceSeen>,
    },
    /// What the next build of an image for the node is made from.
    BuildFilesRead {
        /// The node.
        node: String,
        /// The files.
        files: Vec<BuildFileSeen>,
    },
    /// A build began.
    BuildBegan {
        /// The node that may run what it makes.
        node: String,
        /// The name that the image gets, `name:tag`.
        tag: String,
        /// The images that the Dockerfile names after `FROM`.
        from: Vec<String>,
    },
    /// The builder came to a step.
    StepBegan {
        /// The node.
        node: String,
        /// The step, from 1.
        number: u32,
        /// Steps in all.
        steps: u32,
        /// The instruction.
        instruction: String,
        /// Where it begins in the Dockerfile, from 1; none for a step that is not in it.
        #[serde(default)]
        line: Option<u32>,
    },
    /// A step was done.
    StepEnded {
        /// The node.
        node: String,
        /// The step, from 1.
        number: u32,
        /// Its layer was there already.
        cached: bool,
    },
    /// A build ended.
    BuildEnded {
        /// The node.
        node: String,
        /// The name that the image was to get.
        tag: String,
        /// How.
        outcome: Outcome,
        /// Content id of the image, `sha256:…`; none if there is none.
        #[serde(default)]
        image: Option<String>,
        /// Why it failed, in the builder's words.
        #[serde(default)]
        error: Option<String>,
        /// The line of the Dockerfile at which it failed, from 1; none if it did not fail, or not at a line.
        #[serde(default)]
        line: Option<u32>,
        /// The last lines that the step at which it failed wrote.
        #[serde(default)]
        output: Vec<String>,
    },
}

impl std::fmt::Display for ImageFact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NodeRuns { node, image } => write!(f, "{node} runs {}", image.reference),
            Self::ImageDescribed { image } => {
                write!(f, "image {}: {}", short(&image.id), counted(image.diff_ids.len() as u64, "layer"))
            }
            Self::ChoicesListed { node, choices } => {
                let names: Vec<&str> = choices.iter().map(|choice| choice.reference.as_str()).collect();
                write!(
                    f,
                    "{node} may run {}",
                    if names.is_empty() { "no other image".to_owned() } else { names.join(", ") }
                )
            }
            Self::BuildFilesRead { node, files } => {
                let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
                write!(f, "an image for {node} is built from {}", names.join(" and "))
            }
            Self::BuildBegan { tag, from, .. } => write!(f, "the build of {tag} began, from {}", from.join(" and ")),
            Self::StepBegan { number, steps, instruction, line, .. } => {
                let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
                write!(f, "step {number} of {steps}{line}: {instruction}")
            }
            Self::StepEnded { number, cached, .. } => {
                write!(f, "step {number} done{}", if *cached { ", from the cache" } else { "" })
            }
            Self::BuildEnded { tag, outcome, image, error, line, .. } => match (outcome, image) {
                (Outcome::Done, Some(image)) => write!(f, "{tag} was built: {}", short(image)),
                (Outcome::Done, None) => write!(f, "{tag} was built"),
                (Outcome::Cancelled, _) => write!(f, "the build of {tag} was stopped"),
                (Outcome::Failed, _) => {
                    let line = line.map(|line| format!(" at line {line} of the Dockerfile")).unwrap_or_default();
                    write!(f, "the build of {tag} failed{line}: {}", error.as_deref().unwrap_or("nobody said why"))
                }
            },
        }
    }
}

/// An id as people read it.
fn short(id: &str) -> &str {
    let digest = id.strip_prefix("sha256:").unwrap_or(id);
    digest.get(..12).unwrap_or(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_build_says_where_and_why_and_a_done_one_what_it_made() {
        let ended = |outcome, image: Option<&str>, error: Option<&str>, line| ImageFact::BuildEnded {
            node: "airflow-1".into(),
            tag: "mine:1".into(),
            outcome,
            image: image.map(Into::into),
            error: error.map(Into::into),
            line,
            output: Vec::new(),
        };
        let failed = ended(Outcome::Failed, None, Some("returned a non-zero code: 1"), Some(3));
        assert_eq!(
            failed.to_string(),
            "the build of mine:1 failed at line 3 of the Dockerfile: returned a non-zero code: 1"
        );
        let done = ended(Outcome::Done, Some("sha256:0123456789abcdef"), None, None);
        assert_eq!(done.to_string(), "mine:1 was built: 0123456789ab");
        assert_eq!(ended(Outcome::Cancelled, None, None, None).to_string(), "the build of mine:1 was stopped");
    }

    /// The names of its fields must leave room for those by which a journal tells facts apart.
    #[test]
    fn a_step_is_read_as_it_was_written() {
        let began = ImageFact::StepBegan {
            node: "airflow-1".into(),
            number: 2,
            steps: 4,
            instruction: "COPY requirements.txt /".into(),
            line: Some(2),
        };
        let fact = crate::Fact::from(began);
        let written = serde_json::to_string(&fact).unwrap();
        assert_eq!(serde_json::from_str::<crate::Fact>(&written).unwrap(), fact);
    }
}
