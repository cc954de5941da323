//! Pictures as they are pushed, each with the moment it came.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::app::{Lab, pipewright};
use crate::shell::Shell;

/// A pushed picture and when it came, Unix milliseconds.
pub(super) type Pushed = (f64, Value);

/// `pipewright watch … --json`, read line by line as the lines come.
pub(super) struct Watcher {
    child: Child,
    pushes: Receiver<Pushed>,
}

impl Watcher {
    pub(super) fn start(shell: &Shell, lab: &Lab, view: &[&str]) -> Result<Self> {
        let mut command = pipewright(shell, &["watch"]);
        command.args(view).args(["--lab", &lab.id, "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("the watcher's output is piped")?;
        let (tell, pushes) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let Ok(model) = serde_json::from_str(&line) else { continue };
                if tell.send((now(), model)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, pushes })
    }

    pub(super) fn pushes(&self) -> &Receiver<Pushed> {
        &self.pushes
    }

    /// When the first picture came of which this holds, Unix milliseconds.
    pub(super) fn until(&self, limit: Duration, mut holds: impl FnMut(&Value) -> bool) -> Result<f64> {
        let began = Instant::now();
        while let Some(left) = limit.checked_sub(began.elapsed()) {
            match self.pushes.recv_timeout(left) {
                Ok((at, model)) if holds(&model) => return Ok(at),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        bail!("no picture showed it within {} s", limit.as_secs())
    }

    pub(super) fn end(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// Unix milliseconds.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}
