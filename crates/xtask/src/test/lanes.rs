//! Which parts run side by side, and in which order they come.
//!
//! Parts on real engines often wait - for a ring to believe that a node is gone, for a minute to pass in a browser - and
//! leave the processor to one that only computes. How a part is done must not move in here.

use std::collections::BTreeSet;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::report::Report;
use super::{Part, parts};
use crate::shell::Shell;

/// How many parts run at once: more would only take the processor from each other.
const LANES: usize = 2;

/// A part under way.
struct Running {
    part: Part,
    work: JoinHandle<(Result<String>, Duration)>,
}

/// Runs every chosen part, each as soon as it may, and reports how they went in the order in which they ended.
pub(super) fn run(shell: &Shell, chosen: &[Part]) -> Report {
    let (mut report, mut order, mut running) = (Report::default(), Order::of(chosen), Vec::new());
    loop {
        while let Some(part) = order.next() {
            shell.say(format!("\n== {}", part.name()));
            if let Some(cause) = report.failed_among(part.rests_on()) {
                let told = anyhow!("not run, because this failed: {}", cause.name());
                report.add(shell, part, Err(told), Duration::ZERO);
                order.ended(part);
            } else {
                running.push(begin(shell, part, chosen));
            }
        }
        if running.is_empty() {
            return report;
        }
        if let Some(at) = running.iter().position(|part| part.work.is_finished()) {
            let Running { part, work } = running.swap_remove(at);
            let (result, took) = work.join().unwrap_or_else(|_| (Err(anyhow!("it panicked")), Duration::ZERO));
            report.add(shell, part, result, took);
            order.ended(part);
        } else {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn begin(shell: &Shell, part: Part, chosen: &[Part]) -> Running {
    let (shell, chosen) = (shell.clone(), chosen.to_vec());
    let work = std::thread::spawn(move || {
        let start = Instant::now();
        let result = parts::run(&shell, part, &chosen);
        (result, start.elapsed())
    });
    Running { part, work }
}

/// The parts that may begin: those that have not, in the order they were chosen, and what runs and has ended.
struct Order {
    waiting: Vec<Part>,
    running: BTreeSet<Part>,
    ended: BTreeSet<Part>,
}

impl Order {
    fn of(chosen: &[Part]) -> Self {
        Self { waiting: chosen.to_vec(), running: BTreeSet::new(), ended: BTreeSet::new() }
    }

    /// The first part that may begin now; from then on it runs.
    fn next(&mut self) -> Option<Part> {
        if self.running.len() >= LANES {
            return None;
        }
        let at = self.waiting.iter().position(|part| self.may_begin(*part))?;
        let part = self.waiting.remove(at);
        self.running.insert(part);
        Some(part)
    }

    fn may_begin(&self, part: Part) -> bool {
        part.rests_on().iter().all(|below| self.ended.contains(below))
            && self.running.iter().all(|other| !part.stays_apart_from(*other))
    }

    /// A part is over, however it went.
    fn ended(&mut self, part: Part) {
        self.running.remove(&part);
        self.ended.insert(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets everything run to its end, always ending the part that began last, or first.
    fn all(chosen: &[Part], last: bool) -> (Vec<Part>, usize) {
        let (mut order, mut began, mut most) = (Order::of(chosen), Vec::new(), 0);
        loop {
            while let Some(part) = order.next() {
                let apart = order.running.iter().filter(|other| part.stays_apart_from(**other));
                assert!(apart.copied().all(|other| other == part), "{part:?} beside {:?}", order.running);
                assert!(part.rests_on().iter().all(|below| order.ended.contains(below)), "{part:?} came too early");
                began.push(part);
            }
            most = most.max(order.running.len());
            let ends = if last { order.running.last() } else { order.running.first() };
            let Some(&part) = ends else { return (began, most) };
            order.ended(part);
        }
    }

    #[test]
    fn everything_gets_its_turn_and_no_more_run_than_there_are_lanes() {
        for last in [true, false] {
            let (mut began, most) = all(&Part::ALL, last);
            assert_eq!(most, LANES);
            began.sort();
            assert_eq!(began, Part::ALL);
        }
    }

    #[test]
    fn a_chosen_few_need_no_others() {
        let fast = Part::chosen(true, None);
        assert_eq!(all(&fast, true).0.len(), fast.len());
    }
}
