//! What can go wrong outside a lesson's own text: flaws in that text are [`crate::Flaw`]s, not errors.

use std::path::PathBuf;

use lab_model::Code;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A sentence is not an expression.
    #[error("the sentence `{text}` cannot be read: {why}")]
    Holds {
        /// The expression.
        text: String,
        /// The parser's words.
        why: String,
        /// Where it stumbled, bytes from the start of the expression.
        offset: usize,
    },
    /// A mode of a sentence is none of those there are.
    #[error("`{0}` does not say when a sentence must hold")]
    When(String),
    /// A name cannot be one in an engine.
    #[error("`{name}` cannot be the name `{key}`")]
    Name {
        /// The key in the lesson's `[names]`.
        key: String,
        /// The name.
        name: String,
    },
    /// A lesson that was fine as written is not with other names.
    #[error("the lesson {lesson} cannot be told with other names: {why}")]
    Renamed {
        /// `track/lesson`.
        lesson: String,
        /// What came in the way.
        why: String,
    },
    /// Progress was written by a newer version; it is left as it is.
    #[error("the progress in {path} was written by a newer version (format {format})")]
    NewerProgress {
        /// The file.
        path: PathBuf,
        /// The format it says.
        format: u32,
    },
    /// The disk refused.
    #[error("{path}: {source}")]
    Storage {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        source: std::io::Error,
    },
}

impl Error {
    /// For branching.
    pub fn code(&self) -> Code {
        match self {
            Self::Holds { .. } | Self::When(_) | Self::Name { .. } | Self::Renamed { .. } => Code::LessonInvalid,
            Self::NewerProgress { .. } | Self::Storage { .. } => Code::Storage,
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Holds { .. } => "Sentences are written in CEL; lessons/README.md has examples of every kind.",
            Self::When(_) => "Write `now`, `ever`, `never`, or a time such as `for 5s`.",
            Self::Name { .. } => "Use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit, 100 at most.",
            Self::Renamed { .. } => "Run `pipewright check`: it names the line to change.",
            Self::NewerProgress { .. } => "Use the newer version, or move the file away to start with empty progress.",
            Self::Storage { .. } => {
                "Check that the folder exists, that you may write to it, and that the disk has space."
            }
        }
    }
}
