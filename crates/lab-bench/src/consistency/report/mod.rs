//! A run as one HTML file: the matrix first, then every cell for itself, with the evidence of its trials.

mod matrix;
mod section;

use super::{Episode, Experiment, Trial};
use crate::html::{escape, page, paragraph, table, tds};

/// The whole report.
pub fn html(shown: &Experiment, trials: &[(String, Vec<Trial>)]) -> String {
    let mut body = paragraph(&about(shown));
    body += "<ul>";
    shown.says.iter().for_each(|says| body += &format!("<li>{}</li>", escape(says)));
    body += "</ul><h2>What was measured</h2>";
    body += &matrix::matrices(&shown.cells);
    body += "<h2>The faults</h2>";
    body += &episodes_table(&shown.episodes);
    body += "<h2>Cell by cell</h2>";
    body += &paragraph(
        "What a replica held was asked of it alone (NODE_LOCAL), just before and just after the read beside it. A request says through which node it went, how it ended, and how long it took.",
    );
    for cell in &shown.cells {
        let of_cell = trials.iter().find(|(name, _)| *name == cell.cell).map(|(_, trials)| trials.as_slice());
        body += &section::section(cell, of_cell.unwrap_or_default());
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
