//! Puts files into a node by the archive API: works with a remote engine, where nothing can be mounted.

use std::time::{SystemTime, UNIX_EPOCH};

use bollard::body_full;
use bollard::query_parameters::UploadToContainerOptionsBuilder;

use crate::Engine;
use crate::error::{Error, Result};
use crate::image::tar_written_at;

/// A file to put into a node.
#[derive(Debug, Clone)]
pub struct File {
    /// Path below the folder it is put into.
    pub name: String,
    /// Permissions, e.g. `0o644`.
    pub mode: u32,
    /// The number of the user whose file it is; its group is root's.
    pub owner: u32,
    /// The bytes.
    pub content: Vec<u8>,
}

impl Engine {
    /// Writes files into a folder that exists in the node, which may be stopped.
    ///
    /// # Errors
    /// [`Error::UnknownLab`], [`Error::UnknownNode`], the engine's (e.g. no such folder).
    pub async fn put_files(&self, project: &str, node: &str, folder: &str, files: &[File]) -> Result<()> {
        let container = self.container(project, node).await?.container;
        self.put_into(&container, node, folder, files).await
    }

    /// The same, into a container that need not be known as a node yet.
    pub(crate) async fn put_into(&self, container: &str, node: &str, folder: &str, files: &[File]) -> Result<()> {
        let files = files.iter().map(|file| (file.name.as_str(), file.mode, file.owner, file.content.as_slice()));
        let archive = tar_written_at(next_second(), files)?;
        let options = UploadToContainerOptionsBuilder::new().path(folder).build();
        let put = self.docker.upload_to_container(container, Some(options), body_full(archive.into())).await;
        put.map_err(Error::engine(format!("write files into {folder} of {node}")))
    }
}

/// The second after this one, Unix seconds. Who waits for a file to change looks at its time, which has no fractions in an
/// archive: the second that goes on would be before what was read earlier in it.
fn next_second() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() + 1)
}
