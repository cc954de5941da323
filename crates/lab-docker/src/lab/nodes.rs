//! Brings up the nodes of a lab, each by itself: made, given its files, started, as soon as it can be.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bollard::query_parameters::StartContainerOptions;
use futures::future::join_all;
use lab_model::facts::lab::NodeState;
use lab_model::{Progress, ProgressSink};
use tokio::sync::SetOnce;
use tokio_util::sync::CancellationToken;

use super::{Lab, LabNode, turn::Turn};
use crate::error::{Error, Result, status, words};
use crate::stack::{ServiceSpec, Stack};
use crate::{Engine, File};

/// What bringing up each node needs to know.
pub(super) struct Nodes<'a> {
    pub(super) project: &'a str,
    pub(super) stack: &'a Stack,
    /// The lab as it was found, if it was there.
    pub(super) before: Option<&'a Lab>,
    /// What is to be put into which node.
    pub(super) files: BTreeMap<String, Vec<File>>,
    pub(super) progress: &'a ProgressSink,
    pub(super) cancel: &'a CancellationToken,
}

impl Nodes<'_> {
    fn found(&self, name: &str) -> Option<&LabNode> {
        self.before?.nodes.iter().find(|node| node.name == name)
    }

    /// The path that only a spare node has that ran before; none for other nodes.
    fn trace_of_spare(&self, name: &str) -> Option<&str> {
        self.stack.nodes().iter().find(|node| node.name == name)?.spare.as_deref()
    }

    fn stands_in(&self, name: &str) -> bool {
        self.stack.nodes().iter().any(|node| node.name == name && node.stands_in)
    }

    fn tell(&self, name: &str, up: u64, of: usize) {
        (self.progress)(Progress {
            detail: name.to_owned(),
            done: Some(up),
            total: Some(of as u64),
            unit: "up".into(),
            ..Progress::step("start containers")
        });
    }
}

/// Which services have been started, each set when it has.
type Started<'a> = BTreeMap<&'a str, SetOnce<()>>;

impl Engine {
    /// Brings up every node, each as soon as it can be; our turn is over when all are made.
    ///
    /// A node is started when those that it depends on have been. A Kafka broker that is there before its controller tries
    /// again after ever longer rests, up to a second: starting all at once took longer than one after the other.
    pub(super) async fn bring_up_nodes(&self, nodes: &Nodes<'_>, services: &[ServiceSpec], turn: Turn) -> Result<()> {
        let (turn, up) = (Arc::new(turn), AtomicU64::new(0));
        let started: Started<'_> = services.iter().map(|service| (service.name.as_str(), SetOnce::new())).collect();
        // When one fails the others need not go on.
        let stop = nodes.cancel.child_token();
        nodes.tell("", 0, services.len());
        let all = services.iter().map(|service| {
            let (turn, stop, up, started) = (Arc::clone(&turn), &stop, &up, &started);
            async move {
                let came = self.bring_up_node(nodes, service, turn, started, stop).await;
                match &came {
                    Ok(()) => nodes.tell(&service.name, up.fetch_add(1, Ordering::Relaxed) + 1, services.len()),
                    Err(_) => stop.cancel(),
                }
                came
            }
        });
        let all: Vec<_> = all.collect();
        drop(turn);
        // All are waited for: nothing may be under way when a failed start is cleared away.
        let (mut first, mut stopped) = (None, None);
        for error in join_all(all).await.into_iter().filter_map(Result::err) {
            let of = if matches!(error, Error::Cancelled { .. }) { &mut stopped } else { &mut first };
            of.get_or_insert(error);
        }
        first.or(stopped).map_or(Ok(()), Err)
    }

    /// Makes a node if it is not there, and starts it. Only the starting can be stopped.
    async fn bring_up_node(
        &self,
        nodes: &Nodes<'_>,
        service: &ServiceSpec,
        turn: Arc<Turn>,
        started: &Started<'_>,
        stop: &CancellationToken,
    ) -> Result<()> {
        let found = nodes.found(&service.name);
        let container = match found {
            Some(node) => node.container.clone(),
            None => self.make_container(nodes.project, service).await?,
        };
        drop(turn);
        let starting = async {
            for needed in service.depends_on.iter().filter_map(|name| started.get(name.as_str())) {
                needed.wait().await;
            }
            self.start_node(nodes, &service.name, found, &container).await
        };
        let came = stop.run_until_cancelled(starting).await;
        came.unwrap_or_else(|| Err(Error::Cancelled { doing: format!("bringing up {}", nodes.project) }))?;
        if let Some(own) = started.get(service.name.as_str()) {
            // Nobody else sets it: each node is brought up once.
            let _set_before = own.set(());
        }
        Ok(())
    }

    /// Puts the stack's files into a node and starts it if it does not run. A paused one goes on, a spare one waits unless
    /// it has run before. One that stands in for others ends: those are started.
    async fn start_node(&self, nodes: &Nodes<'_>, name: &str, found: Option<&LabNode>, container: &str) -> Result<()> {
        if let Some(files) = nodes.files.get(name) {
            self.put_into(container, name, "/", files).await?;
        }
        if nodes.stands_in(name) {
            return match found {
                Some(found) if found.state == NodeState::Running => self.stop(found).await,
                _ => Ok(()),
            };
        }
        match found.map_or(NodeState::Stopped, |node| node.state) {
            NodeState::Running => Ok(()),
            NodeState::Paused => {
                (nodes.progress)(Progress::step(format!("let {name} go on: it was paused")));
                let unpaused = self.docker.unpause_container(container).await;
                unpaused.map_err(Error::engine(format!("unpause {name}")))
            }
            NodeState::Stopped | NodeState::Absent => {
                let trace = nodes.trace_of_spare(name).filter(|_| found.is_none_or(|node| node.fresh));
                match trace {
                    Some(trace) if !self.exists(container, trace).await? => Ok(()),
                    _ => self.start(nodes.project, name, container).await,
                }
            }
        }
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
