//! Is there a container engine, and may we talk to it? A cheap look, before anything is built.
//!
//! The app has its own, fuller discovery in `lab-docker`; this one only decides whether an engine must be installed or
//! started. A machine that has one never gets a second.

use std::io::{self, Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::{engine_start, has_program};
use crate::shell::Shell;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The engine answers.
    Ready { version: String, at: String },
    /// The engine is there and does not let this user in.
    Refused { socket: PathBuf },
    /// Docker is installed here and not running: it can be started.
    Stopped,
    /// Another kind of engine is there and not running: only its owner knows how to start it.
    Asleep { advice: String },
    /// There is none.
    Absent,
}

/// How long an engine may take to answer a question that costs it nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where Docker itself listens.
pub(super) const SOCKET: &str = "/var/run/docker.sock";

/// Makes sure that an engine answers: finds it, starts it, or (on Debian and Ubuntu) installs it, asking first.
pub(crate) fn ready(shell: &Shell) -> Result<()> {
    let found = match look(shell)? {
        Engine::Ready { version, at } => (version, at),
        other => engine_start::bring_up(shell, other)?,
    };
    shell.say(format!("✓ Container engine {} at {}", found.0, found.1));
    Ok(())
}

/// Looks in the order the docker command does: `DOCKER_HOST`, contexts, then the sockets engines are known to use.
pub(crate) fn look(shell: &Shell) -> Result<Engine> {
    let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(host) = named("DOCKER_HOST") {
        let found = by_command(shell).or_else(|| Some((version_at(&host).ok()?, host.clone())));
        return match found {
            Some((version, _)) => Ok(Engine::Ready { version, at: host }),
            None => bail!(
                "DOCKER_HOST is {host}, but no engine answers there. Start it, or unset DOCKER_HOST to use one on \
                 this machine."
            ),
        };
    }
    if let Some((version, at)) = by_command(shell) {
        return Ok(Engine::Ready { version, at });
    }
    match by_socket(&known_sockets()) {
        Engine::Absent => Ok(installed(shell)),
        found => Ok(found),
    }
}

/// Nothing answers: is something installed that could?
fn installed(shell: &Shell) -> Engine {
    let context = shell.read(Command::new("docker").args(["context", "show"])).unwrap_or_default();
    let context = context.trim();
    if !context.is_empty() && context != "default" {
        let advice = format!("The engine of the docker context “{context}” does not answer. Start it.");
        Engine::Asleep { advice }
    } else if has_program("dockerd") {
        Engine::Stopped
    } else if has_program("podman") {
        let advice = "Podman is installed but its API does not answer. Start it: `systemctl --user enable --now \
                      podman.socket`";
        Engine::Asleep { advice: advice.to_owned() }
    } else {
        Engine::Absent
    }
}

/// The docker command knows contexts and every transport; where it is installed it is asked first.
fn by_command(shell: &Shell) -> Option<(String, String)> {
    if !has_program("docker") {
        return None;
    }
    let ask = |words: &[&str]| {
        let mut command = Command::new(if has_program("timeout") { "timeout" } else { "docker" });
        if has_program("timeout") {
            command.args(["10", "docker"]);
        }
        let told = shell.read(command.args(words)).ok()?.trim().to_owned();
        (!told.is_empty()).then_some(told)
    };
    let version = ask(&["version", "--format", "{{.Server.Version}}"])?;
    let at = ask(&["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
    Some((version, at.unwrap_or_else(|| "its default place".to_owned())))
}

fn known_sockets() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let at_home = [
        ".docker/run/docker.sock",
        ".docker/desktop/docker.sock",
        ".orbstack/run/docker.sock",
        ".colima/default/docker.sock",
        ".rd/docker.sock",
    ];
    let mut sockets = vec![PathBuf::from("/var/run/docker.sock")];
    sockets.extend(home.iter().flat_map(|home| at_home.iter().map(|name| home.join(name))));
    sockets.extend(runtime.iter().flat_map(|dir| ["docker.sock", "podman/podman.sock"].map(|name| dir.join(name))));
    sockets
}

fn by_socket(sockets: &[PathBuf]) -> Engine {
    let mut found = Engine::Absent;
    for socket in sockets {
        let at = format!("unix://{}", socket.display());
        match version_at(&at) {
            Ok(version) => return Engine::Ready { version, at },
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                found = Engine::Refused { socket: socket.clone() };
            }
            // A socket file with nobody behind it. Docker's own may be left over from an engine since removed.
            Err(_) if socket.exists() && socket != Path::new(SOCKET) && found == Engine::Absent => {
                let advice = format!("The engine of {} does not answer. Start it.", socket.display());
                found = Engine::Asleep { advice };
            }
            Err(_) => {}
        }
    }
    found
}

/// Asks the engine behind an address for its version: `unix://…`, or `tcp://…` without TLS.
fn version_at(address: &str) -> io::Result<String> {
    let answer = if let Some(place) = address.strip_prefix("tcp://") {
        let stream = TcpStream::connect(place.trim_end_matches('/'))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        ask(stream, "/version")?
    } else {
        get(Path::new(address.strip_prefix("unix://").unwrap_or(address)), "/version")?
    };
    let version = serde_json::from_str::<serde_json::Value>(&answer)?;
    Ok(version["Version"].as_str().unwrap_or("of unknown version").to_owned())
}

/// A GET to the engine API behind a socket.
#[cfg(unix)]
pub(crate) fn get(socket: &Path, path: &str) -> io::Result<String> {
    let stream = std::os::unix::net::UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    ask(stream, path)
}

/// Where there are no such sockets there is nothing to ask.
#[cfg(not(unix))]
pub(crate) fn get(_: &Path, _: &str) -> io::Result<String> {
    Err(ErrorKind::Unsupported.into())
}

/// HTTP/1.0, so that the answer comes whole and the connection closes.
fn ask(mut stream: impl Read + Write, path: &str) -> io::Result<String> {
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.split(' ').nth(1) == Some("200") => Ok(body.to_owned()),
        _ => Err(Error::other(format!("no engine: {}", answer.lines().next().unwrap_or("nothing said")))),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn answering(socket: &std::path::Path, text: &'static str) {
        let listener = UnixListener::bind(socket).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 256];
            let count = stream.read(&mut asked).unwrap();
            assert!(asked[..count].starts_with(b"GET /version "));
            stream.write_all(text.as_bytes()).unwrap();
        });
    }

    #[test]
    fn a_socket_that_answers_is_an_engine() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        answering(&socket, "HTTP/1.0 200 OK\r\nServer: Docker\r\n\r\n{\"Version\":\"20.10.24\"}");
        let found = by_socket(&[folder.path().join("other.sock"), socket.clone()]);
        assert_eq!(found, Engine::Ready { version: "20.10.24".to_owned(), at: format!("unix://{}", socket.display()) });
    }

    #[test]
    fn something_else_behind_the_socket_is_no_engine() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        answering(&socket, "HTTP/1.0 404 Not Found\r\n\r\n");
        assert!(matches!(by_socket(&[socket]), Engine::Asleep { .. }));
    }

    #[test]
    fn a_socket_file_with_nobody_behind_it_is_an_engine_asleep() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        drop(UnixListener::bind(&socket).unwrap());
        assert!(matches!(by_socket(&[socket]), Engine::Asleep { .. }));
        assert_eq!(by_socket(&[folder.path().join("none.sock")]), Engine::Absent);
    }
}
