//! Makes a lab's networks, volumes and containers as its stack says. What is there already is kept. Nothing is started
//! here.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, Ipam, IpamConfig, NetworkConnectRequest,
    NetworkCreateRequest, NetworkingConfig, PortBinding, VolumeCreateRequest,
};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use futures::future::try_join_all;

use crate::error::{Error, Result, status};
use crate::stack::{AttachmentSpec, LabSpec, MountSpec, ServiceSpec};
use crate::{Engine, label};

impl Engine {
    /// Creates the networks and volumes that are missing, which its containers need.
    pub(super) async fn make_ground(&self, project: &str, spec: &LabSpec) -> Result<()> {
        let networks = self.make_networks(project, spec);
        let volumes = try_join_all(spec.volumes.iter().map(|volume| self.make_volume(project, volume)));
        futures::future::try_join(networks, volumes).await.map(drop)
    }

    /// Creates the networks that are missing.
    pub(super) async fn make_networks(&self, project: &str, spec: &LabSpec) -> Result<()> {
        try_join_all(spec.networks.iter().map(|network| self.make_network(project, network))).await.map(drop)
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

    /// A container on its first network, then attached to the others: older engines take only one at creation. Gives
    /// its id.
    pub(super) async fn make_container(&self, project: &str, service: &ServiceSpec) -> Result<String> {
        let name = format!("{project}-{}-1", service.name);
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let created = self.docker.create_container(Some(options), body(project, service)).await;
        let id = match created {
            Ok(created) => created.id,
            // Another program made it since we looked: a node of this lab is as good as made, anything else is left
            // alone.
            Err(error) if status(&error) == Some(409) => {
                let found = self.container(project, &service.name).await;
                return found.map(|node| node.container).map_err(|_| Error::NotOurs { kind: "container", name });
            }
            Err(error) => return Err(Error::engine(format!("create the container {name}"))(error)),
        };
        for attachment in service.networks.iter().skip(1) {
            self.attach(project, &service.name, &id, attachment).await?;
        }
        Ok(id)
    }

    /// Puts a node on a network, with the address and the names it has there.
    pub(super) async fn attach(
        &self,
        project: &str,
        node: &str,
        container: &str,
        attachment: &AttachmentSpec,
    ) -> Result<()> {
        let request = NetworkConnectRequest {
            container: container.to_owned(),
            endpoint_config: Some(endpoint(node, attachment)),
        };
        let network = format!("{project}_{}", attachment.network);
        let connected = self.docker.connect_network(&network, request).await;
        connected.map_err(Error::engine(format!("attach {node} to the network {network}")))
    }
}

fn ours(labels: Option<&label::Labels>, project: &str, kind: &'static str, name: String) -> Result<()> {
    if label::belongs(labels, project) { Ok(()) } else { Err(Error::NotOurs { kind, name }) }
}

fn endpoint(service: &str, attachment: &AttachmentSpec) -> EndpointSettings {
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
    let bind = |mount: &MountSpec| {
        format!("{project}_{}:{}{}", mount.volume, mount.path, if mount.read_only { ":ro" } else { "" })
    };
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
        entrypoint: service.entrypoint.clone(),
        cmd: service.command.clone(),
        hostname: service.hostname.clone(),
        env: Some(service.environment.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        labels: Some(labels),
        exposed_ports: Some(ports.keys().cloned().collect()),
        stop_timeout: Some(service.stop_seconds),
        host_config: Some(HostConfig {
            binds: Some(service.volumes.iter().map(bind).collect()),
            port_bindings: Some(ports),
            memory: service.memory_bytes,
            network_mode: network,
            ..HostConfig::default()
        }),
        networking_config: Some(NetworkingConfig { endpoints_config: endpoints }),
        ..ContainerCreateBody::default()
    }
}
