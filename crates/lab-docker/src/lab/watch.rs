//! Says how the nodes of a lab are, whenever that changes. The engine's events only wake it; what it says is always a
//! fresh look, so a missed event costs seconds and never a wrong state.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::EventMessage;
use bollard::query_parameters::InspectContainerOptions;
use futures::channel::mpsc;
use futures::{SinkExt, Stream, StreamExt};
use lab_model::facts::lab::NodeState;

use super::LabNode;
use super::find::node_of;
use crate::error::Result;
use crate::{Engine, label};

/// The longest time between two looks: catches what no event told, e.g. after the engine was restarted.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// How one node was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSeen {
    /// The node.
    pub node: String,
    /// What it does.
    pub state: NodeState,
    /// The exit code, if it has ended.
    pub exit_code: Option<i64>,
    /// Short names of the networks it is attached to.
    pub networks: Vec<String>,
}

impl Engine {
    /// First every node of the lab, then each one that changed. An error is said once each time the engine falls silent,
    /// and the watching goes on; it ends when the stream is dropped.
    pub fn watch(&self, project: &str) -> impl Stream<Item = Result<NodeSeen>> + Send + Unpin + use<> {
        let (mut tell, heard) = mpsc::channel(64);
        let (engine, project) = (self.clone(), project.to_owned());
        tokio::spawn(async move {
            let of = project.clone();
            let mut wakes = engine.wakes(LOOK_AGAIN, move |event| concerns(event, &of));
            let mut known: BTreeMap<String, NodeSeen> = BTreeMap::new();
            let mut silent = false;
            while wakes.next().await.is_some() && !tell.is_closed() {
                let said: Vec<Result<NodeSeen>> = match engine.look(&project, &known).await {
                    Ok(now) => {
                        // After a silence everything is said again: that the engine answers is news in itself.
                        let before = if std::mem::take(&mut silent) { &BTreeMap::new() } else { &known };
                        let said = changes(before, &now).into_iter().map(Ok).collect();
                        known = now;
                        said
                    }
                    Err(_) if silent => Vec::new(),
                    Err(error) => {
                        silent = true;
                        vec![Err(error)]
                    }
                };
                for seen in said {
                    if tell.send(seen).await.is_err() {
                        return;
                    }
                }
            }
        });
        heard
    }

    /// How a node is seen now; none if it has no container.
    ///
    /// # Errors
    /// If the engine does not answer.
    pub async fn see(&self, project: &str, node: &str) -> Result<Option<NodeSeen>> {
        Ok(self.look(project, &BTreeMap::new()).await?.remove(node))
    }

    async fn look(&self, project: &str, known: &BTreeMap<String, NodeSeen>) -> Result<BTreeMap<String, NodeSeen>> {
        let mut seen = BTreeMap::new();
        for node in self.containers(Some(project)).await?.iter().filter_map(|container| node_of(container, project)) {
            // Only the inspection tells the exit code, and it stays the same while the node stays stopped.
            let before = known.get(&node.name).filter(|before| before.state == NodeState::Stopped);
            let exit_code = match (node.state, before) {
                _ if node.fresh => None,
                (NodeState::Stopped, Some(before)) => before.exit_code,
                (NodeState::Stopped, None) => self.exit_code(&node.container).await,
                _ => None,
            };
            let LabNode { name, state, networks, .. } = node;
            seen.insert(name.clone(), NodeSeen { node: name, state, exit_code, networks });
        }
        Ok(seen)
    }

    async fn exit_code(&self, container: &str) -> Option<i64> {
        let inspected = self.docker.inspect_container(container, None::<InspectContainerOptions>).await.ok()?;
        inspected.state?.exit_code
    }
}

/// Events of containers carry their labels; events of networks only the network's name.
fn concerns(event: &EventMessage, project: &str) -> bool {
    let attributes = event.actor.as_ref().and_then(|actor| actor.attributes.as_ref());
    label::belongs(attributes, project)
        || attributes.and_then(|a| a.get("name")).is_some_and(|name| name.starts_with(&format!("{project}_")))
}

fn changes(before: &BTreeMap<String, NodeSeen>, now: &BTreeMap<String, NodeSeen>) -> Vec<NodeSeen> {
    let gone = before
        .values()
        .filter(|seen| seen.state != NodeState::Absent && !now.contains_key(&seen.node))
        .map(|seen| NodeSeen { state: NodeState::Absent, exit_code: None, networks: Vec::new(), ..seen.clone() });
    let changed = now.values().filter(|seen| before.get(&seen.node) != Some(seen)).cloned();
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(node: &str, state: NodeState, networks: &[&str]) -> (String, NodeSeen) {
        let networks = networks.iter().map(|name| (*name).to_owned()).collect();
        (node.to_owned(), NodeSeen { node: node.to_owned(), state, exit_code: None, networks })
    }

    #[test]
    fn only_changes_are_said_and_a_removed_node_is_absent() {
        let before = BTreeMap::from([
            seen("a", NodeState::Running, &["a-client", "b-cluster"]),
            seen("b", NodeState::Running, &["a-client"]),
            seen("c", NodeState::Paused, &[]),
        ]);
        let now = BTreeMap::from([
            seen("a", NodeState::Running, &["a-client"]),
            seen("b", NodeState::Running, &["a-client"]),
        ]);
        let said: Vec<(String, NodeState)> = changes(&before, &now).into_iter().map(|s| (s.node, s.state)).collect();
        assert_eq!(said, [("c".into(), NodeState::Absent), ("a".into(), NodeState::Running)]);
        assert!(changes(&now, &now).is_empty());
    }
}
