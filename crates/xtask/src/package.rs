//! The Debian package of the desktop app, made by Tauri's own bundler.

use anyhow::Result;

use crate::cargo::TERMINAL;
use crate::machine::{self, Need};
use crate::shell::Shell;
use crate::step::Step;
use crate::web_ui;

/// Builds it in the release profile, for people who will not compile.
pub(crate) fn package(shell: &Shell) -> Result<()> {
    machine::prepare(shell, &[Need::Compile, Need::Window])?;
    web_ui::build(shell)?;
    let mut terminal = crate::cargo::cargo(shell);
    terminal.args(["build", "--release", "--package", "lab-cli"]);
    Step::new(shell, format!("Building {TERMINAL} (release)")).minutes(90).run(terminal)?;
    let words = ["exec", "--", "tauri", "build", "--bundles", "deb"];
    Step::new(shell, "Bundling the window (release)").minutes(90).run(web_ui::npm_in(shell, web_ui::UI, &words))?;
    shell.say(format!("The package is in {}", shell.target().join("release/bundle/deb").display()));
    Ok(())
}
