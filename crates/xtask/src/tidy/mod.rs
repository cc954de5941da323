//! The rules of the repository that no compiler knows, and those that rustfmt and clippy know.
//!
//! Every rule is read from files and reported with its place; what a rule protects is said in its module.

mod crates;
mod rust_files;
mod source;
mod ui_files;
mod window;

use anyhow::{Result, bail};

use crate::shell::Shell;
use crate::step::Step;
use crate::{cargo, codegen, web_ui};

/// Something that breaks a rule: where, and what to do.
pub(crate) type Finding = String;

/// `cargo xtask tidy`: all of it, so that one run shows all there is to repair.
pub(crate) fn tidy(shell: &Shell, fix: bool) -> Result<()> {
    let wrong: Vec<String> = [rules(shell, fix), lints(shell, fix)]
        .into_iter()
        .filter_map(|result| result.err().map(|error| format!("{error:#}")))
        .collect();
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n\n")) }
}

/// The rules that no compiler knows, format, and whether generated code is fresh.
pub(crate) fn rules(shell: &Shell, fix: bool) -> Result<()> {
    let mut wrong: Vec<String> = Vec::new();
    let findings = findings(shell)?;
    if !findings.is_empty() {
        let told = format!("{} findings:\n  {}", findings.len(), findings.join("\n  "));
        // Printed at once as well, because what follows takes minutes.
        shell.say(&told);
        wrong.push(told);
    }
    let mut note = |result: Result<()>| wrong.extend(result.err().map(|error| format!("{error:#}")));
    note(format(shell, fix));
    // The window's crate takes the built UI in while it compiles, so nothing compiles without it.
    note(web_ui::build(shell).and_then(|()| generated(shell, fix)));
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{}\n\n`cargo xtask tidy --fix` repairs what a program can.", wrong.join("\n\n"))
}

/// What clippy knows, warnings as errors.
pub(crate) fn lints(shell: &Shell, fix: bool) -> Result<()> {
    web_ui::build(shell)?;
    let mut command = cargo::cargo(shell);
    command.args(["clippy", "--workspace", "--all-targets"]);
    if fix {
        command.args(["--fix", "--allow-dirty", "--allow-staged"]);
    }
    command.args(["--", "-D", "warnings", "-D", "clippy::too_many_lines"]);
    Step::new(shell, "Lints").minutes(40).run(command).map(drop)
}

fn findings(shell: &Shell) -> Result<Vec<Finding>> {
    let mut findings = crates::check(shell)?;
    findings.extend(rust_files::check(shell)?);
    findings.extend(ui_files::check(shell)?);
    findings.extend(window::check(shell)?);
    Ok(findings)
}

fn format(shell: &Shell, fix: bool) -> Result<()> {
    let mut command = cargo::cargo(shell);
    command.args(["fmt", "--all"]);
    if !fix {
        command.arg("--check");
    }
    Step::new(shell, "Formatting").minutes(5).run(command).map(drop)
}

fn generated(shell: &Shell, fix: bool) -> Result<()> {
    let stale = codegen::write(shell)?;
    if fix || stale.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = stale.iter().map(|file| file.display().to_string()).collect();
    bail!("generated code was not fresh; it is now, commit it:\n  {}", names.join("\n  "))
}
