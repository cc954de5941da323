//! Labs: found, brought up, taken down, broken, mended, watched. Everything goes by our labels.

mod census;
mod choose;
mod down;
mod fault;
mod files;
mod find;
mod make;
mod mend;
mod nodes;
mod swap;
mod turn;
mod up;
mod wakes;
mod watch;

use lab_model::facts::lab::{ImageInUse, NodeState};

pub use census::{Census, Look, Remains};
pub(crate) use find::node_of;
pub use watch::NodeSeen;
pub(crate) use watch::unix_ms;

use crate::stack::Variables;

/// A lab as the engine has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Lab {
    /// Compose's project, which is the lab's name.
    pub project: String,
    /// The stack it was made from.
    pub stack: String,
    /// What was chosen when it was made, as its containers tell it: variable → value.
    pub chosen: Variables,
    /// The containers, by name of the node.
    pub nodes: Vec<LabNode>,
}

impl Lab {
    /// One of which no container is known.
    pub fn new(project: impl Into<String>, stack: impl Into<String>) -> Self {
        Self { project: project.into(), stack: stack.into(), chosen: Variables::new(), nodes: Vec::new() }
    }
}

/// A container of a lab.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LabNode {
    /// Service name, e.g. `kafka-1`.
    pub name: String,
    /// The container's id.
    pub container: String,
    /// The reference of its image.
    pub image: String,
    /// What it does now.
    pub state: NodeState,
    /// The container was made and never started.
    pub fresh: bool,
    /// Short names of the networks it is attached to, e.g. `a-client`, `b-cluster`.
    pub networks: Vec<String>,
}

/// A lab that was brought up, or found up.
#[derive(Debug, Clone)]
pub struct Running {
    /// The containers.
    pub lab: Lab,
    /// The ports, the subnet, the secret, the choices and the images it was given, by variable of its compose.yaml.
    pub variables: Variables,
    /// The images it runs.
    pub images: Vec<ImageInUse>,
    /// True if all its containers were running already, but for spare ones that never were.
    pub adopted: bool,
}
