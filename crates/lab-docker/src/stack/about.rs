//! stack.toml: what we say about a stack that Compose has no words for.

use std::path::Path;

use lab_model::facts::lab::SettingChanged;
use serde::{Deserialize, Serialize};

use super::Variables;
use crate::Fault;
use crate::error::{Error, Result};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) memory_mib: u64,
    #[serde(default)]
    pub(super) choose: Choose,
    pub(super) images: Vec<StackImage>,
    #[serde(default)]
    pub(super) files: Vec<StackFile>,
    pub(super) nodes: Vec<StackNode>,
    #[serde(default)]
    pub(super) options: Vec<StackOption>,
    #[serde(default)]
    pub(super) settings: Vec<SettingChanged>,
    pub(super) ready: Vec<serde_json::Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choose {
    /// The variable with the first three numbers of a free /24 subnet.
    pub(super) subnet: Option<String>,
    /// The variable with a password that nobody has to know by heart.
    pub(super) secret: Option<String>,
    /// Where a node finds the secret, if not in its environment.
    pub(super) secret_file: Option<SecretFile>,
}

/// The file by which a node gets the lab's secret before its first start, and from which it is read back. Nobody but its
/// owner can read it there; an environment is open to whoever may look at containers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretFile {
    /// The service's name.
    pub(crate) node: String,
    /// The path in the node.
    pub(crate) path: String,
    /// The number of the user whose file it is.
    pub(crate) owner: u32,
}

/// An image that a stack needs, and where its names stand in versions.env.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackImage {
    /// What it runs, e.g. `Kafka`.
    pub engine: String,
    /// The variable in compose.yaml that takes the image's reference.
    pub variable: String,
    /// Prefix of the names in versions.env: `<PREFIX>_OFFICIAL_IMAGE`, where somebody else publishes one, and
    /// `<PREFIX>_BUILT_IMAGE`.
    pub versions: String,
    /// The folder in docker/images that builds it.
    pub build: String,
    /// People may build images on it, and let its nodes run them.
    #[serde(default)]
    pub extend: bool,
}

/// A file that is taken out of an image of ours and put into nodes before their first start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackFile {
    /// What it is, e.g. `Jolokia`.
    pub engine: String,
    /// Prefix of the image's name in versions.env: `<PREFIX>_BUILT_IMAGE`.
    pub versions: String,
    /// The folder in docker/images that builds it.
    pub build: String,
    /// The path in the image.
    pub from: String,
    /// The path in the nodes.
    pub to: String,
    /// The kind of the nodes that get it.
    pub kind: String,
}

/// Something a person may choose when a lab is made, and cannot change later: its data fits no other choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackOption {
    /// The name, e.g. `tokens`.
    pub name: String,
    /// What is chosen, in words.
    pub say: String,
    /// The variable in compose.yaml that takes the value.
    pub variable: String,
    /// What may be chosen. The one that is compose.yaml's default is taken when nothing is said.
    pub values: Vec<OptionValue>,
}

/// A value that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionValue {
    /// What the variable gets, and what a person writes.
    pub value: String,
    /// What it means, in words.
    pub say: String,
    /// Other variables that go with it.
    #[serde(default)]
    pub with: Variables,
}

/// A node, as the stack describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackNode {
    /// The service's name.
    pub name: String,
    /// The engine whose node it is, e.g. `kafka`: the first word of its actions' names.
    pub system: String,
    /// `broker`, `controller`, ….
    pub kind: String,
    /// The engine's own id of the node.
    #[serde(default)]
    pub id: Option<i32>,
    /// The faults that make sense on it; each has its undo.
    pub faults: Vec<Fault>,
    /// The variable in compose.yaml that takes the port by which clients on this machine reach it, if they may.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The variable in compose.yaml that takes the port of its management agent, if it has one.
    #[serde(default)]
    pub agent: Option<String>,
    /// The node is made with the lab and started when somebody asks for it. This path exists in it once it has run;
    /// from then on it is started with the others.
    #[serde(default)]
    pub spare: Option<String>,
    /// The node takes the place of others for a while: it is made with the lab, started only when somebody asks for it, and
    /// never with the others.
    #[serde(default)]
    pub stands_in: bool,
}

impl StackNode {
    /// Whether the lab is whole without it running.
    pub fn may_wait(&self) -> bool {
        self.spare.is_some() || self.stands_in
    }
}

pub(super) fn parse(text: &str, file: &Path) -> Result<About> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
        Error::Stack {
            file: file.into(),
            line: before.matches('\n').count() + 1,
            problem: error.message().to_owned(),
            instead: "The other stacks show every field.".into(),
        }
    })
}
