//! Everything that can go wrong with containers, in the user's words, with a code and what to do next.
//!
//! The container engine's own words are kept as the detail; nothing here decides by reading them.

use std::path::PathBuf;

use lab_model::{Code, Problem};

/// What this crate's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure. [`Error::code`] is for branching, the text for people.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// None of the known addresses answers; each with its exact error.
    #[error("No container engine answers.")]
    NoEngine {
        /// `address (how it was found): error`, in the order tried.
        tried: Vec<String>,
    },
    /// An engine was named (by setting or environment) and does not answer.
    #[error("The container engine at {address}, given by {via}, does not answer.")]
    EngineSilent {
        /// The address.
        address: String,
        /// What named it.
        via: String,
        /// The exact error.
        cause: String,
    },
    /// The engine answered a request with an error.
    #[error("The container engine could not {doing}.")]
    Engine {
        /// What was asked of it, as an infinitive.
        doing: String,
        /// The engine's own words.
        cause: String,
    },
    /// A compose.yaml or stack.toml is wrong.
    #[error("{}:{line}: {problem}", file.display())]
    Stack {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What to write instead.
        instead: String,
    },
    /// A file could not be read or written.
    #[error("{} cannot be used.", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        cause: String,
    },
    /// An image is neither here, nor could it be pulled, nor built.
    #[error("Pipewright could not get the image for {engine}.")]
    Image {
        /// `Kafka`, ….
        engine: String,
        /// Why each way failed, in the order tried.
        reasons: Vec<String>,
    },
    /// An image that extends another one could not be built.
    #[error("{tag} could not be built{}.", line.map(|line| format!(": line {line} of the Dockerfile failed")).unwrap_or_default())]
    Build {
        /// The name that the image was to get.
        tag: String,
        /// The line of the Dockerfile, where it failed at one.
        line: Option<u32>,
        /// Why, in the builder's words.
        cause: String,
        /// The last lines that the step wrote.
        output: Vec<String>,
        /// What to write instead.
        hint: String,
    },
    /// No image has that name.
    #[error("There is no image {reference}.")]
    NoSuchImage {
        /// The name given.
        reference: String,
        /// The images that the node may run.
        known: Vec<String>,
    },
    /// An image of that name exists and was not built for this lab.
    #[error("The image {reference} was not built for the lab {project}, so Pipewright does not {verb} it.")]
    ForeignImage {
        /// The name.
        reference: String,
        /// The lab.
        project: String,
        /// `replace`, `run`.
        verb: &'static str,
    },
    /// Stacks find an image of their own by that name.
    #[error("The name {reference} belongs to an image that labs are made of.")]
    ReservedImage {
        /// The name.
        reference: String,
    },
    /// Something of that name exists and does not carry our label.
    #[error("Pipewright did not create the {kind} {name}, so it does not touch it.")]
    NotOurs {
        /// `container`, `network`, `volume`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Another program listens on a port the lab was given earlier.
    #[error("Another program uses a port of the lab {project}.")]
    PortTaken {
        /// The lab.
        project: String,
        /// The engine's words, which name the port.
        cause: String,
    },
    /// Every port or subnet that was looked at is taken.
    #[error("No free {what} was found.")]
    NothingFree {
        /// `port near 29192`, `subnet`.
        what: String,
    },
    /// The stack offers no such choice.
    #[error("The stack {stack} has no option {asked}.")]
    NoSuchOption {
        /// The stack.
        stack: String,
        /// `name=value`.
        asked: String,
        /// `name=value|value`, ….
        known: Vec<String>,
    },
    /// The lab was made with another choice, and its data fits no other.
    #[error("The lab {project} was created with {kept}, so it cannot start with {asked}.")]
    OtherOption {
        /// The lab.
        project: String,
        /// `VARIABLE=value` as it is.
        kept: String,
        /// `VARIABLE=value` as it was asked for.
        asked: String,
    },
    /// No container carries that lab's label.
    #[error("There is no lab {project}.")]
    UnknownLab {
        /// The lab.
        project: String,
    },
    /// The lab has no node of that name.
    #[error("The lab {project} has no node {node}.")]
    UnknownNode {
        /// The lab.
        project: String,
        /// The name given.
        node: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The node is not in a state that allows this.
    #[error("{node} is not running, so it cannot {verb}.")]
    NotRunning {
        /// The node.
        node: String,
        /// `be paused`, ….
        verb: &'static str,
    },
    /// The node has no cluster network to be cut from.
    #[error("{node} has only one network, so it cannot be cut off from the other nodes.")]
    NoClusterNetwork {
        /// The node.
        node: String,
    },
    /// A limit was reached.
    #[error("It took longer than {seconds} s to {doing}.")]
    TimedOut {
        /// What was going on.
        doing: String,
        /// The limit.
        seconds: u64,
    },
    /// The person stopped it.
    #[error("Cancelled: {doing}.")]
    Cancelled {
        /// What was going on.
        doing: String,
    },
}

impl Error {
    pub(crate) fn engine(doing: impl Into<String>) -> impl FnOnce(bollard::errors::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Engine { doing, cause: words(&error) }
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, cause: error.to_string() }
    }

    /// The class of the failure.
    pub fn code(&self) -> Code {
        match self {
            Self::NoEngine { .. } => Code::EngineNotFound,
            Self::EngineSilent { .. } => Code::EngineRefused,
            Self::Engine { .. } | Self::Build { .. } => Code::EngineSaidNo,
            Self::Stack { .. } => Code::StackInvalid,
            Self::File { .. } => Code::Storage,
            Self::Image { .. } => Code::ImageUnavailable,
            Self::NotOurs { .. } | Self::ForeignImage { .. } | Self::ReservedImage { .. } => Code::NotOurs,
            Self::PortTaken { .. } | Self::NothingFree { .. } => Code::PortTaken,
            Self::UnknownLab { .. } | Self::UnknownNode { .. } | Self::NoSuchImage { .. } => Code::Unknown,
            Self::NoSuchOption { .. } => Code::ActionInvalid,
            Self::NotRunning { .. } | Self::NoClusterNetwork { .. } | Self::OtherOption { .. } => Code::NotNow,
            Self::TimedOut { .. } => Code::TimedOut,
            Self::Cancelled { .. } => Code::Cancelled,
        }
    }

    /// The cause in the engine's or the system's own words; may be empty.
    pub fn detail(&self) -> String {
        match self {
            Self::NoEngine { tried } => tried.join("\n"),
            Self::Image { reasons, .. } => reasons.join("\n"),
            Self::Build { cause, output, .. } => {
                std::iter::once(cause).chain(output).map(String::as_str).collect::<Vec<_>>().join("\n")
            }
            Self::EngineSilent { cause, .. }
            | Self::Engine { cause, .. }
            | Self::File { cause, .. }
            | Self::PortTaken { cause, .. } => cause.clone(),
            _ => String::new(),
        }
    }

    /// What to do next; may be empty.
    pub fn hint(&self) -> String {
        match self {
            Self::NoEngine { .. } => {
                "Start Docker (or Podman's Docker-compatible service), or give its address in PIPEWRIGHT_ENGINE or DOCKER_HOST.".into()
            }
            Self::EngineSilent { via, .. } => format!("Start that engine, or change {via}."),
            Self::Engine { .. } => "`pipewright doctor` shows what the engine reports.".into(),
            Self::Stack { instead, .. } => instead.clone(),
            Self::Build { hint, .. } => hint.clone(),
            Self::NoSuchImage { known, .. } => format!("The node may run {}.", known.join(", ")),
            Self::ForeignImage { project, verb: "run", .. } => format!(
                "Build it with this label: docker build --label {}={project} …",
                crate::label::EXTENDS
            ),
            Self::ForeignImage { .. } | Self::ReservedImage { .. } => "Give the image another name.".into(),
            Self::File { .. } => "Check that the file exists and that you may read and write it.".into(),
            Self::Image { .. } => {
                "Make a container registry reachable, or the package registries that the image is built from. One of the two is enough."
                    .into()
            }
            Self::NotOurs { kind, name } => {
                format!("Rename or remove the {kind} {name} yourself, or choose another lab name.")
            }
            Self::PortTaken { project, .. } => {
                format!(
                    "Stop that program, or remove the lab (`pipewright down {project}`) and start it again. The lab then gets other ports."
                )
            }
            Self::NothingFree { .. } => "Remove labs that you do not need.".into(),
            Self::NoSuchOption { known, .. } if known.is_empty() => "It has none.".into(),
            Self::NoSuchOption { known, .. } => format!("It has {}.", known.join(", ")),
            Self::OtherOption { project, .. } => {
                format!(
                    "Choose another lab name, or remove the lab with its data: `pipewright down {project} --volumes`."
                )
            }
            Self::UnknownLab { .. } => "`pipewright status` lists the labs.".into(),
            Self::UnknownNode { known, project, .. } => format!(
                "The containers that it has are {}. If one was removed, a start makes it again: pipewright up STACK --lab {project}",
                known.join(", ")
            ),
            Self::NotRunning { node, .. } => format!("Start {node} first."),
            Self::NoClusterNetwork { .. } => "Use a stack with two networks.".into(),
            Self::TimedOut { .. } => "Try again. If the machine is busy, wait until it is less busy.".into(),
            Self::Cancelled { .. } => String::new(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self { code: error.code(), message: error.to_string(), detail: error.detail(), hint: error.hint() }
    }
}

/// The engine's own words, without the wrapping of the HTTP client.
pub(crate) fn words(error: &bollard::errors::Error) -> String {
    match error {
        bollard::errors::Error::DockerResponseServerError { message, .. } => message.clone(),
        bollard::errors::Error::DockerStreamError { error } => error.clone(),
        other => {
            let mut text = other.to_string();
            let mut source = std::error::Error::source(other);
            while let Some(cause) = source {
                let cause_text = cause.to_string();
                if !text.contains(&cause_text) {
                    text = format!("{text}: {cause_text}");
                }
                source = cause.source();
            }
            text
        }
    }
}

/// The HTTP status, where the engine answered with one.
pub(crate) fn status(error: &bollard::errors::Error) -> Option<u16> {
    match error {
        bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}
