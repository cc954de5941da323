//! What a node writes to its standard output and error.

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use bytes::Bytes;
use futures::{Stream, StreamExt};

use crate::Engine;
use crate::error::{Error, Result};

impl Engine {
    /// The last lines that a node wrote, whether it runs or not; empty ones are left out.
    ///
    /// # Errors
    /// [`Error::UnknownLab`], [`Error::UnknownNode`], the engine's.
    pub async fn last_lines(&self, project: &str, node: &str, lines: usize) -> Result<Vec<String>> {
        let mut parts = self.logs(project, node, lines, false).await?;
        let mut text = Vec::new();
        while let Some(part) = parts.next().await {
            text.extend(part?);
        }
        let text = String::from_utf8_lossy(&text);
        Ok(text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// The last `tail` lines, and with `follow` every one after them; ends with the container.
    ///
    /// # Errors
    /// [`Error::UnknownLab`], [`Error::UnknownNode`]; within the stream the engine's.
    pub async fn logs(
        &self,
        project: &str,
        node: &str,
        tail: usize,
        follow: bool,
    ) -> Result<impl Stream<Item = Result<Bytes>> + Send + Unpin + use<>> {
        let container = self.container(project, node).await?.container;
        let options =
            LogsOptionsBuilder::new().stdout(true).stderr(true).tail(&tail.to_string()).follow(follow).build();
        // The client's stream borrows the client, so a task that owns both passes the lines on.
        let (mut tell, heard) = futures::channel::mpsc::channel(256);
        let docker = self.docker.clone();
        let node = node.to_owned();
        tokio::spawn(async move {
            use futures::SinkExt;
            let mut lines = Box::pin(docker.logs(&container, Some(options)));
            while let Some(line) = lines.next().await {
                let line = line.map(LogOutput::into_bytes).map_err(Error::engine(format!("read the log of {node}")));
                if tell.send(line).await.is_err() {
                    return;
                }
            }
        });
        Ok(heard)
    }
}
