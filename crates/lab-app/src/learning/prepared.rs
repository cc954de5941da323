//! Which lessons a running lab was prepared for: its done steps were done in it, and nothing else is in their way.

use std::{collections::BTreeSet, path::Path};

use serde::{Deserialize, Serialize};

use crate::{lab::Lab, noted::Noted};

/// What is known of one lab: of that very instance, for one made anew is prepared for nothing.
pub(super) struct Prepared(Noted<Lessons>);

#[derive(Default, Serialize, Deserialize)]
struct Lessons {
    lessons: BTreeSet<String>,
}

impl Prepared {
    pub(super) fn open(data_dir: &Path, lab: &Lab) -> Self {
        Self(Noted::of(data_dir, &lab.name, lab.instance(), "lessons"))
    }

    /// Whether the lab was prepared for the lesson.
    pub(super) fn holds(&self, lesson: &str) -> bool {
        self.0.read().lessons.contains(lesson)
    }

    /// The lab is prepared for the lesson. If this cannot be kept, the lab is made anew next time: slower, not wrong.
    pub(super) fn note(&self, lesson: &str) {
        if let Err(error) = self.0.change(|noted| noted.lessons.insert(lesson.to_owned())) {
            let file = self.0.file().display();
            tracing::warn!(%file, %error, "it could not be noted which lessons the lab is prepared for");
        }
    }
}
