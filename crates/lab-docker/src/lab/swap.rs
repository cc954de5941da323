//! Lets a node run another image: its container is made anew, and everything that is in volumes stays, the lab's secret too.

use std::path::Path;

use bollard::query_parameters::InspectContainerOptions;
use lab_model::{Progress, ProgressSink};

use super::up::write_env_file;
use super::{LabNode, turn::Turn};
use crate::error::{Error, Result};
use crate::stack::{ServiceSpec, Stack, Variables};
use crate::{Engine, label};

/// The lab in which a node gets another image.
struct Swap<'a> {
    project: &'a str,
    stack: &'a Stack,
    node: LabNode,
    /// Those of the lab, the secret among them.
    variables: Variables,
}

impl Engine {
    /// Makes a node's container anew from another image: one of its stack's, or one that was built for the lab. A node that
    /// runs it already, just as it is now, is left alone. False if it was.
    ///
    /// Where the new container cannot be made or started, the node gets its old image back.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`], [`Error::ForeignImage`], [`Error::UnknownNode`], the engine's.
    pub async fn use_image(
        &self,
        project: &str,
        stack: &Stack,
        node: &str,
        reference: &str,
        env_folder: &Path,
        progress: &ProgressSink,
    ) -> Result<bool> {
        let _at_lab = Turn::at_lab(project, progress).await;
        let found = self.container(project, node).await?;
        self.refuse_other_images(project, stack, node, reference).await?;
        if self.runs_just(&found, reference).await? {
            return Ok(false);
        }
        let (swap, after) = self.plan_swap(project, stack, found, reference).await?;
        let before = swap.service(&swap.variables)?;
        progress(Progress::step(format!("stop {node}")));
        self.stop(&swap.node).await?;
        self.remove(&swap.node).await?;
        progress(Progress::step(format!("start {node} from {reference}")));
        if let Err(error) = self.make_again(&swap, swap.service(&after)?).await {
            progress(Progress::step(format!("give {node} back {}", before.image)));
            // The first error is the one to tell.
            if let Err(second) = self.back_again(&swap, before).await {
                tracing::error!(%project, node, error = %second, "the image that it had cannot be started again");
            }
            return Err(error);
        }
        write_env_file(stack, project, &after, env_folder)?;
        Ok(true)
    }

    /// An image that Pipewright did not build for this lab is not run in it.
    async fn refuse_other_images(&self, project: &str, stack: &Stack, node: &str, reference: &str) -> Result<()> {
        let choices = self.image_choices(project, stack, node).await?;
        if choices.iter().any(|choice| choice.reference == reference) {
            return Ok(());
        }
        let reference = reference.to_owned();
        if self.image_here("", &reference).await?.is_some() {
            return Err(Error::ForeignImage { reference, project: project.to_owned(), verb: "run" });
        }
        Err(Error::NoSuchImage { reference, known: choices.into_iter().map(|choice| choice.reference).collect() })
    }

    /// Whether its container was made from that image, and the name still means the same one.
    async fn runs_just(&self, node: &LabNode, reference: &str) -> Result<bool> {
        let inspected = self.docker.inspect_container(&node.container, None::<InspectContainerOptions>).await;
        let inspected = inspected.map_err(Error::engine(format!("inspect {}", node.name)))?;
        let image = self.image_here("", reference).await?;
        let named = inspected.config.and_then(|config| config.image);
        Ok(named.as_deref() == Some(reference) && image.is_some_and(|image| Some(image.id) == inspected.image))
    }

    /// With the variables that the lab has then.
    async fn plan_swap<'a>(
        &self,
        project: &'a str,
        stack: &'a Stack,
        node: LabNode,
        reference: &str,
    ) -> Result<(Swap<'a>, Variables)> {
        let mut variables = stack.spelled_out(&stack.choices());
        variables.extend(self.variables_of(project, stack).await?);
        let mut after = variables.clone();
        if let Some(image) = stack.image_of(&node.name)? {
            after.insert(image.variable.clone(), reference.to_owned());
        }
        let swap = Swap { project, stack, node, variables };
        swap.service(&after)?;
        Ok((swap, after))
    }

    /// A container of that description, with the files that the stack puts into it, started.
    async fn make_again(&self, swap: &Swap<'_>, mut service: ServiceSpec) -> Result<()> {
        // Of a node that is not there, the stack's files are missing.
        let lab = self.labs().await?.into_iter().find(|lab| lab.project == swap.project);
        let images = match &lab {
            Some(lab) => self.images_of(lab, swap.stack).await?,
            None => Vec::new(),
        };
        let mut files = self.stack_files(swap.stack, lab.as_ref(), &images, &swap.variables).await?;
        let file = swap.stack.compose_file().display().to_string();
        service.labels.insert(label::COMPOSE_FILES.into(), file);
        let container = self.make_container(swap.project, &service).await?;
        if let Some(files) = files.remove(&service.name) {
            self.put_into(&container, &service.name, "/", &files).await?;
        }
        self.start(swap.project, &service.name, &container).await
    }

    async fn back_again(&self, swap: &Swap<'_>, before: ServiceSpec) -> Result<()> {
        if let Ok(half) = self.container(swap.project, &swap.node.name).await {
            self.remove(&half).await?;
        }
        self.make_again(swap, before).await
    }
}

impl Swap<'_> {
    /// The node, as the stack describes it with these variables.
    fn service(&self, variables: &Variables) -> Result<ServiceSpec> {
        let services = self.stack.resolve(self.project, variables)?.services;
        let known = services.iter().map(|service| service.name.clone()).collect();
        let (project, node) = (self.project.to_owned(), self.node.name.clone());
        let found = services.into_iter().find(|service| service.name == node);
        found.ok_or(Error::UnknownNode { project, node, known })
    }
}
