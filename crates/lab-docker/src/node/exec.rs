//! Runs a command in a node: with a terminal and bytes both ways, to its end with its output, or spoken to line by line as
//! long as somebody does.

use std::collections::VecDeque;
use std::pin::Pin;

use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, ResizeExecOptions, StartExecOptions, StartExecResults};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::Engine;
use crate::error::{Error, Result};

/// A command that is running in a node.
pub struct Exec {
    engine: Engine,
    id: String,
    /// What the person types.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    /// What the terminal shows; ends when the command ends.
    pub output: Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>,
}

/// A command that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecOutput {
    /// The exit code, if the engine told it.
    pub exit_code: Option<i64>,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
}

/// A command that is running in a node and is spoken to in lines. Dropped, it ends.
pub struct Conversation {
    doing: String,
    input: Pin<Box<dyn AsyncWrite + Send>>,
    output: Pin<Box<dyn Stream<Item = Result<LogOutput>> + Send>>,
    /// The beginning of a line.
    rest: Vec<u8>,
    /// Lines that came and were not asked for yet.
    lines: VecDeque<String>,
}

impl Engine {
    /// Starts a command with a terminal of that size (columns, rows).
    ///
    /// # Errors
    /// [`Error::UnknownLab`], [`Error::UnknownNode`], the engine's (a stopped or paused node runs no commands).
    pub async fn exec(&self, project: &str, node: &str, command: &[&str], size: (u16, u16)) -> Result<Exec> {
        let (id, started) = self.run(project, node, command, true).await?;
        let StartExecResults::Attached { output, input } = started else { return Err(detached(node)) };
        let output = output.map(|part| part.map(LogOutput::into_bytes).map_err(Error::engine("read the terminal")));
        let exec = Exec { engine: self.clone(), id, input, output: Box::pin(output) };
        exec.resize(size).await?;
        Ok(exec)
    }

    /// Runs a command to its end, giving it `input` on standard input. Limits are the caller's: dropping the future lets go of
    /// the output, and the engine then ends a command that goes on writing.
    ///
    /// # Errors
    /// As [`Engine::exec`].
    pub async fn exec_output(&self, project: &str, node: &str, command: &[&str], input: &[u8]) -> Result<ExecOutput> {
        let (id, started) = self.run(project, node, command, false).await?;
        let StartExecResults::Attached { mut output, input: mut stdin } = started else { return Err(detached(node)) };
        let write = async {
            // A command that does not read its input may have closed it.
            let _ = stdin.write_all(input).await;
            let _ = stdin.shutdown().await;
        };
        let read = async {
            let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
            while let Some(part) = output.next().await {
                match part.map_err(Error::engine(format!("read what the command in {node} writes")))? {
                    LogOutput::StdErr { message } => stderr.extend(message),
                    LogOutput::StdOut { message } | LogOutput::Console { message } => stdout.extend(message),
                    LogOutput::StdIn { .. } => {}
                }
            }
            Ok((stdout, stderr))
        };
        let ((), read) = tokio::join!(write, read);
        let (stdout, stderr) = read?;
        Ok(ExecOutput { exit_code: self.exec_exit_code(&id).await?, stdout, stderr })
    }

    /// Starts a command that reads lines and answers in lines, as long as somebody holds it: its input ends with that, and
    /// a command that reads ends with its input.
    ///
    /// # Errors
    /// As [`Engine::exec`].
    pub async fn converse(&self, project: &str, node: &str, command: &[&str]) -> Result<Conversation> {
        let (_, started) = self.run(project, node, command, false).await?;
        let StartExecResults::Attached { output, input } = started else { return Err(detached(node)) };
        let doing = format!("read what the command in {node} writes");
        let reading = doing.clone();
        let output = Box::pin(output.map(move |part| part.map_err(Error::engine(reading.clone()))));
        Ok(Conversation { doing, input, output, rest: Vec::new(), lines: VecDeque::new() })
    }

    async fn run(&self, project: &str, node: &str, command: &[&str], tty: bool) -> Result<(String, StartExecResults)> {
        let container = self.container(project, node).await?.container;
        let config = CreateExecOptions {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(tty),
            env: tty.then(|| vec!["TERM=xterm-256color"]),
            cmd: Some(command.to_vec()),
            ..CreateExecOptions::default()
        };
        let doing = || format!("run {} in {node}", command.first().unwrap_or(&"a command"));
        let id = self.docker.create_exec(&container, config).await.map_err(Error::engine(doing()))?.id;
        let options = StartExecOptions { detach: false, tty, output_capacity: None };
        let started = self.docker.start_exec(&id, Some(options)).await.map_err(Error::engine(doing()))?;
        Ok((id, started))
    }

    async fn exec_exit_code(&self, id: &str) -> Result<Option<i64>> {
        let inspected = self.docker.inspect_exec(id).await.map_err(Error::engine("ask how a command ended"))?;
        Ok(inspected.exit_code)
    }
}

impl Exec {
    /// Tells the command the terminal's size (columns, rows).
    ///
    /// # Errors
    /// The engine's. A command that has just ended has no terminal any more, which is fine.
    pub async fn resize(&self, (columns, rows): (u16, u16)) -> Result<()> {
        let size = ResizeExecOptions { width: columns, height: rows };
        match self.engine.docker.resize_exec(&self.id, size).await {
            Ok(()) => Ok(()),
            Err(_) if self.exit_code().await?.is_some() => Ok(()),
            Err(error) => Err(Error::engine("resize the terminal")(error)),
        }
    }

    /// How it ended; none while it runs.
    ///
    /// # Errors
    /// The engine's.
    pub async fn exit_code(&self) -> Result<Option<i64>> {
        self.engine.exec_exit_code(&self.id).await
    }
}

impl Conversation {
    /// Gives the command a line to read.
    ///
    /// # Errors
    /// If it reads no more.
    pub async fn say(&mut self, line: &str) -> Result<()> {
        let said = async {
            self.input.write_all(format!("{line}\n").as_bytes()).await?;
            self.input.flush().await
        };
        said.await.map_err(|error| complaint(&self.doing, error.to_string().as_bytes()))
    }

    /// The next line that it writes; none once it has ended.
    ///
    /// # Errors
    /// The engine's; what the command writes to standard error.
    pub async fn line(&mut self) -> Result<Option<String>> {
        while self.lines.is_empty() {
            match self.output.next().await.transpose()? {
                None if self.rest.is_empty() => return Ok(None),
                None => return Ok(Some(String::from_utf8_lossy(&std::mem::take(&mut self.rest)).into_owned())),
                Some(LogOutput::StdErr { message }) => return Err(complaint(&self.doing, &message)),
                Some(part) => self.lines.extend(whole_lines(&mut self.rest, &part.into_bytes())),
            }
        }
        Ok(self.lines.pop_front())
    }
}

fn complaint(doing: &str, message: &[u8]) -> Error {
    Error::Engine { doing: doing.to_owned(), cause: String::from_utf8_lossy(message).trim_end().to_owned() }
}

/// The lines that are whole now; what is left of the last one stays in `rest`.
fn whole_lines(rest: &mut Vec<u8>, part: &[u8]) -> Vec<String> {
    rest.extend(part);
    let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
    let after = rest.split_off(end + 1);
    let whole = std::mem::replace(rest, after);
    String::from_utf8_lossy(&whole).lines().map(str::to_owned).collect()
}

fn detached(node: &str) -> Error {
    Error::Engine { doing: format!("attach to the command in {node}"), cause: "it was started detached".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_arrive() {
        let mut rest = Vec::new();
        assert!(whole_lines(&mut rest, b"one").is_empty());
        assert_eq!(whole_lines(&mut rest, b" and\ntwo\nth"), ["one and", "two"]);
        assert_eq!(whole_lines(&mut rest, b"ree\n"), ["three"]);
        assert!(rest.is_empty());
    }
}
