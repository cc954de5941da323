//! Takes a lab away: containers, networks and, if asked for, its data.

use bollard::query_parameters::{
    ListNetworksOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptions,
    StopContainerOptionsBuilder,
};
use futures::future::try_join_all;
use lab_model::facts::lab::NodeState;
use lab_model::{Progress, ProgressSink};

use super::LabNode;
use super::find::node_of;
use crate::error::{Error, Result, status};
use crate::{Engine, label};

/// A clean shutdown may take this long before it is cut short.
pub(super) const STOP_SECONDS: i32 = 30;

impl Engine {
    /// Removes a lab. With `volumes` its data goes too, and then nobody waits for a clean shutdown.
    /// A lab that is not there is fine: the wish is fulfilled.
    ///
    /// # Errors
    /// The engine's.
    pub async fn down(&self, project: &str, volumes: bool, progress: &ProgressSink) -> Result<()> {
        let containers = self.containers(Some(project)).await?;
        let nodes: Vec<LabNode> = containers.iter().filter_map(|container| node_of(container, project)).collect();
        if !volumes {
            progress(Progress::step("stop nodes"));
            try_join_all(nodes.iter().map(|node| self.stop(node))).await?;
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
    async fn remove(&self, node: &LabNode) -> Result<()> {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        gone(self.docker.remove_container(&node.container, Some(options)).await, || format!("remove {}", node.name))
    }
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
