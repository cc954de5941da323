//! `cargo xtask run`: from a fresh clone to a first lesson on a real engine.
//!
//! Only the order of things; each thing lives in its own module.

use std::process::{ExitCode, ExitStatus};

use anyhow::Result;

use crate::cargo::{TERMINAL, WINDOW, build_hosts};
use crate::machine::{self, Need};
use crate::shell::Shell;
use crate::{images, web_ui};

const FIRST_STACK: &str = "kafka-1";
const FIRST_LESSON: &str = "kafka/first-topic";

/// Prepares, builds, gets the images, and starts: the words given after `--`, the window, or the lesson here.
pub(crate) fn run(shell: &Shell, pipewright: &[String]) -> Result<ExitCode> {
    let window = pipewright.is_empty() && machine::has_display();
    let mut needs = vec![Need::Compile, Need::Images];
    if window {
        needs.push(Need::Window);
    }
    machine::prepare(shell, &needs)?;
    machine::engine::ready(shell)?;
    web_ui::build(shell)?;
    build_hosts(shell, window)?;
    images::get(shell, FIRST_STACK)?;
    let terminal = shell.built(TERMINAL);
    if !pipewright.is_empty() {
        return Ok(code(shell.attached(shell.command(terminal).args(pipewright))?));
    }
    if window {
        shell.say("Opening the window on the first lesson. Close it, or press Ctrl-C here, to end.");
        let mut command = shell.command(shell.built(WINDOW));
        return Ok(code(shell.attached(command.args(["--lesson", FIRST_LESSON]))?));
    }
    shell.say(format!("\nNo display here, so the first lesson plays in this terminal: {FIRST_LESSON}\n"));
    let ended = shell.attached(shell.command(terminal).args(["learn", FIRST_LESSON, "--solve"]))?;
    shell.say(
        "\nTo learn in a browser: `cargo xtask run -- serve` and open the address it prints. On a machine without a \
         browser, forward its port first:\n  ssh -L PORT:127.0.0.1:PORT this-machine",
    );
    Ok(code(ended))
}

/// The exit code of what was started is ours.
fn code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
