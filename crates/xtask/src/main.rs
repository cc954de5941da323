//! Chores of this repository, as `cargo xtask <command>`: getting it to run, proving that it holds, measuring it.
//!
//! The program depends on nothing of the workspace and on nothing native, because it is what runs before anything else
//! can be built. What a learner sees at run time must never move in here: that is `lab-cli` and `src-tauri`.

mod bench;
mod cargo;
mod codegen;
mod images;
mod machine;
mod package;
mod run;
mod shell;
mod step;
mod test;
mod tidy;
mod web_ui;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::shell::Shell;

/// Chores of the Pipewright repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Line {
    #[command(subcommand)]
    chore: Chore,
    /// Install what is missing without asking.
    #[arg(long, global = true)]
    yes: bool,
}

#[derive(Subcommand)]
enum Chore {
    /// Prepare this machine, build, get the images, and start: the window, or the first lesson in this terminal.
    Run {
        /// Instead of starting a lesson, run `pipewright` with these words (`cargo xtask run -- serve`).
        #[arg(last = true)]
        pipewright: Vec<String>,
    },
    /// Prove that everything holds: rules, pure tests, UI, live engines, lessons, browser, window.
    Test {
        /// Only what needs no container engine: tidy, pure tests, UI units.
        #[arg(long, conflicts_with = "only")]
        fast: bool,
        /// Only this part, and what it needs.
        #[arg(long, value_enum)]
        only: Option<test::Part>,
    },
    /// Check the rules of the repository: directions, sizes, names, formatting, lints, generated code.
    Tidy {
        /// Repair what a program can: formatting, machine-applicable lints, generated code.
        #[arg(long)]
        fix: bool,
    },
    /// Write the TypeScript types that the Rust contracts generate.
    Codegen,
    /// Get or build the container images of a stack.
    Images {
        /// The stack whose images are wanted.
        #[arg(default_value = "kafka-3")]
        stack: String,
    },
    /// Measure starting, watching, hearing and writing, on this machine's engine.
    Bench {
        /// How often each measurement is repeated.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// Only this.
        #[arg(long, value_enum)]
        only: Option<bench::Subject>,
    },
    /// Build the Debian package of the desktop app.
    Package,
}

fn main() -> ExitCode {
    match chore(Line::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn chore(line: Line) -> Result<ExitCode> {
    let shell = Shell::open(line.yes)?;
    match line.chore {
        Chore::Run { pipewright } => run::run(&shell, &pipewright),
        Chore::Test { fast, only } => test::test(&shell, fast, only),
        Chore::Tidy { fix } => tidy::tidy(&shell, fix).map(|()| ExitCode::SUCCESS),
        Chore::Codegen => codegen::codegen(&shell).map(|()| ExitCode::SUCCESS),
        Chore::Images { stack } => images::images(&shell, &stack).map(|()| ExitCode::SUCCESS),
        Chore::Bench { rounds, only } => bench::bench(&shell, rounds, only).map(|()| ExitCode::SUCCESS),
        Chore::Package => package::package(&shell).map(|()| ExitCode::SUCCESS),
    }
}
