//! How each part of the proof is done. What a runner counted is read back, so that a part which ran nothing, or left a
//! test out, fails.

use std::path::Path;

use anyhow::{Context, Result, bail};
use regex::Regex;

use super::Part;
use crate::cargo::{self, TERMINAL, WINDOW};
use crate::machine::{self, Need};
use crate::shell::Shell;
use crate::step::{Done, Step};
use crate::{images, tidy, web_ui};

/// Does one part and says what it counted.
pub(super) fn run(shell: &Shell, part: Part, chosen: &[Part]) -> Result<String> {
    match part {
        Part::Machine => machine::prepare(shell, &needs(chosen)).map(|()| String::new()),
        Part::Engine => machine::engine::ready(shell).map(|()| String::new()),
        Part::Interface => web_ui::build(shell).map(|()| String::new()),
        Part::Build => cargo::build_everything(shell).map(|()| String::new()),
        Part::Images => images(shell),
        Part::Lints => tidy::lints(shell, false).map(|()| String::new()),
        Part::Tidy => tidy::rules(shell, false).map(|()| String::new()),
        Part::Pure => pure(shell),
        Part::Units => units(shell),
        Part::Live => live(shell),
        Part::Laws => laws(shell),
        Part::Web => web(shell),
        Part::Desktop => desktop(shell),
    }
}

fn needs(chosen: &[Part]) -> Vec<Need> {
    // The lints cover the window's crate too, so its libraries are needed even by the fast run.
    let mut needs = vec![Need::Compile, Need::Window];
    let also = [(Part::Engine, Need::Images), (Part::Web, Need::Browser), (Part::Desktop, Need::WindowDriver)];
    needs.extend(also.iter().filter(|(part, _)| chosen.contains(part)).map(|(_, need)| *need));
    needs
}

/// The images of every stack there is.
fn images(shell: &Shell) -> Result<String> {
    let mut stacks: Vec<String> = std::fs::read_dir(shell.root().join("docker/stacks"))?
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    stacks.sort();
    stacks.iter().try_for_each(|stack| images::get(shell, stack))?;
    Ok(stacks.join(", "))
}

fn pure(shell: &Shell) -> Result<String> {
    let mut command = cargo::test(shell);
    command.args(["--lib", "--bins", "--no-fail-fast"]);
    for name in cargo::integration_tests(shell, false)? {
        command.args(["--test", &name]);
    }
    let tests = counted(&Step::new(shell, "Rust tests without an engine").minutes(30).run(command)?, &CARGO_TEST)?;
    let mut examples = cargo::test(shell);
    examples.args(["--doc"]);
    Step::new(shell, "Examples in the documentation").minutes(15).run(examples)?;
    Ok(format!("{tests} tests"))
}

fn units(shell: &Shell) -> Result<String> {
    let npm = |title: &str, script: &str| {
        Step::new(shell, title).minutes(10).run(web_ui::npm_in(shell, web_ui::UI, &["run", script]))
    };
    npm("Checking the UI's types", "check")?;
    npm("Linting the UI", "lint")?;
    let tests = counted(&npm("UI unit tests", "test")?, &VITEST)?;
    Ok(format!("{tests} tests"))
}

fn live(shell: &Shell) -> Result<String> {
    let names = cargo::integration_tests(shell, true)?;
    if names.is_empty() {
        bail!("the package lab-tests has no live test");
    }
    let mut command = cargo::test(shell);
    command.arg("--no-fail-fast");
    names.iter().for_each(|name| {
        command.args(["--test", name]);
    });
    // Two cores carry two clusters, which wait more than they compute; three would be convicted of being dead.
    command.env("RUST_TEST_THREADS", "2");
    let tests = counted(&Step::new(shell, "Rust tests on real engines").minutes(30).run(command)?, &CARGO_TEST)?;
    Ok(format!("{tests} tests"))
}

fn laws(shell: &Shell) -> Result<String> {
    let mut command = shell.command(shell.built(TERMINAL));
    command.args(["check", "--json"]);
    let done = Step::new(shell, "Every lesson on real engines").minutes(60).run(command)?;
    proofs(&std::fs::read_to_string(&done.log)?)
}

/// What the closing line of `pipewright check --json` counted.
fn proofs(text: &str) -> Result<String> {
    let mut events = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let closing = events.rfind(|event| event["event"] == "checked").context("`check` did not close")?;
    match (closing["hold"].as_u64(), closing["fail"].as_u64()) {
        (Some(hold), Some(0)) if hold > 0 => Ok(format!("{hold} proofs")),
        _ => bail!("not every law holds: {closing}"),
    }
}

fn web(shell: &Shell) -> Result<String> {
    web_ui::install(shell, web_ui::FLOWS)?;
    if !Path::new("/usr/bin/chromium").exists() && std::env::var_os("PIPEWRIGHT_CHROMIUM").is_none() {
        // Ubuntu has no chromium package that works in a container; Playwright can bring its own.
        let words = ["exec", "--", "playwright", "install", "--with-deps", "chromium"];
        Step::new(shell, "Getting a browser").minutes(15).run(web_ui::npm_in(shell, web_ui::FLOWS, &words))?;
    }
    let mut command = web_ui::npm_in(shell, web_ui::FLOWS, &["test"]);
    command.env("PIPEWRIGHT", shell.built(TERMINAL));
    let flows = counted(&Step::new(shell, "Browser flows").minutes(20).run(command)?, &PLAYWRIGHT)?;
    Ok(format!("{flows} flows"))
}

fn desktop(shell: &Shell) -> Result<String> {
    let mut command = shell.command("node");
    // Named one by one: what node makes of a folder here differs between its versions.
    let files = shell.files("tests/e2e/desktop")?;
    command.args(["--test", "--test-reporter=tap"]);
    command.args(files.iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs")));
    command.env("PIPEWRIGHT_DESKTOP", shell.built(WINDOW)).env("PIPEWRIGHT", shell.built(TERMINAL));
    let journeys = counted(&Step::new(shell, "The built window").minutes(15).run(command)?, &NODE_TEST)?;
    Ok(format!("{journeys} journeys"))
}

/// How a runner says what passed and what it left out.
struct Runner {
    passed: &'static str,
    left_out: &'static str,
}

const CARGO_TEST: Runner = Runner { passed: r"test result: ok\. (\d+) passed", left_out: r"; ([1-9]\d*) ignored;" };
const VITEST: Runner = Runner { passed: r"Tests .*?(\d+) passed", left_out: r"(\d+) (?:skipped|todo)" };
const PLAYWRIGHT: Runner =
    Runner { passed: r"(?m)^\s*(\d+) passed", left_out: r"(?m)^\s*(\d+) (?:skipped|did not run|flaky)" };
const NODE_TEST: Runner =
    Runner { passed: r"(?m)^# pass (\d+)", left_out: r"(?m)^# (?:skipped|todo|cancelled) ([1-9]\d*)" };

/// What passed according to the log; an error if that is nothing, or if something was left out.
fn counted(done: &Done, runner: &Runner) -> Result<usize> {
    let text = std::fs::read_to_string(&done.log).context("the log of the step is there")?;
    count(&console::strip_ansi_codes(&text), runner)
}

fn count(text: &str, runner: &Runner) -> Result<usize> {
    let sum = |pattern: &str| -> Result<usize> {
        let numbers = Regex::new(pattern)?;
        Ok(numbers.captures_iter(text).filter_map(|found| found[1].parse::<usize>().ok()).sum())
    };
    let (passed, left_out) = (sum(runner.passed)?, sum(runner.left_out)?);
    if left_out > 0 {
        bail!("{left_out} tests were left out; a test that does not run proves nothing");
    }
    if passed == 0 {
        bail!("no test ran");
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runners_print_is_counted() {
        let cargo = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
                     test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(count(cargo, &CARGO_TEST).unwrap(), 15);
        assert_eq!(count(" Test Files  2 passed (2)\n      Tests  31 passed (31)\n", &VITEST).unwrap(), 31);
        assert_eq!(count("Running 4 tests\n\n  4 passed (12.1s)\n", &PLAYWRIGHT).unwrap(), 4);
        assert_eq!(count("# tests 2\n# pass 2\n# fail 0\n# skipped 0\n", &NODE_TEST).unwrap(), 2);
    }

    #[test]
    fn laws_hold_only_when_some_were_proven_and_none_failed() {
        let close = |hold, fail| format!("{{}}\n{{\"event\":\"checked\",\"hold\":{hold},\"fail\":{fail}}}\n");
        assert_eq!(proofs(&close(12, 0)).unwrap(), "12 proofs");
        assert!(proofs(&close(0, 0)).is_err());
        assert!(proofs(&close(12, 1)).is_err());
        assert!(proofs("").is_err());
    }

    #[test]
    fn nothing_run_is_a_failure() {
        assert!(count("test result: ok. 0 passed; 0 failed; 0 ignored;", &CARGO_TEST).is_err());
        assert!(count("# pass 0\n", &NODE_TEST).is_err());
    }

    #[test]
    fn a_test_left_out_is_a_failure() {
        assert!(count("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured", &CARGO_TEST).is_err());
        assert!(count("  2 skipped\n  4 passed (1s)\n", &PLAYWRIGHT).is_err());
        assert!(count("      Tests  30 passed | 1 skipped (31)\n", &VITEST).is_err());
        assert!(count("# pass 2\n# skipped 1\n", &NODE_TEST).is_err());
    }
}
