//! A command in a process group of its own, so that ending it ends what it started and nothing else.
//!
//! The only place that sends signals, and only to groups made here.

use std::io::{self, PipeReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a group may take to leave by itself before it is killed.
const GRACE: Duration = Duration::from_secs(8);

pub(super) struct Group {
    child: Child,
}

impl Group {
    /// Starts the command with no input and both outputs in one pipe, so their order is kept.
    pub(super) fn spawn(command: &mut Command) -> io::Result<(Self, PipeReader)> {
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.spawn()?;
        // The command still holds our ends of the pipe; without this the reader would never see its end.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok((Self { child }, reader))
    }

    /// The status of the command itself, once it has ended.
    pub(super) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Asks the group to leave, and kills what has not left in time.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.signal(false);
        let start = Instant::now();
        while self.child.try_wait()?.is_none() && start.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.signal(true);
        self.child.wait().map(drop)
    }

    #[cfg(unix)]
    fn signal(&mut self, kill: bool) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let signal = if kill { Signal::KILL } else { Signal::TERM };
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // Gone already is what is wanted.
            let _ = kill_process_group(group, signal);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, kill: bool) {
        if kill {
            let _ = self.child.kill();
        }
    }
}
