//! The Debian under our images: the one here, else Debian's image pulled, else made with debootstrap and imported.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bollard::body_try_stream;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures::StreamExt;
use lab_model::{Progress, ProgressSink};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdout};
use tokio_util::io::ReaderStream;

use super::context::Context;
use super::versions::Versions;
use crate::error::{status, words};
use crate::{Engine, label};

/// debootstrap needs half a minute on a calm machine, many on a busy one behind a slow line.
const LIMIT: Duration = Duration::from_secs(30 * 60);

impl Engine {
    pub(super) async fn ensure_base(
        &self,
        versions: &Versions,
        docker: &Path,
        progress: &ProgressSink,
    ) -> Result<(), String> {
        let name = |name: &str| versions.get(name).map_err(|error| error.to_string());
        let (base, debian, suite) = (name("BASE_IMAGE")?, name("DEBIAN_IMAGE")?, name("DEBIAN_SUITE")?);
        match self.docker.inspect_image(base).await {
            Ok(_) => return Ok(()),
            Err(error) if status(&error) == Some(404) => {}
            Err(error) => return Err(words(&error)),
        }
        let folder = docker.join("images/base");
        let pulled = match self.docker.inspect_image(debian).await {
            Ok(_) => Ok(()),
            Err(_) => self.pull(debian, progress).await,
        };
        let pull_reason = match pulled {
            Ok(()) => {
                let context = Context::read(&folder).map_err(|error| error.to_string())?;
                let arguments = versions.arguments(&context.dockerfile());
                return self.build(base, context, arguments, progress).await;
            }
            Err(reason) => reason,
        };
        let made = self.debootstrap(base, suite, &folder, progress).await;
        made.map_err(|reason| format!("its base {base}: pull {debian}: {pull_reason}; debootstrap: {reason}"))
    }

    /// Streams the new root file system straight into the engine.
    async fn debootstrap(&self, base: &str, suite: &str, folder: &Path, progress: &ProgressSink) -> Result<(), String> {
        if !cfg!(target_os = "linux") {
            return Err("it makes a Debian only on Linux".into());
        }
        let here = std::env::consts::ARCH;
        if let Some(arch) = self.info().arch.as_deref().filter(|arch| !same_architecture(arch, here)) {
            return Err(format!("the engine runs on {arch}, this machine is {here}"));
        }
        // The script's temporary folder lies in ours, so that it goes even if the script cannot clean up.
        let room = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut command = tokio::process::Command::new("sh");
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .arg(folder.join("debootstrap.sh"))
            .arg(suite)
            .env("TMPDIR", room.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut group = Group(child.id());
        let (Some(tar), Some(said)) = (child.stdout.take(), child.stderr.take()) else {
            return Err("its output could not be read".into());
        };
        let listening = listen(said, format!("make {base} with debootstrap"), progress);
        let (last, imported) = tokio::join!(listening, self.import(tar, base));
        let ended = child.wait().await.map_err(|error| error.to_string())?;
        group.0 = None;
        if ended.success() {
            return imported;
        }
        // A half-written archive may have been imported under the name.
        let _ = self.docker.remove_image(base, None::<bollard::query_parameters::RemoveImageOptions>, None).await;
        // When the engine hung up, the script's own end is only the consequence.
        imported?;
        Err(format!("{last} ({ended}); it needs root and the package debootstrap"))
    }

    /// Takes a root file system, as a tar, for an image of ours.
    async fn import(&self, tar: ChildStdout, base: &str) -> Result<(), String> {
        let (repository, tag) = base.rsplit_once(':').unwrap_or((base, "latest"));
        let options = CreateImageOptionsBuilder::new()
            .from_src("-")
            .repo(repository)
            .tag(tag)
            .changes(vec![format!("LABEL {}=base", label::IMAGE)])
            .build();
        let body = body_try_stream(ReaderStream::new(tar));
        // The engine answers only when it has the whole archive, which debootstrap takes its time to make.
        let patient = self.docker.clone().with_timeout(LIMIT);
        let mut events = Box::pin(patient.create_image(Some(options), Some(body), None));
        while let Some(event) = events.next().await {
            event.map_err(|error| words(&error))?;
        }
        Ok(())
    }
}

/// Reports what the script says, and keeps the last of it.
async fn listen(said: ChildStderr, step: String, progress: &ProgressSink) -> String {
    let mut lines = BufReader::new(said).lines();
    let mut last = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        progress(Progress { detail: line.clone(), ..Progress::step(&step) });
        last = line;
    }
    last
}

/// A running script with all it started: ended together when nobody waits for it any more.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            let ended = std::process::Command::new("kill").args(["-TERM", "--", &format!("-{leader}")]).status();
            tracing::debug!(leader, ?ended, "debootstrap was cancelled");
        }
    }
}

fn same_architecture(engine: &str, here: &str) -> bool {
    let plain = |name: &str| match name {
        "amd64" | "x86_64" => "x86_64".to_owned(),
        "arm64" | "aarch64" => "aarch64".to_owned(),
        other => other.to_owned(),
    };
    plain(engine) == plain(here)
}
