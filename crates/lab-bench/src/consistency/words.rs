//! What a run shows, in sentences: for the screen, the terminal and the report alike.

use super::{Cell, CellState, ComparedCell, FaultKind, TrialPhase};

/// The most important first.
pub(crate) fn conclusions(cells: &[Cell]) -> Vec<String> {
    let tried: Vec<&Cell> = cells.iter().filter(|cell| cell.trials > 0).collect();
    if tried.is_empty() {
        return Vec::new();
    }
    let mut says = vec![strong(&tried), weak(&tried)];
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
    let aside: u32 = cells.iter().map(|cell| cell.straddled).sum();
    if aside > 0 {
        says.push(format!(
            "{aside} trials do not count, and each says why: a node that was asked changed its mind about another one \
             meanwhile, or a node was stopped from outside."
        ));
    }
    let incomplete = cells.iter().filter(|cell| cell.state == CellState::Incomplete).count();
    if incomplete > 0 {
        says.push(format!("{} did not get all trials; each says why.", cells_words(incomplete)));
    }
    let (expected, surprised) = (
        tried.iter().filter(|cell| cell.expected.is_some()).count(),
        tried.iter().filter(|cell| cell.surprise.is_some()).count(),
    );
    if expected > 0 {
        says.push(format!("You were right about {} of {expected}.", cells_words(expected - surprised)));
    }
    says.retain(|words| !words.is_empty());
    says
}

/// R + W > RF.
fn strong(tried: &[&Cell]) -> String {
    let strong: Vec<&&Cell> = tried.iter().filter(|cell| cell.theory.must_be_fresh).collect();
    if strong.is_empty() {
        return "No cell has levels that must share a replica (R + W > RF), so every read may be stale.".into();
    }
    let answered: u64 = strong.iter().map(|cell| cell.read_ms.count).sum();
    let stale: u32 = strong.iter().map(|cell| cell.stale).sum();
    if answered == 0 {
        return format!("{} with R + W > RF: no read was answered.", cells_words(strong.len()));
    }
    format!("{} with R + W > RF: {answered} answered reads, {stale} stale.", cells_words(strong.len()))
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
    use crate::consistency::samples::{cell, read, trial};

    #[test]
    fn strong_and_weak_cells_are_told_apart() {
        let mut strong = cell("QUORUM", "QUORUM");
        strong.theory.must_be_fresh = true;
        let mut fresh = trial(1, "ok");
        fresh.during = Some(read("ok", "new", false));
        strong.conclude(&[fresh]);
        strong.theory.must_be_fresh = true;
        let mut weak = cell("ONE", "ONE");
        let mut stale = trial(1, "ok");
        stale.after_return = Some(read("ok", "old", true));
        weak.conclude(&[stale]);
        let says = conclusions(&[strong, weak]);
        assert_eq!(says[0], "1 cell with R + W > RF: 1 answered reads, 0 stale.");
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
