//! How things are printed: text for people, or one JSON value per line for scripts. Decides nothing else.

use std::{
    collections::BTreeSet,
    io::{ErrorKind, IsTerminal, Write},
    pin::pin,
    process::ExitCode,
    sync::Mutex,
    time::{Duration, Instant},
};

use lab_app::schema::{JobInfo, JobStep, Table};
use lab_model::Problem;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A wait is told of this often.
const SAID_EVERY: Duration = Duration::from_secs(3);

/// What a shell says of a program whose reader went away: 128 and SIGPIPE.
const GONE: i32 = 141;

/// What a person said to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Yes.
    Yes,
    /// Anything else.
    No,
    /// Standard input is no terminal: nobody was asked.
    Nobody,
}

/// Standard output, in one of two manners.
pub(crate) struct Output {
    pub(crate) json: bool,
    terminal: bool,
    /// Width of the terminal; none where it is no terminal: what is piped is never cut.
    columns: Option<usize>,
    status: Mutex<Status>,
}

#[derive(Default)]
struct Status {
    shown: String,
    steps: Steps,
}

/// Which steps of the newest job were written.
#[derive(Default)]
struct Steps {
    job: u64,
    /// The number of the newest one that went by.
    newest: u32,
    /// Those that were written while they were done.
    written: BTreeSet<String>,
}

impl Steps {
    /// Steps that went by and were not written yet, each with the time at which it began.
    fn unwritten<'a>(&mut self, job: &'a JobInfo) -> Vec<&'a JobStep> {
        if self.job != job.job {
            *self = Self { job: job.job, ..Self::default() };
        }
        let new = job.steps.iter().filter(|step| step.number > self.newest);
        let new: Vec<&JobStep> = new.filter(|step| !self.written.contains(&step.says)).collect();
        self.newest = job.steps.last().map_or(self.newest, |step| step.number);
        new
    }
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let columns = terminal.then(terminal_size::terminal_size).flatten();
        let columns = columns.map(|(terminal_size::Width(columns), _)| usize::from(columns));
        Self { json, terminal, columns, status: Mutex::default() }
    }

    /// A line for people; nothing with `--json`.
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        if !self.json {
            self.clear_status();
            write(&format!("{}\n", line.as_ref()));
        }
    }

    /// A value for scripts, on one line; nothing without `--json`.
    pub(crate) fn give(&self, value: &impl Serialize) {
        if self.json {
            match serde_json::to_string(value) {
                Ok(line) => write(&format!("{line}\n")),
                Err(error) => complain(&format!("cannot be written as JSON: {error}\n")),
            }
        }
    }

    /// Bold in a terminal.
    pub(crate) fn strong(&self, text: &str) -> String {
        if self.terminal && std::env::var_os("NO_COLOR").is_none() {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.into()
        }
    }

    /// A table for people.
    pub(crate) fn table(&self, table: &Table) {
        let rows: Vec<Vec<&str>> = std::iter::once(table.columns.iter().map(|column| column.name.as_str()).collect())
            .chain(table.rows.iter().map(|row| row.iter().map(String::as_str).collect()))
            .collect();
        let width =
            |index: usize| rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width()).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
        if let Some(columns) = self.columns {
            narrow(&mut widths, columns);
        }
        for (number, row) in rows.iter().enumerate() {
            let mut line = String::new();
            for (index, cell) in row.iter().enumerate() {
                let cell = cut(cell, widths[index]);
                let pad = " ".repeat(widths[index].saturating_sub(cell.width()));
                let numeric = table.columns.get(index).is_some_and(|column| column.numeric);
                let (left, right) = if numeric { (pad.as_str(), "") } else { ("", pad.as_str()) };
                line.push_str(&format!("{left}{cell}{right}  "));
            }
            let line = line.trim_end();
            self.say(if number == 0 { self.strong(line) } else { line.to_owned() });
        }
    }

    /// How far a job is: one line that replaces itself in a terminal, a line per change elsewhere.
    pub(crate) fn progress(&self, job: &JobInfo) {
        self.steps(job);
        if self.json {
            self.give(&serde_json::json!({ "event": "progress", "job": job.job, "title": job.title,
                "step": job.progress.step, "detail": job.progress.detail, "done": job.progress.done,
                "total": job.progress.total, "unit": job.progress.unit, "elapsed_ms": job.elapsed }));
            return;
        }
        let what = describe(job);
        let mut status = self.status.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.terminal {
            let line = fit(&format!("  {:>5.1} s  {what}", Duration::from_millis(job.elapsed).as_secs_f64()));
            write(&format!("\r\x1b[2K{line}"));
            status.shown = line;
        } else if status.shown != what {
            write(&line(job.elapsed, &what));
            status.steps.written.insert(job.progress.step.clone());
            status.shown = what;
        }
    }

    /// Steps of a job that went by, each once and on a line of its own: also what was done between two looks.
    pub(crate) fn steps(&self, job: &JobInfo) {
        let mut status = self.status.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let new = status.steps.unwritten(job);
        if self.json {
            new.into_iter().for_each(|step| {
                self.give(&serde_json::json!({ "event": "step", "job": job.job, "step": step.says, "at_ms": step.at }));
            });
            return;
        }
        if self.terminal && !new.is_empty() && !status.shown.is_empty() {
            write("\r\x1b[2K");
            status.shown.clear();
        }
        new.into_iter().for_each(|step| write(&line(step.at, &step.says)));
    }

    /// Says what is waited for while something takes long, and how long it may take where that is known; on standard error.
    pub(crate) async fn while_waiting<T>(
        &self,
        what: &str,
        limit: Option<Duration>,
        work: impl Future<Output = T>,
    ) -> T {
        let began = Instant::now();
        let at_most = limit.map(|limit| format!(" of at most {} s", limit.as_secs())).unwrap_or_default();
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => {
                    clear_waiting();
                    return done;
                }
                () = tokio::time::sleep(SAID_EVERY) => {
                    waiting(&format!("Waiting for {what}: {} s{at_most}. Ctrl-C ends it.", began.elapsed().as_secs()));
                }
            }
        }
    }

    fn clear_status(&self) {
        let mut status = self.status.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.terminal && !status.shown.is_empty() {
            write("\r\x1b[2K");
        }
        status.shown.clear();
    }

    /// Prints a problem and gives the exit code for it.
    pub(crate) fn problem(&self, problem: &Problem) -> ExitCode {
        self.clear_status();
        if self.json {
            self.give(&serde_json::json!({ "event": "problem", "code": problem.code, "message": problem.message,
                "detail": problem.detail, "hint": problem.hint }));
        }
        complain(&format!("{problem}\n"));
        ExitCode::FAILURE
    }

    /// A line for people about what is not as it should be, beside what is printed.
    pub(crate) fn warn(&self, line: impl AsRef<str>) {
        self.clear_status();
        complain(&format!("{}\n", line.as_ref()));
    }

    /// Asks a person for a yes.
    pub(crate) async fn ask(&self, question: &str) -> Answer {
        if !std::io::stdin().is_terminal() {
            return Answer::Nobody;
        }
        self.clear_status();
        complain(&format!("{question} Do it? [y/N] "));
        let mut answer = String::new();
        let mut lines = BufReader::new(stdin());
        let read = lines.read_line(&mut answer).await;
        let yes = read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
        if yes { Answer::Yes } else { Answer::No }
    }
}

/// A line that replaces itself in a terminal.
fn waiting(line: &str) {
    let replaced = std::io::stderr().is_terminal();
    complain(&if replaced { format!("\r\x1b[2K{}", fit(line)) } else { format!("{line}\n") });
}

fn clear_waiting() {
    if std::io::stderr().is_terminal() {
        complain("\r\x1b[2K");
    }
}

/// What goes to standard error. Where that is full or closed there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let mut out = std::io::stderr();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// At once: a reader at the other end of a pipe wants each line as it comes. One that has gone away (`… | head`) wants no
/// more, and then the program ends as others do. Where the rest cannot be written, e.g. on a full disk, that is a failure.
fn write(text: &str) {
    let mut out = std::io::stdout();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain(&format!("The output cannot be written: {error}\n"));
            std::process::exit(1);
        }
        std::process::exit(GONE);
    }
}

/// Makes the widest columns narrower until a row fits; two blanks stand after each. None gets narrower than can be read.
fn narrow(widths: &mut [usize], columns: usize) {
    const READABLE: usize = 12;
    let room = columns.saturating_sub(2 * widths.len());
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > READABLE => *widest -= 1,
            _ => return,
        }
    }
}

/// The text in so many columns; `…` stands for what is cut. `--json` has it whole.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if kept.width() + letter.width().unwrap_or(0) + 1 > width {
            break;
        }
        kept.push(letter);
    }
    kept.push('…');
    kept
}

fn line(at: u64, what: &str) -> String {
    format!("  {:>5.1} s  {what}\n", Duration::from_millis(at).as_secs_f64())
}

fn describe(job: &JobInfo) -> String {
    let progress = &job.progress;
    let numbers = match (progress.done, progress.total) {
        (Some(done), Some(total)) => format!(" {done} of {total} {}", progress.unit),
        (Some(done), None) => format!(" {done} {}", progress.unit),
        _ => String::new(),
    };
    let detail = if progress.detail.is_empty() { String::new() } else { format!(": {}", progress.detail) };
    format!("{}{numbers}{detail}", progress.step)
}

/// Cuts a line to 100 columns, so that it never wraps and can be replaced.
fn fit(line: &str) -> String {
    line.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fits_and_nothing_is_cut_that_need_not_be() {
        let mut widths = vec![5, 249, 30, 4];
        narrow(&mut widths, 100);
        assert_eq!(widths.iter().sum::<usize>() + 8, 100);
        assert_eq!((widths[0], widths[3]), (5, 4));
        let mut many = vec![20; 40];
        narrow(&mut many, 80);
        assert!(many.iter().all(|width| *width == 12));
    }

    fn job(job: u64, steps: &[(u32, &str)]) -> JobInfo {
        let step = |&(number, says): &(u32, &str)| JobStep { number, says: says.into(), at: 0 };
        JobInfo {
            job,
            title: "start kafka-3".into(),
            lab: None,
            progress: lab_model::Progress::default(),
            steps: steps.iter().map(step).collect(),
            stopping: false,
            stays: None,
            elapsed: 0,
            limit: 0,
            state: lab_app::schema::JobState::Running,
            problem: None,
        }
    }

    fn unwritten(steps: &mut Steps, job: &JobInfo) -> Vec<String> {
        steps.unwritten(job).into_iter().map(|step| step.says.clone()).collect()
    }

    #[test]
    fn a_step_that_went_by_between_two_looks_is_written_once() {
        let mut steps = Steps::default();
        assert_eq!(unwritten(&mut steps, &job(1, &[(1, "choose ports")])), ["choose ports"]);
        let now = job(1, &[(1, "choose ports"), (2, "let kafka-2 go on")]);
        assert_eq!(unwritten(&mut steps, &now), ["let kafka-2 go on"]);
        assert!(unwritten(&mut steps, &now).is_empty());
    }

    #[test]
    fn a_step_that_was_written_while_it_was_done_is_not_written_again() {
        let mut steps = Steps { job: 1, ..Steps::default() };
        steps.written.insert("choose ports".into());
        assert!(unwritten(&mut steps, &job(1, &[(1, "choose ports")])).is_empty());
    }

    #[test]
    fn another_job_has_steps_of_its_own() {
        let mut steps = Steps::default();
        unwritten(&mut steps, &job(1, &[(1, "choose ports")]));
        assert_eq!(unwritten(&mut steps, &job(2, &[(1, "choose ports")])), ["choose ports"]);
    }

    #[test]
    fn a_cut_text_has_its_width_and_says_that_it_was_cut() {
        assert_eq!(cut("orders", 6), "orders");
        assert_eq!(cut("orders", 5), "orde…");
        // Letters of two columns are never halved.
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
    }
}
