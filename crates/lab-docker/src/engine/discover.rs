//! Where a container engine may be, in the order in which people expect it: setting, environment, contexts, known sockets.
//!
//! Reads files and the environment; asks no engine except in [`discover`].

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Engine, EngineInfo};

/// How an address was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The app's setting.
    Setting,
    /// The variable `DOCKER_HOST`.
    DockerHost,
    /// The variable `DOCKER_CONTEXT` names this context.
    ContextVariable(String),
    /// The context of this name is Docker's current one.
    CurrentContext(String),
    /// Another context.
    Context(String),
    /// A socket that engines commonly listen on.
    KnownSocket,
}

impl Via {
    /// True if a person named this engine: then no other is taken in its place.
    pub fn is_explicit(&self) -> bool {
        matches!(self, Self::Setting | Self::DockerHost | Self::ContextVariable(_))
    }
}

impl std::fmt::Display for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setting => f.write_str("PIPEWRIGHT_ENGINE"),
            Self::DockerHost => f.write_str("DOCKER_HOST"),
            Self::ContextVariable(name) => write!(f, "DOCKER_CONTEXT={name}"),
            Self::CurrentContext(name) => write!(f, "the current Docker context {name}"),
            Self::Context(name) => write!(f, "the Docker context {name}"),
            Self::KnownSocket => f.write_str("a common address"),
        }
    }
}

/// An address that was tried, and the result.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The address.
    pub address: String,
    /// How it was found.
    pub via: Via,
    /// What the engine reported about itself, or the exact error.
    pub outcome: Result<EngineInfo, String>,
}

/// Tries every address that may lead to an engine, each at most two seconds, all at once.
pub async fn discover(setting: Option<&str>) -> Vec<Candidate> {
    let candidates = candidates(setting, &Surroundings::of_this_process());
    let tries = candidates.into_iter().map(|(via, address)| async move {
        let outcome = Engine::at(&address).await.map(|engine| engine.info().clone());
        Candidate { address, via, outcome }
    });
    futures::future::join_all(tries).await
}

/// What the search looks at.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    pub(super) docker_host: Option<String>,
    pub(super) docker_context: Option<String>,
    pub(super) docker_config: Option<PathBuf>,
    pub(super) home: Option<PathBuf>,
    pub(super) runtime: Option<PathBuf>,
}

impl Surroundings {
    pub(super) fn of_this_process() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = text("HOME").or_else(|| text("USERPROFILE")).map(PathBuf::from);
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: text("DOCKER_CONFIG")
                .map(PathBuf::from)
                .or_else(|| home.as_ref().map(|h| h.join(".docker"))),
            home,
            runtime: text("XDG_RUNTIME_DIR").map(PathBuf::from),
        }
    }
}

/// Every address worth trying, best first, without repetition.
pub(super) fn candidates(setting: Option<&str>, around: &Surroundings) -> Vec<(Via, String)> {
    let mut found: Vec<(Via, String)> = Vec::new();
    if let Some(address) = setting.map(str::trim).filter(|address| !address.is_empty()) {
        found.push((Via::Setting, address.to_owned()));
    }
    if let Some(address) = &around.docker_host {
        found.push((Via::DockerHost, address.clone()));
    }
    if let Some(config) = &around.docker_config {
        contexts(config, around.docker_context.as_deref(), &mut found);
    }
    found.extend(known_sockets(around).into_iter().map(|address| (Via::KnownSocket, address)));
    let mut seen = std::collections::HashSet::new();
    found.retain(|(_, address)| seen.insert(address.clone()));
    found
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Endpoints")]
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    docker: Option<EndpointMeta>,
}

#[derive(Deserialize)]
struct EndpointMeta {
    #[serde(rename = "Host")]
    host: Option<String>,
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn address_of(config: &Path, name: &str) -> Option<String> {
    let folder: String = Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let meta: Meta = read(&config.join("contexts/meta").join(folder).join("meta.json"))?;
    meta.endpoints.docker?.host
}

/// The chosen context first (by variable, else Docker's current one), then all others by name.
fn contexts(config: &Path, variable: Option<&str>, found: &mut Vec<(Via, String)>) {
    if let Some(name) = variable {
        if let Some(address) = address_of(config, name) {
            found.push((Via::ContextVariable(name.to_owned()), address));
        }
    } else if let Some(name) = read::<Config>(&config.join("config.json")).and_then(|c| c.current_context)
        && let Some(address) = address_of(config, &name)
    {
        found.push((Via::CurrentContext(name), address));
    }
    let Ok(folders) = std::fs::read_dir(config.join("contexts/meta")) else { return };
    let mut others: Vec<(Via, String)> = folders
        .filter_map(|folder| read::<Meta>(&folder.ok()?.path().join("meta.json")))
        .filter_map(|meta| Some((Via::Context(meta.name), meta.endpoints.docker?.host?)))
        .collect();
    others.sort_by_key(|(via, _)| via.to_string());
    found.extend(others);
}

/// Where Docker, Docker Desktop, OrbStack, Colima, Rancher Desktop and Podman listen. Only sockets that exist are worth
/// a try, except the first: its absence is what a person without Docker should read.
fn known_sockets(around: &Surroundings) -> Vec<String> {
    if cfg!(windows) {
        return ["docker_engine", "dockerDesktopLinuxEngine"].map(|pipe| format!("npipe:////./pipe/{pipe}")).into();
    }
    let mut paths = Vec::new();
    if let Some(home) = &around.home {
        for socket in [
            ".docker/run/docker.sock",
            ".docker/desktop/docker.sock",
            ".orbstack/run/docker.sock",
            ".colima/default/docker.sock",
            ".rd/docker.sock",
        ] {
            paths.push(home.join(socket));
        }
    }
    if let Some(runtime) = &around.runtime {
        paths.push(runtime.join("docker.sock"));
        paths.push(runtime.join("podman/podman.sock"));
    }
    paths.push("/run/podman/podman.sock".into());
    paths.retain(|path| path.exists());
    paths.insert(0, "/var/run/docker.sock".into());
    paths.iter().map(|path| format!("unix://{}", path.display())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(config: &Path, name: &str, host: &str) {
        let folder: String = Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = config.join("contexts/meta").join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let meta = serde_json::json!({ "Name": name, "Endpoints": { "docker": { "Host": host } } });
        std::fs::write(folder.join("meta.json"), meta.to_string()).unwrap();
    }

    fn addresses(found: &[(Via, String)]) -> Vec<&str> {
        found.iter().map(|(_, address)| address.as_str()).collect()
    }

    #[test]
    fn a_setting_comes_before_the_environment_and_that_before_contexts_and_sockets() {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join(".docker");
        context(&config, "colima", "unix:///colima.sock");
        context(&config, "remote", "tcp://far:2375");
        std::fs::write(config.join("config.json"), r#"{"currentContext":"remote","auths":{}}"#).unwrap();
        let around = Surroundings {
            docker_host: Some("tcp://env:2375".into()),
            docker_config: Some(config),
            home: Some(home.path().into()),
            ..Surroundings::default()
        };
        let found = candidates(Some("tcp://set:2375"), &around);
        assert_eq!(
            addresses(&found)[..4],
            ["tcp://set:2375", "tcp://env:2375", "tcp://far:2375", "unix:///colima.sock"]
        );
        assert_eq!(found[2].0, Via::CurrentContext("remote".into()));
        if cfg!(unix) {
            assert_eq!(found[4], (Via::KnownSocket, "unix:///var/run/docker.sock".into()));
        }
    }

    #[test]
    fn docker_context_wins_over_the_current_context_and_counts_as_named_by_a_person() {
        let home = tempfile::tempdir().unwrap();
        context(home.path(), "a", "unix:///a.sock");
        context(home.path(), "b", "unix:///b.sock");
        std::fs::write(home.path().join("config.json"), r#"{"currentContext":"a"}"#).unwrap();
        let around = Surroundings {
            docker_context: Some("b".into()),
            docker_config: Some(home.path().into()),
            ..Surroundings::default()
        };
        let found = candidates(None, &around);
        assert_eq!(addresses(&found)[..2], ["unix:///b.sock", "unix:///a.sock"]);
        assert!(found[0].0.is_explicit());
        assert!(!found[1].0.is_explicit());
    }

    #[test]
    fn an_address_found_twice_is_tried_once() {
        let around =
            Surroundings { docker_host: Some("unix:///var/run/docker.sock".into()), ..Surroundings::default() };
        let found = candidates(None, &around);
        assert_eq!(found.iter().filter(|(_, address)| address == "unix:///var/run/docker.sock").count(), 1);
        assert_eq!(found[0].0, Via::DockerHost);
    }

    #[tokio::test]
    async fn a_silent_address_is_listed_with_its_exact_error() {
        let candidates = discover(Some("unix:///nowhere/docker.sock")).await;
        assert_eq!(candidates[0].via, Via::Setting);
        let error = candidates[0].outcome.as_ref().unwrap_err();
        assert!(error.contains("/nowhere/docker.sock"), "{error}");
    }

    #[tokio::test]
    async fn a_named_engine_that_is_silent_is_not_replaced_by_another() {
        let error = Engine::connect(Some("unix:///nowhere/docker.sock")).await.unwrap_err();
        assert_eq!(error.code(), lab_model::Code::EngineRefused);
    }
}
