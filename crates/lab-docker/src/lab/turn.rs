//! One at a time, over all processes on this machine: what is free is chosen, and taken by making containers. Two that
//! bring labs up at the same moment would else choose the same ports.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

const AGAIN: Duration = Duration::from_millis(50);
/// Making a lab's containers takes about a second; who needs longer than this hangs, and nobody waits for that.
const LIMIT: Duration = Duration::from_secs(60);

/// Somebody's turn, until dropped; also when its process dies.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] Option<File>);

impl Turn {
    /// Waits for it. Where the file cannot be locked nobody waits: two starts at one moment are rare, and the engine
    /// itself refuses a port twice.
    pub(super) async fn wait() -> Self {
        tokio::time::timeout(LIMIT, Self::at(&file())).await.unwrap_or(Self(None))
    }

    async fn at(path: &Path) -> Self {
        let opened = OpenOptions::new().create(true).append(true).open(path);
        let Ok(file) = opened.inspect_err(|error| tracing::debug!(path = %path.display(), %error, "no turns")) else {
            return Self(None);
        };
        loop {
            match file.try_lock() {
                Ok(()) => return Self(Some(file)),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(AGAIN).await,
                Err(TryLockError::Error(error)) => {
                    tracing::debug!(path = %path.display(), %error, "no turns");
                    return Self(None);
                }
            }
        }
    }
}

/// The same for all processes, whatever their data folders.
fn file() -> PathBuf {
    std::env::temp_dir().join("pipewright-choosing.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_waits_until_the_first_is_done() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("turn");
        let first = Turn::at(&path).await;
        let second = tokio::spawn({
            let path = path.clone();
            async move { Turn::at(&path).await }
        });
        tokio::time::sleep(2 * AGAIN).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn where_no_file_can_be_made_nobody_waits() {
        let nowhere = Path::new("/nowhere/at/all");
        let (_first, _second) = (Turn::at(nowhere).await, Turn::at(nowhere).await);
    }
}
