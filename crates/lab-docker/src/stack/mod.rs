//! A stack: a folder with `compose.yaml`, kept valid for `docker compose`, and `stack.toml`.
//!
//! Reads only its folder. Talking to an engine must never move in.

mod about;
mod check;
mod compose;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use about::{Endpoint, StackImage, StackNode};
pub(crate) use check::{AttachmentSpec, LabSpec, NetworkSpec, ServiceSpec, VolumeSpec};
use lab_model::facts::lab::NodeInfo;

use crate::error::{Error, Result};

/// Values for the `${NAME}` in a compose.yaml.
pub type Variables = BTreeMap<String, String>;

/// Compose's own variable for the name of the project.
const PROJECT: &str = "COMPOSE_PROJECT_NAME";

/// A stack that was read and found right.
#[derive(Debug, Clone)]
pub struct Stack {
    name: String,
    folder: PathBuf,
    compose: String,
    about: about::About,
}

impl Stack {
    /// Reads a stack's folder, e.g. `docker/stacks/kafka-3`; the folder's name is the stack's.
    ///
    /// # Errors
    /// [`Error::Stack`] with file, line and what to write instead; [`Error::File`] if a file cannot be read.
    pub fn load(folder: &Path) -> Result<Self> {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read_to_string(&path).map_err(Error::file(path))
        };
        let about = about::parse(&read("stack.toml")?, &folder.join("stack.toml"))?;
        let stack = Self { name, folder: folder.into(), compose: read("compose.yaml")?, about };
        let spec = stack.resolve("check", &Variables::new())?;
        stack.check_nodes(&spec)?;
        Ok(stack)
    }

    /// Every stack below a folder such as `docker/stacks`, by name.
    ///
    /// # Errors
    /// The first stack that is wrong.
    pub fn load_all(folder: &Path) -> Result<Vec<Self>> {
        let entries = std::fs::read_dir(folder).map_err(Error::file(folder))?;
        let mut folders: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join("stack.toml").is_file())
            .collect();
        folders.sort();
        folders.iter().map(|folder| Self::load(folder)).collect()
    }

    /// The folder's name, e.g. `kafka-3`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A few words, e.g. `Kafka: three brokers and a controller`.
    pub fn title(&self) -> &str {
        &self.about.title
    }

    /// A sentence about what it is for.
    pub fn about(&self) -> &str {
        &self.about.about
    }

    /// What the machine should have free before it is started, MiB.
    pub fn memory_mib(&self) -> u64 {
        self.about.memory_mib
    }

    /// Its compose.yaml, for use by hand.
    pub fn compose_file(&self) -> PathBuf {
        self.folder.join("compose.yaml")
    }

    /// The images it needs.
    pub fn images(&self) -> &[StackImage] {
        &self.about.images
    }

    /// Its nodes, in the order in which people list them.
    pub fn nodes(&self) -> &[StackNode] {
        &self.about.nodes
    }

    /// The ready sentences, as written: reading and judging them is the work of others.
    pub fn ready(&self) -> &[serde_json::Value] {
        &self.about.ready
    }

    /// The nodes with the ports that a lab was given.
    pub fn node_infos(&self, variables: &Variables) -> Vec<NodeInfo> {
        let endpoint = |node: &StackNode| {
            let port = variables.get(&node.endpoint.as_ref()?.port)?;
            Some(format!("127.0.0.1:{port}"))
        };
        let info = |node: &StackNode| NodeInfo {
            name: node.name.clone(),
            role: node.kind.clone(),
            node_id: node.id,
            endpoint: endpoint(node),
        };
        self.about.nodes.iter().map(info).collect()
    }

    pub(crate) fn subnet_variable(&self) -> Option<&str> {
        self.about.choose.subnet.as_deref()
    }

    /// `${NAME:-default}` in compose.yaml, as `NAME = default`.
    pub(crate) fn defaults(&self) -> Variables {
        compose::defaults(&self.compose)
    }

    /// What the engine is asked for when this stack becomes the lab `project`.
    pub(crate) fn resolve(&self, project: &str, variables: &Variables) -> Result<LabSpec> {
        let file = self.compose_file();
        let mut variables = variables.clone();
        variables.insert(PROJECT.to_owned(), project.to_owned());
        let parsed = compose::parse(&self.compose, &variables).map_err(|error| {
            let said = error.without_snippet().to_string();
            Error::Stack {
                file: file.clone(),
                line: error.location().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1)),
                problem: said.rsplit_once(" at line ").map_or(said.as_str(), |(problem, _)| problem).to_owned(),
                instead: "Labs use a part of Compose only; the stacks beside it show every field.".into(),
            }
        })?;
        tracing::debug!(stack = %self.name, compose = %parsed.name, "compose.yaml read");
        check::check(parsed, &check::Place { file: &file, project, stack: &self.name })
    }

    /// stack.toml and compose.yaml must speak of the same nodes and variables.
    fn check_nodes(&self, spec: &LabSpec) -> Result<()> {
        let file = self.folder.join("stack.toml");
        let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
        let wrong = |needle: &str, problem: String, instead: String| {
            let line = text.lines().position(|line| line.contains(needle)).map_or(1, |index| index + 1);
            Err(Error::Stack { file: file.clone(), line, problem, instead })
        };
        let services: Vec<&str> = spec.services.iter().map(|service| service.name.as_str()).collect();
        for node in &self.about.nodes {
            if !services.contains(&node.name.as_str()) {
                let problem = format!("compose.yaml has no service {}", node.name);
                return wrong(
                    &format!("\"{}\"", node.name),
                    problem,
                    format!("Its services are {}.", services.join(", ")),
                );
            }
        }
        if let Some(service) = services.iter().find(|name| self.about.nodes.iter().all(|node| node.name != **name)) {
            return wrong(
                "[[nodes]]",
                format!("the service {service} is not among the nodes"),
                format!("Add [[nodes]] with name = \"{service}\"."),
            );
        }
        let known = self.defaults();
        let ports = self.about.nodes.iter().filter_map(|node| node.endpoint.as_ref()).map(|endpoint| &endpoint.port);
        let images = self.about.images.iter().map(|image| &image.variable);
        for variable in ports.chain(images).chain(self.about.choose.subnet.as_ref()) {
            if !known.contains_key(variable) {
                let instead = format!(
                    "Use one that stands there as ${{NAME:-default}}: {}.",
                    known.keys().cloned().collect::<Vec<_>>().join(", ")
                );
                return wrong(variable, format!("compose.yaml has no variable {variable} with a default"), instead);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
