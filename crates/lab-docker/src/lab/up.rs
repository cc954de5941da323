//! Brings a lab up: decides on ports and names, makes what nodes need, and then the nodes themselves (`nodes.rs`).
//!
//! What is there already is kept and only started, so a lab made by hand or by a crashed app is adopted. When nothing of
//! it was there and something fails, what was made is removed again.

use std::path::Path;

use futures::future::try_join;
use lab_model::facts::lab::{ImageInUse, NodeState};
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

use super::{Lab, LabNode, Running, nodes::Nodes, turn::Turn};
use crate::Engine;
use crate::error::{Error, Result};
use crate::stack::{LabSpec, Stack, Variables};

/// What is to be made, decided while it was our turn.
struct Plan {
    variables: Variables,
    spec: LabSpec,
    turn: Turn,
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
        let at_lab = cancel.run_until_cancelled(Turn::at_lab(project, progress)).await;
        let _at_lab = at_lab.ok_or_else(|| Error::Cancelled { doing: format!("bringing up {project}") })?;
        let stack = &self.stack_of(project, stack).await?;
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
        let files = self.stack_files(stack, before.as_ref(), images, &variables);
        let (files, ()) = try_join(files, self.make_ground(project, &spec)).await?;
        if let Some(before) = &before {
            self.put_back(project, before, &spec, progress).await?;
        }
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
        variables.extend(stack.spelled_out(&stack.choices()));
        variables.extend(kept);
        let turn = Turn::wait().await;
        let variables = self.choose(stack, variables).await?;
        let mut spec = stack.resolve(project, &variables)?;
        for service in &mut spec.services {
            // For `docker compose ls`, and so that a person sees where the container comes from.
            let file = stack.compose_file().display().to_string();
            service.labels.insert(crate::label::COMPOSE_FILES.into(), file);
        }
        Ok(Plan { variables, spec, turn })
    }
}

fn is_waiting(stack: &Stack, node: &LabNode) -> bool {
    let described = stack.nodes().iter().find(|described| described.name == node.name);
    described.is_some_and(|described| described.stands_in || (node.fresh && described.spare.is_some()))
}

pub(super) fn write_env_file(stack: &Stack, project: &str, variables: &Variables, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let file = folder.join(format!("{project}.env"));
    let mut text = format!(
        "# The lab {project}, by hand:\n#   docker compose -p {project} --env-file {} -f {} ps\n",
        file.display(),
        stack.compose_file().display()
    );
    text.push_str(&format!("{}={}\n", crate::stack::STACK, stack.name()));
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
