//! `cargo xtask test`: all parts of the proof in order, each timed, none skipped.
//!
//! The order and what rests on what; how a part is done lives in `parts`, how it is told in `report`.

mod parts;
mod report;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::ValueEnum;

use crate::shell::Shell;
use report::Report;

/// A part of the proof. The first five make the others possible and count as parts, because they can fail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
pub(crate) enum Part {
    /// The packages this machine needs, and Node.
    Machine,
    /// A container engine that answers.
    Engine,
    /// The built UI.
    Interface,
    /// Every program and test, compiled.
    Build,
    /// The container images, made while other parts compile.
    Images,
    /// The rules of the repository.
    Tidy,
    /// Rust tests that need no engine.
    Pure,
    /// The UI's type check, lint and unit tests.
    Units,
    /// Every lesson's two laws, on real engines.
    Laws,
    /// Rust tests on real engines.
    Live,
    /// Browser flows on `pipewright serve`.
    Web,
    /// The built desktop window.
    Desktop,
}

impl Part {
    const ALL: [Self; 12] = [
        Self::Machine,
        Self::Engine,
        Self::Interface,
        Self::Build,
        Self::Images,
        Self::Tidy,
        Self::Pure,
        Self::Units,
        Self::Laws,
        Self::Live,
        Self::Web,
        Self::Desktop,
    ];

    /// The name in reports.
    fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine: packages and Node",
            Self::Engine => "engine: a container engine answers",
            Self::Interface => "interface: the UI is built",
            Self::Build => "build: programs and tests",
            Self::Images => "images: for every stack",
            Self::Tidy => "tidy: rules, format, lints, generated code",
            Self::Pure => "pure: Rust tests without an engine",
            Self::Units => "units: UI types, lint, unit tests",
            Self::Live => "live: Rust tests on real engines",
            Self::Laws => "laws: every lesson on real engines",
            Self::Web => "web: browser flows",
            Self::Desktop => "desktop: the built window",
        }
    }

    /// What must have passed before.
    fn rests_on(self) -> &'static [Self] {
        match self {
            Self::Machine => &[],
            Self::Engine | Self::Interface => &[Self::Machine],
            // The window's build takes the built UI in.
            Self::Build | Self::Tidy | Self::Pure | Self::Units => &[Self::Machine, Self::Interface],
            Self::Images => &[Self::Engine, Self::Build],
            Self::Live | Self::Laws | Self::Web | Self::Desktop => &[Self::Images],
        }
    }

    /// It mostly waits - for the network, or until a ring believes that a node is gone - and goes on beside those after
    /// it, up to the first that needs it or the machine for itself.
    fn runs_beside(self) -> bool {
        matches!(self, Self::Images | Self::Laws)
    }

    /// What must be over before it begins, whether it passed or not: the page shows every lab that runs.
    fn comes_after(self) -> &'static [Self] {
        match self {
            Self::Web | Self::Desktop => &[Self::Laws],
            _ => &[],
        }
    }

    /// This part and everything it rests on.
    fn with_all_it_rests_on(self) -> Vec<Self> {
        let below = self.rests_on().iter().flat_map(|part| part.with_all_it_rests_on());
        below.chain([self]).collect()
    }

    fn chosen(fast: bool, only: Option<Self>) -> Vec<Self> {
        let goals = match (fast, only) {
            (_, Some(part)) => vec![part],
            (true, None) => vec![Self::Tidy, Self::Pure, Self::Units],
            (false, None) => Self::ALL.to_vec(),
        };
        let wanted: Vec<_> = goals.into_iter().flat_map(Self::with_all_it_rests_on).collect();
        Self::ALL.into_iter().filter(|part| wanted.contains(part)).collect()
    }
}

/// Runs the chosen parts; succeeds only if every one of them did.
pub(crate) fn test(shell: &Shell, fast: bool, only: Option<Part>) -> Result<ExitCode> {
    let (chosen, began) = (Part::chosen(fast, only), Instant::now());
    let mut proof = Proof { shell, report: Report::default(), beside: BTreeMap::new() };
    for &part in &chosen {
        proof.part(part, &chosen);
    }
    proof.join(&chosen);
    Ok(proof.report.end(shell, began.elapsed()))
}

/// What came of a part that runs beside others, and how long it took.
type Beside = JoinHandle<(Result<String>, Duration)>;

/// A run under way.
struct Proof<'a> {
    shell: &'a Shell,
    report: Report,
    beside: BTreeMap<Part, Beside>,
}

impl Proof<'_> {
    fn part(&mut self, part: Part, chosen: &[Part]) {
        self.join(part.rests_on());
        self.join(part.comes_after());
        self.shell.say(format!("\n== {}", part.name()));
        if let Some(cause) = self.report.failed_among(part.rests_on()) {
            let told = anyhow!("not run, because this failed: {}", cause.name());
            self.report.add(self.shell, part, Err(told), Duration::ZERO);
        } else if part.runs_beside() {
            let (shell, chosen) = (self.shell.clone(), chosen.to_vec());
            self.beside.insert(part, std::thread::spawn(move || timed(|| parts::run(&shell, part, &chosen))));
        } else {
            let (result, took) = timed(|| parts::run(self.shell, part, chosen));
            self.report.add(self.shell, part, result, took);
        }
    }

    /// Waits for those of the parts that run beside others.
    fn join(&mut self, parts: &[Part]) {
        for &part in parts {
            let Some(running) = self.beside.remove(&part) else { continue };
            self.shell.say(format!("\n== {} (begun above)", part.name()));
            let (result, took) = running.join().unwrap_or_else(|_| (Err(anyhow!("it panicked")), Duration::ZERO));
            self.report.add(self.shell, part, result, took);
        }
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_run_needs_no_engine() {
        let fast = Part::chosen(true, None);
        assert_eq!(fast, [Part::Machine, Part::Interface, Part::Tidy, Part::Pure, Part::Units]);
    }

    #[test]
    fn everything_is_everything_in_an_order_that_holds() {
        let all = Part::chosen(false, None);
        assert_eq!(all, Part::ALL);
        for (place, part) in all.iter().enumerate() {
            assert!(part.rests_on().iter().all(|below| all[..place].contains(below)), "{part:?} comes too early");
        }
    }

    #[test]
    fn nobody_waits_for_a_part_that_comes_later() {
        for (place, part) in Part::ALL.iter().enumerate() {
            assert!(part.comes_after().iter().all(|before| Part::ALL[..place].contains(before)), "{part:?}");
        }
    }

    #[test]
    fn one_part_brings_what_it_rests_on() {
        let web = Part::chosen(false, Some(Part::Web));
        assert_eq!(web, [Part::Machine, Part::Engine, Part::Interface, Part::Build, Part::Images, Part::Web]);
    }
}
