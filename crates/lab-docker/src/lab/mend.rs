//! What a start mends in a lab that is there already: nodes that cannot be started any more are made anew, and nodes
//! that were taken off a network are put back. Their data is in volumes and stays.

use std::collections::{BTreeMap, HashSet};

use bollard::query_parameters::{InspectContainerOptions, ListNetworksOptionsBuilder};
use futures::future::try_join_all;
use lab_model::{Progress, ProgressSink, facts::lab::NodeState};

use super::{Lab, LabNode};
use crate::error::{Error, Result};
use crate::stack::{AttachmentSpec, LabSpec, ServiceSpec, Stack};
use crate::{Engine, label};

impl Engine {
    /// The lab without the nodes that no start could bring up: those of which only the container was made, because
    /// somebody died before it was on all its networks, and those that end on a network that was removed meanwhile
    /// (the engine remembers networks by their ids). They are removed, to be made anew.
    pub(super) async fn without_unfinished(&self, lab: Option<Lab>, spec: &LabSpec) -> Result<Option<Lab>> {
        let Some(mut lab) = lab else { return Ok(None) };
        let there = self.network_ids(&lab.project).await?;
        let mut unfinished = Vec::new();
        for service in &spec.services {
            let Some(at) = lab.nodes.iter().position(|node| node.name == service.name) else { continue };
            if self.is_unfinished(&lab.nodes[at], service, &there).await? {
                unfinished.push(lab.nodes.remove(at));
            }
        }
        try_join_all(unfinished.iter().map(|node| self.remove(node))).await?;
        Ok(Some(lab))
    }

    async fn is_unfinished(&self, node: &LabNode, service: &ServiceSpec, there: &HashSet<String>) -> Result<bool> {
        if matches!(node.state, NodeState::Running | NodeState::Paused) {
            return Ok(false);
        }
        let on = self.networks_of(&node.container).await?;
        // A container that has run may have been cut off on purpose; it is put back, not made anew.
        let half_made = node.fresh && on.len() < service.networks.len();
        Ok(half_made || on.values().any(|id| !id.is_empty() && !there.contains(id)))
    }

    /// Puts every node of a lab back on the networks that its stack puts it on, and says which were away: somebody may
    /// have cut them off on purpose.
    ///
    /// # Errors
    /// The engine's.
    pub(super) async fn put_back(
        &self,
        project: &str,
        lab: &Lab,
        spec: &LabSpec,
        progress: &ProgressSink,
    ) -> Result<()> {
        let nodes =
            lab.nodes.iter().filter_map(|node| Some((node, spec.services.iter().find(|s| s.name == node.name)?)));
        let nodes: Vec<_> = nodes.collect();
        for (node, service) in &nodes {
            let missed: Vec<&str> = missed(node, service).into_iter().map(|on| on.network.as_str()).collect();
            match missed.as_slice() {
                [] => {}
                [one] => progress(Progress::step(format!("put {} back on network {one}", node.name))),
                several => {
                    progress(Progress::step(format!("put {} back on networks {}", node.name, several.join(", "))));
                }
            }
        }
        let mending = nodes.into_iter().map(|(node, service)| self.put_node_back(project, node, service));
        try_join_all(mending).await.map(drop)
    }

    pub(super) async fn put_node_back(&self, project: &str, node: &LabNode, service: &ServiceSpec) -> Result<()> {
        for attachment in missed(node, service) {
            self.attach(project, &node.name, &node.container, attachment).await?;
        }
        Ok(())
    }

    /// The lab as its stack would make it now, with everything that was chosen when it was made.
    pub(super) async fn spec_of(&self, project: &str, stack: &Stack) -> Result<LabSpec> {
        let mut variables = stack.spelled_out(&stack.choices());
        variables.extend(self.variables_of(project, stack).await?);
        stack.resolve(project, &variables)
    }

    /// Network → its id, as the container remembers it.
    async fn networks_of(&self, container: &str) -> Result<BTreeMap<String, String>> {
        let found = self.docker.inspect_container(container, None::<InspectContainerOptions>).await;
        let settings = found.map_err(Error::engine("look at a container"))?.network_settings;
        let networks = settings.and_then(|settings| settings.networks).unwrap_or_default();
        Ok(networks.into_iter().map(|(name, on)| (name, on.network_id.unwrap_or_default())).collect())
    }

    async fn network_ids(&self, project: &str) -> Result<HashSet<String>> {
        let options = ListNetworksOptionsBuilder::new().filters(&label::filter(Some(project))).build();
        let networks = self.docker.list_networks(Some(options)).await.map_err(Error::engine("list networks"))?;
        Ok(networks.into_iter().filter_map(|network| network.id).collect())
    }
}

/// The networks on which a node's stack puts it and on which it is not.
fn missed<'a>(node: &LabNode, service: &'a ServiceSpec) -> Vec<&'a AttachmentSpec> {
    service.networks.iter().filter(|on| !node.networks.contains(&on.network)).collect()
}
