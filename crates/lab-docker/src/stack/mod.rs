//! A stack: a folder with `compose.yaml`, kept valid for `docker compose`, and `stack.toml`.
//!
//! Reads only its folder. Talking to an engine must never move in.

mod about;
mod agree;
mod check;
mod choosing;
mod compose;
mod order;
mod origins;
mod parts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use about::SecretFile;
pub use about::{OptionValue, StackFile, StackImage, StackNode, StackOption};
pub(crate) use check::{AttachmentSpec, LabSpec, MountSpec, NetworkSpec, ServiceSpec, VolumeSpec};
use lab_model::facts::lab::{NodeInfo, SettingChanged};

use crate::error::{Error, Result};
use crate::label;

/// Values for the `${NAME}` in a compose.yaml.
pub type Variables = BTreeMap<String, String>;

/// Compose's own variable for the name of the project.
const PROJECT: &str = "COMPOSE_PROJECT_NAME";
/// The variable for the name of the stack: what a stack includes belongs to the whole.
pub(crate) const STACK: &str = "PIPEWRIGHT_STACK";

/// A stack that was read and found right.
#[derive(Debug, Clone)]
pub struct Stack {
    name: String,
    folder: PathBuf,
    compose: String,
    /// The stacks that this one can include.
    include: Vec<parts::Included>,
    /// Those of them that it includes, as chosen.
    parts: Vec<Stack>,
    /// What the one that includes this one changes in it.
    changed: Option<Changed>,
    /// What its own stack.toml says.
    own: about::About,
    /// With what those of its parts say.
    about: about::About,
    /// Variable → value, as chosen by a person.
    chosen: Variables,
}

/// A file of changes, as `include` names one.
#[derive(Debug, Clone)]
struct Changed {
    file: PathBuf,
    text: String,
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
        let (compose, include, parts) = (read("compose.yaml")?, Vec::new(), Vec::new());
        let (own, chosen) = (about.clone(), Variables::new());
        let mut stack =
            Self { name, folder: folder.into(), compose, include, parts, changed: None, own, about, chosen };
        let include = compose::shape(&stack.compose).map_err(|error| flaw(&stack.compose_file(), &error))?.include;
        let place = check::Place { file: &stack.compose_file(), project: "check", stack: &stack.name };
        stack.include = parts::load(&include, &stack, &place)?;
        stack.take_parts()?;
        agree::check(&stack, &stack.own("check", &stack.name, &Variables::new())?)?;
        for way in parts::ways(&stack.include) {
            let stack = stack.clone().as_made(&way)?;
            stack.resolve("check", &stack.choices())?;
        }
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

    /// The names of the stacks that it includes, and its own: each has a stack.toml.
    pub fn made_of(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().chain([self]).map(|stack| stack.name.as_str())
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

    /// The folder with `versions.env`, `images/` and the stacks.
    pub(crate) fn docker(&self) -> PathBuf {
        self.folder.join("../..")
    }

    /// The compose.yaml, for use by hand.
    pub fn compose_file(&self) -> PathBuf {
        self.folder.join("compose.yaml")
    }

    /// The images it needs.
    pub fn images(&self) -> &[StackImage] {
        &self.about.images
    }

    /// The nodes, in the order in which people list them.
    pub fn nodes(&self) -> &[StackNode] {
        &self.about.nodes
    }

    /// The ready sentences, as written: reading and judging them is the work of others.
    pub fn ready(&self) -> &[serde_json::Value] {
        &self.about.ready
    }

    /// Files that are put into nodes before their first start.
    pub fn files(&self) -> &[StackFile] {
        &self.about.files
    }

    /// What a person may choose when a lab is made.
    pub fn options(&self) -> &[StackOption] {
        &self.about.options
    }

    /// What it changes from the engine's defaults, and why.
    pub fn settings(&self) -> &[SettingChanged] {
        &self.about.settings
    }

    /// The nodes with the ports and addresses that a lab was given.
    pub fn node_infos(&self, variables: &Variables) -> Vec<NodeInfo> {
        let here = |variable: &String| Some(format!("127.0.0.1:{}", variables.get(variable)?));
        // The stack was resolved when it was loaded; other values change nothing about its being right.
        let services = self.resolve("check", variables).map(|spec| spec.services).unwrap_or_default();
        let address = |node: &StackNode| {
            let service = services.iter().find(|service| service.name == node.name)?;
            let cluster = service.networks.iter().find(|network| network.network == label::CLUSTER_NETWORK)?;
            cluster.address.map(|address| address.to_string())
        };
        let networks = |node: &StackNode| {
            let service = services.iter().find(|service| service.name == node.name);
            service.map(|s| s.networks.iter().map(|on| on.network.clone()).collect()).unwrap_or_default()
        };
        let info = |node: &StackNode| NodeInfo {
            name: node.name.clone(),
            system: node.system.clone(),
            role: node.kind.clone(),
            node_id: node.id,
            endpoint: node.endpoint.as_ref().and_then(here),
            agent: node.agent.as_ref().and_then(here),
            address: address(node),
            spare: node.may_wait(),
            stands_in: node.stands_in,
            networks: networks(node),
            faults: node.faults.iter().map(|fault| fault.verb().to_owned()).collect(),
        };
        self.about.nodes.iter().map(info).collect()
    }

    /// The variables that take ports on 127.0.0.1.
    pub(crate) fn port_variables(&self) -> impl Iterator<Item = &str> {
        self.about.nodes.iter().flat_map(|node| node.endpoint.as_deref().into_iter().chain(node.agent.as_deref()))
    }

    /// The variables with secrets, each with the file in which a node finds it, if not in its environment.
    pub(crate) fn secrets(&self) -> Vec<(&str, Option<&SecretFile>)> {
        let chosen = self.parts.iter().chain([self]).map(|stack| &stack.about.choose);
        chosen.filter_map(|choose| Some((choose.secret.as_deref()?, choose.secret_file.as_ref()))).collect()
    }

    pub(crate) fn subnet_variable(&self) -> Option<&str> {
        [self].into_iter().chain(&self.parts).find_map(|stack| stack.about.choose.subnet.as_deref())
    }

    /// `${NAME:-default}` in compose.yaml and in what it includes, as `NAME = default`.
    pub(crate) fn defaults(&self) -> Variables {
        let mut defaults: Variables = self.parts.iter().flat_map(Self::defaults).collect();
        defaults.extend(compose::defaults(&self.compose));
        defaults.extend(self.changed.iter().flat_map(|changed| compose::defaults(&changed.text)));
        defaults
    }

    /// What the engine is asked for when this stack becomes the lab `project`.
    pub(crate) fn resolve(&self, project: &str, variables: &Variables) -> Result<LabSpec> {
        let own = self.own(project, &self.name, variables)?;
        if self.parts.is_empty() {
            return Ok(own);
        }
        let mut variables = variables.clone();
        // What they share is the same in all, whatever each would take alone.
        if let Some((subnet, own)) = self.subnet_variable().and_then(|name| self.defaults().remove_entry(name)) {
            variables.entry(subnet).or_insert(own);
        }
        let part = |(part, included): (&Self, &parts::Included)| {
            Ok(parts::Asked {
                at: included.at(),
                of: part.name.clone(),
                spec: part.own(project, &self.name, &variables)?,
            })
        };
        let parts = self.parts.iter().zip(&self.include).map(part).collect::<Result<_>>()?;
        parts::together(parts, own, &check::Place { file: &self.compose_file(), project, stack: &self.name })
    }

    /// What its own compose.yaml asks for, as a part of the lab of `stack`.
    fn own(&self, project: &str, stack: &str, variables: &Variables) -> Result<LabSpec> {
        let mut variables = variables.clone();
        variables.insert(PROJECT.to_owned(), project.to_owned());
        variables.insert(STACK.to_owned(), stack.to_owned());
        let parsed = self.parse(&variables)?;
        tracing::debug!(stack = %self.name, compose = %parsed.name, "compose.yaml read");
        let included: Vec<&str> = self.parts.iter().flat_map(|part| part.nodes().iter().map(|n| &*n.name)).collect();
        check::check(parsed, &included, &check::Place { file: &self.compose_file(), project, stack })
    }

    fn parse(&self, variables: &Variables) -> Result<compose::Compose> {
        let mut parsed: compose::Compose =
            compose::parse(&self.compose, variables).map_err(|error| flaw(&self.compose_file(), &error))?;
        let Some(changed) = &self.changed else { return Ok(parsed) };
        let changes: compose::Changes =
            compose::parse(&changed.text, variables).map_err(|error| flaw(&changed.file, &error))?;
        changes.make(&mut parsed).map_err(|service| Error::Stack {
            file: changed.file.clone(),
            line: changed.text.lines().position(|line| line.trim() == format!("{service}:")).map_or(1, |at| at + 1),
            problem: format!("{} has no service {service}", self.name),
            instead: format!("Its services are {}.", parsed.services.keys().cloned().collect::<Vec<_>>().join(", ")),
        })?;
        Ok(parsed)
    }
}

fn flaw(file: &Path, error: &serde_saphyr::Error) -> Error {
    let said = error.without_snippet().to_string();
    Error::Stack {
        file: file.into(),
        // An error of the whole file is told at its beginning.
        line: error.location().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1).max(1)),
        problem: said.rsplit_once(" at line ").map_or(said.as_str(), |(problem, _)| problem).to_owned(),
        instead: "Labs use only a part of Compose. The other stacks show every field.".into(),
    }
}

/// The choices that a label of a lab tells: `NUM_TOKENS=16`.
pub(crate) fn chosen_in(labels: &label::Labels) -> Variables {
    let told = labels.get(label::OPTIONS).map_or("", String::as_str);
    told.split_whitespace().filter_map(|choice| choice.split_once('=')).map(|(n, v)| (n.into(), v.into())).collect()
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod parts_test;
#[cfg(test)]
mod tests;
