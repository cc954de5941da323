//! Which lessons a running lab was prepared for: its done steps were done in it, and nothing else is in their way.
//!
//! Kept in a file beside the lab's env file, because labs outlive the program. Named by the lab's instance: a lab that
//! was made anew under the same name is prepared for nothing.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::lab::Lab;

/// What is known of one lab.
pub(super) struct Prepared {
    file: PathBuf,
    instance: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Noted {
    instance: String,
    lessons: BTreeSet<String>,
}

impl Prepared {
    pub(super) fn open(data_dir: &Path, lab: &Lab) -> Self {
        let file = data_dir.join("labs").join(format!("{}.lessons.json", lab.name));
        Self { file, instance: lab.instance().to_owned() }
    }

    /// Whether the lab was prepared for the lesson.
    pub(super) fn holds(&self, lesson: &str) -> bool {
        self.read().lessons.contains(lesson)
    }

    /// The lab is prepared for the lesson. If this cannot be kept, the lab is made anew next time: slower, not wrong.
    pub(super) fn note(&self, lesson: &str) {
        let mut noted = self.read();
        noted.instance.clone_from(&self.instance);
        noted.lessons.insert(lesson.to_owned());
        let written = serde_json::to_vec(&noted).map(|bytes| std::fs::write(&self.file, bytes));
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!(file = %self.file.display(), "it could not be noted which lessons the lab is prepared for");
        }
    }

    /// What is noted of this very instance; nothing if the file is missing, damaged, or of another instance.
    fn read(&self) -> Noted {
        let noted: Option<Noted> = std::fs::read(&self.file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        noted.filter(|noted| noted.instance == self.instance).unwrap_or_default()
    }
}
