//! The TypeScript types generated from Rust: written by ts-rs's export tests, found by their name `*.gen.ts`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::shell::Shell;
use crate::step::Step;

/// `cargo xtask codegen`.
pub(crate) fn codegen(shell: &Shell) -> Result<()> {
    // The selection all parts share has the window's crate in it, which takes the built UI in.
    crate::web_ui::build(shell)?;
    write(shell).map(drop)
}

/// Writes them all anew, and gives the files that were not as they are now.
pub(crate) fn write(shell: &Shell) -> Result<Vec<PathBuf>> {
    let before = contents(shell)?;
    // Taken away first: ts-rs writes and merges, but never removes the file of a type that is gone.
    before.keys().try_for_each(|file| std::fs::remove_file(shell.root().join(file)))?;
    if let Err(error) = export(shell) {
        for (file, text) in &before {
            std::fs::write(shell.root().join(file), text)?;
        }
        return Err(error);
    }
    let after = contents(shell)?;
    let mut changed: Vec<PathBuf> =
        after.iter().filter(|(file, text)| before.get(*file) != Some(text)).map(|(file, _)| file.clone()).collect();
    changed.extend(before.into_keys().filter(|file| !after.contains_key(file)));
    for file in &changed {
        shell.say(format!("    changed: {}", file.display()));
    }
    Ok(changed)
}

fn export(shell: &Shell) -> Result<()> {
    let mut command = crate::cargo::test(shell);
    command.args(["--lib", "export_bindings"]);
    // ts-rs takes this from .cargo/config.toml as well; said here so that a caller's environment cannot redirect it.
    command.env("TS_RS_EXPORT_DIR", shell.root().join("ui/src"));
    Step::new(shell, "Writing the generated types").minutes(60).run(command).map(drop)
}

fn contents(shell: &Shell) -> Result<BTreeMap<PathBuf, String>> {
    let generated = shell.files("ui/src")?.into_iter().filter(|file| file.to_string_lossy().ends_with(".gen.ts"));
    generated.map(|file| Ok((file.clone(), std::fs::read_to_string(shell.root().join(file))?))).collect()
}
