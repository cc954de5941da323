//! The right to change the machine: being root, or sudo after asking.

use std::io::IsTerminal;
use std::process::Command;

use anyhow::{Result, bail};

use super::has_program;
use crate::shell::Shell;

/// How commands that change the machine are run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Privilege {
    Root,
    Sudo,
}

impl Privilege {
    /// Finds out, asking for a password where sudo wants one. `plan` is what a person without either would type.
    pub(super) fn obtain(shell: &Shell, plan: &str) -> Result<Self> {
        if is_root() {
            return Ok(Self::Root);
        }
        if has_program("sudo") {
            let silent = shell.command("sudo").args(["-n", "true"]).output().is_ok_and(|o| o.status.success());
            if silent || (std::io::stdin().is_terminal() && shell.attached(shell.command("sudo").arg("-v"))?.success())
            {
                return Ok(Self::Sudo);
            }
        }
        bail!("This needs root, or sudo without a password prompt. Run this yourself, then try again:\n  {plan}")
    }

    /// A command with that right; it never prompts, and it keeps the proxy settings of the caller.
    pub(super) fn command(self, shell: &Shell, program: &str) -> Command {
        match self {
            Self::Root => shell.command(program),
            Self::Sudo => {
                let mut command = shell.command("sudo");
                command.args(["-n", "--preserve-env=http_proxy,https_proxy,no_proxy", program]);
                command
            }
        }
    }
}

/// Whether this process is root.
pub(super) fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// The person at the keyboard, where that is not root: the caller, or who called sudo.
pub(super) fn person(shell: &Shell) -> Option<String> {
    let name = if is_root() { std::env::var("SUDO_USER").ok() } else { shell.read(Command::new("id").arg("-un")).ok() };
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty() && name != "root")
}
