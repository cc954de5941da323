//! Brings a lab up: networks, volumes and containers as the stack says, made in parallel, started together.
//!
//! What is there already is kept and only started, so a lab made by hand or by a crashed app is adopted. When nothing of
//! it was there and something fails, what was made is removed again.

use std::collections::HashMap;
use std::path::Path;

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, Ipam, IpamConfig, NetworkConnectRequest,
    NetworkCreateRequest, NetworkingConfig, PortBinding, VolumeCreateRequest,
};
use bollard::query_parameters::{CreateContainerOptionsBuilder, StartContainerOptions};
use futures::future::try_join_all;
use lab_model::facts::lab::{ImageInUse, NodeState};
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

use super::{Lab, Running};
use crate::error::{Error, Result, status, words};
use crate::stack::{AttachmentSpec, LabSpec, ServiceSpec, Stack, Variables};
use crate::{Engine, label};

impl Engine {
    /// Brings up the lab `project` from a stack. Returns when every container was started; whether the engines in them
    /// are ready is for others to say.
    ///
    /// Chosen ports and subnet are written to `<env_folder>/<project>.env`, for use with `docker compose --env-file`.
    ///
    /// # Errors
    /// [`Error::NotOurs`] if something of the same name is not a lab's; [`Error::PortTaken`]; [`Error::Cancelled`].
    pub async fn up(
        &self,
        stack: &Stack,
        project: &str,
        images: &[ImageInUse],
        env_folder: &Path,
        progress: &ProgressSink,
        cancel: &CancellationToken,
    ) -> Result<Running> {
        let before = self.labs().await?.into_iter().find(|lab| lab.project == project);
        let work = self.bring_up(stack, project, images, before.as_ref(), progress);
        let done = tokio::select! {
            done = work => done,
            () = cancel.cancelled() => Err(Error::Cancelled { doing: format!("bringing up {project}") }),
        };
        match done {
            Ok(running) => {
                write_env_file(stack, project, &running.variables, env_folder)?;
                Ok(running)
            }
            Err(error) => {
                if before.is_none() {
                    // The first error is the one to tell.
                    if let Err(second) = self.down(project, false, progress).await {
                        tracing::warn!(%project, error = %second, "clearing away a lab that did not come up");
                    }
                }
                Err(error)
            }
        }
    }

    async fn bring_up(
        &self,
        stack: &Stack,
        project: &str,
        images: &[ImageInUse],
        before: Option<&Lab>,
        progress: &ProgressSink,
    ) -> Result<Running> {
        let mut variables = Self::image_variables(stack, images);
        if before.is_some() {
            // A lab keeps what it was made with, its image included.
            variables.extend(self.variables_of(project, stack).await?);
        }
        let variables = self.choose(stack, variables).await?;
        let mut spec = stack.resolve(project, &variables)?;
        for service in &mut spec.services {
            // For `docker compose ls`, and so that a person sees where the container comes from.
            let file = stack.compose_file().display().to_string();
            service.labels.insert("com.docker.compose.project.config_files".into(), file);
        }
        self.make(project, &spec, before, progress).await?;
        self.start_all(project, progress).await?;
        let lab = self.lab(project).await?;
        let images = self.images_of(&lab, stack).await?;
        let running = |lab: &Lab| lab.nodes.iter().all(|node| node.state == NodeState::Running);
        let adopted = before.is_some_and(|before| running(before) && before.nodes.len() == spec.services.len());
        Ok(Running { lab, variables, images, adopted })
    }

    /// Creates what is missing.
    async fn make(&self, project: &str, spec: &LabSpec, before: Option<&Lab>, progress: &ProgressSink) -> Result<()> {
        try_join_all(spec.networks.iter().map(|network| self.make_network(project, network))).await?;
        try_join_all(spec.volumes.iter().map(|volume| self.make_volume(project, volume))).await?;
        let there = |name: &str| before.is_some_and(|lab| lab.nodes.iter().any(|node| node.name == name));
        let missing: Vec<&ServiceSpec> = spec.services.iter().filter(|service| !there(&service.name)).collect();
        progress(Progress {
            done: Some(0),
            total: Some(missing.len() as u64),
            unit: "nodes".into(),
            ..Progress::step("create containers")
        });
        try_join_all(missing.into_iter().map(|service| self.make_container(project, service))).await?;
        Ok(())
    }

    async fn make_network(&self, project: &str, network: &crate::stack::NetworkSpec) -> Result<()> {
        let name = format!("{project}_{}", network.name);
        if let Ok(found) =
            self.docker.inspect_network(&name, None::<bollard::query_parameters::InspectNetworkOptions>).await
        {
            ours(found.labels.as_ref(), project, "network", name.clone())?;
            let configs = found.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
            let has = |wanted: &String| configs.iter().any(|config| config.subnet.as_ref() == Some(wanted));
            if network.subnet.as_ref().is_none_or(has) {
                return Ok(());
            }
            // Left by a start that was cancelled while the engine was making it: no container uses it.
            self.docker.remove_network(&name).await.map_err(Error::engine(format!("replace the network {name}")))?;
        }
        let ipam = network.subnet.clone().map(|subnet| Ipam {
            config: Some(vec![IpamConfig { subnet: Some(subnet), ..IpamConfig::default() }]),
            ..Ipam::default()
        });
        let mut labels = network.labels.clone();
        labels.insert(label::COMPOSE_PROJECT.into(), project.into());
        labels.insert(label::COMPOSE_NETWORK.into(), network.name.clone());
        let request = NetworkCreateRequest {
            name: name.clone(),
            driver: Some("bridge".into()),
            ipam,
            labels: Some(labels),
            ..NetworkCreateRequest::default()
        };
        self.docker.create_network(request).await.map_err(Error::engine(format!("create the network {name}")))?;
        Ok(())
    }

    async fn make_volume(&self, project: &str, volume: &crate::stack::VolumeSpec) -> Result<()> {
        let name = format!("{project}_{}", volume.name);
        if let Ok(found) = self.docker.inspect_volume(&name).await {
            return ours(Some(&found.labels), project, "volume", name);
        }
        let mut labels = volume.labels.clone();
        labels.insert(label::COMPOSE_PROJECT.into(), project.into());
        labels.insert(label::COMPOSE_VOLUME.into(), volume.name.clone());
        let request =
            VolumeCreateRequest { name: Some(name.clone()), labels: Some(labels), ..VolumeCreateRequest::default() };
        self.docker.create_volume(request).await.map_err(Error::engine(format!("create the volume {name}")))?;
        Ok(())
    }

    /// One container on its first network, then attached to the others: older engines take only one at creation.
    async fn make_container(&self, project: &str, service: &ServiceSpec) -> Result<()> {
        let name = format!("{project}-{}-1", service.name);
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let created = self.docker.create_container(Some(options), body(project, service)).await;
        let id = match created {
            Ok(created) => created.id,
            Err(error) if status(&error) == Some(409) => return Err(Error::NotOurs { kind: "container", name }),
            Err(error) => return Err(Error::engine(format!("create the container {name}"))(error)),
        };
        for attachment in service.networks.iter().skip(1) {
            let request = NetworkConnectRequest {
                container: id.clone(),
                endpoint_config: Some(endpoint(&service.name, attachment)),
            };
            let network = format!("{project}_{}", attachment.network);
            let connected = self.docker.connect_network(&network, request).await;
            connected.map_err(Error::engine(format!("attach {name} to the network {network}")))?;
        }
        Ok(())
    }

    /// Starts every container that is not running, and lets paused ones go on.
    async fn start_all(&self, project: &str, progress: &ProgressSink) -> Result<()> {
        let lab = self.lab(project).await?;
        let total = lab.nodes.len() as u64;
        let started = std::sync::atomic::AtomicU64::new(0);
        let starts = lab.nodes.iter().map(|node| async {
            match node.state {
                NodeState::Running => {}
                NodeState::Paused => self
                    .docker
                    .unpause_container(&node.container)
                    .await
                    .map_err(Error::engine(format!("unpause {}", node.name)))?,
                NodeState::Stopped | NodeState::Absent => self.start(project, &node.name, &node.container).await?,
            }
            let done = started.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            progress(Progress {
                detail: node.name.clone(),
                done: Some(done),
                total: Some(total),
                unit: "nodes".into(),
                ..Progress::step("start containers")
            });
            Ok::<(), Error>(())
        });
        try_join_all(starts).await?;
        Ok(())
    }

    /// Starts one container. One that runs already is fine.
    pub(super) async fn start(&self, project: &str, node: &str, container: &str) -> Result<()> {
        match self.docker.start_container(container, None::<StartContainerOptions>).await {
            Ok(()) => Ok(()),
            Err(error) if status(&error) == Some(304) => Ok(()),
            // The engine has no code of its own for a taken port: these are its words since the first versions.
            Err(error) if words(&error).contains("already allocated") || words(&error).contains("already in use") => {
                Err(Error::PortTaken { project: project.to_owned(), cause: words(&error) })
            }
            Err(error) => Err(Error::engine(format!("start {node}"))(error)),
        }
    }
}

fn ours(labels: Option<&label::Labels>, project: &str, kind: &'static str, name: String) -> Result<()> {
    if label::belongs(labels, project) { Ok(()) } else { Err(Error::NotOurs { kind, name }) }
}

pub(super) fn endpoint(service: &str, attachment: &AttachmentSpec) -> EndpointSettings {
    let mut aliases = vec![service.to_owned()];
    aliases.extend(attachment.aliases.iter().cloned());
    let address = attachment
        .address
        .map(|address| EndpointIpamConfig { ipv4_address: Some(address.to_string()), ..EndpointIpamConfig::default() });
    EndpointSettings { aliases: Some(aliases), ipam_config: address, ..EndpointSettings::default() }
}

fn body(project: &str, service: &ServiceSpec) -> ContainerCreateBody {
    let mut labels = service.labels.clone();
    labels.insert(label::COMPOSE_PROJECT.into(), project.into());
    labels.insert(label::COMPOSE_SERVICE.into(), service.name.clone());
    let depends: Vec<String> = service.depends_on.iter().map(|name| format!("{name}:service_started:false")).collect();
    labels.insert(label::COMPOSE_DEPENDS_ON.into(), depends.join(","));
    // Compose finds a project's containers by the presence of this one.
    labels.insert("com.docker.compose.config-hash".into(), "pipewright".into());
    labels.insert("com.docker.compose.container-number".into(), "1".into());
    labels.insert("com.docker.compose.oneoff".into(), "False".into());
    let binding = |host: u16| PortBinding { host_ip: Some("127.0.0.1".into()), host_port: Some(host.to_string()) };
    let ports: HashMap<String, Option<Vec<PortBinding>>> =
        service.ports.iter().map(|(host, inside)| (format!("{inside}/tcp"), Some(vec![binding(*host)]))).collect();
    let first = service.networks.first();
    let network = first.map(|attachment| format!("{project}_{}", attachment.network));
    let endpoints = first
        .zip(network.clone())
        .map(|(attachment, network)| HashMap::from([(network, endpoint(&service.name, attachment))]));
    ContainerCreateBody {
        image: Some(service.image.clone()),
        hostname: service.hostname.clone(),
        env: Some(service.environment.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        labels: Some(labels),
        exposed_ports: Some(ports.keys().cloned().collect()),
        stop_timeout: Some(service.stop_seconds),
        host_config: Some(HostConfig {
            binds: Some(service.volumes.iter().map(|(volume, path)| format!("{project}_{volume}:{path}")).collect()),
            port_bindings: Some(ports),
            memory: service.memory_bytes,
            network_mode: network,
            ..HostConfig::default()
        }),
        networking_config: Some(NetworkingConfig { endpoints_config: endpoints }),
        ..ContainerCreateBody::default()
    }
}

fn write_env_file(stack: &Stack, project: &str, variables: &Variables, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let file = folder.join(format!("{project}.env"));
    let mut text = format!(
        "# The lab {project}, by hand:\n#   docker compose -p {project} --env-file {} -f {} ps\n",
        file.display(),
        stack.compose_file().display()
    );
    for (name, value) in variables {
        text.push_str(&format!("{name}={value}\n"));
    }
    std::fs::write(&file, text).map_err(Error::file(file))
}
