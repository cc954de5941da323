//! The host that both a terminal and a window on this machine are: the usual folders, and a log file.

use std::path::{Path, PathBuf};

use lab_model::{Code, Problem};
use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{Builder, Rotation},
};
use tracing_subscriber::EnvFilter;

use crate::{Content, Host};

/// Days of log files kept.
const LOG_DAYS: usize = 7;

/// The host that is this machine.
pub struct LocalHost {
    data_dir: PathBuf,
    content: Content,
    brief: bool,
}

impl LocalHost {
    /// Data in the platform's usual place, or in `PIPEWRIGHT_DATA`; content where [`Content::find`] finds it.
    ///
    /// # Errors
    /// `storage` if either is nowhere.
    pub fn new() -> Result<Self, Problem> {
        Ok(Self { data_dir: data_dir()?, content: Content::find()?, brief: false })
    }

    /// The same for a command that looks at a lab for a moment.
    #[must_use]
    pub fn brief(self) -> Self {
        Self { brief: true, ..self }
    }

    /// Logs to a daily file; `PIPEWRIGHT_LOG` filters, e.g. `debug`. The guard writes the last lines when dropped.
    pub fn start_log(&self) -> Option<WorkerGuard> {
        let folder = self.data_dir.join("logs");
        std::fs::create_dir_all(&folder).ok()?;
        let appender = Builder::new()
            .rotation(Rotation::DAILY)
            .filename_prefix("pipewright")
            .filename_suffix("log")
            .max_log_files(LOG_DAYS)
            .build(folder)
            .ok()?;
        let (writer, guard) = tracing_appender::non_blocking(appender);
        let filter = EnvFilter::try_from_env("PIPEWRIGHT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        // Another logger may have been there first in a test; then this one is not needed.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false).try_init();
        Some(guard)
    }
}

impl Host for LocalHost {
    fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    fn content(&self) -> &Content {
        &self.content
    }

    fn keeps_journals(&self) -> bool {
        !self.brief
    }

    /// `PIPEWRIGHT_ENGINE` names the container engine's address.
    fn engine_setting(&self) -> Option<String> {
        crate::host::named("PIPEWRIGHT_ENGINE").and_then(|address| address.into_string().ok())
    }
}

fn data_dir() -> Result<PathBuf, Problem> {
    // A folder given relative to here is the same one when somebody reads a path in a message elsewhere.
    let named = crate::host::named("PIPEWRIGHT_DATA").map(PathBuf::from);
    let named = named.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
    let usual = || Some(directories::ProjectDirs::from("dev", "Pipewright", "pipewright")?.data_dir().to_owned());
    named.or_else(usual).ok_or_else(|| Problem {
        code: Code::Storage,
        message: "Pipewright has no folder for its data, because it finds no home folder.".into(),
        detail: String::new(),
        hint: "Set PIPEWRIGHT_DATA to a folder.".into(),
    })
}
