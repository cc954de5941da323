//! Names of a journal's parts, in the order in which they were written.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// A file of a journal. Ordered by age: by the journal's beginning, then by its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// Unix milliseconds at which the journal began.
    pub(super) began_at: i64,
    process: u32,
    /// From 0.
    pub(super) number: u32,
    pub(super) path: PathBuf,
}

impl Part {
    /// None if the file has no such name.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let stem = path.file_name()?.to_str()?.strip_suffix(".ndjson")?;
        let (journal, number) = stem.split_once('.')?;
        let (began_at, process) = journal.split_once('-')?;
        Some(Self {
            began_at: began_at.parse().ok()?,
            process: process.parse().ok()?,
            number: number.parse().ok()?,
            path: path.to_owned(),
        })
    }

    /// A file of another name, which somebody gave it: a journal of this one part.
    pub(super) fn sole(path: &Path) -> Self {
        Self { began_at: 0, process: 0, number: 0, path: path.to_owned() }
    }

    /// What the names of all parts of its journal begin with.
    pub(super) fn journal(&self) -> String {
        format!("{}-{}", self.began_at, self.process)
    }

    /// The lab whose folder it lies in.
    pub(super) fn lab(&self) -> &str {
        self.path.parent().and_then(Path::file_name).and_then(OsStr::to_str).unwrap_or_default()
    }

    /// Whether both are of one journal.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        (self.began_at, self.process, self.path.parent()) == (other.began_at, other.process, other.path.parent())
    }

    /// Whether somebody writes it now: its writer holds a lock on it.
    pub(super) fn is_written(&self) -> bool {
        let locked = |file: fs::File| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock));
        fs::File::open(&self.path).is_ok_and(locked)
    }

    pub(super) fn bytes(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |found| found.len())
    }
}

/// The parts in a lab's folder, the oldest first; none if there is no such folder.
pub(super) fn of_lab(folder: &Path) -> Vec<Part> {
    let mut parts: Vec<Part> = entries(folder).iter().filter_map(|path| Part::of(path)).collect();
    parts.sort();
    parts
}

/// The parts of every lab, the oldest first.
pub(super) fn all(journals: &Path) -> Vec<Part> {
    let mut parts: Vec<Part> = entries(journals).iter().flat_map(|folder| of_lab(folder)).collect();
    parts.sort();
    parts
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_ordered_by_numbers_and_not_by_letters() {
        let part = |name: &str| Part::of(&Path::new("/j/lab").join(name)).unwrap();
        let mut parts =
            [part("1700000000001-9.0.ndjson"), part("1700000000000-9.10.ndjson"), part("1700000000000-9.2.ndjson")];
        parts.sort();
        let names: Vec<String> = parts.iter().map(|part| format!("{} {}", part.journal(), part.number)).collect();
        assert_eq!(names, ["1700000000000-9 2", "1700000000000-9 10", "1700000000001-9 0"]);
        assert_eq!(parts[0].lab(), "lab");
        assert!(parts[0].is_beside(&parts[1]) && !parts[1].is_beside(&parts[2]));
        for other in ["notes.txt", "1-2.ndjson", "a-2.0.ndjson", "1-2.x.ndjson", "1-2.0.json"] {
            assert_eq!(Part::of(Path::new(other)), None, "{other}");
        }
    }
}
