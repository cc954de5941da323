//! The five stages: what acts in each, where, and what is known of it.

use lab_model::facts::{lab::NodeState, weather::SinkTold};

use super::{
    Answers, Counts, Fault, Source, Stage, StageId, StageNode, Waiting,
    account::Account,
    ways::{Acting, acting},
};
use crate::{
    Hearing,
    parts::{
        nodes::Node,
        pipeline::{
            BATCHED, COLLECTS, COMPUTING, FORECASTS, PERIODIC, PIECES, Pipeline, STREAMED, table_of, tables::Table,
        },
        words::{count, few},
    },
};

/// What acts in a stage, and what its number counts.
const STAGES: [(StageId, &str, &str); 5] = [
    (StageId::Collection, "The DAG collect_weather asks the weather source", "pieces fetched"),
    (StageId::Ingestion, "Kafka keeps what was fetched", "records"),
    (StageId::Storage, "What the DAG store_weather reads from Kafka becomes rows of Cassandra", "rows"),
    (StageId::Computation, "A stream job counts rain by region and day", "windows closed"),
    (StageId::Consumption, "The chart of rain", "points"),
];

pub(super) fn stages(pipeline: &Pipeline, counts: &Counts) -> Vec<Stage> {
    let stage = |&(stage, acts, unit): &(StageId, &str, &str)| {
        let nodes: Vec<StageNode> = nodes(pipeline, stage);
        Stage {
            stage,
            acts: acts_now(acting(pipeline), stage).unwrap_or(acts).to_owned(),
            runs: runs(&nodes),
            count: number(pipeline, counts, stage),
            unit: unit.to_owned(),
            says: says(pipeline, counts, stage),
            nodes,
        }
    };
    STAGES.iter().map(stage).collect()
}

/// What acts in a stage instead of what usually does.
fn acts_now(acting: Acting, stage: StageId) -> Option<&'static str> {
    match (stage, acting) {
        (StageId::Collection, Acting { direct: true, .. }) => {
            Some("A timer asks the weather source and writes rows at once")
        }
        (StageId::Collection, Acting { timer: true, airflow: true, .. }) => {
            Some("The DAG collect_weather and a plain timer both ask the weather source")
        }
        (StageId::Collection, Acting { timer: true, .. }) => Some("A plain timer asks the weather source"),
        (StageId::Storage, Acting { sink: true, .. }) => {
            Some("A sink of Pipewright reads from Kafka and writes rows, as records come")
        }
        (StageId::Storage, Acting { direct: true, .. }) => Some("The timer that fetched writes the rows"),
        (StageId::Storage, Acting { timer: true, airflow: false, .. }) => {
            Some("What the timer reads from Kafka becomes rows of Cassandra")
        }
        (StageId::Computation, Acting { counter: true, .. }) => {
            Some("A stream job counts rain by region and day, into its topic alone")
        }
        _ => None,
    }
}

/// Sidecars act in no stage, and what takes a stage's place only while it runs.
fn nodes(pipeline: &Pipeline, stage: StageId) -> Vec<StageNode> {
    let is_in = |node: &&Node| {
        let (system, role) = (node.info.system.as_str(), node.info.role.as_str());
        match stage {
            StageId::Collection => {
                system == "airflow" || (system == "weather" && matches!(role, "source" | "timer" | "direct"))
            }
            StageId::Ingestion => system == "kafka",
            StageId::Storage => system == "cassandra" && role == "node",
            StageId::Computation => system == "weather" && matches!(role, "stream" | "counter"),
            StageId::Consumption => false,
        }
    };
    let seen = |node: &Node| StageNode {
        node: node.info.name.clone(),
        state: node.state,
        heard: pipeline.sources.of_node(&node.info.name, Some(node)).hearing,
    };
    pipeline.nodes.all.iter().filter(is_in).filter(|node| !node.waits).map(seen).collect()
}

fn runs(nodes: &[StageNode]) -> Option<bool> {
    let bad =
        |node: &StageNode| node.state.is_some_and(|state| state != NodeState::Running) || node.heard == Hearing::Silent;
    match nodes {
        [] => None,
        _ if nodes.iter().any(bad) => Some(false),
        _ => nodes.iter().all(|node| node.state == Some(NodeState::Running)).then_some(true),
    }
}

fn number(pipeline: &Pipeline, counts: &Counts, stage: StageId) -> Option<u64> {
    match stage {
        StageId::Collection => counts.fetched,
        StageId::Ingestion => counts.produced,
        StageId::Storage => counts.stored,
        StageId::Computation => counts.windows,
        StageId::Consumption => {
            let table = pipeline.tables.of(STREAMED).filter(|table| table.is_whole())?;
            Some(table.len() as u64)
        }
    }
}

fn says(pipeline: &Pipeline, counts: &Counts, stage: StageId) -> Vec<String> {
    let mut said = Vec::new();
    let some = |number: Option<u64>| number.filter(|number| *number > 0);
    match stage {
        StageId::Collection => {
            said.extend(collection(pipeline));
            said.extend(fault(pipeline));
        }
        StageId::Ingestion => {
            said.extend(
                some(counts.rejected).map(|rejected| format!("{} rejected, and kept.", is_of(rejected, "piece"))),
            );
            let twice = some(counts.duplicates);
            said.extend(twice.map(|twice| format!("{} there before, by the same id.", was_of(twice, "record"))));
        }
        StageId::Storage => {
            let read = counts.consumed.map(|read| format!("It has read {}.", count(read, "record")));
            said.extend(read);
            said.extend(pipeline.weather.sinks.values().map(sink));
            said.extend(level(pipeline));
        }
        StageId::Computation => {
            let open = some(counts.open_windows);
            said.extend(open.map(|open| {
                format!("{} open: each closes only when a record of a later day comes.", is_of(open, "window"))
            }));
            said.extend(some(counts.late).map(|late| format!("{} too late for a closed window.", came(late))));
        }
        StageId::Consumption => said.extend(batch(pipeline)),
    }
    said
}

fn sink(told: &SinkTold) -> String {
    let is = if told.running { "runs" } else { "has ended" };
    let waits = told.waits_for.as_ref().map(|why| format!("; it waits for {why}")).unwrap_or_default();
    let lag = told.lag.map(|lag| format!(", {lag} behind")).unwrap_or_default();
    format!("The sink {} {is}: {}, {:.0} a second{lag}{waits}.", told.group, count(told.stored, "row"), told.per_second)
}

fn collection(pipeline: &Pipeline) -> Option<String> {
    let left = pipeline.left.of(PIECES)?;
    let runs = count(left.total, "run");
    let unread = left.total.saturating_sub(left.read);
    let rest = if unread > 0 { format!("; what {unread} of them fetched is not read") } else { String::new() };
    Some(format!("{COLLECTS} has {runs}{rest}."))
}

fn fault(pipeline: &Pipeline) -> Option<String> {
    let fault = source(pipeline)?.fault?;
    let left = match fault.left {
        Some(left) => format!("the next {}", count(left, "answer")),
        None => "every answer, until it is ended".to_owned(),
    };
    Some(format!("The source has the fault {} for {left}.", fault.name))
}

fn level(pipeline: &Pipeline) -> Option<String> {
    let tables = FORECASTS.iter().filter_map(|topic| pipeline.tables.of(table_of(topic)));
    let refused: Vec<&str> = tables.clone().filter_map(|table| Some(table.refused.as_ref()?.0.as_str())).collect();
    if let Some(why) = refused.first() {
        return Some(format!("The rows cannot be read now: {why}"));
    }
    let table = tables.max_by_key(|table| table.at).filter(|table| !table.level.is_empty())?;
    Some(format!("Read from {} at {}.", table.by, table.level))
}

fn batch(pipeline: &Pipeline) -> Option<String> {
    let table: &Table = pipeline.tables.of(BATCHED).filter(|table| table.is_whole())?;
    if table.refused.is_some() {
        return Some("No batch has counted yet.".to_owned());
    }
    Some(format!("The batch has {}, closed ones and open ones.", count(table.len() as u64, "window")))
}

/// What the weather source said of itself, unless the lab began anew since.
pub(super) fn source(pipeline: &Pipeline) -> Option<Source> {
    let said = pipeline.weather.source.as_ref()?;
    let node = pipeline.nodes.all.iter().find(|known| known.info.name == said.node);
    let state = &said.state;
    let answers = state.answered.iter().map(|(status, answers)| Answers { status: status.clone(), answers: *answers });
    Some(Source {
        node: said.node.clone(),
        heard: pipeline.sources.of_node(&said.node, node).hearing,
        said_at: said.at,
        clock: state.clock.clone(),
        speed: state.speed,
        updated: state.updated.clone(),
        next_update: state.next_update.clone(),
        requests: state.requests,
        answers: answers.collect(),
        fault: state.fault.as_ref().map(|fault| Fault {
            name: fault.name.clone(),
            left: fault.left,
            spoiled: fault.spoiled,
        }),
    })
}

/// Records between two stages, and what stands in the way.
pub(super) fn waiting(pipeline: &Pipeline, account: &Account<'_>, under_way: Option<u64>) -> Vec<Waiting> {
    let mut waiting = Vec::new();
    let store = |topic: &str, partition| pipeline.stored_before(topic, partition).ok();
    let compute = |topic: &str, partition| pipeline.computed_before(topic, partition).ok();
    let mut add = |waits: Option<(u64, Option<i64>)>, place: String, before: StageId| {
        if let Some((records, oldest_at)) = waits.filter(|(records, _)| *records > 0) {
            waiting.push(Waiting { place, before, records, oldest_at, because: because(pipeline, before) });
        }
    };
    let fetched = under_way.map(|records| (records, None));
    add(fetched, "in Airflow, for Kafka".to_owned(), StageId::Ingestion);
    add(account.waits(store, &FORECASTS), "in Kafka, for the storage".to_owned(), StageId::Storage);
    add(account.waits(compute, &[PERIODIC]), format!("in Kafka, for {COMPUTING}"), StageId::Computation);
    waiting
}

/// Nodes of the stage, or of what it reads from, that do not run or do not answer.
fn because(pipeline: &Pipeline, before: StageId) -> Option<String> {
    let acting = acting(pipeline);
    // The storage is done by tasks of Airflow, and by Cassandra.
    let stages: &[StageId] = match before {
        StageId::Storage => &[StageId::Storage, StageId::Ingestion, StageId::Collection],
        StageId::Ingestion => &[StageId::Ingestion, StageId::Collection],
        _ => &[StageId::Computation, StageId::Ingestion, StageId::Storage],
    };
    let is_away = |node: &StageNode| {
        let what = match (node.state, node.heard) {
            (Some(NodeState::Running), Hearing::Silent) => "does not answer",
            (Some(NodeState::Running) | None, _) => return None,
            (Some(NodeState::Paused), _) => "is paused",
            (Some(_), _) => "does not run",
        };
        let info = &pipeline.nodes.all.iter().find(|known| known.info.name == node.node)?.info;
        // Without the source nothing new comes; what waits, waits for others. And what has another in its place is not missed.
        let replaced =
            (info.system == "airflow" && (acting.timer || acting.sink)) || (info.role == "stream" && acting.counter);
        (info.role != "source" && !replaced).then(|| format!("{} {what}", node.node))
    };
    let away: Vec<String> =
        stages.iter().flat_map(|stage| nodes(pipeline, *stage)).filter_map(|node| is_away(&node)).collect();
    (!away.is_empty()).then(|| few(4, away))
}

fn is_of(number: u64, noun: &str) -> String {
    format!("{} {}", count(number, noun), if number == 1 { "is" } else { "are" })
}

fn was_of(number: u64, noun: &str) -> String {
    format!("{} {}", count(number, noun), if number == 1 { "was" } else { "were" })
}

fn came(number: u64) -> String {
    format!("{} came", count(number, "record"))
}
