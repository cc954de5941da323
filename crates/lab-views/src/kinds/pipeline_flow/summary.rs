//! The pipeline in a few sentences.

use super::{Counts, Model, Waiting};
use crate::parts::words::{count, list};

pub(super) fn summary(model: &Model) -> String {
    let mut said = vec![flow(&model.counts)];
    said.extend(model.waiting.iter().map(waits));
    said.extend(twice(&model.counts));
    said.push(match model.agrees {
        Some(true) => "All counts agree: nothing is lost.".to_owned(),
        Some(false) => list(&model.disagreements),
        None => String::new(),
    });
    said.retain(|sentence| !sentence.is_empty());
    said.join(" ")
}

/// `63 pieces were fetched, 63 records are in Kafka, 63 rows in Cassandra, 5 windows are closed.`
fn flow(counts: &Counts) -> String {
    let said = [
        counts.fetched.map(|number| format!("{} fetched", count(number, "piece"))),
        counts.produced.map(|number| format!("{} in Kafka", count(number, "record"))),
        counts.stored.map(|number| format!("{} in Cassandra", count(number, "row"))),
        counts.windows.map(|number| format!("{} closed", count(number, "window"))),
    ];
    let known: Vec<String> = said.into_iter().flatten().collect();
    if known.is_empty() { "Nothing is known of the pipeline yet.".to_owned() } else { format!("{}.", list(known)) }
}

pub(super) fn waits(Waiting { place, records, because, .. }: &Waiting) -> String {
    let because = because.as_ref().map(|because| format!(": {because}")).unwrap_or_default();
    let wait = if *records == 1 { "waits" } else { "wait" };
    format!("{} {wait} {place}{because}.", count(*records, "record"))
}

fn twice(counts: &Counts) -> Option<String> {
    let twice = counts.duplicates.filter(|twice| *twice > 0)?;
    let rows = counts.stored.map(|_| ", and each has one row").unwrap_or_default();
    Some(format!(
        "{} in Kafka more than once{rows}.",
        if twice == 1 { "1 record is".to_owned() } else { format!("{twice} records are") }
    ))
}
