//! What this machine must have before anything can be built or started, and putting it there.
//!
//! Debian and Ubuntu are prepared by us; elsewhere it is said precisely what to install by hand. Building and running
//! must not move in here.

mod by_hand;
mod debian;
pub(crate) mod engine;
mod engine_start;
mod node;
mod privilege;

use anyhow::Result;

use crate::shell::Shell;

pub(crate) use node::npm;

/// What a chore needs from the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// Compiling the crates without a window.
    Compile,
    /// Compiling and opening the desktop window.
    Window,
    /// Making container images where no registry answers.
    Images,
    /// Driving a browser.
    Browser,
    /// Driving the desktop window without a screen.
    WindowDriver,
}

/// Makes sure that everything needed is there, installing what a program may install.
pub(crate) fn prepare(shell: &Shell, needs: &[Need]) -> Result<()> {
    node::check(shell)?;
    if debian::here() { debian::install(shell, needs) } else { by_hand::check(shell, needs) }
}

/// Whether a window can be shown to somebody here.
pub(crate) fn has_display() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let set = |name| std::env::var(name).is_ok_and(|value| !value.is_empty());
    set("WAYLAND_DISPLAY") || set("DISPLAY")
}

/// Whether a program of that name is on the path.
pub(crate) fn has_program(name: &str) -> bool {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(&name).is_file()))
}
