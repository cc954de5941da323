//! The ways that a record can take, by which containers run, and what each loses as far as this lab shows it.

use lab_model::facts::lab::NodeState;

use super::{Counts, Sink, Way, WayId, account::Account};
use crate::parts::{
    nodes::Node,
    pipeline::{BY_TIMER, Pipeline},
    words::count,
};

/// What acts now, by the containers that run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Acting {
    pub(super) airflow: bool,
    pub(super) kafka: bool,
    pub(super) cassandra: bool,
    /// In the place of Airflow.
    pub(super) timer: bool,
    /// In the place of Airflow and Kafka.
    pub(super) direct: bool,
    /// The stream job without Cassandra.
    pub(super) counter: bool,
    /// A sink of ours.
    pub(super) sink: bool,
}

/// Whether nodes of an engine, in one of its roles, run. None while the container engine has not told of them all.
fn runs(pipeline: &Pipeline, is: impl Fn(&Node) -> bool) -> Option<bool> {
    let mut nodes = pipeline.nodes.all.iter().filter(|node| is(node)).peekable();
    nodes.peek()?;
    nodes.try_fold(false, |runs, node| Some(runs || (!node.waits && node.state? == NodeState::Running)))
}

pub(super) fn acting(pipeline: &Pipeline) -> Acting {
    let engine = |system: &str, role: &str| {
        runs(pipeline, |node| node.info.system == system && (role.is_empty() || node.info.role == role))
            .unwrap_or(false)
    };
    Acting {
        airflow: engine("airflow", ""),
        kafka: engine("kafka", ""),
        cassandra: engine("cassandra", "node"),
        timer: engine("weather", "timer"),
        direct: engine("weather", "direct"),
        counter: engine("weather", "counter"),
        sink: pipeline.weather.sinks.values().any(|sink| sink.running),
    }
}

/// By which containers each way is told: those that run, and those that do not.
fn taken(pipeline: &Pipeline, way: WayId) -> Option<bool> {
    let all_told = pipeline.nodes.all.iter().all(|node| node.waits || node.state.is_some());
    let Acting { airflow, kafka, cassandra, timer, direct, counter, .. } = acting(pipeline);
    let is = match way {
        WayId::Whole => airflow && kafka && cassandra && !timer && !direct && !counter,
        WayId::WithoutAirflow => !airflow && kafka && cassandra && timer && !direct,
        WayId::WithoutKafka => !airflow && !kafka && cassandra && direct,
        WayId::WithoutCassandra => airflow && kafka && !cassandra && counter,
    };
    (all_told && !pipeline.nodes.all.is_empty()).then_some(is)
}

pub(super) fn ways(account: &Account<'_>, counts: &Counts) -> Vec<Way> {
    let pipeline = account.pipeline;
    let has =
        |role: &str| pipeline.nodes.all.iter().any(|node| node.info.system == "weather" && node.info.role == role);
    if !["timer", "direct", "counter"].into_iter().all(has) {
        return Vec::new();
    }
    let way =
        |way, says: &str, loses: Vec<String>| Way { way, says: says.to_owned(), taken: taken(pipeline, way), loses };
    vec![
        way(WayId::Whole, "Airflow collects, Kafka keeps, Cassandra answers.", Vec::new()),
        way(WayId::WithoutAirflow, "A plain timer collects and stores, in the place of Airflow.", no_airflow(account)),
        way(WayId::WithoutKafka, "A timer writes what it fetched to Cassandra at once.", no_kafka(counts)),
        way(WayId::WithoutCassandra, "The chart reads the stream's results from their topic.", no_cassandra(counts)),
    ]
}

fn no_airflow(account: &Account<'_>) -> Vec<String> {
    let by_timer = account.records.values().flatten();
    let by_timer =
        by_timer.filter(|(_, _, entry)| entry.run.as_ref().is_some_and(|run| run.starts_with(BY_TIMER))).count();
    let mut loses = vec![
        "No run is kept: which try of which task fetched a record is in no history, and a tick that failed is tried again \
         only by the next one, with another forecast."
            .to_owned(),
    ];
    if by_timer > 0 {
        let many = count(by_timer as u64, "record");
        loses.push(format!("{many} in Kafka came by the timer: Airflow knows nothing of them."));
    }
    loses
}

fn no_kafka(counts: &Counts) -> Vec<String> {
    let mut loses = vec![
        "Nothing waits in a log: while Cassandra is away what was fetched has nowhere to go. Nobody else can read along, \
         and nothing can be read again."
            .to_owned(),
    ];
    if let Some(direct) = counts.direct.filter(|direct| *direct > 0) {
        let rows = count(direct, "row");
        loses.push(format!("{rows} came without Kafka: no offset leads to them, and the stream counts none of them."));
    }
    if let Some(unkept) = counts.unkept.filter(|unkept| *unkept > 0) {
        loses.push(format!("The source handed out {} that nobody kept.", count(unkept, "forecast")));
    }
    loses
}

fn no_cassandra(counts: &Counts) -> Vec<String> {
    let mut loses = vec![
        "No row can be asked for by its key: who wants one region's day reads the topic from its beginning. What is older \
         than the topic keeps is gone."
            .to_owned(),
    ];
    if let Some(unread) = counts.unread.filter(|unread| *unread > 0) {
        let wait = if unread == 1 { "waits" } else { "wait" };
        loses.push(format!("{} in Kafka {wait} for a row.", count(unread, "record")));
    }
    loses
}

/// Sinks of ours, by group.
pub(super) fn sinks(pipeline: &Pipeline) -> Vec<Sink> {
    let sink = |told: &lab_model::facts::weather::SinkTold| Sink {
        group: told.group.clone(),
        running: told.running,
        read: told.read,
        stored: told.stored,
        per_second: told.per_second,
        lag: told.lag,
        waits_for: told.waits_for.clone(),
    };
    pipeline.weather.sinks.values().map(sink).collect()
}
