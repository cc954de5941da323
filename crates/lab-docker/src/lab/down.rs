//! Takes a lab away: containers, networks and, if asked for, its data.

use std::collections::HashMap;

use bollard::models::ContainerSummary;
use bollard::query_parameters::{
    ListNetworksOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptions,
    StopContainerOptionsBuilder,
};
use futures::future::try_join_all;
use lab_model::facts::lab::NodeState;
use lab_model::{Progress, ProgressSink};

use super::LabNode;
use super::find::node_of;
use super::turn::Turn;
use crate::error::{Error, Result, status};
use crate::{Engine, label};

/// A clean shutdown may take this long before it is cut short.
pub(super) const STOP_SECONDS: i32 = 30;

impl Engine {
    /// Removes a lab. With `volumes` its data goes too, and the images that were built for it: no other lab may run them.
    /// Then nobody waits for a clean shutdown.
    /// A lab that is not there is fine: the wish is fulfilled.
    ///
    /// # Errors
    /// The engine's.
    pub async fn down(&self, project: &str, volumes: bool, progress: &ProgressSink) -> Result<()> {
        let _at_lab = Turn::at_lab(project, progress).await;
        self.take_away(project, volumes, !volumes, progress).await
    }

    /// Clears away what a start left that was cancelled or failed; data of an earlier life stays. Nobody waits for clean
    /// shutdowns: these nodes have served nobody, and the next start may follow at once.
    ///
    /// # Errors
    /// The engine's.
    pub(super) async fn clear_away(&self, project: &str, progress: &ProgressSink) -> Result<()> {
        self.take_away(project, false, false, progress).await
    }

    async fn take_away(&self, project: &str, volumes: bool, politely: bool, progress: &ProgressSink) -> Result<()> {
        let containers = self.containers(Some(project)).await?;
        let nodes: Vec<LabNode> = containers.iter().filter_map(|container| node_of(container, project)).collect();
        if politely {
            for wave in stop_order(&containers, &nodes) {
                let names: Vec<&str> = wave.iter().map(|node| node.name.as_str()).collect();
                progress(Progress { detail: names.join(", "), ..Progress::step("stop nodes") });
                try_join_all(wave.into_iter().map(|node| self.stop(node))).await?;
            }
        }
        progress(Progress::step("remove containers"));
        try_join_all(nodes.iter().map(|node| self.remove(node))).await?;
        progress(Progress::step("remove networks"));
        let options = ListNetworksOptionsBuilder::new().filters(&label::filter(Some(project))).build();
        let networks = self.docker.list_networks(Some(options)).await.map_err(Error::engine("list networks"))?;
        for name in networks.into_iter().filter(|n| label::belongs(n.labels.as_ref(), project)).filter_map(|n| n.name) {
            gone(self.docker.remove_network(&name).await, || format!("remove the network {name}"))?;
        }
        if volumes {
            progress(Progress::step("remove volumes"));
            let options = ListVolumesOptionsBuilder::new().filters(&label::filter(Some(project))).build();
            let found = self.docker.list_volumes(Some(options)).await.map_err(Error::engine("list volumes"))?;
            for volume in found.volumes.into_iter().flatten().filter(|v| label::belongs(Some(&v.labels), project)) {
                let removed = self.docker.remove_volume(&volume.name, None::<RemoveVolumeOptions>).await;
                gone(removed, || format!("remove the volume {}", volume.name))?;
            }
            progress(Progress::step("remove images"));
            self.remove_built_for(project).await?;
        }
        Ok(())
    }

    /// Stops one node in good order. One that is stopped already is fine; a paused one must go on first to hear it.
    pub(super) async fn stop(&self, node: &LabNode) -> Result<()> {
        if node.state == NodeState::Paused {
            self.docker
                .unpause_container(&node.container)
                .await
                .map_err(Error::engine(format!("unpause {}", node.name)))?;
        }
        let options = StopContainerOptionsBuilder::new().t(STOP_SECONDS).build();
        match self.docker.stop_container(&node.container, Some(options)).await {
            Ok(()) => Ok(()),
            Err(error) if matches!(status(&error), Some(304 | 404)) => Ok(()),
            Err(error) => Err(Error::engine(format!("stop {}", node.name))(error)),
        }
    }

    /// Removes a container with the unnamed volumes that its image declares.
    pub(super) async fn remove(&self, node: &LabNode) -> Result<()> {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        gone(self.docker.remove_container(&node.container, Some(options)).await, || format!("remove {}", node.name))
    }
}

/// Nodes in waves: each wave is stopped together, and nothing is stopped before what depends on it. A Kafka broker, for
/// one, needs its controller for a clean shutdown.
fn stop_order<'a>(containers: &[ContainerSummary], nodes: &'a [LabNode]) -> Vec<Vec<&'a LabNode>> {
    let depends: HashMap<&str, Vec<&str>> = containers
        .iter()
        .filter_map(|container| {
            let labels = container.labels.as_ref()?;
            let list = labels.get(label::COMPOSE_DEPENDS_ON).map_or("", String::as_str);
            let names = list.split(',').filter_map(|entry| entry.split(':').next()).collect();
            Some((labels.get(label::NODE)?.as_str(), names))
        })
        .collect();
    let mut waves = Vec::new();
    let mut left: Vec<&LabNode> = nodes.iter().collect();
    while !left.is_empty() {
        let needed = |name: &str| {
            left.iter()
                .any(|other| other.name != name && depends.get(other.name.as_str()).is_some_and(|d| d.contains(&name)))
        };
        let (later, wave): (Vec<&LabNode>, Vec<&LabNode>) = left.iter().partition(|node| needed(&node.name));
        // A circle has no right order: then all that are left go together.
        let (later, wave) = if wave.is_empty() { (wave, later) } else { (later, wave) };
        waves.push(wave);
        left = later;
    }
    waves
}

/// What is gone already need not be removed; 409 says that a removal is under way.
fn gone(result: Result<(), bollard::errors::Error>, doing: impl FnOnce() -> String) -> Result<()> {
    match result {
        Err(error) if status(&error) == Some(404) => Ok(()),
        Err(error) if status(&error) == Some(409) && crate::error::words(&error).contains("already in progress") => {
            Ok(())
        }
        other => other.map_err(Error::engine(doing())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab(depends: &[(&str, &str)]) -> Vec<Vec<String>> {
        let containers: Vec<ContainerSummary> = depends
            .iter()
            .map(|(node, depends)| ContainerSummary {
                id: Some((*node).to_owned()),
                labels: Some(
                    [(label::LAB, "p"), (label::NODE, node), (label::COMPOSE_DEPENDS_ON, depends)]
                        .map(|(key, value)| (key.to_owned(), value.to_owned()))
                        .into(),
                ),
                ..ContainerSummary::default()
            })
            .collect();
        let nodes: Vec<LabNode> = containers.iter().filter_map(|container| node_of(container, "p")).collect();
        let waves = stop_order(&containers, &nodes);
        waves.into_iter().map(|wave| wave.into_iter().map(|node| node.name.clone()).collect()).collect()
    }

    #[test]
    fn what_others_need_is_stopped_last() {
        let controller = "controller-1:service_started:false";
        assert_eq!(
            lab(&[("controller-1", ""), ("kafka-1", controller), ("kafka-2", controller)]),
            [vec!["kafka-1", "kafka-2"], vec!["controller-1"]]
        );
    }

    #[test]
    fn a_circle_is_stopped_together() {
        assert_eq!(lab(&[("a", "b:service_started:false"), ("b", "a:service_started:false")]), [["a", "b"]]);
    }
}
