//! The npm packages of this repository: installed when their lock changed, the UI built when its sources changed.
//!
//! What counts as changed is decided here by content, so a second run takes milliseconds.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use anyhow::Result;

use crate::machine::npm;
use crate::shell::Shell;
use crate::step::Step;

/// The folder of the UI's package.
pub(crate) const UI: &str = "ui";
/// The folder of the browser flows' package.
pub(crate) const FLOWS: &str = "tests/e2e/web";

/// Builds `ui/dist` if anything it is made from changed.
pub(crate) fn build(shell: &Shell) -> Result<()> {
    install(shell, UI)?;
    let stamp = Stamp::of(shell, "ui-built", &shell.files(UI)?)?;
    if stamp.holds() && shell.root().join("ui/dist/index.html").is_file() {
        return Ok(());
    }
    Step::new(shell, "Building the UI").minutes(10).run(npm_in(shell, UI, &["run", "build"]))?;
    stamp.set()
}

/// Installs the packages of a folder exactly as its lock file says, if that changed.
pub(crate) fn install(shell: &Shell, folder: &str) -> Result<()> {
    let files = ["package.json", "package-lock.json"].map(|name| PathBuf::from(folder).join(name));
    let stamp = Stamp::of(shell, &format!("npm-{}", folder.replace('/', "-")), &files)?;
    if stamp.holds() && shell.root().join(folder).join("node_modules").is_dir() {
        return Ok(());
    }
    let command = npm_in(shell, folder, &["ci", "--no-audit", "--no-fund", "--loglevel=http"]);
    Step::new(shell, format!("Installing the packages of {folder}")).minutes(15).run(command)?;
    stamp.set()
}

/// An npm command in one of the folders.
pub(crate) fn npm_in(shell: &Shell, folder: &str, words: &[&str]) -> std::process::Command {
    let mut command = npm(shell, words.first().copied().unwrap_or_default());
    command.args(words.iter().skip(1)).current_dir(shell.root().join(folder));
    command
}

/// A hash of file contents, remembered in the target folder.
struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    fn of(shell: &Shell, name: &str, files: &[PathBuf]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        // The clone's own place belongs to it: one target folder may serve several clones.
        shell.root().hash(&mut hasher);
        for file in files {
            file.hash(&mut hasher);
            std::fs::read(shell.root().join(file)).unwrap_or_default().hash(&mut hasher);
        }
        let folder = shell.target().join("xtask").join("stamps");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { file: folder.join(name), hash: format!("{:016x}", hasher.finish()) })
    }

    fn holds(&self) -> bool {
        std::fs::read_to_string(&self.file).is_ok_and(|hash| hash == self.hash)
    }

    fn set(&self) -> Result<()> {
        Ok(std::fs::write(&self.file, &self.hash)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_until_a_file_changes() {
        let shell = Shell::for_test();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        std::fs::write(&file, "one").unwrap();
        let stamp = || Stamp::of(&shell, "test-stamp", std::slice::from_ref(&file)).unwrap();
        assert!(!stamp().holds());
        stamp().set().unwrap();
        assert!(stamp().holds());
        std::fs::write(&file, "two").unwrap();
        assert!(!stamp().holds());
    }
}
