//! How the parts went: one line each as they end, a table at the close, and the line a machine reads.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Error;

use super::Part;
use crate::shell::Shell;
use crate::step::{Failed, clock};

#[derive(Default)]
pub(super) struct Report {
    rows: Vec<Row>,
}

struct Row {
    part: Part,
    /// What a passed part counted, or why it failed in a few lines.
    ended: Result<String, Vec<String>>,
    took: Duration,
}

impl Report {
    /// Notes how a part went, and prints what went wrong at once.
    pub(super) fn add(&mut self, shell: &Shell, part: Part, result: Result<String, Error>, took: Duration) {
        match &result {
            Ok(_) => shell.say(format!("passed: {} ({})", part.name(), clock(took))),
            Err(error) => shell.say(format!("{error:#}\nFAILED: {} ({})", part.name(), clock(took))),
        }
        self.rows.push(Row { part, ended: result.map_err(|error| why(&error)), took });
    }

    /// The first of these parts that failed.
    pub(super) fn failed_among(&self, parts: &[Part]) -> Option<Part> {
        self.rows.iter().find(|row| row.ended.is_err() && parts.contains(&row.part)).map(|row| row.part)
    }

    /// Prints the table and the closing line; `took` is all of it, and less than the sum, since parts run beside others.
    pub(super) fn end(self, shell: &Shell, took: Duration) -> ExitCode {
        let (text, failed) = self.table(took);
        shell.say(text);
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn table(&self, took: Duration) -> (String, usize) {
        let mut lines = vec![String::new(), format!("{:<45} {:>8}  {:<6}  {}", "part", "took", "", "counted")];
        for row in &self.rows {
            let (mark, counted) = match &row.ended {
                Ok(counted) => ("passed", counted.as_str()),
                Err(_) => ("FAILED", ""),
            };
            lines.push(
                format!("{:<45} {:>8}  {mark:<6}  {counted}", row.part.name(), clock(row.took)).trim_end().into(),
            );
        }
        lines.push(format!("{:<45} {:>8}", "all of it", clock(took)));
        for row in &self.rows {
            if let Err(why) = &row.ended {
                lines.push(format!("\nwhat failed in {}:", row.part.name()));
                lines.extend(why.iter().cloned());
            }
        }
        let failed = self.rows.iter().filter(|row| row.ended.is_err()).count();
        lines.push(String::new());
        lines.push(format!("{} passed, {failed} failed", self.rows.len() - failed));
        (lines.join("\n"), failed)
    }
}

/// Why a part failed: the telling lines of its command, or the first line of its error where it ran none.
fn why(error: &Error) -> Vec<String> {
    match error.downcast_ref::<Failed>() {
        Some(failed) if !failed.why.is_empty() => failed.why.clone(),
        _ => format!("{error:#}").lines().take(3).map(|line| line.chars().take(1000).collect()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_last_line_counts_parts() {
        let shell = Shell::for_test();
        let mut report = Report::default();
        report.add(&shell, Part::Tidy, Ok("9 rules".to_owned()), Duration::from_secs(3));
        report.add(&shell, Part::Live, Err(anyhow!("boom")), Duration::from_secs(90));
        let (text, failed) = report.table(Duration::from_secs(95));
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("what failed in live: Rust tests on real engines:\nboom"), "{text}");
        assert!(text.contains("1:35"), "{text}");
        assert_eq!(failed, 1);
        assert!(text.contains("1:30"), "{text}");
        assert_eq!(report.failed_among(&[Part::Live]), Some(Part::Live));
        assert_eq!(report.failed_among(&[Part::Tidy]), None);
    }
}
