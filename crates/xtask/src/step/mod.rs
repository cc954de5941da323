//! A long command, shown while it runs: what it does, how long it has taken, the last thing it said.
//!
//! Every step has a limit, ends its whole process group when the limit or Ctrl-C comes, and keeps the full output in
//! `target/xtask/logs/`. What a step is for must not move in here.

mod line;
mod process;
mod telling;

use std::collections::VecDeque;
use std::error::Error;
use std::fmt::{Display, Formatter};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::Shell;
use line::Line;
use process::Group;

pub(crate) use line::clock;

/// How many last lines are printed when a step fails; the rest is in the log.
const TAIL: usize = 80;

/// A long command with a title and a limit.
pub(crate) struct Step<'a> {
    shell: &'a Shell,
    title: String,
    limit: Duration,
}

/// What a finished step leaves behind.
pub(crate) struct Done {
    /// Everything the command printed, standard output and standard error in the order they came.
    pub(crate) log: PathBuf,
}

/// A command that failed: its last lines to print at once, and the lines that tell why for the close of the run.
#[derive(Debug)]
pub(crate) struct Failed {
    head: String,
    /// The lines of the output that tell why, as far as they can be told from others.
    pub(crate) why: Vec<String>,
    tail: String,
}

impl Failed {
    fn told(log: &Path, tail: &VecDeque<String>) -> Self {
        let tail = tail.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let tail = format!("{tail}\n(the whole output is in {})", log.display());
        Self { head: String::new(), why: telling::lines(log), tail }
    }

    fn headed(self, head: String) -> Self {
        Self { head, ..self }
    }
}

impl Display for Failed {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:\n{}", self.head, self.tail)
    }
}

impl Error for Failed {}

/// How a command went, before anybody judges it.
enum Ended {
    By(ExitStatus),
    Limit,
    Interrupt,
}

impl<'a> Step<'a> {
    /// A step with half an hour as its limit.
    pub(crate) fn new(shell: &'a Shell, title: impl Into<String>) -> Self {
        Self { shell, title: title.into(), limit: Duration::from_secs(30 * 60) }
    }

    /// Another limit, in minutes.
    pub(crate) fn minutes(mut self, minutes: u64) -> Self {
        self.limit = Duration::from_secs(minutes * 60);
        self
    }

    /// Runs the command to its end; fails with its last lines if it fails.
    pub(crate) fn run(&self, mut command: Command) -> Result<Done> {
        let log = self.log()?;
        let line = Line::new(self.shell, &self.title);
        let name = command.get_program().to_string_lossy().into_owned();
        let (mut group, output) =
            Group::spawn(&mut command).with_context(|| format!("{}: {name} could not be started", self.title))?;
        let lines = read(output, File::create(&log)?);
        let mut tail = VecDeque::new();
        let ended = self.follow(&mut group, &lines, &line, &mut tail)?;
        line.finish(matches!(&ended, Ended::By(status) if status.success()));
        let told = || Failed::told(&log, &tail);
        match ended {
            Ended::By(status) if status.success() => Ok(Done { log }),
            Ended::By(status) => bail!(told().headed(format!("{} failed ({status})", self.title))),
            Ended::Limit => {
                bail!(told().headed(format!("{} was ended after its limit of {}", self.title, clock(self.limit))))
            }
            Ended::Interrupt => bail!("{}: interrupted", self.title),
        }
    }

    /// Waits until `arrived` gives something, showing what `said` says meanwhile.
    pub(crate) fn wait_for<T>(&self, arrived: impl Fn() -> Option<T>, said: impl Fn() -> String) -> Result<T> {
        let line = Line::new(self.shell, &self.title);
        let start = Instant::now();
        loop {
            if let Some(value) = arrived() {
                line.finish(true);
                return Ok(value);
            }
            if self.shell.interrupted() || start.elapsed() > self.limit {
                line.finish(false);
                bail!("{}: not there after {}\n{}", self.title, clock(start.elapsed()), said());
            }
            line.show(&said());
            std::thread::sleep(Duration::from_millis(250));
        }
    }

    fn follow(
        &self,
        group: &mut Group,
        lines: &Receiver<String>,
        line: &Line,
        tail: &mut VecDeque<String>,
    ) -> Result<Ended> {
        let start = Instant::now();
        let mut open = true;
        loop {
            match lines.recv_timeout(Duration::from_millis(100)) {
                Ok(text) => {
                    line.show(&text);
                    tail.push_back(text);
                    if tail.len() > TAIL {
                        tail.pop_front();
                    }
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => line.tick(),
                Err(RecvTimeoutError::Disconnected) => {
                    open = false;
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
            // A daemon left behind may hold the pipe open, so the command's own end decides, once nothing more comes.
            if let Some(status) = group.ended()? {
                return Ok(Ended::By(status));
            }
            if self.shell.interrupted() {
                group.end()?;
                return Ok(Ended::Interrupt);
            }
            if start.elapsed() > self.limit {
                group.end()?;
                return Ok(Ended::Limit);
            }
            if !open {
                line.tick();
            }
        }
    }

    fn log(&self) -> Result<PathBuf> {
        let folder = self.shell.target().join("xtask").join("logs");
        std::fs::create_dir_all(&folder)?;
        let name: String = self.title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Ok(folder.join(format!("{}.log", name.to_lowercase().trim_matches('-'))))
    }
}

/// Copies everything into the log and passes each line on, with colours and carriage returns taken out.
fn read(mut output: impl Read + Send + 'static, log: File) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        let mut log = BufWriter::new(log);
        let mut rest = Vec::new();
        let mut buffer = [0; 8192];
        while let Ok(count) = output.read(&mut buffer) {
            if count == 0 {
                break;
            }
            let chunk = &buffer[..count];
            // The log is a convenience: a full disk must not fail the step itself.
            let _ = log.write_all(chunk).and_then(|()| log.flush());
            for &byte in chunk {
                if byte != b'\n' && byte != b'\r' {
                    rest.push(byte);
                } else if !rest.is_empty() {
                    let _ = sender.send(plain(&rest));
                    rest.clear();
                }
            }
        }
        if !rest.is_empty() {
            let _ = sender.send(plain(&rest));
        }
    });
    lines
}

fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    console::strip_ansi_codes(&text).replace('\t', "  ")
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell_line(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    }

    #[test]
    fn a_failing_command_fails_with_its_last_words() {
        let shell = Shell::for_test();
        let error = Step::new(&shell, "Say and fail").run(shell_line("echo out; echo err >&2; exit 3")).err();
        let text = format!("{:#}", error.unwrap());
        assert!(text.contains("out\nerr"), "{text}");
        assert!(text.contains("exit status: 3"), "{text}");
    }

    #[test]
    fn the_limit_ends_the_whole_group() {
        let shell = Shell::for_test();
        // On a busy machine a command may have to be given longer before it has begun at all.
        let ended_after = |seconds: u64| {
            let limit = Duration::from_secs(seconds);
            let step = Step { limit, ..Step::new(&shell, "Sleep for ever") };
            let text = format!("{:#}", step.run(shell_line("sleep 600 & echo $!; wait")).err().unwrap());
            assert!(text.contains("ended after its limit"), "{text}");
            text.lines().find_map(|line| line.parse::<u32>().ok())
        };
        let grandchild = (0..10).find_map(ended_after).unwrap();
        let gone = || {
            let state = std::fs::read_to_string(format!("/proc/{grandchild}/stat")).unwrap_or_default();
            state.is_empty() || state.contains(") Z ")
        };
        Step::new(&shell, "The grandchild is gone").minutes(1).wait_for(|| gone().then_some(()), String::new).unwrap();
    }

    #[test]
    fn a_daemon_holding_the_pipe_does_not_hold_the_step() {
        let shell = Shell::for_test();
        let done = Step::new(&shell, "Leave one behind").minutes(1).run(shell_line("sleep 30 & echo started"));
        assert_eq!(std::fs::read_to_string(done.unwrap().log).unwrap(), "started\n");
    }
}
