//! The lab's containers: which there are, which engine id each has, and what the container engine says of them.

use std::collections::BTreeSet;

use lab_model::{
    Fact, Observation,
    facts::{
        image::ImageFact,
        lab::{ImageInUse, LabFact, NodeInfo, NodeState},
    },
};
use serde::{Deserialize, Serialize};

/// The containers of a lab, in the stack's order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Nodes {
    /// The lab, once started; empty where its journal does not say it.
    #[serde(default)]
    pub(crate) lab: String,
    /// The stack, once started.
    pub(crate) stack: Option<String>,
    /// Images in use.
    pub(crate) images: Vec<ImageInUse>,
    /// The containers.
    pub(crate) all: Vec<Node>,
}

/// A container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Node {
    /// What the stack says of it.
    pub(crate) info: NodeInfo,
    /// What the container engine says it is doing.
    pub(crate) state: Option<NodeState>,
    /// Exit code, if it has ended.
    pub(crate) exit_code: Option<i64>,
    /// The node is a spare that has not run since the lab was started: it joins when asked to, whatever happens to it
    /// then. One that stands in for others waits whenever it does not run.
    pub(crate) waits: bool,
    /// Networks it is on.
    pub(crate) networks: Vec<String>,
    /// Networks it was on when it was first seen running: where its stack does not say which it belongs on.
    home: BTreeSet<String>,
}

/// What the container engine's report changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// The node.
    pub(crate) node: String,
    /// The node is a spare that has not run yet.
    pub(crate) waits: bool,
    /// The state before; none if this is the first report.
    pub(crate) was: Option<NodeState>,
    /// The state now.
    pub(crate) state: NodeState,
    /// Exit code, if it has ended.
    pub(crate) exit_code: Option<i64>,
    /// Networks it left.
    pub(crate) left: Vec<String>,
    /// Networks it came (back) to.
    pub(crate) joined: Vec<String>,
}

impl Node {
    fn new(info: NodeInfo) -> Self {
        Self { waits: info.spare, info, state: None, exit_code: None, networks: Vec::new(), home: BTreeSet::new() }
    }

    /// The networks it belongs on and is not on, while it lives.
    pub(crate) fn cut_from(&self) -> Vec<&str> {
        if !self.lives() {
            return Vec::new();
        }
        let said = self.info.networks.iter().map(String::as_str);
        let seen = self.home.iter().filter(|_| self.info.networks.is_empty()).map(String::as_str);
        said.chain(seen).filter(|home| !self.networks.iter().any(|on| on == home)).collect()
    }

    fn lives(&self) -> bool {
        matches!(self.state, Some(NodeState::Running | NodeState::Paused))
    }
}

impl Nodes {
    /// Folds one observation in; tells what the container engine's report changed.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Change> {
        let fact = match &observation.fact {
            Fact::Lab(fact) => fact,
            Fact::Image(ImageFact::NodeRuns { image, .. }) => {
                self.runs(image);
                return None;
            }
            _ => return None,
        };
        match fact {
            LabFact::LabStarted { lab, stack, nodes, images, adopted, .. } => {
                lab.clone_into(&mut self.lab);
                self.start(stack, nodes, images, *adopted);
                None
            }
            LabFact::LabStopped => {
                for node in &mut self.all {
                    *node = Node { state: Some(NodeState::Absent), waits: false, ..Node::new(node.info.clone()) };
                }
                None
            }
            LabFact::NodeChanged { node, state, exit_code, networks } => {
                Some(self.report(node, *state, *exit_code, networks))
            }
            _ => None,
        }
    }

    fn start(&mut self, stack: &str, nodes: &[NodeInfo], images: &[ImageInUse], adopted: bool) {
        self.stack = Some(stack.to_owned());
        self.images = images.to_vec();
        let before = std::mem::take(&mut self.all);
        self.all = nodes
            .iter()
            .map(|info| match before.iter().find(|node| adopted && node.info.name == info.name) {
                Some(known) => Node { info: info.clone(), ..known.clone() },
                None => Node::new(info.clone()),
            })
            .collect();
    }

    /// A node runs another image than when the lab was started: an engine's nodes run one.
    fn runs(&mut self, image: &ImageInUse) {
        let mut of_engine = self.images.iter_mut().filter(|known| known.engine == image.engine);
        // Of a lab that was made by hand its start told several.
        if let (Some(one), None) = (of_engine.next(), of_engine.next()) {
            image.clone_into(one);
        }
    }

    fn report(&mut self, name: &str, state: NodeState, exit_code: Option<i64>, networks: &[String]) -> Change {
        let node = self.entry(name);
        let was = node.state.replace(state);
        let missing = |of: &[String], from: &[String]| -> Vec<String> {
            of.iter().filter(|network| !from.contains(network)).cloned().collect()
        };
        let lives = node.lives();
        let lived = matches!(was, Some(NodeState::Running | NodeState::Paused));
        let (left, joined) = if lives && lived {
            (missing(&node.networks, networks), missing(networks, &node.networks))
        } else {
            (Vec::new(), Vec::new())
        };
        node.waits = !lives && (node.waits || node.info.stands_in);
        node.exit_code = exit_code;
        node.networks = networks.to_vec();
        if lives && node.home.is_empty() {
            node.home.extend(networks.iter().cloned());
        }
        Change { node: name.to_owned(), waits: node.waits, was, state, exit_code, left, joined }
    }

    fn entry(&mut self, name: &str) -> &mut Node {
        let at = self.all.iter().position(|node| node.info.name == name).unwrap_or_else(|| {
            let info = NodeInfo { name: name.to_owned(), ..NodeInfo::default() };
            self.all.push(Node::new(info));
            self.all.len() - 1
        });
        &mut self.all[at]
    }

    /// The nodes of an engine, in the stack's order.
    pub(crate) fn of(&self, system: &str) -> impl Iterator<Item = &Node> {
        self.all.iter().filter(move |node| node.info.is_of(system))
    }

    /// Kafka's node with that `node.id`.
    pub(crate) fn by_id(&self, id: i32) -> Option<&Node> {
        self.of("kafka").find(|node| node.info.node_id == Some(id))
    }

    /// The name of the container with that engine id, or what to call it while no container is known to have it.
    pub(crate) fn name(&self, id: i32) -> String {
        self.by_id(id).map_or_else(|| format!("node {id}"), |node| node.info.name.clone())
    }

    /// The engine id of a container.
    pub(crate) fn id(&self, name: &str) -> Option<i32> {
        self.all.iter().find(|node| node.info.name == name)?.info.node_id
    }
}
