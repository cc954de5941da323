//! The cells that share a fault, its phase and a replication factor, as the room shows them: writes down, reads across.

use std::collections::BTreeSet;

use crate::{
    CellState,
    consistency::{Cell, FaultKind, Level, Theory, TrialPhase, grading::verdict_words},
    html::{escape, table},
};

/// A table for each of them, in the order in which they are run.
pub(super) fn matrices(cells: &[Cell]) -> String {
    let mut done = Vec::new();
    let mut page = String::new();
    for cell in cells {
        let of = |cell: &Cell| (cell.rf, cell.fault, cell.phase);
        if !done.contains(&of(cell)) {
            done.push(of(cell));
            let alike: Vec<&Cell> = cells.iter().filter(|other| of(other) == of(cell)).collect();
            let head = heading(cell.fault, cell.phase);
            page += &format!("<h3>{}, replication factor {}</h3>{}", escape(&head), cell.rf, matrix(&alike));
        }
    }
    page
}

fn matrix(cells: &[&Cell]) -> String {
    let writes: BTreeSet<Level> = cells.iter().map(|cell| cell.write).collect();
    let reads: BTreeSet<Level> = cells.iter().map(|cell| cell.read).collect();
    let head: Vec<String> =
        std::iter::once(String::new()).chain(reads.iter().map(|read| format!("read {}", read.name()))).collect();
    let rows = writes.iter().map(|write| {
        let found = |read: &Level| cells.iter().find(|cell| cell.write == *write && cell.read == *read);
        let each: String =
            reads.iter().map(|read| found(read).map_or_else(|| "<td></td>".into(), |cell| td(cell))).collect();
        format!("<tr><th scope=\"row\">write {}</th>{each}</tr>", write.name())
    });
    table(&head.iter().map(String::as_str).collect::<Vec<_>>(), rows)
}

fn td(cell: &Cell) -> String {
    let class = if cell.theory.disagrees.is_empty() { "" } else { " class=\"no\"" };
    let mut text = format!("<a href=\"#{}\">{}</a>", escape(&cell.cell), headline(cell));
    let mut line = |words: &str| text += &format!("<br><small>{}</small>", escape(words));
    if let Some(rule) = rule(&cell.theory) {
        line(&rule);
    }
    if !cell.theory.disagrees.is_empty() {
        line("the rules do not allow this");
    }
    if cell.state == CellState::Incomplete {
        line(&format!("incomplete: {} of {}", cell.trials, cell.planned));
    }
    match (cell.expected, &cell.surprise) {
        (Some(expected), Some(_)) => line(&format!("expected instead: {}", verdict_words(expected))),
        (Some(_), None) if cell.verdict.is_some() => line("as expected"),
        _ => {}
    }
    format!("<td{class}>{text}</td>")
}

/// What a matrix is about.
pub(super) fn heading(fault: FaultKind, phase: TrialPhase) -> String {
    let what = match fault {
        FaultKind::None => return "No fault".into(),
        FaultKind::Stop => "One node stopped",
        FaultKind::StopTwo => "Two nodes stopped",
        FaultKind::Kill => "One node killed",
        FaultKind::Pause => "One node paused",
        FaultKind::Cut => "One node cut off",
        FaultKind::Rack => "A rack stopped",
        FaultKind::Dc => "A data center stopped",
    };
    let when = match phase {
        TrialPhase::Whole => String::new(),
        phase => format!("; {} the other nodes marked it down", phase.name()),
    };
    format!("{what} for the write, back for the read{when}")
}

/// What stands first in a cell, e.g. `19 of 20 stale`.
fn headline(cell: &Cell) -> String {
    if cell.trials == 0 {
        return match cell.state {
            CellState::Done | CellState::Incomplete => "no trial counts",
            CellState::Running => "running",
            CellState::Waiting => "not started",
        }
        .into();
    }
    if cell.stale > 0 {
        return format!("<b class=\"stale\">{}</b> of {} stale", cell.stale, cell.trials);
    }
    let not_ok = cell.outcomes.iter().filter(|(end, _)| *end != "ok");
    match not_ok.max_by_key(|(_, count)| **count) {
        Some((end, count)) if *count * 2 >= u64::from(cell.trials) => {
            format!("<b>{count}</b> of {} {}", cell.trials, escape(&end.replace('_', " ")))
        }
        Some((end, count)) => {
            format!("<b>0</b> stale of {}, {count} {}", cell.trials, escape(&end.replace('_', " ")))
        }
        None => format!("<b>0</b> stale of {}", cell.trials),
    }
}

/// The rule, as short as it can be said: `2 + 2 > 3, must be fresh`. None before the cell has begun.
fn rule(theory: &Theory) -> Option<String> {
    if theory.replicas == 0 {
        return None;
    }
    let only = |ends: &[String]| match ends {
        [end] if end != "ok" => Some(end.replace('_', " ")),
        _ => None,
    };
    if let Some(refused) = only(&theory.write) {
        return Some(format!("write: {refused}"));
    }
    let fresh = if theory.must_be_fresh { "must be fresh" } else { "may be stale" };
    if let Some(silent) = only(&theory.read) {
        return Some(format!("read: {silent}; {fresh} later"));
    }
    let (needs, all) = (theory.write_needs + theory.read_needs, theory.replicas);
    // With levels of one data center the sum alone does not decide, and is left out where it would seem to.
    let sum = ((needs > all) == theory.must_be_fresh).then(|| {
        let sign = if needs > all { ">" } else { "≤" };
        format!("{} + {} {sign} {all}, ", theory.write_needs, theory.read_needs)
    });
    Some(format!("{}{fresh}", sum.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::{
        Verdict,
        samples::{cell, read, trial, waiting},
    };

    #[test]
    fn a_cell_says_first_what_matters_most() {
        assert_eq!(headline(&waiting("ONE", "ONE")), "not started");
        let mut weak = cell("ONE", "ONE");
        let mut stale = trial(1, "ok");
        stale.during = Some(read("ok", "old", true));
        weak.conclude(&[stale, trial(2, "ok")]);
        assert_eq!(headline(&weak), "<b class=\"stale\">1</b> of 2 stale");
        let mut refused = cell("ALL", "ONE");
        refused.conclude(&[trial(1, "unavailable"), trial(2, "unavailable"), trial(3, "ok")]);
        assert_eq!(headline(&refused), "<b>2</b> of 3 unavailable");
        refused.conclude(&[trial(1, "write_timeout"), trial(2, "ok"), trial(3, "ok")]);
        assert_eq!(headline(&refused), "<b>0</b> stale of 3, 1 write timeout");
    }

    #[test]
    fn the_rule_is_a_sum_where_the_sum_decides() {
        let theory = |needs: (u32, u32), must_be_fresh, write: &str| Theory {
            replicas: 3,
            write_needs: needs.0,
            read_needs: needs.1,
            must_be_fresh,
            write: vec![write.into()],
            read: vec!["ok".into()],
            ..Theory::default()
        };
        assert_eq!(rule(&theory((2, 2), true, "ok")).unwrap(), "2 + 2 > 3, must be fresh");
        assert_eq!(rule(&theory((1, 1), false, "ok")).unwrap(), "1 + 1 ≤ 3, may be stale");
        assert_eq!(rule(&theory((2, 2), false, "ok")).unwrap(), "may be stale", "quorums of two data centers");
        assert_eq!(rule(&theory((3, 1), true, "unavailable")).unwrap(), "write: unavailable");
        assert_eq!(rule(&Theory::default()), None);
    }

    #[test]
    fn every_pair_of_levels_has_its_place_and_one_that_was_not_planned_is_empty() {
        let mut surprised = cell("ONE", "QUORUM");
        surprised.expected = Some(Verdict::Stale);
        let mut fresh = trial(1, "ok");
        fresh.during = Some(read("ok", "new", false));
        surprised.conclude(&[fresh]);
        let page = matrices(&[cell("QUORUM", "ONE"), surprised]);
        assert_eq!(page.matches("<td").count(), 4, "{page}");
        assert_eq!(page.matches("<td></td>").count(), 2);
        assert!(page.contains("<h3>One node stopped for the write, back for the read, replication factor 3</h3>"));
        assert!(page.contains("href=\"#rf3-stop-whole-ONE-QUORUM\"") && page.contains("expected instead: stale reads"));
        assert!(page.find("write ONE") < page.find("write QUORUM"), "weak levels first");
    }
}
