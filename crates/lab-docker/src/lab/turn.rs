//! Only one turn at a time, over all processes on this machine. What is free is chosen, and taken by making containers:
//! two that bring labs up at the same moment would else choose the same ports. And one lab is brought up or taken away
//! by one at a time: who comes second finds it as the first has left it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lab_model::{Progress, ProgressSink};

const AGAIN: Duration = Duration::from_millis(50);
/// Making a lab's containers takes about a second; who needs longer than this hangs, and nobody waits for that.
const LIMIT: Duration = Duration::from_secs(60);
/// A lab's nodes are stopped one after the other, each in good order; this is for who hangs at it.
const LAB_LIMIT: Duration = Duration::from_secs(150);

/// A turn, until dropped; also when its process dies.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] Option<File>);

impl Turn {
    /// Waits for it. Where the file cannot be locked nobody waits: two starts at one moment are rare, and the engine
    /// itself refuses a port twice.
    pub(super) async fn wait() -> Self {
        tokio::time::timeout(LIMIT, Self::at(&file("choosing"))).await.unwrap_or(Self(None))
    }

    /// Waits for the turn at one lab, and says so if it has to.
    pub(super) async fn at_lab(project: &str, progress: &ProgressSink) -> Self {
        let path = file(&format!("lab-{project}"));
        let mut turn = Box::pin(Self::at(&path));
        if let Ok(turn) = tokio::time::timeout(2 * AGAIN, &mut turn).await {
            return turn;
        }
        progress(Progress {
            detail: project.to_owned(),
            ..Progress::step("wait for another Pipewright to be done with")
        });
        tokio::time::timeout(LAB_LIMIT, turn).await.unwrap_or(Self(None))
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
fn file(what: &str) -> PathBuf {
    std::env::temp_dir().join(format!("pipewright-{what}.lock"))
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
