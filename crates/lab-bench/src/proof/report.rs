//! A proof as one HTML file, to read.

use super::{OneRecord, Proof};
use crate::html::{escape, facts, page, paragraph, table, tds};

/// The whole page. `file`: the name of the file to check, which stands beside it.
pub fn html(proof: &Proof, file: &str) -> String {
    let (read, same) = proof.read_and_same();
    let verdict = match proof.flow.agrees {
        Some(true) => "The counts of all engines agreed, and nothing was lost.".to_owned(),
        Some(false) => format!("The counts did not agree: {}", proof.flow.disagreements.join(" ")),
        None => format!("Whether all counts agree was not known: {}.", unknown(&proof.flow.unknown)),
    };
    let mut body = paragraph(&format!(
        "What the engines of lab {} said on {}. Of {} records the content was read at {read} hops, each time from its own engine, and was the same at {same} of them. {verdict}",
        proof.lab,
        proof.taken,
        proof.records.len(),
    ));
    body += &paragraph(&format!("To ask the engines again: pipewright verify {file}"));
    body += "<h2>What ran</h2>";
    let images = proof.images.iter().map(|image| {
        let cells = [image.engine.clone(), image.version.clone(), image.reference.clone(), image.id.clone()];
        format!("<tr>{}</tr>", tds(&cells))
    });
    body += &table(&["Engine", "Version", "Image", "Content id"], images);
    body += &facts(&[
        ("Stack", proof.stack.clone()),
        ("Nodes", proof.nodes.join(", ")),
        ("Pipewright", proof.version.clone()),
    ]);
    body += "<h2>Stages and counts</h2>";
    let number = |number: Option<u64>| number.map_or_else(|| "not known".to_owned(), |number| number.to_string());
    let stages = proof.flow.stages.iter().map(|stage| {
        let cells = [stage.stage.clone(), stage.acts.clone(), number(stage.count), stage.unit.clone()];
        format!("<tr>{}</tr>", tds(&cells))
    });
    body += &table(&["Stage", "Acts", "Count", "Of what"], stages);
    let counts =
        proof.flow.counts.iter().map(|(name, count)| format!("<tr>{}</tr>", tds(&[name.clone(), number(*count)])));
    body += &table(&["Count", "Number"], counts);
    body += "<h2>Records at every hop</h2>";
    proof.records.iter().for_each(|record| body += &self::record(record));
    page("The pipeline, proven", "What the weather pipeline's engines said", &body)
}

fn record(record: &OneRecord) -> String {
    let mut body = format!("<h3>{} <small>{}</small></h3>", escape(&record.record), escape(&record.topic));
    body += &paragraph(&format!("Content hash: {}", record.hash.as_deref().unwrap_or("not read")));
    let mut rows = Vec::new();
    for hop in &record.hops {
        if hop.places.is_empty() {
            let why = hop.why.clone().unwrap_or_default();
            rows.push([hop.title.clone(), hop.standing.clone(), why, String::new(), String::new(), String::new()]);
        }
        for place in &hop.places {
            let same = match place.same {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            };
            let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
            rows.push([
                hop.title.clone(),
                hop.standing.clone(),
                place.place.clone(),
                or_empty(&place.said_by),
                or_empty(&place.hash),
                same.to_owned(),
            ]);
        }
    }
    body += &table(
        &["Hop", "Stands", "Where", "Said by", "Hash", "Same"],
        rows.iter().map(|row| format!("<tr>{}</tr>", tds(row))),
    );
    if !record.unknown.is_empty() {
        body += &paragraph(&format!("Not known then: {}.", unknown(&record.unknown)));
    }
    body
}

fn unknown(what: &[String]) -> String {
    if what.is_empty() { "records were on their way".to_owned() } else { what.join(", ") }
}
