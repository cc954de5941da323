//! Breaks a node and mends it. Every fault can be asked for twice.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::NetworkDisconnectRequest;
use bollard::query_parameters::{InspectContainerOptions, KillContainerOptionsBuilder};
use futures::future::try_join_all;
use lab_model::facts::lab::NodeState;

use super::LabNode;
use crate::error::{Error, Result, status};
use crate::stack::LabSpec;
use crate::{Engine, Fault, Stack, label};

/// How often pausing is tried before the engine's refusal counts.
const PAUSE_TRIES: u32 = 10;

impl Engine {
    /// Does a fault to a node of a lab. Asking for what is so already changes nothing.
    ///
    /// # Errors
    /// [`Error::UnknownLab`], [`Error::UnknownNode`], [`Error::NotRunning`], [`Error::NoClusterNetwork`], the engine's.
    pub async fn fault(&self, project: &str, stack: &Stack, node: &str, fault: Fault) -> Result<()> {
        let node = self.container(project, node).await?;
        match fault {
            Fault::Stop => self.stop(&node).await,
            Fault::Start => {
                self.unpause(&node).await?;
                self.start(project, &node.name, &node.container).await
            }
            Fault::Kill => self.kill(&node).await,
            Fault::Pause => self.pause(&node).await,
            Fault::Unpause => self.unpause(&node).await,
            Fault::Cut => self.cut(project, &node).await,
            Fault::Heal => {
                let spec = self.spec_of(project, stack).await?;
                self.make_networks(project, &spec).await?;
                self.heal(project, &spec, &node).await
            }
        }
    }

    /// Mends every node: heals, unpauses, starts. A node that was never started is not broken, nor is one that stands in for
    /// others and does not run.
    ///
    /// # Errors
    /// As [`Engine::fault`].
    pub async fn undo_all(&self, project: &str, stack: &Stack) -> Result<()> {
        let lab = self.lab(project).await?;
        let spec = self.spec_of(project, stack).await?;
        self.make_networks(project, &spec).await?;
        let spec = &spec;
        let stands_in = |name: &str| stack.nodes().iter().any(|node| node.name == name && node.stands_in);
        let broken = |node: &&LabNode| {
            let ends = matches!(node.state, NodeState::Stopped | NodeState::Absent);
            !(node.fresh || (ends && stands_in(&node.name)))
        };
        let mending = lab.nodes.iter().filter(broken).map(|node| async move {
            self.heal(project, spec, node).await?;
            self.unpause(node).await?;
            self.start(project, &node.name, &node.container).await
        });
        try_join_all(mending).await?;
        Ok(())
    }

    async fn kill(&self, node: &LabNode) -> Result<()> {
        let options = KillContainerOptionsBuilder::new().signal("SIGKILL").build();
        match self.docker.kill_container(&node.container, Some(options)).await {
            Ok(()) => Ok(()),
            // The container does not run: killed already.
            Err(error) if status(&error) == Some(409) => Ok(()),
            Err(error) => Err(Error::engine(format!("kill {}", node.name))(error)),
        }
    }

    /// On a busy machine the kernel may fail to freeze a container in time ("unable to freeze"), and the engine gives up
    /// at once. Trying again a moment later is all it takes.
    async fn pause(&self, node: &LabNode) -> Result<()> {
        match node.state {
            NodeState::Paused => return Ok(()),
            NodeState::Running => {}
            NodeState::Stopped | NodeState::Absent => {
                return Err(Error::NotRunning { node: node.name.clone(), verb: "be paused" });
            }
        }
        let mut tries = 0;
        loop {
            tries += 1;
            match self.docker.pause_container(&node.container).await {
                Ok(()) => return Ok(()),
                Err(error) if status(&error) == Some(500) && tries < PAUSE_TRIES => {
                    tracing::debug!(node = %node.name, tries, %error, "pausing failed, trying again");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(Error::engine(format!("pause {}", node.name))(error)),
            }
        }
    }

    async fn unpause(&self, node: &LabNode) -> Result<()> {
        if node.state != NodeState::Paused {
            return Ok(());
        }
        self.docker.unpause_container(&node.container).await.map_err(Error::engine(format!("unpause {}", node.name)))
    }

    async fn cut(&self, project: &str, node: &LabNode) -> Result<()> {
        self.has_cluster_network(node).await?;
        if !node.networks.iter().any(|network| network == label::CLUSTER_NETWORK) {
            return Ok(());
        }
        let request = NetworkDisconnectRequest { container: node.container.clone(), force: Some(false) };
        let network = format!("{project}_{}", label::CLUSTER_NETWORK);
        self.docker.disconnect_network(&network, request).await.map_err(Error::engine(format!("cut {} off", node.name)))
    }

    /// Puts it back on every network that its stack puts it on, whoever took it off.
    async fn heal(&self, project: &str, spec: &LabSpec, node: &LabNode) -> Result<()> {
        let unknown = || Error::UnknownNode {
            project: project.to_owned(),
            node: node.name.clone(),
            known: spec.services.iter().map(|service| service.name.clone()).collect(),
        };
        let service = spec.services.iter().find(|service| service.name == node.name).ok_or_else(unknown)?;
        self.put_node_back(project, node, service).await
    }

    /// Only a node that has an address of its own among its peers can be cut from them.
    async fn has_cluster_network(&self, node: &LabNode) -> Result<()> {
        let inspected = self.docker.inspect_container(&node.container, None::<InspectContainerOptions>).await;
        let inspected = inspected.map_err(Error::engine(format!("inspect {}", node.name)))?;
        let labels: HashMap<String, String> = inspected.config.and_then(|config| config.labels).unwrap_or_default();
        let has = labels.contains_key(label::ADDRESS);
        if has { Ok(()) } else { Err(Error::NoClusterNetwork { node: node.name.clone() }) }
    }
}
