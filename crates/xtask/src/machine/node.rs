//! Node, one of the two things a person installs: new enough, or said so at once.

use anyhow::{Context, Result, bail};

use crate::shell::Shell;

/// The oldest Node that the UI's tools run on.
const OLDEST: (u32, u32) = (20, 19);

pub(super) fn check(shell: &Shell) -> Result<()> {
    let (major, minor) = OLDEST;
    let advice = format!(
        "Pipewright is built with Rust and Node. Install Node {major}.{minor} or newer (nodejs.org, nvm, or your \
         system's packages), then run this again."
    );
    let version = shell.read(shell.command("node").arg("--version")).context(advice.clone())?;
    if parse(&version).is_none_or(|found| found < OLDEST) {
        bail!("Node {} is too old. {advice}", version.trim());
    }
    shell
        .read(&mut npm(shell, "--version"))
        .context(format!("npm is missing, although it comes with Node. {advice}"))?;
    Ok(())
}

/// An `npm` command; on Windows npm is a script with an ending.
pub(crate) fn npm(shell: &Shell, verb: &str) -> std::process::Command {
    let mut command = shell.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.arg(verb);
    command
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(parse("v20.9.0\n"), Some((20, 9)));
        assert!(parse("v20.9.0").unwrap() < OLDEST);
        assert!(parse("v20.20.2").unwrap() > OLDEST);
        assert!(parse("v22.1.0").unwrap() > OLDEST);
        assert_eq!(parse("nothing"), None);
    }
}
