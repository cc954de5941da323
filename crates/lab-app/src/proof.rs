//! Asks the pipeline's engines for a proof: its counts as a whole, and a sample of records at every hop, each through the views
//! that the page shows. What a proof is, and whether one still holds, is decided in `lab-bench`.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lab_bench::proof::{FORMAT, Flow, OneHop, OnePlace, OneRecord, StageCount};
pub use lab_bench::proof::{Finding, Proof, Stands, Unreadable, compare, html, read};
use lab_model::{Code, Problem};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App, Lab,
    looking::{self, typed},
    schema::{Subscription, ViewPush, ViewRef},
    subscribe,
};

/// So long something may take to be known.
const KNOWN_LIMIT: Duration = Duration::from_secs(15);
/// Records of each topic: the newest, and as many spread over the others.
const SAMPLE: [(&str, usize); 2] = [("periodic_weather", 6), ("general_weather", 2)];

/// A record to look at: topic and id.
pub type Named = (String, String);

/// What the engines say now, of these records, or of a sample where none are named. `tell`: what is being looked at, of how many.
///
/// # Errors
/// If the lab has no pipeline, or is gone.
pub async fn take(
    app: &Arc<App>,
    lab: &Lab,
    named: Option<&[Named]>,
    mut tell: impl FnMut(&str, usize, usize),
) -> Result<Proof, Problem> {
    let info = lab.info();
    if info.nodes.iter().all(|node| node.system != "weather") {
        return Err(problem(
            format!("Lab {} has no weather pipeline.", lab.name),
            "Start one: pipewright up pipeline".to_owned(),
        ));
    }
    tell("the pipeline as a whole", 0, 0);
    lab.settled().await;
    let flow = flow(&look(app, lab, "pipeline_flow", json!({})).await?)?;
    let named = match named {
        Some(named) => named.to_vec(),
        None => sample(app, lab).await?,
    };
    let mut records = Vec::new();
    for (number, (topic, record)) in named.iter().enumerate() {
        tell(record, number + 1, named.len());
        let seen = look(app, lab, "record_journey", json!({ "topic": topic, "record": record })).await?;
        records.push(one(topic, record, &seen)?);
    }
    Ok(Proof {
        format: FORMAT,
        taken: now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        lab: lab.name.clone(),
        stack: info.stack,
        nodes: info.nodes.into_iter().map(|node| node.name).collect(),
        images: info.images,
        flow,
        records,
    })
}

/// The newest records, and some spread over those that can be chosen.
async fn sample(app: &Arc<App>, lab: &Lab) -> Result<Vec<Named>, Problem> {
    #[derive(Deserialize)]
    struct Newest {
        newest: Vec<OfNewest>,
    }
    #[derive(Deserialize)]
    struct OfNewest {
        record: String,
    }
    let mut all = Vec::new();
    for (topic, many) in SAMPLE {
        let Newest { newest } = typed(look(app, lab, "record_journey", json!({ "topic": topic })).await?.model)?;
        let spread = (1..=many).map(|part| (newest.len().saturating_sub(1)) * part / many);
        let places: BTreeSet<usize> = (0..many).chain(spread).filter(|at| *at < newest.len()).collect();
        all.extend(places.into_iter().map(|at| (topic.to_owned(), newest[at].record.clone())));
    }
    Ok(all)
}

fn flow(seen: &ViewPush) -> Result<Flow, Problem> {
    #[derive(Deserialize)]
    struct Shown {
        stages: Vec<StageCount>,
        counts: std::collections::BTreeMap<String, Option<u64>>,
        agrees: Option<bool>,
        disagreements: Vec<String>,
    }
    let Shown { stages, counts, agrees, disagreements } = typed(seen.model.clone())?;
    Ok(Flow { stages, counts, agrees, disagreements, unknown: seen.awaits.clone() })
}

fn one(topic: &str, record: &str, seen: &ViewPush) -> Result<OneRecord, Problem> {
    #[derive(Deserialize)]
    struct Shown {
        hash: Option<String>,
        hops: Vec<ShownHop>,
    }
    #[derive(Deserialize)]
    struct ShownHop {
        hop: String,
        title: String,
        standing: String,
        why: Option<String>,
        places: Vec<OnePlace>,
    }
    let Shown { hash, hops } = typed(seen.model.clone())?;
    let hop = |ShownHop { hop, title, standing, why, places }| OneHop { hop, title, standing, why, places };
    Ok(OneRecord {
        topic: topic.to_owned(),
        record: record.to_owned(),
        hash,
        hops: hops.into_iter().map(hop).collect(),
        unknown: seen.awaits.clone(),
    })
}

/// A view once all that it shows is known, or what is known of it when that takes too long.
async fn look(app: &Arc<App>, lab: &Lab, kind: &str, with: Value) -> Result<ViewPush, Problem> {
    let view = ViewRef { kind: kind.to_owned(), with };
    let mut feed = subscribe(app, &Subscription::View { lab: lab.name.clone(), view })?;
    let looked = looking::look(lab, &mut feed, KNOWN_LIMIT).await?;
    looked.push.ok_or_else(|| looking::nothing_known(kind, KNOWN_LIMIT, &[]))
}

fn problem(message: String, hint: String) -> Problem {
    Problem { code: Code::NotNow, message, detail: String::new(), hint }
}

fn now() -> String {
    let now = time::OffsetDateTime::now_utc();
    let now = now.replace_nanosecond(0).unwrap_or(now);
    now.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}
