//! Lessons being learned: one state for UI and terminal, judged by the engines, and progress that outlives the program.

mod drive;
mod prepared;
mod under_way;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lab_lessons::{Loaded, Progress, Repaired};
use lab_model::{Code, Problem};

pub(crate) use drive::{begin_step, do_all};
pub use under_way::UnderWay;
pub(crate) use under_way::{LESSON_LABS, lab_name, unseen};

use crate::{App, problem};

/// How a lesson is opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct Begin {
    /// The lab is started even if memory seems too short.
    pub anyway: bool,
    /// The lab is removed first, with everything in it: the user was asked and agreed.
    pub fresh: bool,
}

/// All lessons under way, and what was learned so far.
pub struct Learning {
    file: PathBuf,
    progress: Mutex<Progress>,
    under_way: Mutex<BTreeMap<String, Arc<UnderWay>>>,
    lost: Option<Problem>,
}

impl Learning {
    /// Reads progress. A damaged file is moved aside, which hosts have to say; nothing is lost.
    ///
    /// # Errors
    /// `storage` if the file is there but cannot be read.
    pub fn open(data_dir: &Path) -> Result<Self, Problem> {
        let file = data_dir.join("progress.json");
        let Loaded { progress, repaired } = Progress::load(&file).map_err(|error| problem::of_lessons(&error))?;
        if let Some(Repaired { moved_to, why, from_backup }) = &repaired {
            tracing::warn!(moved_to = %moved_to.display(), why, from_backup, "progress could not be read");
        }
        let lost = repaired.map(|repaired| lost(&file, &repaired));
        Ok(Self { file, progress: Mutex::new(progress), under_way: Mutex::default(), lost })
    }

    /// That progress could not be read when this program began, and what was done about it.
    pub fn lost(&self) -> Option<&Problem> {
        self.lost.as_ref()
    }

    /// What was learned so far.
    pub fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes progress and writes it at once.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Progress)) {
        let mut progress = self.progress();
        change(&mut progress);
        if let Err(error) = progress.save(&self.file) {
            tracing::error!(file = %self.file.display(), %error, "progress could not be written");
        }
    }

    /// A lesson under way.
    ///
    /// # Errors
    /// `not_now` if it was not begun.
    pub fn under_way(&self, lesson: &str) -> Result<Arc<UnderWay>, Problem> {
        self.lock().get(lesson).cloned().ok_or_else(|| Problem {
            code: Code::NotNow,
            message: format!("Lesson {lesson} is not open."),
            detail: String::new(),
            hint: "Open the lesson first.".into(),
        })
    }

    /// Opens a lesson and goes to its first open step; its lab is brought up if need be. Returns at once.
    ///
    /// # Errors
    /// `unknown` if there is no such lesson, `lesson_invalid`.
    pub fn begin(app: &Arc<App>, lesson: &str, how: Begin) -> Result<Arc<UnderWay>, Problem> {
        let found = app.library()?.lesson(lesson).ok_or_else(|| unknown_lesson(lesson))?;
        let mut all = app.learning.lock();
        let under_way = all
            .entry(lesson.to_owned())
            .or_insert_with(|| Arc::new(UnderWay::new(found.clone(), &app.learning.progress())));
        let under_way = Arc::clone(under_way);
        drop(all);
        under_way.drive(app, how);
        Ok(under_way)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<UnderWay>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(file: &Path, Repaired { moved_to, why, from_backup }: &Repaired) -> Problem {
    let instead = if *from_backup { "The version before it is used." } else { "All lessons begin anew." };
    Problem {
        code: Code::Storage,
        message: format!("What you have learned so far could not be read. {instead}"),
        detail: format!("{}: {why}", file.display()),
        hint: format!(
            "The damaged file is kept as {}. If you can mend it, end Pipewright and put it back as {}.",
            moved_to.display(),
            file.display()
        ),
    }
}

/// There is no such lesson.
pub(crate) fn unknown_lesson(lesson: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no lesson {lesson}."),
        detail: String::new(),
        hint: "`pipewright lessons` lists them.".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn progress_that_cannot_be_read_is_said_with_its_file_and_where_it_went() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("progress.json");
        assert_eq!(Learning::open(dir.path()).unwrap().lost(), None);
        fs::write(&file, "{\"format\":1,").unwrap();
        let learning = Learning::open(dir.path()).unwrap();
        let lost = learning.lost().unwrap();
        assert!(lost.message.ends_with("All lessons begin anew."), "{lost}");
        assert!(lost.detail.starts_with(&format!("{}: ", file.display())), "{lost}");
        assert!(lost.hint.contains("progress.json.damaged-1."), "{lost}");
        learning.note(|progress| assert!(progress.predict("a/b", "c", 0)));
        learning.note(|progress| assert!(progress.predict("a/b", "d", 0)));
        fs::write(&file, "").unwrap();
        let lost = Learning::open(dir.path()).unwrap().lost().cloned().unwrap();
        assert!(lost.message.ends_with("The version before it is used."), "{lost}");
    }
}
