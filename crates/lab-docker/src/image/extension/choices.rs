//! Which images a lab's nodes run, what is in them, and which others a node may run.

use std::collections::HashMap;

use bollard::models::{EventMessage, ImageSummary};
use bollard::query_parameters::{InspectContainerOptions, ListImagesOptionsBuilder, RemoveImageOptions};
use futures::Stream;
use lab_model::facts::image::{ChoiceSeen, ImageSeen, LayerSeen};
use lab_model::facts::lab::ImageInUse;

use crate::error::{Error, Result, status};
use crate::image::Versions;
use crate::lab::{node_of, unix_ms};
use crate::stack::{Stack, StackImage};
use crate::{Engine, label};

/// The longest time between two looks.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(30);

/// The image that a node's container was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeImage {
    /// The node.
    pub node: String,
    /// The container's id.
    pub container: String,
    /// The image, by the name that the container was made with.
    pub image: ImageInUse,
}

impl Stack {
    /// The image of a node, as the stack describes it.
    pub(crate) fn image_of(&self, node: &str) -> Result<Option<&StackImage>> {
        let origins = self.origins()?;
        let variable = origins.images.get(node);
        // That of the whole stands after that of a part whose place it takes.
        Ok(self.images().iter().rev().find(|image| Some(&image.variable) == variable))
    }

    /// Whether people may build images on that of this node.
    ///
    /// # Errors
    /// If the stack's files cannot be read.
    pub fn may_be_extended(&self, node: &str) -> Result<bool> {
        Ok(self.image_of(node)?.is_some_and(|image| image.extend))
    }

    /// The names of the images that the stack itself gives a node: the official one, then ours.
    ///
    /// # Errors
    /// If the stack's files cannot be read.
    pub fn own_images(&self, node: &str) -> Result<Vec<String>> {
        let Some(image) = self.image_of(node)? else { return Ok(Vec::new()) };
        let versions = Versions::load(&self.docker())?;
        let names = ["OFFICIAL", "BUILT"].map(|which| format!("{}_{which}_IMAGE", image.versions));
        Ok(names.iter().filter_map(|name| versions.find(name)).map(str::to_owned).collect())
    }
}

impl Engine {
    /// The images that a lab's nodes run, each with the container that was made from it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn node_images(&self, project: &str, stack: &Stack) -> Result<Vec<NodeImage>> {
        let mut images = Vec::new();
        for node in self.containers(Some(project)).await?.iter().filter_map(|found| node_of(found, project)) {
            let inspected = self.docker.inspect_container(&node.container, None::<InspectContainerOptions>).await;
            let inspected = match inspected {
                Ok(inspected) => inspected,
                // It went just now.
                Err(error) if status(&error) == Some(404) => continue,
                Err(error) => return Err(Error::engine(format!("inspect {}", node.name))(error)),
            };
            let reference = inspected.config.and_then(|config| config.image).unwrap_or_default();
            let Some(id) = inspected.image else { continue };
            let engine = stack.image_of(&node.name)?.map_or("", |image| image.engine.as_str());
            // The name may belong to another image by now.
            if let Some(image) = self.image_here(engine, &id).await? {
                let version = version_of(&image, &reference);
                let image = ImageInUse { reference, version, ..image };
                images.push(NodeImage { node: node.name, container: node.container, image });
            }
        }
        Ok(images)
    }

    /// What the engine says of an image; none if it has none of that id or name.
    ///
    /// # Errors
    /// The engine's.
    pub async fn describe_image(&self, id: &str) -> Result<Option<ImageSeen>> {
        let doing = || format!("describe the image {id}");
        let image = match self.docker.inspect_image(id).await {
            Ok(image) => image,
            Err(error) if status(&error) == Some(404) => return Ok(None),
            Err(error) => return Err(Error::engine(doing())(error)),
        };
        let mut history = self.docker.image_history(id).await.map_err(Error::engine(doing()))?;
        history.reverse();
        let config = image.config.unwrap_or_default();
        let layer = |line: bollard::models::ImageHistoryResponseItem| LayerSeen {
            created_by: line.created_by.replace('\t', " "),
            size: u64::try_from(line.size).unwrap_or_default(),
            created: (line.created > 0).then(|| line.created.saturating_mul(1000)),
        };
        Ok(Some(ImageSeen {
            id: image.id.unwrap_or_default(),
            created: image.created.and_then(|written| unix_ms(&written)),
            size: image.size.and_then(|size| u64::try_from(size).ok()),
            diff_ids: image.root_fs.and_then(|root| root.layers).unwrap_or_default(),
            history: history.into_iter().map(layer).collect(),
            env: config.env.unwrap_or_default(),
            entrypoint: config.entrypoint.filter(|words| !words.is_empty()),
            cmd: config.cmd.filter(|words| !words.is_empty()),
            user: config.user.unwrap_or_default(),
            working_dir: config.working_dir.unwrap_or_default(),
        }))
    }

    /// The images that a node may run: those of its stack that are here, then those that were built for the lab, the newest
    /// first. None if its image cannot be extended.
    ///
    /// # Errors
    /// The engine's.
    pub async fn image_choices(&self, project: &str, stack: &Stack, node: &str) -> Result<Vec<ChoiceSeen>> {
        if !stack.may_be_extended(node)? {
            return Ok(Vec::new());
        }
        let mut choices = Vec::new();
        for reference in stack.own_images(node)? {
            if let Some(image) = self.image_here("", &reference).await? {
                choices.push(ChoiceSeen { reference, id: image.id, extends: false });
            }
        }
        for image in self.built_for(project).await? {
            // An image whose name went to a newer one has none.
            let names = image.repo_tags.into_iter().filter(|name| !name.contains("<none>"));
            choices.extend(names.map(|reference| ChoiceSeen { reference, id: image.id.clone(), extends: true }));
        }
        Ok(choices)
    }

    /// The images that were built for a lab, the newest first.
    async fn built_for(&self, project: &str) -> Result<Vec<ImageSummary>> {
        let wanted = format!("{}={project}", label::EXTENDS);
        let options =
            ListImagesOptionsBuilder::new().filters(&HashMap::from([("label", vec![wanted.as_str()])])).build();
        let mut built = self.docker.list_images(Some(options)).await.map_err(Error::engine("list images"))?;
        built.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.repo_tags.cmp(&b.repo_tags)));
        Ok(built)
    }

    /// Removes the images that were built for a lab, with the layers that no other image has. One that a container of
    /// somebody else was made from, or that somebody else's image is built on, stays as it is.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn remove_built_for(&self, project: &str) -> Result<()> {
        // The newest first: an image cannot go before those that are built on it.
        for image in self.built_for(project).await? {
            let names = image.repo_tags.iter().filter(|name| !name.contains("<none>")).map(String::as_str);
            let mut names: Vec<&str> = names.collect();
            if names.is_empty() {
                names.push(&image.id);
            }
            for name in names {
                match self.docker.remove_image(name, None::<RemoveImageOptions>, None).await {
                    Err(error) if !matches!(status(&error), Some(404 | 409)) => {
                        return Err(Error::engine(format!("remove the image {name}"))(error));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Wakes when a lab may run other images, or may be given others, than when somebody looked last.
    pub fn watch_images(&self, project: &str) -> impl Stream<Item = ()> + Send + Unpin + use<> {
        let project = project.to_owned();
        self.wakes(LOOK_AGAIN, move |event| concerns(event, &project))
    }

    /// The labels of an image; none if there is no such image.
    pub(super) async fn labels_of(&self, reference: &str) -> Result<Option<label::Labels>> {
        match self.docker.inspect_image(reference).await {
            Ok(image) => Ok(Some(image.config.and_then(|config| config.labels).unwrap_or_default())),
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => Err(Error::engine(format!("look for the image {reference}"))(error)),
        }
    }
}

/// Where an image names no version, its tag is one.
fn version_of(image: &ImageInUse, reference: &str) -> String {
    if image.version.is_empty() || image.id.ends_with(&image.version) {
        return reference.rsplit_once(':').map_or("", |(_, tag)| tag).to_owned();
    }
    image.version.clone()
}

/// Images that come, go and change their names, and containers of the lab.
fn concerns(event: &EventMessage, project: &str) -> bool {
    let attributes = event.actor.as_ref().and_then(|actor| actor.attributes.as_ref());
    event.typ == Some(bollard::models::EventMessageTypeEnum::IMAGE) || label::belongs(attributes, project)
}
