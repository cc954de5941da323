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

    /// Folders that hold a run, by name.
    fn names(&self) -> Result<Vec<String>, Problem> {
        let mut all = names_in(&self.folder)?;
        all.retain(|name| self.folder.join(name).join("run.json").is_file());
        Ok(all)
    }

    /// Numbers of the runs there are, ascending.
    fn numbers(&self) -> Result<Vec<u32>, Problem> {
        let mut all: Vec<u32> = self.names()?.iter().filter_map(|name| number_of(name)).collect();
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
        all.retain(|number| self.may_be_in(&self.folder(*number)));
        Ok(all)
    }

    /// Folders that hold a run of its kind and have no run's name, by name, and why they are none.
    pub(super) fn misnamed(&self) -> Result<Vec<(String, Problem)>, Problem> {
        let mut all = self.files.names()?;
        all.retain(|name| number_of(name).is_none() && self.may_be_in(&self.files.folder.join(name)));
        all.sort_unstable();
        Ok(all.into_iter().map(|name| (name.clone(), misnamed(&self.files.folder.join(name)))).collect())
    }

    fn may_be_in(&self, folder: &Path) -> bool {
        let bytes = fs::read(folder.join("run.json")).unwrap_or_default();
        kind_of(&bytes).is_none_or(|kind| kind == K::NAME)
    }

    /// Takes the next number and makes its folder.
    pub(super) fn create(&self, run: impl FnOnce(u32) -> Run<K>) -> Result<Run<K>, Problem> {
        let mut number = next(self.files.numbers()?.last().copied().unwrap_or_default())?;
        fs::create_dir_all(&self.files.folder).map_err(|error| refused(&self.files.folder, &error))?;
        // Another Pipewright may take a number at the same moment: whoever made the folder has it.
        while let Err(error) = fs::create_dir(self.folder(number)) {
            if error.kind() != io::ErrorKind::AlreadyExists {
                return Err(refused(&self.folder(number), &error));
            }
            number = next(number)?;
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
        let path = self.folder(number).join("cells").join(format!("{cell}.json"));
        let saved: Option<K::Cell> = read(&path)?;
        match saved.as_ref().map(K::name_of_counted).filter(|name| *name != cell) {
            Some(other) => Err(of_another(&path, other)),
            None => Ok(saved),
        }
    }

    /// Files of cells that the run does not have, below its folder.
    pub(super) fn strays(&self, run: &Run<K>) -> Result<Vec<String>, Problem> {
        let own = |file: &str| run.cells.iter().any(|cell| file.strip_suffix(".json") == Some(K::name_of(cell)));
        let mut strays = Vec::new();
        for folder in ["cells", "trials"] {
            let files = names_in(&self.folder(run.experiment).join(folder))?;
            let json = files.into_iter().filter(|file| file.ends_with(".json") && !own(file));
            strays.extend(json.map(|file| format!("{folder}/{file}")));
        }
        strays.sort_unstable();
        Ok(strays)
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

/// Names of what lies in a folder; none if there is no such folder.
fn names_in(folder: &Path) -> Result<Vec<String>, Problem> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(refused(folder, &error)),
    }
}

/// The number of the run in a folder of that name. It is written in one way only: `036` would be a second run 36.
fn number_of(folder: &str) -> Option<u32> {
    folder.parse().ok().filter(|number: &u32| *number > 0 && number.to_string() == folder)
}

fn next(number: u32) -> Result<u32, Problem> {
    number.checked_add(1).ok_or_else(|| Problem {
        code: Code::Storage,
        message: format!("No number is left for a run: there is a run {number}."),
        detail: String::new(),
        hint: "Rename its folder to a smaller number.".into(),
    })
}

fn misnamed(folder: &Path) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{} holds a run, but its name is not the number of one.", folder.display()),
        detail: String::new(),
        hint: "Rename the folder to a number that no other run has, or remove it.".into(),
    }
}

fn of_another(path: &Path, other: &str) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{} says that it is of another cell: {other}.", path.display()),
        detail: String::new(),
        hint: "Restore the file from a copy, or remove the run.".into(),
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
