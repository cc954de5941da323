//! Gets the images a stack needs: one that is here, else the official one pulled, else ours built.
//!
//! Which of the two it became is told, and both keep the same contract, so nothing else has to know.

mod base;
mod build;
mod context;
mod extension;
mod pull;
mod versions;

use std::path::Path;

use bollard::query_parameters::RemoveImageOptions;
use lab_model::facts::lab::{ImageInUse, Origin};
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

#[cfg(test)]
pub(crate) use context::tar_of;
pub(crate) use context::tar_written_at;
pub use extension::{BuildSink, Extension, NodeImage};
pub(crate) use versions::Versions;

use crate::error::{Error, Result, status};
use crate::stack::{Stack, Variables};
use crate::{Engine, label};

/// The folder in docker/images of what all others are built on. It is had in ways of its own.
const BASE: &str = "base";

/// An image that a stack needs.
struct Wanted<'a> {
    engine: &'a str,
    /// Of its names in versions.env.
    prefix: &'a str,
    /// The folder in docker/images.
    build: &'a str,
}

impl Engine {
    /// Makes sure that every image of the stack is here, and says which ones a lab will run.
    ///
    /// `docker` is the folder with `versions.env` and `images/`. The order: an image with one of the two names that is
    /// here already (ours only if what it was built from has not changed), the official one pulled, ours built. Images that
    /// only hold a file for nodes are among them, after those that run.
    ///
    /// # Errors
    /// [`Error::Image`] with the reason of every way that failed; [`Error::Cancelled`].
    pub async fn ensure_images(
        &self,
        stack: &Stack,
        docker: &Path,
        progress: &ProgressSink,
        cancel: &CancellationToken,
    ) -> Result<Vec<ImageInUse>> {
        let mut versions = Versions::load(docker)?;
        let mut images = Vec::new();
        let runs = stack.images().iter().map(|i| (&i.engine, &i.versions, &i.build, Some(&i.variable)));
        let taken_from = stack.files().iter().map(|file| (&file.engine, &file.versions, &file.build, None));
        for (engine, prefix, build, variable) in runs.chain(taken_from) {
            let wanted = Wanted { engine, prefix, build };
            let work = self.ensure(&wanted, &versions, docker, progress);
            let image = tokio::select! {
                image = work => image?,
                () = cancel.cancelled() => {
                    return Err(Error::Cancelled { doing: format!("getting the image for {engine}") });
                }
            };
            if let Some(variable) = variable {
                // What is built on it begins with this one.
                versions.set(variable, &image.reference);
            }
            images.push(image);
        }
        Ok(images)
    }

    /// Removes an image that we built. One that is not here is fine.
    ///
    /// # Errors
    /// [`Error::NotOurs`] for any other image; the engine's, e.g. while a container uses it.
    pub async fn remove_image(&self, reference: &str) -> Result<()> {
        match self.image_here("", reference).await? {
            None => Ok(()),
            Some(image) if image.origin == Origin::Own => {
                let removed = self.docker.remove_image(reference, None::<RemoveImageOptions>, None).await;
                removed.map(drop).map_err(Error::engine(format!("remove the image {reference}")))
            }
            Some(_) => Err(Error::NotOurs { kind: "image", name: reference.to_owned() }),
        }
    }

    /// The variables that make a stack run these images.
    pub(crate) fn image_variables(stack: &Stack, images: &[ImageInUse]) -> Variables {
        let pairs = stack.images().iter().filter_map(|need| {
            let image = images.iter().find(|image| image.engine == need.engine)?;
            Some((need.variable.clone(), image.reference.clone()))
        });
        pairs.collect()
    }

    async fn ensure(
        &self,
        wanted: &Wanted<'_>,
        versions: &Versions,
        docker: &Path,
        progress: &ProgressSink,
    ) -> Result<ImageInUse> {
        let engine = wanted.engine;
        if wanted.build == BASE {
            let made = self.ensure_base(versions, docker, progress).await;
            made.map_err(|reason| Error::Image { engine: engine.to_owned(), reasons: vec![reason] })?;
            return self.found(engine, versions.get("BASE_IMAGE")?).await;
        }
        let official = versions.find(&format!("{}_OFFICIAL_IMAGE", wanted.prefix));
        let built = versions.get(&format!("{}_BUILT_IMAGE", wanted.prefix))?;
        let context = context::Context::read(&docker.join("images").join(wanted.build))?;
        if let Some(official) = official
            && let Some(image) = self.image_here(engine, official).await?
        {
            return Ok(image);
        }
        if self.is_current(built, &context).await?
            && let Some(image) = self.image_here(engine, built).await?
        {
            return Ok(image);
        }
        let mut reasons = Vec::new();
        if let Some(official) = official {
            match self.pull(official, progress).await {
                Ok(()) => return self.found(engine, official).await,
                Err(reason) => reasons.push(format!("pull {official}: {reason}")),
            }
        }
        let detail = reasons.first().cloned().unwrap_or_default();
        progress(Progress { detail, ..Progress::step(format!("build {built}")) });
        match self.build_ours(built, context, versions, docker, progress).await {
            Ok(()) => self.found(engine, built).await,
            Err(reason) => {
                reasons.push(format!("build {built}: {reason}"));
                Err(Error::Image { engine: engine.to_owned(), reasons })
            }
        }
    }

    async fn found(&self, engine: &str, reference: &str) -> Result<ImageInUse> {
        self.image_here(engine, reference).await?.ok_or_else(|| Error::Image {
            engine: engine.to_owned(),
            reasons: vec![format!("{reference} was made, and then the engine did not know it")],
        })
    }

    /// An image of that name, if the engine has it.
    pub(crate) async fn image_here(&self, engine: &str, reference: &str) -> Result<Option<ImageInUse>> {
        let image = match self.docker.inspect_image(reference).await {
            Ok(image) => image,
            Err(error) if status(&error) == Some(404) => return Ok(None),
            Err(error) => return Err(Error::engine(format!("look for the image {reference}"))(error)),
        };
        let labels = image.config.and_then(|config| config.labels).unwrap_or_default();
        let version = labels.get("org.opencontainers.image.version").cloned();
        let tag = reference.rsplit_once(':').map_or("", |(_, tag)| tag);
        Ok(Some(ImageInUse {
            engine: engine.to_owned(),
            version: version.unwrap_or_else(|| tag.to_owned()),
            reference: reference.to_owned(),
            id: image.id.unwrap_or_default(),
            origin: if built_here(&labels) { Origin::Own } else { Origin::Official },
        }))
    }

    /// True if our image of that name is here and was built from just these files. One built by hand has no digest and counts as current.
    async fn is_current(&self, reference: &str, context: &context::Context) -> Result<bool> {
        let image = match self.docker.inspect_image(reference).await {
            Ok(image) => image,
            Err(error) if status(&error) == Some(404) => return Ok(false),
            Err(error) => return Err(Error::engine(format!("look for the image {reference}"))(error)),
        };
        let labels = image.config.and_then(|config| config.labels).unwrap_or_default();
        Ok(labels.get(label::CONTEXT).is_none_or(|digest| *digest == context.digest()))
    }
}

/// Whether an image was built here: one of ours, or one that extends another.
fn built_here(labels: &label::Labels) -> bool {
    labels.contains_key(label::IMAGE) || labels.contains_key(label::EXTENDS)
}
