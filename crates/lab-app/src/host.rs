//! What the application asks of whatever hosts it: a desktop window, a terminal, a test.
//!
//! The trait grows only when a command body needs something new. No window, no terminal, no network may be assumed.

use std::path::{Path, PathBuf};

use lab_model::{Code, Problem};

/// A host of the application.
pub trait Host: Send + Sync + 'static {
    /// Where journals, progress and the labs' env files are kept.
    fn data_dir(&self) -> &Path;
    /// Lessons, stacks and images.
    fn content(&self) -> &Content;
    /// The container engine's address the person chose, if any.
    fn engine_setting(&self) -> Option<String>;
    /// Whether journals of the labs it watches are worth keeping: a command that looks for a moment leaves none, so that a
    /// lab's newest journal is one that was written while somebody watched.
    fn keeps_journals(&self) -> bool {
        true
    }
}

/// What the environment names. Empty is as good as not said: an empty path would be the folder we happen to be in.
pub(crate) fn named(variable: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

/// The folders of data the application works with.
#[derive(Debug, Clone)]
pub struct Content {
    /// `lessons/`.
    pub lessons: PathBuf,
    /// `docker/`.
    pub docker: PathBuf,
    /// `ui/dist/`: the built UI, for `serve`.
    pub ui: PathBuf,
}

impl Content {
    /// Finds the folders: under `PIPEWRIGHT_CONTENT` if set, else beside the program or in a folder above it, else in the
    /// working folder or one above that.
    ///
    /// # Errors
    /// `storage` if they are nowhere.
    pub fn find() -> Result<Self, Problem> {
        let named = named("PIPEWRIGHT_CONTENT").map(PathBuf::from);
        let program = std::env::current_exe().ok();
        let working = std::env::current_dir().ok();
        [named, program, working]
            .iter()
            .flatten()
            .flat_map(|start| start.ancestors())
            .find(|folder| folder.join("docker/versions.env").is_file() && folder.join("lessons").is_dir())
            .map(Self::under)
            .ok_or_else(|| Problem {
                code: Code::Storage,
                message: "Pipewright cannot find its folders `lessons` and `docker`.".into(),
                detail: String::new(),
                hint: "Run it inside a checkout, or set PIPEWRIGHT_CONTENT to the folder that holds them.".into(),
            })
    }

    /// The folders under one root.
    pub fn under(root: &Path) -> Self {
        Self { lessons: root.join("lessons"), docker: root.join("docker"), ui: root.join("ui/dist") }
    }
}
