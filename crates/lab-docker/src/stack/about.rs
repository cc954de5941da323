//! stack.toml: what we say about a stack that Compose has no words for.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::lab::Fault;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) memory_mib: u64,
    #[serde(default)]
    pub(super) choose: Choose,
    pub(super) images: Vec<StackImage>,
    pub(super) nodes: Vec<StackNode>,
    pub(super) ready: Vec<serde_json::Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choose {
    /// The variable with the first three numbers of a free /24 subnet.
    pub(super) subnet: Option<String>,
}

/// An image that a stack needs, and where its names stand in versions.env.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackImage {
    /// What it runs, e.g. `Kafka`.
    pub engine: String,
    /// The variable in compose.yaml that takes the image's reference.
    pub variable: String,
    /// Prefix of the names in versions.env: `<PREFIX>_VERSION`, `<PREFIX>_OFFICIAL_IMAGE`, `<PREFIX>_BUILT_IMAGE`.
    pub versions: String,
    /// The folder in docker/images that builds it.
    pub build: String,
}

/// A node, as the stack describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackNode {
    /// The service's name.
    pub name: String,
    /// `broker`, `controller`, ….
    pub kind: String,
    /// The engine's own id of the node.
    #[serde(default)]
    pub id: Option<i32>,
    /// The faults that make sense on it; each has its undo.
    pub faults: Vec<Fault>,
    /// Where clients on this machine reach it, if they may.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
}

/// A published port of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Which protocol is spoken there, e.g. `kafka`.
    pub system: String,
    /// The variable in compose.yaml that takes the port.
    pub port: String,
}

pub(super) fn parse(text: &str, file: &Path) -> Result<About> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
        Error::Stack {
            file: file.into(),
            line: before.matches('\n').count() + 1,
            problem: error.message().to_owned(),
            instead: "The stacks beside it show every field.".into(),
        }
    })
}
