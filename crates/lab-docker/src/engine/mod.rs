//! A container engine that answered: its address and what it reports about itself.

mod discover;

use std::time::Duration;

use bollard::Docker;
use serde::Serialize;

pub use discover::{Candidate, Via, discover};

use crate::error::{Error, Result, words};

/// How long an engine may take to say that it is there.
const PING: Duration = Duration::from_secs(15);

/// What an engine reports about itself. Every field but the address may be missing: engines differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineInfo {
    /// `unix:///…`, `tcp://…` or `npipe://…`.
    pub address: String,
    /// The engine's own version, e.g. `20.10.24`.
    pub version: Option<String>,
    /// The API version it prefers.
    pub api: Option<String>,
    /// Operating system, e.g. `Debian GNU/Linux 12 (bookworm)`.
    pub os: Option<String>,
    /// Architecture as the engine writes it, e.g. `x86_64`.
    pub arch: Option<String>,
    /// Processors the engine may use.
    pub cpus: Option<u64>,
    /// Memory of the engine's machine, bytes.
    pub memory_bytes: Option<u64>,
    /// Version of control groups, `1` or `2`.
    pub cgroup: Option<String>,
}

impl EngineInfo {
    /// True if the engine shares this machine's network (ports can be tried by binding them here).
    pub fn is_local(&self) -> bool {
        self.address.starts_with("unix://") || self.address.starts_with("npipe://")
    }
}

/// A connection to a container engine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) docker: Docker,
    info: EngineInfo,
}

impl Engine {
    /// Connects to the engine: the one the setting, `DOCKER_HOST` or `DOCKER_CONTEXT` names, else the first that answers.
    ///
    /// # Errors
    /// A named engine that does not answer is an error, not a reason to take another one silently.
    pub async fn connect(setting: Option<&str>) -> Result<Self> {
        let candidates = discover::candidates(setting, &discover::Surroundings::of_this_process());
        let mut tried = Vec::new();
        for (via, address) in candidates {
            match Self::at(&address).await {
                Ok(engine) => return Ok(engine),
                Err(cause) if via.is_explicit() => {
                    return Err(Error::EngineSilent { address, via: via.to_string(), cause });
                }
                Err(cause) => tried.push(format!("{address} ({via}): {cause}")),
            }
        }
        Err(Error::NoEngine { tried })
    }

    /// What the engine reported about itself when we connected.
    pub fn info(&self) -> &EngineInfo {
        &self.info
    }

    /// Connects to one address, or says exactly why not.
    async fn at(address: &str) -> Result<Self, String> {
        if address.starts_with("ssh://") {
            return Err("ssh addresses are not spoken directly; forward the socket with \
                `ssh -L /tmp/docker.sock:/var/run/docker.sock …` and give unix:///tmp/docker.sock"
                .into());
        }
        let docker = Docker::connect_with_host(address).map_err(|error| words(&error))?;
        let answer = tokio::time::timeout(PING, async {
            let version = docker.version().await.map_err(|error| words(&error))?;
            // Podman's compatible service may lack parts of /info; the version is proof enough that it answers.
            Ok::<_, String>((version, docker.info().await.ok()))
        });
        let (version, info) = answer.await.map_err(|_| format!("no answer within {} s", PING.as_secs()))??;
        let info = info.unwrap_or_default();
        let info = EngineInfo {
            address: address.to_owned(),
            version: version.version,
            api: version.api_version,
            os: info.operating_system.or(version.os),
            arch: info.architecture.or(version.arch),
            cpus: info.ncpu.and_then(|cpus| u64::try_from(cpus).ok()),
            memory_bytes: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()),
            cgroup: info.cgroup_version.map(|version| version.to_string()),
        };
        Ok(Self { docker, info })
    }
}
