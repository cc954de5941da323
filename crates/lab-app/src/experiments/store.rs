//! Runs on disk: `experiments/<number>/` with `run.json`, a file for each cell, its trials beside it, and replays.
//!
//! Every file is written whole or not at all, so that a killed application leaves a run that can be resumed.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write,
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use lab_bench::{ExperimentKind, Run, kind_of, unknown};
use lab_model::{Code, Problem};
use serde::{Serialize, de::DeserializeOwned};

/// The folder of all runs, of whatever experiment.
#[derive(Debug, Clone)]
pub(super) struct Files {
    folder: PathBuf,
    /// Only one change of a `run.json` at a time: expectations are noted while the run itself goes on.
    changing: Arc<Mutex<()>>,
}

impl Files {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("experiments"), changing: Arc::default() }
    }

    /// Numbers of the runs there are, ascending.
    fn numbers(&self) -> Result<Vec<u32>, Problem> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused(&self.folder, &error)),
        };
        let number = |entry: io::Result<fs::DirEntry>| {
            let path = entry.ok()?.path();
            path.join("run.json").is_file().then(|| path.file_name()?.to_str()?.parse().ok())?
        };
        let mut all: Vec<u32> = entries.filter_map(number).collect();
        all.sort_unstable();
        Ok(all)
    }

    /// A folder by number.
    fn of(&self, number: u32) -> PathBuf {
        self.folder.join(number.to_string())
    }

    /// Some process works on it.
    pub(super) fn is_taken(&self, number: u32) -> bool {
        let free = |file: fs::File| !matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock));
        !fs::File::open(self.of(number).join("working")).map_or(true, free)
    }

    /// Removes a run.
    pub(super) fn remove(&self, number: u32) -> Result<(), Problem> {
        let folder = self.of(number);
        if !folder.join("run.json").is_file() {
            return Err(no_run(number));
        }
        fs::remove_dir_all(&folder).map_err(|error| refused(&folder, &error))
    }
}

/// The runs of one experiment.
#[derive(Debug, Clone)]
pub(super) struct Store<K> {
    files: Files,
    kind: PhantomData<K>,
}

impl<K: ExperimentKind> Store<K> {
    pub(super) fn of(files: &Files) -> Self {
        Self { files: files.clone(), kind: PhantomData }
    }

    /// Numbers of its runs, ascending; and of those of which nobody can tell whose they are.
    pub(super) fn all(&self) -> Result<Vec<u32>, Problem> {
        let mut all = self.files.numbers()?;
        all.retain(|number| {
            let bytes = fs::read(self.folder(*number).join("run.json")).unwrap_or_default();
            kind_of(&bytes).is_none_or(|kind| kind == K::NAME)
        });
        Ok(all)
    }

    /// Takes the next number and makes its folder.
    pub(super) fn create(&self, run: impl FnOnce(u32) -> Run<K>) -> Result<Run<K>, Problem> {
        let mut number = self.files.numbers()?.last().copied().unwrap_or_default() + 1;
        fs::create_dir_all(&self.files.folder).map_err(|error| refused(&self.files.folder, &error))?;
        // Another Pipewright may take a number at the same moment: whoever made the folder has it.
        while let Err(error) = fs::create_dir(self.folder(number)) {
            if error.kind() != io::ErrorKind::AlreadyExists {
                return Err(refused(&self.folder(number), &error));
            }
            number += 1;
        }
        let run = run(number);
        self.save(&run).inspect_err(|_| {
            // Nothing is left of a run that could not be written; the first error is the one to tell.
            let _ = fs::remove_dir(self.folder(number));
        })?;
        Ok(run)
    }

    /// A run's folder.
    pub(super) fn folder(&self, number: u32) -> PathBuf {
        self.files.of(number)
    }

    /// A run by number.
    pub(super) fn run(&self, number: u32) -> Result<Run<K>, Problem> {
        let path = self.folder(number).join("run.json");
        let bytes = read_bytes(&path)?.ok_or_else(|| no_run(number))?;
        Run::read(number, &bytes, |error| damaged(&path, &error))
    }

    fn save(&self, run: &Run<K>) -> Result<(), Problem> {
        write(&self.folder(run.experiment).join("run.json"), run)
    }

    /// Keeps how far a run is, and learns what is expected of its cells by now.
    pub(super) fn keep(&self, run: &mut Run<K>) -> Result<(), Problem> {
        let _one = self.files.changing.lock().unwrap_or_else(PoisonError::into_inner);
        run.expectations = self.run(run.experiment)?.expectations;
        self.save(run)
    }

    /// Notes expectations, if `may` of each cell allows it.
    pub(super) fn expect(
        &self,
        number: u32,
        expectations: BTreeMap<String, K::Verdict>,
        may: impl Fn(&Run<K>, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let _one = self.files.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut run = self.run(number)?;
        for (cell, expected) in expectations {
            may(&run, &cell)?;
            run.expectations.insert(cell, expected);
        }
        self.save(&run)
    }

    /// Takes a run for this process until what is returned is dropped; none if another one has it.
    pub(super) fn take(&self, number: u32) -> Result<Option<fs::File>, Problem> {
        let path = self.folder(number).join("working");
        let file = fs::File::create(&path).map_err(|error| refused(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(refused(&path, &error)),
        }
    }

    /// A cell's counts; none if it has not begun.
    pub(super) fn cell(&self, number: u32, cell: &str) -> Result<Option<K::Cell>, Problem> {
        read(&self.folder(number).join("cells").join(format!("{cell}.json")))
    }

    /// A cell's trials.
    pub(super) fn trials(&self, number: u32, cell: &str) -> Result<Vec<K::Trial>, Problem> {
        Ok(read(&self.folder(number).join("trials").join(format!("{cell}.json")))?.unwrap_or_default())
    }

    /// Writes a cell: trials first, so that counts never speak of trials that are not there.
    pub(super) fn save_cell(&self, number: u32, cell: &K::Cell, trials: &[K::Trial]) -> Result<(), Problem> {
        let file = format!("{}.json", K::name_of_counted(cell));
        write(&self.folder(number).join("trials").join(&file), &trials.to_vec())?;
        write(&self.folder(number).join("cells").join(&file), cell)
    }

    /// Trials that were done once more.
    pub(super) fn replays(&self, number: u32) -> Result<Vec<K::Replay>, Problem> {
        Ok(read(&self.folder(number).join("replays.json"))?.unwrap_or_default())
    }

    pub(super) fn save_replays(&self, number: u32, replays: &[K::Replay]) -> Result<(), Problem> {
        write(&self.folder(number).join("replays.json"), &replays.to_vec())
    }

    /// Puts an exported file beside the run.
    pub(super) fn save_export(&self, number: u32, name: &str, content: &str) -> Result<PathBuf, Problem> {
        let path = self.folder(number).join(name);
        write_bytes(&path, content.as_bytes())?;
        Ok(path)
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Problem> {
    let parse = |bytes: Vec<u8>| serde_json::from_slice(&bytes).map_err(|error| damaged(path, &error));
    read_bytes(path)?.map(parse).transpose()
}

fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, Problem> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(path, &error)),
    }
}

fn damaged(path: &Path, error: &serde_json::Error) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{} is damaged.", path.display()),
        detail: error.to_string(),
        hint: "Remove the run, or restore the file from a copy.".into(),
    }
}

/// Writes a file that can be read back, or none: what could not be opened again is no run.
fn write<T: Serialize + DeserializeOwned>(path: &Path, value: &T) -> Result<(), Problem> {
    let bytes = serde_json::to_vec_pretty(value).map_err(|error| refused(path, &error.into()))?;
    serde_json::from_slice::<T>(&bytes).map_err(|error| unreadable(path, &error))?;
    write_bytes(path, &bytes)
}

fn unreadable(path: &Path, error: &serde_json::Error) -> Problem {
    Problem {
        code: Code::Internal,
        message: format!("{} was not written: it could not be read again.", path.display()),
        detail: error.to_string(),
        hint: "What was written of the run before is still there. Resume the run.".into(),
    }
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let whole = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    whole().map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &io::Error) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{} cannot be read or written.", path.display()),
        detail: error.to_string(),
        hint: "Check that the disk has space and that you may write to the folder.".into(),
    }
}

fn no_run(number: u32) -> Problem {
    unknown(format!("There is no run {number}."), "List the runs: pipewright experiment list".into())
}

#[cfg(test)]
#[path = "store_test.rs"]
pub(super) mod tests;
