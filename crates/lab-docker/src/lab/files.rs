//! Takes files out of images of ours and puts them into nodes that were never started, by the archive API: nothing is
//! mounted, so a remote engine is fine, and a node may run any image.

use std::collections::BTreeMap;
use std::io::Read;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    ContainerArchiveInfoOptionsBuilder, CreateContainerOptions, DownloadFromContainerOptionsBuilder,
    RemoveContainerOptionsBuilder,
};
use futures::TryStreamExt;
use lab_model::facts::lab::ImageInUse;

use super::Lab;
use crate::error::{Error, Result, status};
use crate::stack::{Stack, StackFile, Variables};
use crate::{Engine, File, label};

impl Engine {
    /// What is to be put into which nodes, by their names: those that are not there yet, and those that were made and did
    /// not get it, because somebody cancelled just then.
    pub(super) async fn stack_files(
        &self,
        stack: &Stack,
        before: Option<&Lab>,
        images: &[ImageInUse],
        variables: &Variables,
    ) -> Result<BTreeMap<String, Vec<File>>> {
        let mut files: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for file in stack.files() {
            let mut into = Vec::new();
            for node in stack.nodes().iter().filter(|node| node.kind == file.kind) {
                if self.lacks(before, &node.name, &file.to).await? {
                    into.push(&node.name);
                }
            }
            if into.is_empty() {
                continue;
            }
            let file =
                File { name: in_root(&file.to), mode: 0o644, owner: 0, content: self.stack_file(file, images).await? };
            for node in into {
                files.entry(node.clone()).or_default().push(file.clone());
            }
        }
        for (variable, file) in stack.secrets() {
            if let (Some(file), Some(secret)) = (file, variables.get(variable))
                && self.lacks(before, &file.node, &file.path).await?
            {
                let content = secret.clone().into_bytes();
                let secret = File { name: in_root(&file.path), mode: 0o600, owner: file.owner, content };
                files.entry(file.node.clone()).or_default().push(secret);
            }
        }
        Ok(files)
    }

    /// True if a node has to be given a file: it is not there yet, or it was never started and did not get it.
    async fn lacks(&self, before: Option<&Lab>, node: &str, path: &str) -> Result<bool> {
        match before.and_then(|lab| lab.nodes.iter().find(|there| there.name == node)) {
            None => Ok(true),
            Some(there) if there.fresh => Ok(!self.exists(&there.container, path).await?),
            Some(_) => Ok(false),
        }
    }

    /// The lab's secret, from the file in a container that keeps it; an empty one counts as missing.
    pub(super) async fn secret_in(&self, container: &str, path: &str) -> Result<Option<String>> {
        let archive = match self.archive_of(container, path).await {
            Ok(archive) => archive,
            Err(error) if status(&error) == Some(404) => return Ok(None),
            Err(error) => return Err(Error::engine(format!("read {path}"))(error)),
        };
        let content = only_file(&archive)
            .map_err(|error| Error::Engine { doing: format!("read {path}"), cause: error.to_string() })?;
        Ok(Some(String::from_utf8_lossy(&content).trim().to_owned()).filter(|secret| !secret.is_empty()))
    }

    /// A file of a container, running or not, as a tar.
    async fn archive_of(&self, container: &str, path: &str) -> std::result::Result<Vec<u8>, bollard::errors::Error> {
        let options = DownloadFromContainerOptionsBuilder::new().path(path).build();
        let archive = self.docker.download_from_container(container, Some(options));
        let all = archive.try_fold(Vec::new(), |mut all, part| async move {
            all.extend(part);
            Ok(all)
        });
        all.await
    }

    async fn stack_file(&self, file: &StackFile, images: &[ImageInUse]) -> Result<Vec<u8>> {
        let image = images.iter().find(|image| image.engine == file.engine).ok_or_else(|| Error::Image {
            engine: file.engine.clone(),
            reasons: vec!["it was not asked for before the lab was brought up".into()],
        })?;
        let (engine, image, from) = (self.clone(), image.reference.clone(), file.from.clone());
        // A task of its own: whoever stops waiting does not leave the container behind.
        let taking = tokio::spawn(async move { engine.take_file(&image, &from).await });
        taking
            .await
            .map_err(|error| Error::Engine { doing: "take a file out of an image".into(), cause: error.to_string() })?
    }

    async fn take_file(&self, image: &str, path: &str) -> Result<Vec<u8>> {
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            // Never run; an image that holds nothing but files names no command of its own.
            cmd: Some(vec![path.to_owned()]),
            labels: Some([(label::TEMPORARY.to_owned(), "true".to_owned())].into()),
            ..ContainerCreateBody::default()
        };
        let doing = || format!("take {path} out of the image {image}");
        let created = self.docker.create_container(None::<CreateContainerOptions>, body).await;
        let id = created.map_err(Error::engine(doing()))?.id;
        let archive = self.archive_of(&id, path).await.map_err(Error::engine(doing()));
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        self.docker.remove_container(&id, Some(options)).await.map_err(Error::engine(doing()))?;
        only_file(&archive?).map_err(|error| Error::Engine { doing: doing(), cause: error.to_string() })
    }

    /// True if a container, running or not, has something at that path.
    pub(super) async fn exists(&self, container: &str, path: &str) -> Result<bool> {
        let options = ContainerArchiveInfoOptionsBuilder::new().path(path).build();
        match self.docker.get_container_archive_info(container, Some(options)).await {
            Ok(_) => Ok(true),
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) => Err(Error::engine(format!("look for {path}"))(error)),
        }
    }
}

/// The name of a file that is put into a node's root; folders on the way are made by the engine.
fn in_root(path: &str) -> String {
    path.trim_start_matches('/').to_owned()
}

/// The content of the one file in a tar.
fn only_file(archive: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            return Ok(content);
        }
    }
    Err(std::io::Error::new(std::io::ErrorKind::NotFound, "there is no file at that path"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_in_what_the_engine_sends() {
        let archive = crate::image::tar_of([("jolokia.jar", 0o644, 0, b"jar".as_slice())].into_iter()).unwrap();
        assert_eq!(only_file(&archive).unwrap(), b"jar");
        assert_eq!(only_file(&[0; 1024]).unwrap_err().kind(), std::io::ErrorKind::NotFound);
    }
}
