//! Runs on disk: `experiments/<number>/` with `run.json`, a file for each cell, its trials beside it, and replays.
//!
//! Every file is written whole or not at all, so that a killed application leaves a run that can be resumed.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use lab_model::{Code, Problem, facts::lab::ImageInUse};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::schema::{Cell, CellPlan, ConsistencyPlan, Episode, Expectations, Replay, Trial};

/// Of the files; a newer one is refused, not misread.
const FORMAT: u32 = 1;

/// A run as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) format: u32,
    pub(super) experiment: u32,
    pub(super) pipewright: String,
    pub(super) plan: ConsistencyPlan,
    pub(super) cells: Vec<CellPlan>,
    pub(super) lab: String,
    /// True if the user said that the lab may be used although it holds what others made.
    #[serde(default)]
    pub(super) shared: bool,
    #[serde(default)]
    pub(super) images: Vec<ImageInUse>,
    pub(super) began_at: i64,
    #[serde(default)]
    pub(super) took_ms: u64,
    /// Every cell has ended.
    #[serde(default)]
    pub(super) done: bool,
    /// Why it broke off, or did not leave its lab healthy.
    #[serde(default)]
    pub(super) problem: Option<Problem>,
    /// How often it was begun or resumed: keys of one attempt are not those of another.
    #[serde(default)]
    pub(super) attempts: u32,
    #[serde(default)]
    pub(super) expectations: Expectations,
    #[serde(default)]
    pub(super) episodes: Vec<Episode>,
}

/// The folder of all runs.
#[derive(Debug, Clone)]
pub(super) struct Store {
    folder: PathBuf,
    /// Only one change of a `run.json` at a time: expectations are noted while the run itself goes on.
    changing: Arc<Mutex<()>>,
}

impl Store {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("experiments"), changing: Arc::default() }
    }

    /// Numbers of the runs there are, ascending.
    pub(super) fn all(&self) -> Result<Vec<u32>, Problem> {
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

    /// Takes the next number and makes its folder.
    pub(super) fn create(&self, run: impl FnOnce(u32) -> Run) -> Result<Run, Problem> {
        let mut number = self.all()?.last().copied().unwrap_or_default() + 1;
        fs::create_dir_all(&self.folder).map_err(|error| refused(&self.folder, &error))?;
        // Another Pipewright may take a number at the same moment: whoever made the folder has it.
        while let Err(error) = fs::create_dir(self.of(number)) {
            if error.kind() != io::ErrorKind::AlreadyExists {
                return Err(refused(&self.of(number), &error));
            }
            number += 1;
        }
        let run = run(number);
        self.save(&run)?;
        Ok(run)
    }

    /// A folder by number.
    pub(super) fn of(&self, number: u32) -> PathBuf {
        self.folder.join(number.to_string())
    }

    /// A run by number.
    pub(super) fn run(&self, number: u32) -> Result<Run, Problem> {
        let run: Run = read(&self.of(number).join("run.json"))?.ok_or_else(|| unknown(number))?;
        if run.format > FORMAT {
            return Err(Problem {
                code: Code::Storage,
                message: format!("Run {number} was written by a newer Pipewright."),
                detail: format!("format {}", run.format),
                hint: "Use that version, or start a new run.".into(),
            });
        }
        Ok(run)
    }

    fn save(&self, run: &Run) -> Result<(), Problem> {
        write(&self.of(run.experiment).join("run.json"), run)
    }

    /// Keeps how far a run is, and learns what is expected of its cells by now.
    pub(super) fn keep(&self, run: &mut Run) -> Result<(), Problem> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        run.expectations = self.run(run.experiment)?.expectations;
        self.save(run)
    }

    /// Notes expectations, if `may` of each cell allows it.
    pub(super) fn expect(
        &self,
        number: u32,
        expectations: Expectations,
        may: impl Fn(&Run, &str) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut run = self.run(number)?;
        for (cell, expected) in expectations {
            may(&run, &cell)?;
            run.expectations.insert(cell, expected);
        }
        self.save(&run)
    }

    /// Takes a run for this process until what is returned is dropped; none if another one has it.
    pub(super) fn take(&self, number: u32) -> Result<Option<fs::File>, Problem> {
        let path = self.of(number).join("working");
        let file = fs::File::create(&path).map_err(|error| refused(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(refused(&path, &error)),
        }
    }

    /// Some process works on it.
    pub(super) fn is_taken(&self, number: u32) -> bool {
        let free = |file: fs::File| !matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock));
        !fs::File::open(self.of(number).join("working")).map_or(true, free)
    }

    /// A cell's counts; none if it has not begun.
    pub(super) fn cell(&self, number: u32, cell: &str) -> Result<Option<Cell>, Problem> {
        read(&self.of(number).join("cells").join(format!("{cell}.json")))
    }

    /// A cell's trials.
    pub(super) fn trials(&self, number: u32, cell: &str) -> Result<Vec<Trial>, Problem> {
        Ok(read(&self.of(number).join("trials").join(format!("{cell}.json")))?.unwrap_or_default())
    }

    /// Writes a cell: trials first, so that counts never speak of trials that are not there.
    pub(super) fn save_cell(&self, number: u32, cell: &Cell, trials: &[Trial]) -> Result<(), Problem> {
        write(&self.of(number).join("trials").join(format!("{}.json", cell.cell)), &trials)?;
        write(&self.of(number).join("cells").join(format!("{}.json", cell.cell)), cell)
    }

    /// Trials that were done once more.
    pub(super) fn replays(&self, number: u32) -> Result<Vec<Replay>, Problem> {
        Ok(read(&self.of(number).join("replays.json"))?.unwrap_or_default())
    }

    pub(super) fn save_replays(&self, number: u32, replays: &[Replay]) -> Result<(), Problem> {
        write(&self.of(number).join("replays.json"), &replays)
    }

    /// Puts an exported file beside the run.
    pub(super) fn save_export(&self, number: u32, name: &str, content: &str) -> Result<PathBuf, Problem> {
        let path = self.of(number).join(name);
        write_bytes(&path, content.as_bytes())?;
        Ok(path)
    }

    /// Removes a run.
    pub(super) fn remove(&self, number: u32) -> Result<(), Problem> {
        self.run(number)?;
        let folder = self.of(number);
        fs::remove_dir_all(&folder).map_err(|error| refused(&folder, &error))
    }
}

impl Run {
    /// A run that has not begun.
    pub(super) fn new(
        experiment: u32,
        plan: ConsistencyPlan,
        cells: Vec<CellPlan>,
        lab: String,
        began_at: i64,
    ) -> Self {
        Self {
            format: FORMAT,
            experiment,
            pipewright: env!("CARGO_PKG_VERSION").into(),
            plan,
            cells,
            lab,
            shared: false,
            images: Vec::new(),
            began_at,
            took_ms: 0,
            done: false,
            problem: None,
            attempts: 0,
            expectations: Expectations::new(),
            episodes: Vec::new(),
        }
    }

    /// A cell of the run.
    ///
    /// # Errors
    /// `unknown`.
    pub(super) fn cell(&self, cell: &str) -> Result<&CellPlan, Problem> {
        self.cells.iter().find(|plan| plan.cell == cell).ok_or_else(|| Problem {
            code: Code::Unknown,
            message: format!("Run {} has no cell {cell}.", self.experiment),
            detail: String::new(),
            hint: self.cells.first().map(|first| format!("Its first cell is {}.", first.cell)).unwrap_or_default(),
        })
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Problem> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(path, &error)),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Problem {
        code: Code::Storage,
        message: format!("{} is damaged.", path.display()),
        detail: error.to_string(),
        hint: "Remove the run, or restore the file from a copy.".into(),
    })
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), Problem> {
    let bytes = serde_json::to_vec_pretty(value).map_err(|error| refused(path, &error.into()))?;
    write_bytes(path, &bytes)
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

fn unknown(number: u32) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no run {number}."),
        detail: String::new(),
        hint: "List the runs: pipewright experiment list".into(),
    }
}

#[cfg(test)]
#[path = "store_test.rs"]
mod tests;
