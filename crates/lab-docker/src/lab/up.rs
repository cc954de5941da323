//! Brings a lab up: what the stack says is made, the stack's files are put in, and every node is started as soon as it
//! can be.
//!
//! What is there already is kept and only started, so a lab made by hand or by a crashed app is adopted. When nothing of
//! it was there and something fails, what was made is removed again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bollard::query_parameters::StartContainerOptions;
use futures::future::{join_all, try_join};
use lab_model::facts::lab::{ImageInUse, NodeState};
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

use super::{Lab, LabNode, Running, turn::Turn};
use crate::error::{Error, Result, status, words};
use crate::stack::{LabSpec, ServiceSpec, Stack, Variables};
use crate::{Engine, File};

/// What is to be made, decided while it was our turn.
struct Plan {
    variables: Variables,
    spec: LabSpec,
    turn: Turn,
}

/// What bringing up each node needs to know.
struct Nodes<'a> {
    project: &'a str,
    stack: &'a Stack,
    before: Option<&'a Lab>,
    /// What is to be put into which node.
    files: BTreeMap<String, Vec<File>>,
    progress: &'a ProgressSink,
    cancel: &'a CancellationToken,
}

impl Engine {
    /// Brings up the lab `project` from a stack. Returns when every container was started; whether the engines in them
    /// are ready is for others to say.
    ///
    /// Chosen ports, subnet, secret and options are written to `<env_folder>/<project>.env`, for use with `docker compose --env-file`.
    ///
    /// # Errors
    /// [`Error::NotOurs`] if something of the same name is not a lab's; [`Error::OtherOption`]; [`Error::PortTaken`];
    /// [`Error::Cancelled`].
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
        match self.bring_up(stack, project, images, before.clone(), progress, cancel).await {
            Ok(running) => {
                write_env_file(stack, project, &running.variables, env_folder)?;
                Ok(running)
            }
            Err(error) => {
                if before.is_none() {
                    // The first error is the one to tell.
                    if let Err(second) = self.clear_away(project, progress).await {
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
        before: Option<Lab>,
        progress: &ProgressSink,
        cancel: &CancellationToken,
    ) -> Result<Running> {
        let cancelled = || Error::Cancelled { doing: format!("bringing up {project}") };
        progress(Progress::step("choose ports"));
        let planned = cancel.run_until_cancelled(self.plan(stack, project, images));
        let Plan { variables, spec, turn } = planned.await.ok_or_else(cancelled)??;
        // What the engine was asked to make it makes, whoever stops waiting: nothing must appear after the clearing away.
        let before = self.without_unfinished(before, &spec).await?;
        // Taking files out of images and making networks need nothing of each other.
        let files = self.stack_files(stack, before.as_ref(), images);
        let (files, ()) = try_join(files, self.make_ground(project, &spec)).await?;
        let nodes = Nodes { project, stack, before: before.as_ref(), files, progress, cancel };
        self.bring_up_nodes(&nodes, &spec.services, turn).await?;
        let lab = self.lab(project).await?;
        let images = self.images_of(&lab, stack).await?;
        let running =
            |lab: &Lab| lab.nodes.iter().all(|node| node.state == NodeState::Running || is_waiting(stack, node));
        let adopted = before.is_some_and(|before| running(&before) && before.nodes.len() == spec.services.len());
        Ok(Running { lab, variables, images, adopted })
    }

    /// Decides on everything that is to be made, while nobody else on this machine does.
    async fn plan(&self, stack: &Stack, project: &str, images: &[ImageInUse]) -> Result<Plan> {
        let mut variables = Self::image_variables(stack, images);
        // A lab keeps what it was made with, its image included; its data keeps what it was written with.
        let kept = self.variables_of(project, stack).await?;
        self.refuse_other_options(stack, project, &kept)?;
        variables.extend(stack.spelled_out(&stack.choices()));
        variables.extend(kept);
        let turn = Turn::wait().await;
        let variables = self.choose(stack, variables).await?;
        let mut spec = stack.resolve(project, &variables)?;
        for service in &mut spec.services {
            // For `docker compose ls`, and so that a person sees where the container comes from.
            let file = stack.compose_file().display().to_string();
            service.labels.insert("com.docker.compose.project.config_files".into(), file);
        }
        Ok(Plan { variables, spec, turn })
    }

    fn refuse_other_options(&self, stack: &Stack, project: &str, kept: &Variables) -> Result<()> {
        let differs = |(variable, asked): (&String, &String)| {
            let kept = kept.get(variable).filter(|kept| *kept != asked)?;
            Some((format!("{variable}={kept}"), format!("{variable}={asked}")))
        };
        let Some((kept, asked)) = stack.chosen().iter().find_map(differs) else { return Ok(()) };
        Err(Error::OtherOption { project: project.to_owned(), kept, asked })
    }

    /// Brings up every node, each as soon as it can be; our turn is over when all are made.
    async fn bring_up_nodes(&self, nodes: &Nodes<'_>, services: &[ServiceSpec], turn: Turn) -> Result<()> {
        let (turn, up) = (Arc::new(turn), AtomicU64::new(0));
        // When one fails the others need not go on.
        let stop = nodes.cancel.child_token();
        let tell = |name: &str, up: u64| {
            (nodes.progress)(Progress {
                detail: name.to_owned(),
                done: Some(up),
                total: Some(services.len() as u64),
                unit: "nodes".into(),
                ..Progress::step("start containers")
            });
        };
        tell("", 0);
        let all = services.iter().map(|service| {
            let (turn, stop, up, tell) = (Arc::clone(&turn), &stop, &up, &tell);
            async move {
                let came = self.bring_up_node(nodes, service, turn, stop).await;
                match &came {
                    Ok(()) => tell(&service.name, up.fetch_add(1, Ordering::Relaxed) + 1),
                    Err(_) => stop.cancel(),
                }
                came
            }
        });
        let all: Vec<_> = all.collect();
        drop(turn);
        let (mut first, mut stopped) = (None, None);
        for error in join_all(all).await.into_iter().filter_map(Result::err) {
            let of = if matches!(error, Error::Cancelled { .. }) { &mut stopped } else { &mut first };
            of.get_or_insert(error);
        }
        first.or(stopped).map_or(Ok(()), Err)
    }

    /// Makes a node if it is not there, puts the stack's files into it, and starts it if it does not run. A paused one goes
    /// on, a spare one waits unless it has run before.
    async fn bring_up_node(
        &self,
        nodes: &Nodes<'_>,
        service: &ServiceSpec,
        turn: Arc<Turn>,
        stop: &CancellationToken,
    ) -> Result<()> {
        let (project, name) = (nodes.project, &service.name);
        let there = nodes.before.and_then(|lab| lab.nodes.iter().find(|node| node.name == *name));
        let container = match there {
            Some(node) => node.container.clone(),
            None => self.make_container(project, service).await?,
        };
        drop(turn);
        let starting = async {
            if let Some(files) = nodes.files.get(name) {
                self.put_into(&container, name, "/", files).await?;
            }
            match there.map_or(NodeState::Stopped, |node| node.state) {
                NodeState::Running => Ok(()),
                NodeState::Paused => {
                    let unpaused = self.docker.unpause_container(&container).await;
                    unpaused.map_err(Error::engine(format!("unpause {name}")))
                }
                NodeState::Stopped | NodeState::Absent => {
                    let spare = nodes.stack.nodes().iter().find(|node| node.name == *name);
                    let trace =
                        spare.and_then(|node| node.spare.as_deref()).filter(|_| there.is_none_or(|node| node.fresh));
                    if let Some(trace) = trace
                        && !self.exists(&container, trace).await?
                    {
                        return Ok(());
                    }
                    self.start(project, name, &container).await
                }
            }
        };
        let cancelled = || Error::Cancelled { doing: format!("bringing up {project}") };
        stop.run_until_cancelled(starting).await.unwrap_or_else(|| Err(cancelled()))
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

fn is_waiting(stack: &Stack, node: &LabNode) -> bool {
    node.fresh && stack.nodes().iter().any(|described| described.name == node.name && described.spare.is_some())
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
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // A secret is among the variables.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&file).and_then(|mut open| std::io::Write::write_all(&mut open, text.as_bytes()));
    written.map_err(Error::file(file))
}
