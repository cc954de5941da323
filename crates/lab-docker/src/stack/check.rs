//! Turns a parsed compose.yaml into what the engine is asked for, and refuses what a lab must not do.

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;
use std::path::Path;

use serde_saphyr::{Location, Spanned};

use super::compose::{Attachment, Compose, Service};
use super::order;
use crate::error::{Error, Result};
use crate::label;

/// A whole lab, as it is asked of the engine.
#[derive(Debug)]
pub(crate) struct LabSpec {
    pub(crate) services: Vec<ServiceSpec>,
    pub(crate) networks: Vec<NetworkSpec>,
    pub(crate) volumes: Vec<VolumeSpec>,
}

/// A container.
#[derive(Debug)]
pub(crate) struct ServiceSpec {
    pub(crate) name: String,
    pub(crate) image: String,
    /// What it runs instead of what its image says, and before its command.
    pub(crate) entrypoint: Option<Vec<String>>,
    /// What it runs, or gives its entry point, instead of what its image says.
    pub(crate) command: Option<Vec<String>>,
    /// The service is not started with the others.
    pub(crate) spare: bool,
    pub(crate) hostname: Option<String>,
    pub(crate) environment: BTreeMap<String, String>,
    /// (port on 127.0.0.1, port in the container)
    pub(crate) ports: Vec<(u16, u16)>,
    pub(crate) volumes: Vec<MountSpec>,
    /// By name of the network: the first carries the published ports.
    pub(crate) networks: Vec<AttachmentSpec>,
    /// The services that are started before this one, and stopped after it.
    pub(crate) depends_on: Vec<String>,
    pub(crate) labels: HashMap<String, String>,
    pub(crate) memory_bytes: Option<i64>,
    pub(crate) stop_seconds: i64,
}

/// A volume, where it stands in the container, and whether it can only be read there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MountSpec {
    pub(crate) volume: String,
    pub(crate) path: String,
    pub(crate) read_only: bool,
}

#[derive(Debug)]
pub(crate) struct AttachmentSpec {
    pub(crate) network: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) address: Option<Ipv4Addr>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NetworkSpec {
    pub(crate) name: String,
    pub(crate) labels: HashMap<String, String>,
    pub(crate) subnet: Option<String>,
}

#[derive(Debug)]
pub(crate) struct VolumeSpec {
    pub(crate) name: String,
    pub(crate) labels: HashMap<String, String>,
}

/// Compose's profile for what is made with the lab and started later.
const SPARE: &str = "spare";

/// Where a value stands, for messages.
pub(super) struct Place<'a> {
    pub(super) file: &'a Path,
    pub(super) project: &'a str,
    pub(super) stack: &'a str,
}

impl Place<'_> {
    pub(super) fn wrong(&self, at: Location, problem: impl Into<String>, instead: impl Into<String>) -> Error {
        // What was merged from elsewhere has no place of its own: then the file itself is the place.
        let line = usize::try_from(at.line()).unwrap_or_default().max(1);
        Error::Stack { file: self.file.into(), line, problem: problem.into(), instead: instead.into() }
    }

    fn labels(&self, labels: &HashMap<String, String>, at: Location, what: &str) -> Result<()> {
        if label::belongs(Some(labels), self.project) && labels.get(label::STACK).is_some_and(|s| s == self.stack) {
            return Ok(());
        }
        Err(self.wrong(
            at,
            format!("{what} does not carry the lab's labels"),
            format!("Give it {}: ${{COMPOSE_PROJECT_NAME}} and {}: {}.", label::LAB, label::STACK, self.stack),
        ))
    }
}

/// What one file asks for; `included` are the services of the files that it includes.
pub(super) fn check(compose: Compose, included: &[&str], place: &Place<'_>) -> Result<LabSpec> {
    let networks = compose.networks.into_iter().map(|(name, network)| {
        let (labels, pools) = network.map(|n| (n.labels, n.ipam.map(|i| i.config))).unwrap_or_default();
        place.labels(&labels, Location::UNKNOWN, &format!("the network {name}"))?;
        let subnet = pools.and_then(|pools| pools.into_iter().next()).map(|pool| pool.subnet);
        Ok(NetworkSpec { name, labels, subnet })
    });
    let networks = networks.collect::<Result<Vec<_>>>()?;
    let volumes = compose.volumes.into_iter().map(|(name, volume)| {
        let labels = volume.map(|v| v.labels).unwrap_or_default();
        place.labels(&labels, Location::UNKNOWN, &format!("the volume {name}"))?;
        Ok(VolumeSpec { name, labels })
    });
    let volumes = volumes.collect::<Result<Vec<_>>>()?;
    order::check(&compose.services, included, place)?;
    let services = compose.services.into_iter().map(|(name, service)| check_service(name, service, place));
    let spec = LabSpec { services: services.collect::<Result<_>>()?, networks, volumes };
    Ok(spec)
}

fn check_service(name: String, service: Spanned<Service>, place: &Place<'_>) -> Result<ServiceSpec> {
    let at = service.referenced;
    let service = service.value;
    place.labels(&service.labels.value, service.labels.referenced, &format!("the service {name}"))?;
    if service.labels.value.get(label::NODE) != Some(&name) {
        let instead = format!("Write {}: {name}.", label::NODE);
        return Err(place.wrong(service.labels.referenced, format!("{name} does not say which node it is"), instead));
    }
    let mut networks = Vec::new();
    for (network, attachment) in service.networks {
        networks.push(check_attachment(&name, network, attachment.unwrap_or_default(), &service.labels, place)?);
    }
    if networks.is_empty() {
        return Err(place.wrong(at, format!("{name} is on no network"), "Give it at least the network a-client."));
    }
    if let Some(profile) = service.profiles.iter().find(|profile| profile.value != SPARE) {
        let instead = format!("Write profiles: [{SPARE}] for a node that is not started with the others, or nothing.");
        return Err(place.wrong(profile.referenced, format!("{} is no profile of labs", profile.value), instead));
    }
    Ok(ServiceSpec {
        entrypoint: service.entrypoint,
        command: service.command,
        spare: !service.profiles.is_empty(),
        hostname: service.hostname,
        image: service.image,
        environment: service.environment,
        ports: service.ports.iter().map(|port| published(port, place)).collect::<Result<_>>()?,
        volumes: service.volumes.iter().map(|volume| mounted(volume, place)).collect::<Result<_>>()?,
        networks,
        depends_on: service.depends_on,
        labels: service.labels.value,
        memory_bytes: service.mem_limit.map(|limit| bytes(&limit, place)).transpose()?,
        stop_seconds: service.stop_grace_period.map(|period| seconds(&period, place)).transpose()?.unwrap_or(30),
        name,
    })
}

/// The fixed address and name on the cluster network must stand in labels too, so that a cut can always be healed.
fn check_attachment(
    service: &str,
    network: String,
    attachment: Attachment,
    labels: &Spanned<HashMap<String, String>>,
    place: &Place<'_>,
) -> Result<AttachmentSpec> {
    let at = labels.referenced;
    if network == label::CLUSTER_NETWORK {
        let address = attachment.ipv4_address.as_ref().map(|address| address.value.as_str());
        for (key, value) in [(label::ADDRESS, address), (label::ALIAS, attachment.aliases.first().map(String::as_str))]
        {
            if labels.value.get(key).map(String::as_str) != value || value.is_none() {
                let problem =
                    format!("{service} could not come back after a cut: its label {key} and its network differ");
                let instead =
                    "Give the service one alias and one ipv4_address on b-cluster, and the same in its labels.";
                return Err(place.wrong(at, problem, instead));
            }
        }
    }
    let address = attachment.ipv4_address.map(|address| {
        address.value.parse().map_err(|_| {
            place.wrong(address.referenced, format!("{} is no IPv4 address", address.value), "Write it as 10.213.3.11.")
        })
    });
    Ok(AttachmentSpec { network, aliases: attachment.aliases, address: address.transpose()? })
}

fn published(port: &Spanned<String>, place: &Place<'_>) -> Result<(u16, u16)> {
    let parsed = port.value.strip_prefix("127.0.0.1:").and_then(|rest| {
        let (host, container) = rest.split_once(':')?;
        Some((host.parse().ok()?, container.parse().ok()?))
    });
    parsed.ok_or_else(|| {
        let problem = format!("{} does not publish a port on 127.0.0.1", port.value);
        place.wrong(port.referenced, problem, "Write 127.0.0.1:${NAME:-port}:port; labs are never open to the network.")
    })
}

fn mounted(volume: &Spanned<String>, place: &Place<'_>) -> Result<MountSpec> {
    let (mount, read_only) = match volume.value.strip_suffix(":ro") {
        Some(mount) => (mount, true),
        None => (volume.value.as_str(), false),
    };
    match mount.split_once(':') {
        Some((name, path)) if path.starts_with('/') && !name.contains(['/', '.', '\\']) && !path.contains(':') => {
            Ok(MountSpec { volume: name.to_owned(), path: path.to_owned(), read_only })
        }
        _ => Err(place.wrong(
            volume.referenced,
            format!("{} does not mount a named volume", volume.value),
            "Write name:/path or name:/path:ro; a folder of this machine may not exist where the engine runs.",
        )),
    }
}

fn bytes(limit: &Spanned<String>, place: &Place<'_>) -> Result<i64> {
    let text = limit.value.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.to_ascii_lowercase().as_str() {
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => 0,
    };
    match number.parse::<i64>() {
        Ok(number) if factor > 0 => Ok(number * factor),
        _ => Err(place.wrong(limit.referenced, format!("{text} is no memory limit"), "Write 768m or 1g.")),
    }
}

fn seconds(period: &Spanned<String>, place: &Place<'_>) -> Result<i64> {
    period
        .value
        .strip_suffix('s')
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| place.wrong(period.referenced, format!("{} is no time in seconds", period.value), "Write 30s."))
}
