//! A cell for itself: what was counted, what the rules say, why it came out so, and the evidence of its trials.

use std::collections::BTreeMap;

use lab_model::Millis;

use super::matrix::heading;
use crate::{
    LatencyMs,
    consistency::{
        Cell, ReplicaHolds, Trial, TrialRead,
        grading::{explain, verdict_words},
        trial::place,
    },
    html::{escape, facts, paragraph, table, tds},
    list,
};

/// Evidence of more trials is in the JSON export.
const TRIALS_SHOWN: usize = 50;

/// The section, under the name by which the matrix refers to it.
pub(super) fn section(cell: &Cell, trials: &[Trial]) -> String {
    format!(
        "<section id=\"{}\"><h3>Write {}, read {}</h3>{}{}{}</section>",
        escape(&cell.cell),
        cell.write.name(),
        cell.read.name(),
        paragraph(&format!("{}, replication factor {}.", heading(cell.fault, cell.phase), cell.rf)),
        facts(&counted(cell, trials)),
        evidence(trials),
    )
}

fn counted(cell: &Cell, trials: &[Trial]) -> Vec<(&'static str, String)> {
    let ends: Vec<String> =
        cell.outcomes.iter().map(|(end, count)| format!("{count} {}", end.replace('_', " "))).collect();
    let rules: Vec<&str> =
        std::iter::once(&cell.theory.says).chain(&cell.theory.disagrees).map(String::as_str).collect();
    let why = cell.verdict.map(|verdict| explain(cell, verdict, trials).0);
    let facts = [
        ("Trials", tried(cell)),
        ("Ends", ends.join(", ")),
        ("Stale reads", stale(cell)),
        ("Write latency", latency(&cell.write_ms)),
        ("Read latency", latency(&cell.read_ms)),
        ("Hints", cell.hints.map_or_else(|| "not told".into(), |hints| hints.to_string())),
        ("Read repairs", format!("{} of {} reads", cell.read_repairs, cell.read_repairs_of)),
        ("The rules", rules.join(" ")),
        ("What happened", why.unwrap_or_default()),
        ("Expected", expected(cell)),
        ("In the journal", journals(trials).join("; ")),
    ];
    facts.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// The first observation and the last one.
type Numbers = (u64, u64);
/// When these were heard.
type Moments = (Millis, Millis);

/// Where the observations stand that the trials are read from, by journal: a run that was resumed has several.
fn journals(trials: &[Trial]) -> Vec<String> {
    let mut spans: BTreeMap<&str, (Numbers, Option<Moments>)> = BTreeMap::new();
    for trial in trials {
        let Some(file) = &trial.journal_file else { continue };
        let (numbers, at) = spans.entry(file).or_insert((trial.journal, trial.journal_at));
        *numbers = both(*numbers, trial.journal);
        *at = at.zip(trial.journal_at).map(|(one, other)| both(one, other)).or(*at).or(trial.journal_at);
    }
    spans.into_iter().map(|(file, (numbers, at))| place(file, numbers, at)).collect()
}

/// What two stretches cover.
fn both(one: (u64, u64), other: (u64, u64)) -> (u64, u64) {
    (one.0.min(other.0), one.1.max(other.1))
}

fn stale(cell: &Cell) -> String {
    if cell.stale == 0 {
        return "none".into();
    }
    format!(
        "in {} of {} trials: {} during the fault, {} after the return",
        cell.stale, cell.trials, cell.stale_during, cell.stale_after_return
    )
}

fn expected(cell: &Cell) -> String {
    let Some(expected) = cell.expected else { return String::new() };
    let outcome = match (&cell.surprise, cell.verdict) {
        (Some(_), _) => ". It came out otherwise",
        (None, Some(_)) => ". This happened",
        (None, None) => "",
    };
    format!("{}{outcome}.", verdict_words(expected))
}

fn tried(cell: &Cell) -> String {
    let mut text = format!("{} of {}", cell.trials, cell.planned);
    if cell.straddled > 0 {
        text += &format!(", {} set aside", cell.straddled);
    }
    if let Some(why) = &cell.why {
        text += &format!(" ({why})");
    }
    text
}

fn latency(of: &LatencyMs) -> String {
    let Some((median, max)) = of.median.zip(of.max) else { return String::new() };
    let p99 = of.p99.map(|p99| format!(", p99 {p99:.1} ms")).unwrap_or_default();
    format!("median {median:.1} ms{p99}, slowest {max:.1} ms, of {}", of.count)
}

fn evidence(trials: &[Trial]) -> String {
    if trials.is_empty() {
        return String::new();
    }
    let head = ["Trial", "Write", "Read during", "Before", "After", "Read after the return", "Before", "After"];
    let rows = trials.iter().take(TRIALS_SHOWN).map(|trial| {
        let mut row = tds(&[match &trial.set_aside {
            None => trial.trial.to_string(),
            Some(why) => format!("{} (set aside: {why})", trial.trial),
        }]);
        row += &tds(&[request(trial.write.coordinator.as_deref(), &trial.write.says, trial.write.took_ms)]);
        row += &read_cells(trial.during.as_ref());
        row += &read_cells(trial.after_return.as_ref());
        format!("<tr{}>{row}</tr>", if trial.set_aside.is_some() { " class=\"aside\"" } else { "" })
    });
    let more = trials.len().saturating_sub(TRIALS_SHOWN);
    let more = if more > 0 { paragraph(&format!("{more} more are in the JSON export.")) } else { String::new() };
    // Open, because what is folded away is not printed.
    format!("<details open><summary>The evidence</summary>{}{more}</details>", table(&head, rows))
}

fn read_cells(read: Option<&TrialRead>) -> String {
    let Some(read) = read else { return "<td></td><td></td><td></td>".into() };
    let by = request(read.request.coordinator.as_deref(), &read.request.says, read.request.took_ms);
    let value = read.value.as_ref().map(|value| format!(" → '{value}'")).unwrap_or_default();
    let stale = if read.stale { " class=\"stale\"" } else { "" };
    format!("<td{stale}>{}</td>{}", escape(&(by + &value)), tds(&[held(&read.before), held(&read.after)]))
}

fn request(coordinator: Option<&str>, says: &str, took_ms: f64) -> String {
    format!("{}: {says}, {took_ms:.1} ms", coordinator.unwrap_or("no node"))
}

fn held(replicas: &[ReplicaHolds]) -> String {
    let one = |holds: &ReplicaHolds| match (&holds.error, &holds.value) {
        (Some(error), _) => format!("{}: {error}", holds.node),
        (None, Some(value)) => format!("{}: '{value}'", holds.node),
        (None, None) => format!("{}: no row", holds.node),
    };
    let all: Vec<String> = replicas.iter().map(one).collect();
    if all.is_empty() { "not looked at".into() } else { list(&all.iter().map(String::as_str).collect::<Vec<_>>()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::samples::{cell, holds, read, trial};

    #[test]
    fn what_nodes_said_cannot_become_markup() {
        let mut nasty = trial(1, "ok");
        nasty.write.says = "<script>alert(1)</script>".into();
        nasty.during = Some(read("ok", "<img src=x>", true));
        let section = section(&cell("ONE", "ONE"), &[nasty]);
        assert!(!section.contains("<script") && !section.contains("<img"), "{section}");
        assert!(section.contains("&lt;script&gt;") && section.contains("class=\"stale\""));
    }

    #[test]
    fn the_places_of_all_trials_are_named_by_journal() {
        let at = |number: u32, file: Option<&str>, journal| Trial {
            journal_file: file.map(str::to_owned),
            journal,
            ..trial(number, "ok")
        };
        let mut trials =
            [at(1, Some("a"), (10, 30)), at(2, Some("b"), (1, 2)), at(3, Some("a"), (5, 20)), at(4, None, (0, 9))];
        assert_eq!(journals(&trials), ["a, observations 5 to 30", "b, observations 1 to 2"]);
        trials[0].journal_at = Some((1400, 2050));
        trials[2].journal_at = Some((900, 1500));
        assert_eq!(journals(&trials)[0], "a, observations 5 to 30, 0.900 to 2.050 s", "when to look");
        assert!(!section(&cell("ONE", "ONE"), &[at(1, None, (0, 9))]).contains("In the journal"), "it is not known");
    }

    #[test]
    fn a_cell_says_why_it_came_out_so_without_being_asked() {
        let mut stale = trial(4, "ok");
        let mut older = read("ok", "old", true);
        older.before = vec![holds("n1", "new", "20"), holds("n3", "old", "10")];
        stale.after_return = Some(older);
        let mut weak = cell("ONE", "ONE");
        let trials = [stale];
        weak.conclude(&trials);
        let page = section(&weak, &trials);
        assert!(page.contains("n1 held the write and n3 did not"), "{page}");
        assert!(page.contains("in 1 of 1 trials: 0 during the fault, 1 after the return"), "{page}");
        assert!(!page.contains("Expected"), "nobody expected anything");
    }
}
