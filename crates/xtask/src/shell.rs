//! Where chores run and who is watching: the folders, the terminal, and whether somebody pressed Ctrl-C.
//!
//! Every chore gets it handed in, so none keeps state of its own. Knowledge of what a chore does must not move in.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};
use indicatif::MultiProgress;
use serde_json::Value;

/// The repository, the target folder and the terminal.
#[derive(Clone)]
pub(crate) struct Shell {
    root: PathBuf,
    target: PathBuf,
    assume_yes: bool,
    bars: Option<MultiProgress>,
    interrupted: Arc<AtomicBool>,
}

impl Shell {
    /// Finds the repository this program was built from.
    pub(crate) fn open(assume_yes: bool) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("xtask lies two folders below the root of the repository")?
            .to_path_buf();
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        // Ending children in order takes a moment; a second Ctrl-C leaves at once.
        ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        })?;
        let watched = io::stderr().is_terminal() && io::stdout().is_terminal() && std::env::var_os("CI").is_none();
        let mut shell =
            Self { target: root.join("target"), root, assume_yes, bars: watched.then(MultiProgress::new), interrupted };
        let metadata = shell.metadata()?;
        if let Some(target) = metadata["target_directory"].as_str() {
            shell.target = PathBuf::from(target);
        }
        Ok(shell)
    }

    /// The root of the repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder cargo builds into, `CARGO_TARGET_DIR` included.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A program built by cargo in the dev profile, with the ending of this system.
    pub(crate) fn built(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The bars of a terminal somebody looks at; `None` where the output goes to a file or to CI.
    pub(crate) fn bars(&self) -> Option<&MultiProgress> {
        self.bars.as_ref()
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Prints one line without tearing a progress bar.
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        let line = line.as_ref();
        match &self.bars {
            Some(bars) => bars.suspend(|| println!("{line}")),
            None => println!("{line}"),
        }
    }

    /// Asks before something is changed on the machine. Yes with `--yes`, and where nobody can answer.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool> {
        if self.assume_yes || !io::stdin().is_terminal() {
            return Ok(true);
        }
        print!("{question} [Y/n] ");
        io::stdout().flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
    }

    /// A command that starts in the root of the repository.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Runs a command that owns the terminal: a lesson, a window, a password prompt.
    pub(crate) fn attached(&self, command: &mut Command) -> Result<ExitStatus> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.status().with_context(|| format!("{name} could not be started"))
    }

    /// Runs a short command and gives what it printed on standard output.
    pub(crate) fn read(&self, command: &mut Command) -> Result<String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let output = command.stdin(Stdio::null()).output().with_context(|| format!("{name} could not be started"))?;
        if !output.status.success() {
            bail!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// `cargo metadata` of the workspace, without its dependencies.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let mut command = crate::cargo::cargo(self);
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        Ok(serde_json::from_str(&self.read(&mut command)?)?)
    }

    /// The files of the repository below a folder, relative to the root: tracked ones, and new ones not ignored.
    pub(crate) fn files(&self, under: &str) -> Result<Vec<PathBuf>> {
        let mut command = self.command("git");
        command.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--"]);
        command.arg(if under.is_empty() { "." } else { under });
        let listed = self.read(&mut command).context("the files of the repository are listed by git")?;
        let files = listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
        Ok(files.filter(|file| self.root.join(file).is_file()).collect())
    }
}

#[cfg(test)]
impl Shell {
    /// A shell for tests: this repository, nobody watching, nothing asked.
    pub(crate) fn for_test() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf();
        let target = std::env::temp_dir().join(format!("xtask-test-{}", std::process::id()));
        Self { root, target, assume_yes: true, bars: None, interrupted: Arc::default() }
    }
}
