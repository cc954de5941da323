//! Is there a container engine, and may we talk to it? A cheap look, before anything is built.
//!
//! The app has its own, fuller discovery in `lab-docker`; this one only decides whether an engine must be installed or
//! started. A machine that has one never gets a second.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::{engine_start, has_program};
use crate::shell::Shell;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// It answers.
    Ready { version: String, at: String },
    /// It is there and does not let this user in.
    Refused { socket: PathBuf },
    /// It is installed and does not answer.
    Stopped,
    /// There is none.
    Absent,
}

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
    let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    let context = std::env::var("DOCKER_CONTEXT").ok().filter(|name| !name.is_empty());
    if let Some((version, at)) = by_command(shell, host.as_deref()) {
        return Ok(Engine::Ready { version, at });
    }
    let sockets = match host.as_deref().map(|host| (host, host.strip_prefix("unix://"))) {
        Some((_, Some(path))) => vec![PathBuf::from(path)],
        Some((host, None)) => bail!(
            "DOCKER_HOST is {host}, and `docker version` gets no answer from there. Start that engine (the docker \
             command is needed to try it from here), or unset DOCKER_HOST to use one on this machine."
        ),
        None => known_sockets(),
    };
    let found = by_socket(&sockets);
    match (&found, host.is_some() || context.is_some()) {
        (Engine::Absent | Engine::Stopped, true) => bail!(
            "DOCKER_HOST or DOCKER_CONTEXT names an engine that does not answer. Start it, or unset the variable."
        ),
        (Engine::Absent, false) if has_program("dockerd") || has_program("podman") => Ok(Engine::Stopped),
        _ => Ok(found),
    }
}

/// The docker command knows contexts and every transport; where it is installed it is asked first.
fn by_command(shell: &Shell, host: Option<&str>) -> Option<(String, String)> {
    if !has_program("docker") {
        return None;
    }
    let ask = |words: &[&str]| {
        let mut command = if has_program("timeout") {
            let mut command = Command::new("timeout");
            command.args(["10", "docker"]);
            command
        } else {
            Command::new("docker")
        };
        shell
            .read(command.args(words))
            .ok()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let version = ask(&["version", "--format", "{{.Server.Version}}"])?;
    let at = host
        .map(str::to_owned)
        .or_else(|| ask(&["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]));
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
    sockets.extend(
        runtime.iter().flat_map(|dir| ["docker.sock", "podman/podman.sock"].map(|name| dir.join(name))),
    );
    sockets
}

#[cfg(not(unix))]
fn by_socket(_: &[PathBuf]) -> Engine {
    Engine::Absent
}

#[cfg(unix)]
fn by_socket(sockets: &[PathBuf]) -> Engine {
    let mut found = Engine::Absent;
    for socket in sockets {
        match ask_socket(socket) {
            Ok(version) => {
                return Engine::Ready { version, at: format!("unix://{}", socket.display()) };
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                found = Engine::Refused { socket: socket.clone() };
            }
            // A socket file with nobody behind it: an engine that has been stopped.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound && found == Engine::Absent => {
                found = Engine::Stopped;
            }
            Err(_) => {}
        }
    }
    found
}

/// Asks the engine API behind a socket for its version.
#[cfg(unix)]
fn ask_socket(socket: &std::path::Path) -> std::io::Result<String> {
    let answer = get(socket, "/version")?;
    let version = serde_json::from_str::<serde_json::Value>(&answer)?;
    Ok(version["Version"].as_str().unwrap_or("of unknown version").to_owned())
}

/// One GET to the engine API. HTTP/1.0, so the answer comes whole and the connection closes.
#[cfg(unix)]
pub(crate) fn get(socket: &std::path::Path, path: &str) -> std::io::Result<String> {
    use std::io::{Error, Read, Write};
    let mut stream = std::os::unix::net::UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(std::time::Duration::from_secs(5)))?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.split(' ').nth(1) == Some("200") => Ok(body.to_owned()),
        _ => Err(Error::other(format!("no engine: {}", answer.lines().next().unwrap_or("nothing said")))),
    }
}

/// Where there are no such sockets there is nothing to ask.
#[cfg(not(unix))]
pub(crate) fn get(_: &std::path::Path, _: &str) -> std::io::Result<String> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::{Read, Write};
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
        assert_eq!(
            found,
            Engine::Ready { version: "20.10.24".to_owned(), at: format!("unix://{}", socket.display()) }
        );
    }

    #[test]
    fn something_else_behind_the_socket_is_no_engine() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        answering(&socket, "HTTP/1.0 404 Not Found\r\n\r\n");
        assert_eq!(by_socket(&[socket]), Engine::Stopped);
    }

    #[test]
    fn a_socket_file_with_nobody_behind_it_is_a_stopped_engine() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        drop(UnixListener::bind(&socket).unwrap());
        assert_eq!(by_socket(&[socket]), Engine::Stopped);
        assert_eq!(by_socket(&[folder.path().join("none.sock")]), Engine::Absent);
    }
}
