//! Builds an image that extends the one of a node, from files that somebody wrote: a Dockerfile and a requirements.txt.
//!
//! It may be built from the images of the stack and from others that were built for the lab, and nothing that was not
//! built for the lab is replaced. The image that the node runs goes on, whatever becomes of the build.

mod choices;
mod dockerfile;
mod output;
mod trusting;

pub use self::choices::NodeImage;

use std::collections::HashMap;

use bollard::body_full;
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures::StreamExt;
use lab_model::facts::image::ImageFact;
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

use self::dockerfile::Instruction;
use self::output::{Heard, Output};
use super::context::{proxies, tar_of};
use super::versions::Versions;
use crate::error::{Error, Result, words};
use crate::stack::Stack;
use crate::{Engine, label};

/// What an image is built from, and for which node.
#[derive(Debug, Clone, Copy)]
pub struct Extension<'a> {
    /// The lab.
    pub project: &'a str,
    /// Its stack.
    pub stack: &'a Stack,
    /// The node that may run what is made.
    pub node: &'a str,
    /// `name:tag` of what is made.
    pub tag: &'a str,
    /// The Dockerfile.
    pub dockerfile: &'a str,
    /// requirements.txt, which lies beside it.
    pub requirements: &'a str,
}

/// Where it is told how a build goes on.
pub type BuildSink<'a> = dyn Fn(ImageFact) + Send + Sync + 'a;

/// Why files cannot be built from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct BuildFault {
    /// The line of the Dockerfile, if it is one.
    line: Option<u32>,
    problem: String,
    hint: String,
}

/// What the names of our own images begin with.
const OURS: &str = "pipewright/";

impl Extension<'_> {
    fn failed(&self, fault: BuildFault, output: Vec<String>) -> Error {
        let BuildFault { line, problem: cause, hint } = fault;
        Error::Build { tag: self.tag.to_owned(), line, cause, output, hint }
    }
}

impl Engine {
    /// Builds an image for a node; gives its id. `heard` is told that it began and of every step; of the end tells what is
    /// returned.
    ///
    /// # Errors
    /// [`Error::ForeignImage`] if an image of that name was not built for this lab: then nothing began. [`Error::Build`] with
    /// the line of the Dockerfile and the last lines of the step; [`Error::Cancelled`].
    pub async fn build_extension(
        &self,
        wanted: &Extension<'_>,
        heard: &BuildSink<'_>,
        progress: &ProgressSink,
        cancel: &CancellationToken,
    ) -> Result<String> {
        self.refuse_to_replace(wanted).await?;
        let instructions = dockerfile::instructions(wanted.dockerfile);
        let (node, tag) = (wanted.node.to_owned(), wanted.tag.to_owned());
        heard(ImageFact::BuildBegan { node, tag, from: dockerfile::from(&instructions) });
        let building = cancel.run_until_cancelled(self.build_checked(wanted, &instructions, heard, progress)).await;
        building.unwrap_or_else(|| Err(Error::Cancelled { doing: format!("building {}", wanted.tag) }))
    }

    /// Refuses other images than the lab's, with what to write instead.
    async fn build_checked(
        &self,
        wanted: &Extension<'_>,
        instructions: &[Instruction],
        heard: &BuildSink<'_>,
        progress: &ProgressSink,
    ) -> Result<String> {
        let choices = self.image_choices(wanted.project, wanted.stack, wanted.node).await?;
        let own = wanted.stack.own_images(wanted.node)?;
        let names: Vec<&str> = choices.iter().map(|choice| choice.reference.as_str()).collect();
        let here = choices.iter().find(|choice| !choice.extends).map(|choice| choice.reference.as_str());
        let base = here.or(own.first().map(String::as_str)).unwrap_or_default();
        let hint = format!("Write FROM {base}. It may also name an image that was built for this lab.");
        let allowed = |image: &str| own.iter().any(|own| own == image) || names.contains(&image);
        dockerfile::check(instructions, allowed, &hint).map_err(|fault| wanted.failed(fault, Vec::new()))?;
        self.build_planned(wanted, instructions, &hint, heard, progress).await
    }

    /// An image of somebody else keeps its name, and the names by which stacks find their images are nobody's, whether there
    /// is an image of that name or not: the next lab would run it.
    async fn refuse_to_replace(&self, wanted: &Extension<'_>) -> Result<()> {
        let versions = Versions::load(&wanted.stack.docker())?;
        let name = repository(wanted.tag);
        if name.starts_with(OURS) || versions.images().any(|reserved| repository(reserved) == name) {
            return Err(Error::ReservedImage { reference: wanted.tag.to_owned() });
        }
        let labels = self.labels_of(wanted.tag).await?;
        let ours = |labels: &label::Labels| labels.get(label::EXTENDS).is_some_and(|lab| lab == wanted.project);
        if labels.as_ref().is_none_or(ours) {
            return Ok(());
        }
        let (reference, project) = (wanted.tag.to_owned(), wanted.project.to_owned());
        Err(Error::ForeignImage { reference, project, verb: "replace" })
    }

    async fn build_planned(
        &self,
        wanted: &Extension<'_>,
        instructions: &[Instruction],
        hint: &str,
        heard: &BuildSink<'_>,
        progress: &ProgressSink,
    ) -> Result<String> {
        let from = dockerfile::from(instructions);
        let instead = self.trusting(&from, progress).await.map_err(|(image, problem)| {
            let of = instructions.iter().find(|one| one.keyword == "FROM" && one.rest.contains(&image));
            let (line, hint) = (of.map(|one| one.line), hint.to_owned());
            wanted.failed(BuildFault { line, problem, hint }, Vec::new())
        })?;
        let dockerfile = dockerfile::with_images(wanted.dockerfile, instructions, |image| instead.get(image).cloned());
        let files = [("Dockerfile", dockerfile.as_bytes()), ("requirements.txt", wanted.requirements.as_bytes())];
        let archive = tar_of(files.into_iter().map(|(name, content)| (name, 0o644, 0, content)))?;
        let mut events = Box::pin(self.docker.build_image(options(wanted), None, Some(body_full(archive.into()))));
        let mut output = Output::new(wanted.node, instructions);
        let step = format!("build {}", wanted.tag);
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| wanted.failed(output.fault(&words(&error), hint), output.last()))?;
            if let Some(error) = event.error_detail.and_then(|detail| detail.message) {
                return Err(wanted.failed(output.fault(&error, hint), output.last()));
            }
            if event.status.is_some() {
                output.pulls();
            }
            for Heard { facts, detail } in output.hear(event.stream.as_deref().unwrap_or_default()) {
                let (done, total) = output.at();
                progress(Progress { step: step.clone(), detail, done, total, unit: "steps".into() });
                facts.into_iter().for_each(heard);
            }
        }
        output.end().into_iter().for_each(heard);
        let built = self.image_here("", wanted.tag).await?;
        built.map(|image| image.id).ok_or_else(|| {
            let problem = "the builder ended without an image".to_owned();
            wanted.failed(BuildFault { line: None, problem, hint: String::new() }, output.last())
        })
    }
}

fn options(wanted: &Extension<'_>) -> bollard::query_parameters::BuildImageOptions {
    let proxies = proxies();
    // A proxy on this machine's loopback can only be reached from the machine's own network.
    let loopback = proxies.values().any(|proxy| proxy.contains("127.0.0.1") || proxy.contains("localhost"));
    BuildImageOptionsBuilder::new()
        .t(wanted.tag)
        .rm(true)
        .forcerm(true)
        .labels(&HashMap::from([(label::EXTENDS.to_owned(), wanted.project.to_owned())]))
        .buildargs(&proxies.into_iter().collect::<HashMap<String, String>>())
        .networkmode(if loopback { "host" } else { "default" })
        .build()
}

/// The name of an image without its tag: `postgres`, however it is written.
fn repository(reference: &str) -> &str {
    let name = reference.split_once(':').map_or(reference, |(name, _)| name);
    name.strip_prefix("library/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_with_and_without_its_tag() {
        for name in ["postgres", "postgres:17", "library/postgres:15"] {
            assert_eq!(repository(name), "postgres");
        }
        assert_eq!(repository("apache/airflow:3.3.2"), "apache/airflow");
    }
}
