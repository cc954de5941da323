//! How far a learner is: one small file that is never lost.
//!
//! Written beside itself and renamed, the version before kept as `.bak`; a damaged file is moved aside and reported.
//! The caller says where it lies. No clock: what is damaged is numbered, not dated.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::Error;

const FORMAT: u32 = 1;

/// A learner's progress in all lessons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    format: u32,
    /// By `track/lesson`.
    #[serde(default)]
    pub lessons: BTreeMap<String, LessonProgress>,
}

/// A learner's progress in one lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonProgress {
    /// Steps done, in the order they were first done.
    #[serde(default)]
    pub done: Vec<String>,
    /// Prediction committed, by step: index of the option.
    #[serde(default)]
    pub predictions: BTreeMap<String, u32>,
    /// How many hints were shown, by step.
    #[serde(default)]
    pub hints: BTreeMap<String, u32>,
    /// Every step was done once.
    #[serde(default)]
    pub finished: bool,
}

/// Progress as it was found, and what had to be set right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The progress; empty if there was none.
    pub progress: Progress,
    /// What to tell the learner, if the file was damaged.
    pub repaired: Option<Repaired>,
}

/// A damaged file was moved aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// Where the damaged file lies now.
    pub moved_to: PathBuf,
    /// In the parser's words.
    pub why: String,
    /// The version before it was taken instead; else progress begins anew.
    pub from_backup: bool,
}

impl Default for Progress {
    fn default() -> Self {
        Self { format: FORMAT, lessons: BTreeMap::new() }
    }
}

impl Progress {
    /// Reads a file; none is no progress yet.
    ///
    /// # Errors
    /// [`Error::Storage`] if the disk refuses, [`Error::NewerProgress`] if a newer version wrote it.
    pub fn load(path: &Path) -> Result<Loaded, Error> {
        let why = match read(path)? {
            Read::Absent => return Ok(Loaded { progress: Self::default(), repaired: None }),
            Read::Fine(progress) => return Ok(Loaded { progress, repaired: None }),
            Read::Damaged(why) => why,
        };
        let moved_to = free_name(path);
        fs::rename(path, &moved_to).map_err(refused(path))?;
        let (progress, from_backup) = match read(&beside(path, "bak"))? {
            Read::Fine(progress) => (progress, true),
            Read::Absent | Read::Damaged(_) => (Self::default(), false),
        };
        // At once: were it only in memory, another crash would lose it.
        progress.save(path)?;
        Ok(Loaded { progress, repaired: Some(Repaired { moved_to, why, from_backup }) })
    }

    /// Writes the file whole or not at all; the version before becomes `<name>.bak`.
    ///
    /// # Errors
    /// [`Error::Storage`] if the disk refuses.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(refused(folder))?;
        let text = serde_json::to_string_pretty(self).map_err(|error| refused(path)(error.into()))?;
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            if path.exists() {
                fs::copy(path, beside(path, "bak"))?;
            }
            file.persist(path)?;
            Ok(())
        };
        write().map_err(refused(path))
    }

    /// Progress in a lesson; empty if it was never begun.
    pub fn of(&self, lesson: &str) -> LessonProgress {
        self.lessons.get(lesson).cloned().unwrap_or_default()
    }

    /// A step's checks were all true. `steps` are the lesson's, to see whether it is finished.
    pub fn done<'a>(&mut self, lesson: &str, step: &str, steps: impl IntoIterator<Item = &'a str>) {
        let lesson = self.lessons.entry(lesson.to_owned()).or_default();
        if !lesson.done.iter().any(|done| done == step) {
            lesson.done.push(step.to_owned());
        }
        lesson.finished |= steps.into_iter().all(|step| lesson.done.iter().any(|done| done == step));
    }

    /// Commits a prediction. Once: false if one was committed already.
    pub fn predict(&mut self, lesson: &str, step: &str, option: u32) -> bool {
        let predictions = &mut self.lessons.entry(lesson.to_owned()).or_default().predictions;
        let first = !predictions.contains_key(step);
        predictions.entry(step.to_owned()).or_insert(option);
        first
    }

    /// Another hint was shown, `of` there are; how many now.
    pub fn hint(&mut self, lesson: &str, step: &str, of: u32) -> u32 {
        let shown = self.lessons.entry(lesson.to_owned()).or_default().hints.entry(step.to_owned()).or_default();
        *shown = shown.saturating_add(1).min(of);
        *shown
    }

    /// Starts a lesson over from a step: that one and those after it are not done, and may be predicted and hinted anew.
    /// That the lesson was finished once stays.
    pub fn reset<'a>(&mut self, lesson: &str, from: &str, steps: impl IntoIterator<Item = &'a str>) {
        let lesson = self.lessons.entry(lesson.to_owned()).or_default();
        for step in steps.into_iter().skip_while(|step| *step != from) {
            lesson.done.retain(|done| done != step);
            lesson.predictions.remove(step);
            lesson.hints.remove(step);
        }
    }
}

enum Read {
    Absent,
    Damaged(String),
    Fine(Progress),
}

fn read(path: &Path) -> Result<Read, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read::Absent),
        Err(error) => return Err(refused(path)(error)),
    };
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    // The format is read first: a newer file need not fit what this version knows.
    match serde_json::from_slice::<Format>(&bytes) {
        Ok(Format { format }) if format > FORMAT => Err(Error::NewerProgress { path: path.to_owned(), format }),
        Ok(_) => Ok(serde_json::from_slice(&bytes).map_or_else(|error| Read::Damaged(error.to_string()), Read::Fine)),
        Err(error) => Ok(Read::Damaged(error.to_string())),
    }
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.to_owned();
    |source| Error::Storage { path, source }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

fn free_name(path: &Path) -> PathBuf {
    let names = (1_u32..).map(|n| beside(path, &format!("damaged-{n}")));
    names.into_iter().find(|name| !name.exists()).unwrap_or_else(|| beside(path, "damaged"))
}
