//! `cargo xtask test`: all parts of the proof, each timed, none skipped.
//!
//! What rests on what and what stays apart; how a part is done lives in `parts`, when it runs in `lanes`, how it is told
//! in `report`.

mod lanes;
mod parts;
mod report;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use crate::shell::Shell;

/// A part of the proof, in the order in which they begin if they may. Some only make the others possible and count as
/// parts, because they can fail.
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
    /// Clippy.
    Lints,
    /// The container images.
    Images,
    /// Browser flows on `pipewright serve`.
    Web,
    /// The rules of the repository.
    Tidy,
    /// Rust tests that need no engine.
    Pure,
    /// The UI's type check, lint and unit tests.
    Units,
    /// The built desktop window.
    Desktop,
    /// Rust tests on real engines.
    Live,
    /// Every lesson's three laws, on real engines.
    Laws,
}

impl Part {
    const ALL: [Self; 13] = [
        Self::Machine,
        Self::Engine,
        Self::Interface,
        Self::Build,
        Self::Lints,
        Self::Images,
        Self::Web,
        Self::Tidy,
        Self::Pure,
        Self::Units,
        Self::Desktop,
        Self::Live,
        Self::Laws,
    ];

    /// The name in reports.
    fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine: packages and Node",
            Self::Engine => "engine: a container engine answers",
            Self::Interface => "interface: the UI is built",
            Self::Build => "build: programs and tests",
            Self::Images => "images: for every stack",
            Self::Lints => "lints: clippy, warnings as errors",
            Self::Tidy => "tidy: rules, format, generated code",
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
            Self::Build | Self::Lints | Self::Tidy | Self::Pure | Self::Units => &[Self::Machine, Self::Interface],
            Self::Images => &[Self::Engine, Self::Build],
            Self::Live | Self::Laws | Self::Web | Self::Desktop => &[Self::Images],
        }
    }

    /// Whether these two must not run side by side.
    fn stays_apart_from(self, other: Self) -> bool {
        // Two cargos wait for each other's lock.
        let compiles = |part| matches!(part, Self::Build | Self::Lints | Self::Tidy | Self::Pure | Self::Live);
        // Each but the lints runs two or three clusters: more of them at once take so long that nodes believe each other
        // dead. From nothing the lints compile for minutes, and would leave them as little.
        let labs = |part| matches!(part, Self::Lints | Self::Web | Self::Desktop | Self::Live | Self::Laws);
        // Tidy and the Rust tests write the generated types anew, which the UI's type check and tests read;
        // and a build from nothing would leave those tests too little of the processor for their limits.
        let generated = |part| matches!(part, Self::Build | Self::Tidy | Self::Pure | Self::Units);
        [compiles, labs, generated].iter().any(|group| group(self) && group(other))
    }

    /// The part itself and everything it rests on.
    fn with_all_it_rests_on(self) -> Vec<Self> {
        let below = self.rests_on().iter().flat_map(|part| part.with_all_it_rests_on());
        below.chain([self]).collect()
    }

    fn chosen(fast: bool, only: Option<Self>) -> Vec<Self> {
        let goals = match (fast, only) {
            (_, Some(part)) => vec![part],
            (true, None) => vec![Self::Lints, Self::Tidy, Self::Pure, Self::Units],
            (false, None) => Self::ALL.to_vec(),
        };
        let wanted: Vec<_> = goals.into_iter().flat_map(Self::with_all_it_rests_on).collect();
        Self::ALL.into_iter().filter(|part| wanted.contains(part)).collect()
    }
}

/// Runs the chosen parts; succeeds only if every one of them did.
pub(crate) fn test(shell: &Shell, fast: bool, only: Option<Part>) -> Result<ExitCode> {
    let (chosen, began) = (Part::chosen(fast, only), Instant::now());
    let report = lanes::run(shell, &chosen);
    Ok(report.end(shell, began.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_run_needs_no_engine() {
        let fast = Part::chosen(true, None);
        assert_eq!(fast, [Part::Machine, Part::Interface, Part::Lints, Part::Tidy, Part::Pure, Part::Units]);
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
    fn one_part_brings_what_it_rests_on() {
        let web = Part::chosen(false, Some(Part::Web));
        assert_eq!(web, [Part::Machine, Part::Engine, Part::Interface, Part::Build, Part::Images, Part::Web]);
    }
}
