//! Rules for single Rust files: every module says why it exists, none grows without end, names say something, and the
//! pure crates read no clock.
//!
//! The length of functions is clippy's to judge (`too_many_lines`, limit in clippy.toml).

use std::path::Path;

use anyhow::Result;
use regex::Regex;

use super::Finding;
use super::source::without_tests;
use crate::shell::Shell;

/// The aim is 300 lines; past this, tests not counted, a file must be divided.
const LONGEST_FILE: usize = 400;
/// The desktop shell stays thin: all of its Rust together.
const WHOLE_SHELL: usize = 400;

/// Files over the limit, each with the reason why it is better whole.
const EXEMPT: &[(&str, &str)] = &[];

/// Words that are the field's own: the file, the name, whose word it is.
const THEIR_WORDS: &[(&str, &str, &str)] = &[("crates/lab-docker/src/stack/compose.rs", "Service", "Compose's")];

/// Places where reading the clock would make pictures and verdicts depend on when they are looked at.
const TIMELESS: &[&str] =
    &["crates/lab-model/src", "crates/lab-views/src", "crates/lab-lessons/src", "crates/lab-bench/src"];

pub(super) fn check(shell: &Shell) -> Result<Vec<Finding>> {
    let names = Names::new()?;
    let mut findings = Vec::new();
    let mut shell_lines = 0;
    for file in shell.files("")? {
        if file.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(shell.root().join(&file))?;
        if file.starts_with("src-tauri") {
            shell_lines += without_tests(&text).len();
        }
        findings.extend(judge(&file, &text, &names));
    }
    if shell_lines > WHOLE_SHELL {
        findings.push(format!("src-tauri: {shell_lines} lines of Rust, at most {WHOLE_SHELL}: move logic to lab-app"));
    }
    Ok(findings)
}

/// Words that say nothing about what a thing does.
pub(super) struct Names {
    types: Regex,
    files: Regex,
}

impl Names {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            types: Regex::new(
                r"\b(?:struct|enum|trait|type|class|interface)\s+(\w*(?:Manager|Service|Helper|Util|Utils|Processor))\b",
            )?,
            files: Regex::new(r"(?i)(^|[_\-/.])(manager|service|helpers?|utils?|processor|common|misc)([_\-/.]|$)")?,
        })
    }

    /// Findings about the name of a file and the types in it.
    pub(super) fn judge(&self, file: &Path, lines: &[(usize, &str)]) -> Vec<Finding> {
        let path = file.display();
        let mut findings = Vec::new();
        if self.files.is_match(&path.to_string()) {
            findings.push(format!("{path}: the file's name says nothing about what is in it"));
        }
        for (number, line) in lines {
            let found = self.types.captures(line);
            if let Some(found) = found.filter(|found| !is_their_word(file, &found[1])) {
                findings.push(format!("{path}:{number}: {} says nothing about what it does; name its job", &found[1]));
            }
        }
        findings
    }
}

fn is_their_word(file: &Path, name: &str) -> bool {
    THEIR_WORDS.iter().any(|(place, word, _)| Path::new(place) == file && *word == name)
}

fn judge(file: &Path, text: &str, names: &Names) -> Vec<Finding> {
    let path = file.display();
    let lines = without_tests(text);
    let mut findings = names.judge(file, &lines);
    let first = lines.iter().map(|(_, line)| line.trim()).find(|line| !line.is_empty() && !line.starts_with("#!["));
    if !first.is_some_and(|line| line.starts_with("//!")) {
        findings.push(format!("{path}:1: say with `//!` why this module exists and what must never move in"));
    }
    let exempt = EXEMPT.iter().any(|(name, _)| Path::new(name) == file);
    let is_test = file.components().any(|part| part.as_os_str() == "tests");
    if lines.len() > LONGEST_FILE && !exempt && !is_test {
        findings.push(format!("{path}: {} lines without tests, at most {LONGEST_FILE}: divide it", lines.len()));
    }
    if TIMELESS.iter().any(|folder| file.starts_with(folder)) {
        for (number, line) in &lines {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("SystemTime::now") || code.contains("Instant::now") {
                findings.push(format!("{path}:{number}: no clock here; time arrives inside observations"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> String {
        judge(Path::new(file), text, &Names::new().unwrap()).join("\n")
    }

    #[test]
    fn a_module_says_why_it_exists() {
        assert_eq!(found("crates/lab-app/src/lab.rs", "#![allow(x)]\n\n//! Why.\nfn a() {}\n"), "");
        assert!(found("crates/lab-app/src/lab.rs", "fn a() {}\n").contains("`//!`"));
    }

    #[test]
    fn empty_names_are_found_and_real_ones_are_not() {
        assert!(found("crates/lab-app/src/lab.rs", "//! Why.\nstruct LabManager;\n").contains(":2: LabManager"));
        assert!(found("crates/lab-app/src/utils.rs", "//! Why.\n").contains("file's name"));
        assert_eq!(found("crates/lab-docker/src/compose/services.rs", "//! Why.\nstruct ServiceName;\n"), "");
    }

    #[test]
    fn long_files_are_found_but_tests_do_not_count() {
        let body = "fn a() {}\n".repeat(LONGEST_FILE);
        assert!(found("crates/lab-app/src/lab.rs", &format!("//! Why.\n{body}")).contains("divide it"));
        let tests = format!("//! Why.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    fn a() {}\n".repeat(LONGEST_FILE));
        assert_eq!(found("crates/lab-app/src/lab.rs", &tests), "");
    }

    #[test]
    fn pure_crates_read_no_clock() {
        let text = "//! Why.\nlet t = Instant::now();\n";
        assert!(found("crates/lab-views/src/x.rs", text).contains("no clock"));
        assert_eq!(found("crates/lab-app/src/x.rs", text), "");
    }
}
