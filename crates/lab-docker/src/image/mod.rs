//! Gets the images a stack needs: one that is here, else the official one pulled, else ours built.
//!
//! Which of the two it became is told, and both keep the same contract, so nothing else has to know.

mod base;
mod build;
mod context;
mod pull;
mod versions;

use std::path::Path;

use bollard::query_parameters::RemoveImageOptions;
use lab_model::facts::lab::{ImageInUse, Origin};
use lab_model::{Progress, ProgressSink};
use tokio_util::sync::CancellationToken;

pub(crate) use context::tar_of;
pub(crate) use versions::Versions;

use crate::error::{Error, Result, status};
use crate::stack::{Stack, StackImage, Variables};
use crate::{Engine, label};

impl Engine {
    /// Makes sure that every image of the stack is here, and says which ones a lab will run.
    ///
    /// `docker` is the folder with `versions.env` and `images/`. The order: an image with one of the two names that is
    /// here already (ours only if what it was built from has not changed), the official one pulled, ours built.
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
        let versions = Versions::load(docker)?;
        let mut images = Vec::new();
        for need in stack.images() {
            let work = self.ensure(need, &versions, docker, progress);
            let image = tokio::select! {
                image = work => image?,
                () = cancel.cancelled() => {
                    return Err(Error::Cancelled { doing: format!("getting the image for {}", need.engine) });
                }
            };
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
        need: &StackImage,
        versions: &Versions,
        docker: &Path,
        progress: &ProgressSink,
    ) -> Result<ImageInUse> {
        let official = versions.get(&format!("{}_OFFICIAL_IMAGE", need.versions))?;
        let built = versions.get(&format!("{}_BUILT_IMAGE", need.versions))?;
        let context = context::Context::read(&docker.join("images").join(&need.build))?;
        if let Some(image) = self.image_here(&need.engine, official).await? {
            return Ok(image);
        }
        if self.is_current(built, &context).await?
            && let Some(image) = self.image_here(&need.engine, built).await?
        {
            return Ok(image);
        }
        let mut reasons = Vec::new();
        match self.pull(official, progress).await {
            Ok(()) => return self.found(&need.engine, official).await,
            Err(reason) => reasons.push(format!("pull {official}: {reason}")),
        }
        progress(Progress { detail: reasons[0].clone(), ..Progress::step(format!("build {built}")) });
        match self.build_ours(built, context, versions, docker, progress).await {
            Ok(()) => self.found(&need.engine, built).await,
            Err(reason) => {
                reasons.push(format!("build {built}: {reason}"));
                Err(Error::Image { engine: need.engine.clone(), reasons })
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
            origin: if labels.contains_key(label::IMAGE) { Origin::Own } else { Origin::Official },
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
