//! Finds labs and their parts by label. The only way to a container: nothing without our label comes out of here.

use std::collections::BTreeMap;

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListNetworksOptionsBuilder};
use lab_model::facts::lab::{ImageInUse, NodeState};

use super::{Lab, LabNode};
use crate::error::{Error, Result};
use crate::stack::{Stack, Variables};
use crate::{Engine, label};

impl Engine {
    /// Every lab this engine has, running or not, by name.
    ///
    /// # Errors
    /// The engine's.
    pub async fn labs(&self) -> Result<Vec<Lab>> {
        let mut labs: BTreeMap<String, Lab> = BTreeMap::new();
        for container in self.containers(None).await? {
            let labels = container.labels.as_ref();
            let text = |key: &str| labels.and_then(|labels| labels.get(key)).cloned();
            let (Some(project), Some(stack)) = (text(label::LAB), text(label::STACK)) else { continue };
            let Some(node) = node_of(&container, &project) else { continue };
            let lab = labs.entry(project.clone()).or_insert_with(|| Lab { project, stack, nodes: Vec::new() });
            lab.nodes.push(node);
        }
        let mut labs: Vec<Lab> = labs.into_values().collect();
        for lab in &mut labs {
            lab.nodes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(labs)
    }

    /// One lab.
    ///
    /// # Errors
    /// [`Error::UnknownLab`] if no container carries its label.
    pub async fn lab(&self, project: &str) -> Result<Lab> {
        let unknown = || Error::UnknownLab { project: project.to_owned() };
        self.labs().await?.into_iter().find(|lab| lab.project == project).ok_or_else(unknown)
    }

    /// The images a lab runs, for a lab that was found rather than brought up.
    ///
    /// # Errors
    /// The engine's.
    pub async fn images_of(&self, lab: &Lab, stack: &Stack) -> Result<Vec<ImageInUse>> {
        let mut images: Vec<ImageInUse> = Vec::new();
        for need in stack.images() {
            for node in &lab.nodes {
                if images.iter().all(|image| image.reference != node.image)
                    && let Some(image) = self.image_here(&need.engine, &node.image).await?
                {
                    images.push(image);
                }
            }
        }
        Ok(images)
    }

    /// The variables an existing lab was made with, read back from its containers and networks: no file is needed to adopt one.
    ///
    /// # Errors
    /// The engine's.
    pub async fn variables_of(&self, project: &str, stack: &Stack) -> Result<Variables> {
        let mut variables = Variables::new();
        for container in self.containers(Some(project)).await? {
            let Some(node) = node_of(&container, project) else { continue };
            let described = stack.nodes().iter().find(|described| described.name == node.name);
            if let (Some(endpoint), Some(port)) =
                (described.and_then(|d| d.endpoint.as_ref()), self.published(&node.container).await?.first())
            {
                variables.insert(endpoint.port.clone(), port.to_string());
            }
            for image in stack.images() {
                variables.insert(image.variable.clone(), node.image.clone());
            }
        }
        if let Some(variable) = stack.subnet_variable() {
            let subnets = self.networks(project).await?.into_iter().filter(|(name, _)| name == label::CLUSTER_NETWORK);
            if let Some(net) =
                subnets.filter_map(|(_, subnet)| subnet?.rsplit_once('.').map(|(net, _)| net.to_owned())).next()
            {
                variables.insert(variable.to_owned(), net);
            }
        }
        Ok(variables)
    }

    /// Containers with our label; of one lab, or of all.
    pub(crate) async fn containers(&self, project: Option<&str>) -> Result<Vec<ContainerSummary>> {
        let options = ListContainersOptionsBuilder::new().all(true).filters(&label::filter(project)).build();
        self.docker.list_containers(Some(options)).await.map_err(Error::engine("list containers"))
    }

    /// The container of one node of a lab.
    pub(crate) async fn container(&self, project: &str, node: &str) -> Result<LabNode> {
        let nodes: Vec<LabNode> =
            self.containers(Some(project)).await?.iter().filter_map(|container| node_of(container, project)).collect();
        if nodes.is_empty() {
            return Err(Error::UnknownLab { project: project.to_owned() });
        }
        let known = nodes.iter().map(|node| node.name.clone()).collect();
        let unknown = || Error::UnknownNode { project: project.to_owned(), node: node.to_owned(), known };
        nodes.into_iter().find(|found| found.name == node).ok_or_else(unknown)
    }

    /// (short name, subnet) of a lab's networks.
    pub(crate) async fn networks(&self, project: &str) -> Result<Vec<(String, Option<String>)>> {
        let options = ListNetworksOptionsBuilder::new().filters(&label::filter(Some(project))).build();
        let networks = self.docker.list_networks(Some(options)).await.map_err(Error::engine("list networks"))?;
        let short = |name: Option<String>| name.map(|name| short_name(&name, project)).unwrap_or_default();
        let subnet =
            |network: &bollard::models::Network| network.ipam.as_ref()?.config.as_ref()?.first()?.subnet.clone();
        Ok(networks.into_iter().map(|network| (short(network.name.clone()), subnet(&network))).collect())
    }

    /// The ports on this machine that a container was created with, whether it runs or not.
    pub(crate) async fn published(&self, container: &str) -> Result<Vec<u16>> {
        let inspected =
            self.docker.inspect_container(container, None::<bollard::query_parameters::InspectContainerOptions>);
        let inspected = inspected.await.map_err(Error::engine("inspect a container"))?;
        let bindings = inspected.host_config.and_then(|host| host.port_bindings).unwrap_or_default();
        let mut ports: Vec<u16> =
            bindings.into_values().flatten().flatten().filter_map(|binding| binding.host_port?.parse().ok()).collect();
        ports.sort_unstable();
        Ok(ports)
    }
}

/// `lab-a_b-cluster` → `b-cluster`.
pub(super) fn short_name(network: &str, project: &str) -> String {
    network.strip_prefix(project).and_then(|rest| rest.strip_prefix('_')).unwrap_or(network).to_owned()
}

pub(super) fn node_of(container: &ContainerSummary, project: &str) -> Option<LabNode> {
    let labels = container.labels.as_ref();
    if !label::belongs(labels, project) {
        return None;
    }
    let networks = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    let mut networks: Vec<String> =
        networks.into_iter().flat_map(|n| n.keys()).map(|name| short_name(name, project)).collect();
    networks.sort();
    let port = container.ports.iter().flatten().find_map(|port| port.public_port);
    Some(LabNode {
        name: labels?.get(label::NODE)?.clone(),
        container: container.id.clone()?,
        image: container.image.clone().unwrap_or_default(),
        state: match container.state {
            Some(ContainerSummaryStateEnum::RUNNING | ContainerSummaryStateEnum::RESTARTING) => NodeState::Running,
            Some(ContainerSummaryStateEnum::PAUSED) => NodeState::Paused,
            _ => NodeState::Stopped,
        },
        networks,
        endpoint: port.map(|port| format!("127.0.0.1:{port}")),
    })
}
