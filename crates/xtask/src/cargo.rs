//! How this repository is compiled: always the dev profile, always the same selection of packages and features.
//!
//! Dev and not release: on two cores from nothing, a release build takes more than twice as long, while the app waits
//! for engines and hardly computes; a dev build starts a lab within the same tenth of a second. Running and testing
//! share what was compiled, because cargo unifies features over the packages selected together: a part of the tests
//! that selected its own package would compile half of the tree again with slightly other features.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::Shell;
use crate::step::Step;

/// The package and the binary of the desktop window.
pub(crate) const WINDOW: &str = "pipewright-desktop";
/// The package of the terminal host.
const TERMINAL_PACKAGE: &str = "lab-cli";
/// The binary of the terminal host.
pub(crate) const TERMINAL: &str = "pipewright";

/// The cargo that started us, at the root of the repository.
pub(crate) fn cargo(shell: &Shell) -> Command {
    let mut command = shell.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` describes xtask to xtask; that must not reach build scripts, or they would run again every time.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "LD_LIBRARY_PATH" {
            command.env_remove(&*name);
        }
    }
    command
}

/// Builds what a person starts: the terminal host, and the window where it can be shown.
pub(crate) fn build_hosts(shell: &Shell, window: bool) -> Result<()> {
    let mut command = cargo(shell);
    command.args(["build", "--package", TERMINAL_PACKAGE]);
    if window {
        command.args(["--package", WINDOW]);
    }
    let title = if window { "Building the terminal host and the window" } else { "Building the terminal host" };
    Step::new(shell, title).minutes(60).run(command).map(drop)
}

/// Builds the terminal host as people have it: optimised. From nothing it takes a good twenty minutes.
pub(crate) fn build_release(shell: &Shell) -> Result<()> {
    let mut command = cargo(shell);
    command.args(["build", "--release", "--package", TERMINAL_PACKAGE]);
    Step::new(shell, "Building the optimised terminal host").minutes(90).run(command).map(drop)
}

/// Where that is.
pub(crate) fn released(shell: &Shell) -> PathBuf {
    shell.target().join("release").join(TERMINAL)
}

/// Builds every program and every test of the workspace, in the selection all parts of `cargo xtask test` use.
pub(crate) fn build_everything(shell: &Shell) -> Result<()> {
    let mut command = cargo(shell);
    command.args(["build", "--workspace", "--all-targets"]);
    Step::new(shell, "Building programs and tests").minutes(60).run(command).map(drop)
}

/// `cargo test` over the whole workspace, narrowed by targets and never by packages.
pub(crate) fn test(shell: &Shell) -> Command {
    let mut command = cargo(shell);
    command.args(["test", "--workspace"]);
    command
}

/// The names of the integration tests, of the live package or of all others.
pub(crate) fn integration_tests(shell: &Shell, live: bool) -> Result<Vec<String>> {
    let metadata = shell.metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    let mut names = Vec::new();
    for package in packages.iter().filter(|package| (package["name"] == "lab-tests") == live) {
        for target in package["targets"].as_array().into_iter().flatten() {
            if target["kind"][0] == "test" {
                names.extend(target["name"].as_str().map(str::to_owned));
            }
        }
    }
    Ok(names)
}
