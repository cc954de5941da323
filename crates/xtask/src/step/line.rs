//! The line that shows a running step: a spinner where somebody looks, a line every few seconds where nobody does.
//!
//! Only drawing; what runs and when it ends must not move in here.

use std::cell::Cell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::shell::Shell;

/// How often a step says in a plain log that it is still at work.
const BEAT: Duration = Duration::from_secs(20);

pub(super) struct Line {
    shell: Shell,
    title: String,
    start: Instant,
    bar: Option<ProgressBar>,
    said: Cell<Instant>,
    last: std::cell::RefCell<String>,
}

impl Line {
    pub(super) fn new(shell: &Shell, title: &str) -> Self {
        let bar = shell.bars().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}") {
                bar.set_style(style);
            }
            bar.set_prefix(title.to_owned());
            bar
        });
        if bar.is_none() {
            shell.say(format!("… {title}"));
        }
        let now = Instant::now();
        Self {
            shell: shell.clone(),
            title: title.to_owned(),
            start: now,
            bar,
            said: Cell::new(now),
            last: String::new().into(),
        }
    }

    /// Shows the newest line of the command.
    pub(super) fn show(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.trim().to_owned());
        }
        if !text.trim().is_empty() {
            text.trim().clone_into(&mut self.last.borrow_mut());
        }
        self.tick();
    }

    /// Lets time pass on the display.
    pub(super) fn tick(&self) {
        if let Some(bar) = &self.bar {
            bar.tick();
        } else if self.said.get().elapsed() >= BEAT {
            self.said.set(Instant::now());
            // Steps run beside each other, so each says which one it is.
            let (time, last) = (clock(self.start.elapsed()), self.last.borrow());
            self.shell.say(format!("    {time}  {}: {}", self.title, shortened(&last)));
        }
    }

    /// Leaves one line with the outcome and the time.
    pub(super) fn finish(&self, well: bool) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mark = if well { "✓" } else { "✗" };
        self.shell.say(format!("{mark} {} ({})", self.title, clock(self.start.elapsed())));
    }
}

fn shortened(text: &str) -> String {
    console::truncate_str(text, 140, "…").into_owned()
}

/// A duration as people read it: `0.4 s`, `12 s`, `3:07`.
pub(crate) fn clock(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{}:{:02}", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(clock(Duration::from_millis(420)), "0.4 s");
        assert_eq!(clock(Duration::from_secs(42)), "42 s");
        assert_eq!(clock(Duration::from_secs(187)), "3:07");
    }
}
