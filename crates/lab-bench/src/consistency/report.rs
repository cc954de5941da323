//! A run as one HTML file.

use super::{Cell, Episode, Experiment, ReplicaHolds, Trial, TrialRead, grading::verdict_words, words::title};
use crate::{
    LatencyMs,
    html::{escape, page, paragraph, table, tds},
    list,
};

/// Evidence of more trials is in the JSON export.
const TRIALS_SHOWN: usize = 50;

/// The whole report.
pub fn html(shown: &Experiment, trials: &[(String, Vec<Trial>)]) -> String {
    let mut body = paragraph(&about(shown));
    body += "<ul>";
    shown.says.iter().for_each(|says| body += &format!("<li>{}</li>", escape(says)));
    body += "</ul><h2>Cells</h2>";
    body += &cells_table(&shown.cells);
    body += "<h2>Faults</h2>";
    body += &episodes_table(&shown.episodes);
    body += "<h2>Trials and their evidence</h2>";
    body += &paragraph(
        "What a replica held was asked of it alone (NODE_LOCAL). A value in “before” and “after” is of the moment just before and after the read.",
    );
    for cell in &shown.cells {
        let of_cell = trials.iter().find(|(name, _)| *name == cell.cell).map(|(_, trials)| trials.as_slice());
        body += &cell_section(cell, of_cell.unwrap_or_default());
    }
    let run = shown.info.experiment;
    page(&format!("Consistency, run {run}"), &format!("Consistency levels on real nodes: run {run}"), &body)
}

fn about(shown: &Experiment) -> String {
    let info = &shown.info;
    let images: Vec<String> =
        info.images.iter().map(|image| format!("{} {} ({})", image.engine, image.version, image.reference)).collect();
    let hints = if info.plan.hints { "on" } else { "off" };
    format!(
        "{} trials that count in {} of {} cells, {:.0} s, on {} in lab {}. Hints {hints}. Every request and every replica's value came from the nodes themselves; latencies are of requests that ended ok, without tracing.",
        info.trials,
        info.cells_done,
        info.cells,
        info.took_ms as f64 / 1000.0,
        if images.is_empty() { info.plan.stack.clone() } else { images.join(", ") },
        info.lab
    )
}

fn cells_table(cells: &[Cell]) -> String {
    let head = [
        "RF",
        "Fault",
        "Phase",
        "Write",
        "Read",
        "Trials",
        "Ends",
        "Stale",
        "Write ms",
        "Read ms",
        "Hints",
        "Read repairs",
        "The rules",
        "Expected",
    ];
    table(&head, cells.iter().map(row))
}

fn row(cell: &Cell) -> String {
    let rules = std::iter::once(&cell.theory.says).chain(&cell.theory.disagrees).cloned().collect::<Vec<_>>().join(" ");
    let disagrees = if cell.theory.disagrees.is_empty() { "" } else { " class=\"no\"" };
    let texts = [
        cell.rf.to_string(),
        cell.fault.words(),
        cell.phase.name().to_owned(),
        cell.write.name().to_owned(),
        cell.read.name().to_owned(),
        tried(cell),
        cell.outcomes
            .iter()
            .map(|(end, count)| format!("{count} {}", end.replace('_', " ")))
            .collect::<Vec<_>>()
            .join(", "),
    ];
    let stale = if cell.stale > 0 {
        format!("<td class=\"stale\">{} of {}</td>", cell.stale, cell.trials)
    } else {
        "<td>0</td>".into()
    };
    let hints = cell.hints.map_or_else(|| "not told".into(), |hints| hints.to_string());
    let more = [
        latency(&cell.write_ms),
        latency(&cell.read_ms),
        hints,
        format!("{} of {}", cell.read_repairs, cell.read_repairs_of),
    ];
    format!(
        "<tr>{}{stale}{}<td{disagrees}>{}</td><td>{}</td></tr>",
        tds(&texts),
        tds(&more),
        escape(&rules),
        escape(&expected(cell))
    )
}

fn expected(cell: &Cell) -> String {
    match (&cell.expected, &cell.surprise) {
        (None, _) => String::new(),
        (Some(_), Some(surprise)) => surprise.says.clone(),
        (Some(expected), None) => format!("{}: this happened", verdict_words(*expected)),
    }
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
    let p99 = of.p99.map(|p99| format!(", p99 {p99:.1}")).unwrap_or_default();
    format!("median {median:.1}{p99}, max {max:.1}")
}

fn episodes_table(episodes: &[Episode]) -> String {
    let head = ["RF", "Fault", "Nodes", "Marked down after", "Back after", "Hints", "Remarks"];
    let seconds = |ms: Option<u64>| ms.map(|ms| format!("{:.1} s", ms as f64 / 1000.0)).unwrap_or_default();
    let rows = episodes.iter().map(|episode| {
        let cells = [
            episode.rf.to_string(),
            episode.fault.replace('_', " "),
            episode.victims.join(", "),
            seconds(episode.believed_down_ms),
            seconds(episode.back_ms),
            episode.hints.map(|hints| hints.to_string()).unwrap_or_default(),
            episode.remarks.join(" "),
        ];
        format!("<tr>{}</tr>", tds(&cells))
    });
    table(&head, rows)
}

fn cell_section(cell: &Cell, trials: &[Trial]) -> String {
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
    format!("<details><summary>{}</summary>{}{more}</details>", escape(&title(cell)), table(&head, rows))
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
    use crate::consistency::samples::{cell, read, trial};

    #[test]
    fn what_nodes_said_cannot_become_markup() {
        let mut nasty = trial(1, "ok");
        nasty.write.says = "<script>alert(1)</script>".into();
        nasty.during = Some(read("ok", "<img src=x>", true));
        let section = cell_section(&cell("ONE", "ONE"), &[nasty]);
        assert!(!section.contains("<script") && !section.contains("<img"), "{section}");
        assert!(section.contains("&lt;script&gt;") && section.contains("class=\"stale\""));
    }
}
