//! What a run shows, in sentences: for the screen, the terminal and the report alike.

use super::{Cell, ComparedCell, FaultKind, TrialPhase};
use crate::CellState;

/// The most important first.
pub(crate) fn conclusions(cells: &[Cell]) -> Vec<String> {
    if cells.iter().all(|cell| cell.trials == 0) {
        return Vec::new();
    }
    let (ended, open): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(|cell| cell.ended());
    let tried: Vec<&Cell> = ended.iter().copied().filter(|cell| cell.trials > 0).collect();
    let mut says = if tried.is_empty() { Vec::new() } else { of_tried(&tried, open.is_empty()) };
    let aside: u32 = ended.iter().map(|cell| cell.straddled).sum();
    if aside > 0 {
        says.push(format!(
            "{aside} trials do not count, and each says why: a node that was asked changed its mind about another one \
             meanwhile, or a node was stopped from outside."
        ));
    }
    let incomplete = ended.iter().filter(|cell| cell.state == CellState::Incomplete).count();
    if incomplete > 0 {
        says.push(format!("{} did not get all trials; each says why.", cells_words(incomplete)));
    }
    if !open.is_empty() {
        let (have, they) = if open.len() == 1 { ("has", "it shows") } else { ("have", "they show") };
        says.push(format!("{} {have} not ended: what {they} is not known yet.", cells_words(open.len())));
    }
    says.extend(right(&tried, &open));
    says
}

/// Whether the learner was right: of a cell that has not ended nobody knows.
fn right(tried: &[&Cell], open: &[&Cell]) -> Vec<String> {
    let expected = |cells: &[&Cell]| cells.iter().filter(|cell| cell.expected.is_some()).count();
    let surprised = tried.iter().filter(|cell| cell.surprise.is_some()).count();
    let (known, unknown) = (expected(tried), expected(open));
    let mut says = Vec::new();
    if known > 0 {
        says.push(format!("You were right about {} of {known}.", cells_words(known - surprised)));
    }
    if unknown > 0 {
        says.push(format!("Whether you were right about {} is not known yet.", cells_words(unknown)));
    }
    says
}

/// What the trials of cells that have ended show; `all`: no other cell is left.
fn of_tried(tried: &[&Cell], all: bool) -> Vec<String> {
    let mut says = vec![strong(tried, all), weak(tried)];
    let disagreeing: Vec<&&Cell> = tried.iter().filter(|cell| !cell.theory.disagrees.is_empty()).collect();
    says.push(if disagreeing.is_empty() {
        "Every trial had a result that the rules allow.".into()
    } else {
        let first = disagreeing[0];
        format!(
            "{} had a result that the rules do not allow, for example {}: {}",
            cells_words(disagreeing.len()),
            title(first),
            first.theory.disagrees.join(" ")
        )
    });
    says.retain(|words| !words.is_empty());
    says
}

/// R + W > RF. Only a read after an acknowledged write shows anything of it.
fn strong(tried: &[&Cell], all: bool) -> String {
    let strong: Vec<&&Cell> = tried.iter().filter(|cell| cell.theory.must_be_fresh).collect();
    if strong.is_empty() && !all {
        return String::new();
    }
    if strong.is_empty() {
        return "No cell has levels that must share a replica (R + W > RF), so every read may be stale.".into();
    }
    let answered: u64 = strong.iter().map(|cell| cell.theory.must_be_fresh_reads).sum();
    let stale: u32 = strong.iter().map(|cell| cell.stale).sum();
    let cells = cells_words(strong.len());
    if answered == 0 {
        return format!(
            "{cells} with R + W > RF: no read was answered after an acknowledged write, so it is not tested here."
        );
    }
    let reads = if answered == 1 { "read" } else { "reads" };
    let without = strong.iter().filter(|cell| cell.theory.must_be_fresh_reads == 0).count();
    let without = if without == 0 { String::new() } else { format!(" {} had no such read.", cells_words(without)) };
    format!("{cells} with R + W > RF: {answered} {reads} answered after an acknowledged write, {stale} stale.{without}")
}

/// Cells that can be stale.
fn weak(tried: &[&Cell]) -> String {
    let weak: Vec<&&Cell> = tried.iter().filter(|cell| !cell.theory.must_be_fresh).collect();
    if weak.is_empty() {
        return String::new();
    }
    let stale: Vec<&&&Cell> = weak.iter().filter(|cell| cell.stale > 0).collect();
    match stale.iter().max_by_key(|cell| cell.stale) {
        None => format!(
            "{} whose levels need not share a replica: no stale read was seen, though the rules allow one.",
            cells_words(weak.len())
        ),
        Some(most) => format!(
            "{} whose levels need not share a replica: stale reads in {}, most in {} ({} of {} trials).{}",
            cells_words(weak.len()),
            stale.len(),
            title(most),
            most.stale,
            most.trials,
            on_purpose(most)
        ),
    }
}

/// A reader of “20 of 20 stale” must not take it for what usually happens.
fn on_purpose(cell: &Cell) -> &'static str {
    if cell.stale_after_return > 0 {
        " The last read of each trial goes, on purpose, through a node that missed the write: this is the worst case."
    } else {
        ""
    }
}

/// What is known of others in the run's lab, by what they made there. Hints are counted by node; read repairs are seen at
/// the run's own rows.
pub(super) fn not_alone(others: &[String]) -> Option<String> {
    let more = if others.len() > 5 { ", …" } else { "" };
    let them = if others.len() == 1 { "it" } else { "them" };
    (!others.is_empty()).then(|| {
        format!(
            "The lab holds {}{more} of others. Whether somebody used {them} during the run is not known; hints are counted \
             for whole nodes, so they would include theirs.",
            others[..others.len().min(5)].join(", ")
        )
    })
}

fn cells_words(count: usize) -> String {
    if count == 1 { "1 cell".into() } else { format!("{count} cells") }
}

/// A cell as people say it.
pub fn title(cell: &Cell) -> String {
    let phase = match cell.phase {
        TrialPhase::Whole => String::new(),
        phase => format!(", {} the other nodes marked it down", phase.name()),
    };
    let fault = if cell.fault == FaultKind::None { "no fault".into() } else { cell.fault.words() };
    format!("write {}, read {} at RF {} with {fault}{phase}", cell.write.name(), cell.read.name(), cell.rf)
}

/// Where two runs of a cell differ.
pub(crate) fn differs(one: &Cell, other: &Cell) -> Vec<String> {
    let mut differs = Vec::new();
    if one.verdict != other.verdict {
        differs.push(format!("verdict {} against {}", verdict(one), verdict(other)));
    }
    if (one.stale == 0) != (other.stale == 0) {
        differs.push(format!("stale {} of {} against {} of {}", one.stale, one.trials, other.stale, other.trials));
    }
    let kinds = |cell: &Cell| cell.outcomes.keys().map(|kind| kind.replace('_', " ")).collect::<Vec<_>>().join(", ");
    if kinds(one) != kinds(other) {
        differs.push(format!("ends {} against {}", kinds(one), kinds(other)));
    }
    if let (Some(a), Some(b)) = (one.write_ms.median, other.write_ms.median)
        && (a > b * 2.0 || b > a * 2.0)
    {
        differs.push(format!("median write {a:.1} ms against {b:.1} ms"));
    }
    differs
}

fn verdict(cell: &Cell) -> String {
    cell.verdict.map_or_else(|| "none".into(), |verdict| format!("{verdict:?}").to_lowercase())
}

pub(crate) fn comparison(cells: &[ComparedCell], first: u32, second: u32) -> String {
    let both = cells.iter().filter(|cell| cell.first.is_some() && cell.second.is_some()).count();
    let differ = cells.iter().filter(|cell| !cell.differs.is_empty()).count();
    match (both, differ) {
        (0, _) => format!("No cell was tried in both runs {first} and {second}, so there is nothing to compare."),
        (_, 0) => format!("Runs {first} and {second} agree in all {} that both have tried.", cells_words(both)),
        _ => format!("Runs {first} and {second} differ in {differ} of {} that both have tried.", cells_words(both)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::{
        TrialRead, Verdict,
        samples::{cell, read, trial, waiting},
    };

    fn strong_cell(write: &str) -> Cell {
        let mut strong = cell("QUORUM", "QUORUM");
        strong.theory.must_be_fresh = true;
        let mut tried = trial(1, write);
        tried.during = Some(TrialRead { must_be_fresh: true, ..read("ok", "new", false) });
        strong.conclude(&[tried]);
        strong
    }

    #[test]
    fn only_reads_after_an_acknowledged_write_speak_for_the_rule() {
        let says = |cells: &[Cell]| conclusions(cells).remove(0);
        assert_eq!(
            says(&[strong_cell("ok"), strong_cell("unavailable")]),
            "2 cells with R + W > RF: 1 read answered after an acknowledged write, 0 stale. 1 cell had no such read."
        );
        assert_eq!(
            says(&[strong_cell("unavailable")]),
            "1 cell with R + W > RF: no read was answered after an acknowledged write, so it is not tested here."
        );
    }

    #[test]
    fn of_a_cell_that_has_not_ended_nothing_is_said_but_that() {
        let expecting = |cell: Cell| Cell { expected: Some(Verdict::Fresh), ..cell };
        let mut running = expecting(Cell { state: CellState::Running, ..waiting("ONE", "ONE") });
        let mut fresh = trial(1, "ok");
        fresh.during = Some(read("ok", "new", false));
        running.conclude(&[fresh]);
        assert_eq!(
            conclusions(std::slice::from_ref(&running)),
            [
                "1 cell has not ended: what it shows is not known yet.",
                "Whether you were right about 1 cell is not known yet."
            ]
        );
        let mut done = expecting(cell("ALL", "ONE"));
        done.conclude(&[trial(1, "ok")]);
        let says = conclusions(&[done, running, waiting("ONE", "ALL")]);
        assert!(!says.iter().any(|words| words.starts_with("No cell has levels")), "who knows: {says:?}");
        assert_eq!(
            says[2..],
            [
                "2 cells have not ended: what they show is not known yet.",
                "You were right about 1 cell of 1.",
                "Whether you were right about 1 cell is not known yet."
            ]
        );
    }

    #[test]
    fn that_others_hold_something_does_not_say_that_they_used_it() {
        assert_eq!(not_alone(&[]), None);
        let says = not_alone(&["keyspace h".into()]).unwrap();
        assert!(
            says.starts_with(
                "The lab holds keyspace h of others. Whether somebody used it during the run is not known"
            )
        );
        let many: Vec<String> = (1..=6).map(|n| format!("keyspace k{n}")).collect();
        let says = not_alone(&many).unwrap();
        assert!(says.contains("keyspace k5, … of others. Whether somebody used them"), "{says}");
    }

    #[test]
    fn strong_and_weak_cells_are_told_apart() {
        let strong = strong_cell("ok");
        let mut weak = cell("ONE", "ONE");
        let mut stale = trial(1, "ok");
        stale.after_return = Some(read("ok", "old", true));
        weak.conclude(&[stale]);
        let says = conclusions(&[strong, weak]);
        assert_eq!(says[0], "1 cell with R + W > RF: 1 read answered after an acknowledged write, 0 stale.");
        assert!(
            says[1].contains("stale reads in 1, most in write ONE, read ONE at RF 3 with stop (1 of 1 trials)"),
            "{}",
            says[1]
        );
        assert!(says[1].ends_with("this is the worst case."), "{}", says[1]);
        assert_eq!(says[2], "Every trial had a result that the rules allow.");
        assert!(conclusions(&[cell("ONE", "ONE")]).is_empty(), "nothing was tried");
    }
}
