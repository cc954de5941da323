//! Runs labs in containers: the only crate that names bollard.
//!
//! - [`discover`] and [`Engine::connect`] find the container engine.
//! - [`Stack`] is a folder of `docker/stacks`: a strict subset of Compose and what we say about it.
//! - [`Engine::ensure_images`], [`Engine::up`], [`Engine::down`], [`Engine::labs`] make and find labs.
//! - [`Engine::build_extension`] builds on a node's image, [`Engine::use_image`] lets the node run what was built.
//! - [`Engine::fault`] and [`Engine::undo_all`] break nodes and mend them; [`Engine::watch`] says how they are.
//! - [`Engine::exec`], [`Engine::lines`], [`Engine::logs`], [`Engine::stats`], [`Engine::put_files`] reach into one node.
//!
//! Callers name labs and nodes, never containers: whatever does not carry our label cannot be named at all.
//! What a node's engine (Kafka, …) thinks, and when a lab is ready, must never move in.

mod engine;
mod error;
mod fault;
mod image;
mod lab;
pub mod label;
mod node;
mod stack;

pub use engine::{Candidate, Engine, EngineInfo, Via, discover};
pub use error::{Error, Result};
pub use fault::Fault;
pub use image::{BuildSink, Extension, NodeImage};
pub use lab::{Census, Lab, LabNode, Look, NodeSeen, Remains, Running};
pub use node::{Conversation, Exec, ExecOutput, File, NodeStats};
pub use stack::{OptionValue, Stack, StackFile, StackImage, StackNode, StackOption, Variables};
