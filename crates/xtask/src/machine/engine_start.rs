//! Bringing a container engine up: installing Docker from the distribution, starting it, opening its socket for the
//! person at the keyboard.
//!
//! Only reached when no engine answers; every change is asked for first.

use std::path::Path;

use anyhow::{Result, bail};

use super::debian;
use super::engine::{Engine, SOCKET, look};
use super::privilege::{Privilege, person};
use crate::shell::Shell;
use crate::step::Step;

const LOG: &str = "/var/log/pipewright-dockerd.log";

/// Goes from what was found to an engine that answers: its version and its address.
pub(super) fn bring_up(shell: &Shell, found: Engine) -> Result<(String, String)> {
    if let Engine::Asleep { advice } = found {
        bail!("{advice} Then run this again.");
    }
    if !debian::here() {
        bail!("{}", elsewhere());
    }
    if found == Engine::Absent {
        debian::install_packages(shell, debian::ENGINE, "No container engine was found; Docker can be installed")?;
    }
    let installed = found == Engine::Absent;
    // Installing may have started it: Debian starts services it installs.
    let found = settled(shell, if installed { Engine::Stopped } else { found })?;
    let found = if found == Engine::Stopped { start(shell)? } else { found };
    let found = match found {
        Engine::Refused { socket } => open(shell, &socket)?,
        // `sudo cargo xtask run`: root gets in, and the person who called sudo should, too.
        Engine::Ready { .. } if installed && person(shell).is_some() => open(shell, Path::new(SOCKET))?,
        found => found,
    };
    match found {
        Engine::Ready { version, at } => Ok((version, at)),
        _ => bail!("The container engine was started but does not answer. Its log: {LOG}, or `journalctl -u docker`."),
    }
}

fn settled(shell: &Shell, found: Engine) -> Result<Engine> {
    if found != Engine::Stopped {
        return Ok(found);
    }
    match look(shell)? {
        Engine::Absent => Ok(Engine::Stopped),
        now => Ok(now),
    }
}

fn start(shell: &Shell) -> Result<Engine> {
    let systemd = Path::new("/run/systemd/system").is_dir();
    let plan = if systemd { "sudo systemctl start docker" } else { "sudo dockerd" };
    if !shell.confirm(&format!("The container engine is installed but not running. Start it (`{plan}`)?"))? {
        bail!("Start the container engine yourself ({plan}), then run this again.");
    }
    let privilege = Privilege::obtain(shell, plan)?;
    let command = if systemd {
        let mut command = privilege.command(shell, "systemctl");
        command.args(["start", "docker"]);
        command
    } else {
        // A session of its own, so that it outlives this program and its terminal.
        let mut command = privilege.command(shell, "setsid");
        command.args(["--fork", "sh", "-c", &format!("exec dockerd </dev/null >>{LOG} 2>&1")]);
        command
    };
    Step::new(shell, "Starting the container engine").minutes(3).run(command)?;
    let answered = || match look(shell) {
        Ok(found @ (Engine::Ready { .. } | Engine::Refused { .. })) => Some(found),
        _ => None,
    };
    Step::new(shell, "Waiting for the container engine").minutes(2).wait_for(answered, last_words)
}

/// The group counts from the next log-in on; until then the socket gets an entry for this one person.
fn open(shell: &Shell, socket: &Path) -> Result<Engine> {
    let person = person(shell).unwrap_or_default();
    if person.is_empty() || socket != Path::new(SOCKET) {
        bail!("This user may not use the container engine at {}.", socket.display());
    }
    let plan = format!("sudo usermod -aG docker {person} && sudo setfacl -m u:{person}:rw {}", socket.display());
    shell.say("You may not use the container engine yet. A user of the engine has the power of root on this machine.");
    if !shell.confirm(&format!("Add {person} to the group docker, and open the socket for now?"))? {
        bail!("To do it yourself:\n  {plan}");
    }
    let privilege = Privilege::obtain(shell, &plan)?;
    debian::install_packages(shell, &["acl"], "Opening the socket needs")?;
    let mut usermod = privilege.command(shell, "usermod");
    usermod.args(["-aG", "docker", &person]);
    shell.read(&mut usermod)?;
    let mut setfacl = privilege.command(shell, "setfacl");
    setfacl.args(["-m", &format!("u:{person}:rw")]).arg(socket);
    shell.read(&mut setfacl)?;
    look(shell)
}

fn last_words() -> String {
    let log = std::fs::read_to_string(LOG).unwrap_or_default();
    log.lines().last().unwrap_or_default().to_owned()
}

fn elsewhere() -> &'static str {
    if cfg!(target_os = "macos") {
        "No container engine answers. Install and start one of Docker Desktop, OrbStack or Colima (`brew install colima \
         docker && colima start`), then run this again."
    } else if cfg!(windows) {
        "No container engine answers. Install Docker Desktop (`winget install Docker.DockerDesktop`), start it, and run \
         this again."
    } else {
        "No container engine answers. Install Docker Engine with your system's packages, start it (`sudo systemctl \
         start docker`), add yourself to the group docker, and run this again."
    }
}
