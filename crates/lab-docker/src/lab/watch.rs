//! Says how the nodes of a lab are, whenever that changes. The engine's events only wake it; what it says is always a
//! fresh look, so a missed event costs seconds and never a wrong state.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::{ContainerState, EventMessage};
use bollard::query_parameters::InspectContainerOptions;
use futures::channel::mpsc;
use futures::{SinkExt, Stream, StreamExt};
use lab_model::facts::lab::NodeState;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

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
    /// When it began to run or ended by the engine's own clock, Unix milliseconds, where that is what changed.
    pub since: Option<i64>,
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
            // Only the inspection tells these, and they stay the same while the node's state does.
            let before = known.get(&node.name);
            let (exit_code, since) = match (node.state, before.map(|before| before.state)) {
                _ if node.fresh => (None, None),
                (now, Some(state)) if now == state => {
                    before.map_or((None, None), |before| (before.exit_code, before.since))
                }
                (NodeState::Stopped, _) => self.ended(&node.container).await,
                (NodeState::Running, Some(NodeState::Stopped | NodeState::Absent)) => {
                    (None, self.began(&node.container).await)
                }
                (NodeState::Running | NodeState::Paused | NodeState::Absent, _) => (None, None),
            };
            let LabNode { name, state, networks, .. } = node;
            seen.insert(name.clone(), NodeSeen { node: name, state, exit_code, networks, since });
        }
        Ok(seen)
    }

    /// With which exit code, and when.
    async fn ended(&self, container: &str) -> (Option<i64>, Option<i64>) {
        let state = self.state_of(container).await;
        (state.as_ref().and_then(|state| state.exit_code), state.and_then(|state| unix_ms(&state.finished_at?)))
    }

    async fn began(&self, container: &str) -> Option<i64> {
        unix_ms(&self.state_of(container).await?.started_at?)
    }

    async fn state_of(&self, container: &str) -> Option<ContainerState> {
        self.docker.inspect_container(container, None::<InspectContainerOptions>).await.ok()?.state
    }
}

/// An engine writes the year 1 for what never was.
pub(crate) fn unix_ms(written: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(written, &Rfc3339).ok()?;
    let ms = i64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok()?;
    (ms > 0).then_some(ms)
}

/// Events of containers carry their labels; events of networks only the network's name.
fn concerns(event: &EventMessage, project: &str) -> bool {
    let attributes = event.actor.as_ref().and_then(|actor| actor.attributes.as_ref());
    label::belongs(attributes, project)
        || attributes.and_then(|a| a.get("name")).is_some_and(|name| name.starts_with(&format!("{project}_")))
}

fn changes(before: &BTreeMap<String, NodeSeen>, now: &BTreeMap<String, NodeSeen>) -> Vec<NodeSeen> {
    let gone =
        before.values().filter(|seen| seen.state != NodeState::Absent && !now.contains_key(&seen.node)).map(|seen| {
            NodeSeen { state: NodeState::Absent, exit_code: None, networks: Vec::new(), since: None, ..seen.clone() }
        });
    let changed = now.values().filter(|seen| before.get(&seen.node) != Some(seen)).map(|seen| {
        let turned = before.get(&seen.node).is_none_or(|before| before.state != seen.state);
        NodeSeen { since: seen.since.filter(|_| turned), ..seen.clone() }
    });
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(node: &str, state: NodeState, networks: &[&str]) -> (String, NodeSeen) {
        let networks = networks.iter().map(|name| (*name).to_owned()).collect();
        (node.to_owned(), NodeSeen { node: node.to_owned(), state, exit_code: None, networks, since: Some(7) })
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
        let said: Vec<(String, NodeState, Option<i64>)> =
            changes(&before, &now).into_iter().map(|s| (s.node, s.state, s.since)).collect();
        // Since when it runs is no news where only its networks are others.
        assert_eq!(said, [("c".into(), NodeState::Absent, None), ("a".into(), NodeState::Running, None)]);
        let anew = changes(&BTreeMap::new(), &now);
        assert!(anew.iter().all(|seen| seen.since == Some(7)), "{anew:?}");
        assert!(changes(&now, &now).is_empty());
    }

    #[test]
    fn the_engines_times_are_read_and_what_never_was_is_none() {
        assert_eq!(unix_ms("2025-11-26T01:11:31.234567891Z"), Some(1_764_119_491_234));
        assert_eq!(unix_ms("0001-01-01T00:00:00Z"), None);
        assert_eq!(unix_ms("soon"), None);
    }
}
