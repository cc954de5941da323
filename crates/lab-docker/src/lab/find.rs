//! Finds labs and their parts by label. The only way to a container: nothing without our label comes out of here.

use std::collections::BTreeMap;

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum, PortBinding};
use bollard::query_parameters::{
    InspectContainerOptions, ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
};
use lab_model::facts::lab::{ImageInUse, NodeState};

use super::{Lab, LabNode};
use crate::error::{Error, Result};
use crate::stack::{SecretFile, Stack, Variables, chosen_in};
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
            let lab = labs.entry(project.clone()).or_insert_with(|| Lab::new(project, stack));
            lab.nodes.push(node);
            lab.chosen.extend(labels.map(chosen_in).unwrap_or_default());
        }
        let mut labs: Vec<Lab> = labs.into_values().collect();
        for lab in &mut labs {
            lab.nodes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(labs)
    }

    /// A lab.
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
        let origins = stack.origins()?;
        let mut images: Vec<ImageInUse> = Vec::new();
        for (index, need) in stack.images().iter().enumerate() {
            // That of the whole stands after that of a part whose place it takes.
            if stack.images()[index + 1..].iter().any(|other| other.variable == need.variable) {
                continue;
            }
            for node in lab.nodes.iter().filter(|node| origins.images.get(&node.name) == Some(&need.variable)) {
                if images.iter().all(|image| image.reference != node.image)
                    && let Some(image) = self.image_here(&need.engine, &node.image).await?
                {
                    images.push(image);
                }
            }
        }
        Ok(images)
    }

    /// The variables an existing lab was made with, read back from its containers, networks and volumes: no file is needed to
    /// adopt one. Of a lab that was taken down and kept its data, only what the data depends on is left.
    ///
    /// # Errors
    /// The engine's.
    pub async fn variables_of(&self, project: &str, stack: &Stack) -> Result<Variables> {
        let origins = stack.origins()?;
        let mut variables = Variables::new();
        for container in self.containers(Some(project)).await? {
            let Some(node) = node_of(&container, project) else { continue };
            let published = self.published(&node.container).await?;
            let ports = origins.ports.iter().filter(|(_, (owner, _))| *owner == node.name);
            let ports = ports
                .filter_map(|(variable, (_, inside))| Some((variable.clone(), published.get(inside)?.to_string())));
            variables.extend(ports);
            if let Some(variable) = origins.images.get(&node.name) {
                variables.insert(variable.clone(), node.image.clone());
            }
            for (secret, file) in stack.secrets() {
                if !variables.contains_key(secret)
                    && let Some(value) = self.secret_of(&node, secret, file).await?
                {
                    variables.insert(secret.to_owned(), value);
                }
            }
        }
        variables.extend(stack.spelled_out(&self.chosen_of(project).await?));
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

    /// The stack as the lab was made from it, with what was chosen then; as it is, where there is no such lab yet.
    ///
    /// # Errors
    /// [`Error::OtherOption`] if something else is chosen now; the engine's.
    pub async fn stack_of(&self, project: &str, stack: &Stack) -> Result<Stack> {
        let kept = self.chosen_of(project).await?;
        let made = stack.clone().as_made(&kept)?;
        let differs = |(variable, asked): (&String, &String)| {
            let kept = kept.get(variable).filter(|kept| *kept != asked)?;
            Some((made.in_words(variable, kept), made.in_words(variable, asked)))
        };
        let Some((kept, asked)) = stack.chosen().iter().find_map(differs) else { return Ok(made) };
        Err(Error::OtherOption { project: project.to_owned(), kept, asked })
    }

    /// What was chosen when the lab was made: from the volumes, which outlive its containers, and from these.
    async fn chosen_of(&self, project: &str) -> Result<Variables> {
        let options = ListVolumesOptionsBuilder::new().filters(&label::filter(Some(project))).build();
        let volumes = self.docker.list_volumes(Some(options)).await.map_err(Error::engine("list volumes"))?;
        let mut chosen: Variables =
            volumes.volumes.iter().flatten().flat_map(|volume| chosen_in(&volume.labels)).collect();
        let containers = self.containers(Some(project)).await?;
        chosen.extend(containers.iter().filter_map(|c| c.labels.as_ref()).flat_map(chosen_in));
        Ok(chosen)
    }

    /// A secret of the lab, where this node has it.
    async fn secret_of(&self, node: &LabNode, variable: &str, file: Option<&SecretFile>) -> Result<Option<String>> {
        match file {
            Some(file) if file.node == node.name => self.secret_in(&node.container, &file.path).await,
            Some(_) => Ok(None),
            None => self.environment(&node.container, variable).await,
        }
    }

    /// A variable in a container's environment; an empty one counts as missing.
    async fn environment(&self, container: &str, name: &str) -> Result<Option<String>> {
        let inspected = self.docker.inspect_container(container, None::<InspectContainerOptions>).await;
        let config = inspected.map_err(Error::engine("inspect a container"))?.config;
        let entries = config.and_then(|config| config.env).unwrap_or_default();
        let value = entries.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='));
        Ok(value.filter(|value| !value.is_empty()).map(str::to_owned))
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

    /// The ports a container was created with, whether it runs or not: inside it → on this machine.
    pub(crate) async fn published(&self, container: &str) -> Result<BTreeMap<u16, u16>> {
        let inspected = self.docker.inspect_container(container, None::<InspectContainerOptions>).await;
        let inspected = inspected.map_err(Error::engine("inspect a container"))?;
        let bindings = inspected.host_config.and_then(|host| host.port_bindings).unwrap_or_default();
        let port = |(inside, bindings): (String, Option<Vec<PortBinding>>)| {
            let inside = inside.split('/').next()?.parse().ok()?;
            Some((inside, bindings?.into_iter().find_map(|binding| binding.host_port?.parse().ok())?))
        };
        Ok(bindings.into_iter().filter_map(port).collect())
    }
}

/// `lab-a_b-cluster` → `b-cluster`.
pub(super) fn short_name(network: &str, project: &str) -> String {
    network.strip_prefix(project).and_then(|rest| rest.strip_prefix('_')).unwrap_or(network).to_owned()
}

pub(crate) fn node_of(container: &ContainerSummary, project: &str) -> Option<LabNode> {
    let labels = container.labels.as_ref();
    if !label::belongs(labels, project) {
        return None;
    }
    let networks = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    let mut networks: Vec<String> =
        networks.into_iter().flat_map(|n| n.keys()).map(|name| short_name(name, project)).collect();
    networks.sort();
    Some(LabNode {
        name: labels?.get(label::NODE)?.clone(),
        container: container.id.clone()?,
        image: container.image.clone().unwrap_or_default(),
        state: match container.state {
            Some(ContainerSummaryStateEnum::RUNNING | ContainerSummaryStateEnum::RESTARTING) => NodeState::Running,
            Some(ContainerSummaryStateEnum::PAUSED) => NodeState::Paused,
            _ => NodeState::Stopped,
        },
        fresh: matches!(container.state, Some(ContainerSummaryStateEnum::CREATED)),
        networks,
    })
}
