//! The weather pipeline of `docker/images/pipeline`, folded from what its engines say: the records in Kafka, the rows in
//! Cassandra, and what each run of Airflow handed over. Names are those of the image; its README is the contract.

pub(crate) mod commits;
pub(crate) mod digest;
pub(crate) mod ledger;
pub(crate) mod left;
pub(crate) mod moments;
pub(crate) mod tables;
pub(crate) mod weather;

use lab_model::{
    AirflowNeed, CassandraNeed, Fact, KafkaNeed, Millis, Need, Observation, WeatherNeed,
    facts::{cassandra::Scanned, kafka::KafkaFact, lab::LabFact},
};
use serde::{Deserialize, Serialize};

use self::{
    commits::Commits,
    ledger::Ledger,
    left::Left,
    tables::{Table, Tables},
    weather::Weather,
};
use super::{
    clock::Clock,
    groups::Groups,
    nodes::Nodes,
    sources::Sources,
    topic::Numbers,
    topics::{Change, News, Topics},
};
use crate::Hearing;

/// Topics.
pub(crate) const GENERAL: &str = "general_weather";
pub(crate) const PERIODIC: &str = "periodic_weather";
pub(crate) const REJECTED: &str = "weather_rejected";
pub(crate) const RAIN: &str = "rain_by_region";
/// Those with records of forecasts.
pub(crate) const FORECASTS: [&str; 2] = [GENERAL, PERIODIC];
/// The DAG that collects, and what its tasks leave.
pub(crate) const COLLECTS: &str = "collect_weather";
pub(crate) const FETCHED: (&str, &str) = ("split", "fetched");
pub(crate) const PIECES: (&str, &str) = ("split", "pieces");
/// Groups that store what they read.
pub(crate) const STORING: [&str; 2] = ["store_weather", "weather_sink"];
/// The group that computes windows.
pub(crate) const COMPUTING: &str = "rain_stream";
/// How the timer's runs begin.
pub(crate) const BY_TIMER: &str = "timer__";
/// Tables of forecasts by topic.
pub(crate) const GENERAL_TABLE: &str = "weather.general_by_day";
pub(crate) const PERIODIC_TABLE: &str = "weather.periodic_by_region";
/// Tables of windows: by the stream, by the batch.
pub(crate) const STREAMED: &str = "weather.rain_by_region";
pub(crate) const BATCHED: &str = "weather.rain_by_region_batch";

/// A table of forecasts: a row is named by its record.
pub(crate) fn forecasts(table: &str) -> Scanned {
    scanned(table, &["record_id", "content_hash", "topic", "partition", "offset", "stored"], 1)
}

/// A table of windows: a row is named by its region and the window's beginning.
pub(crate) fn windows(table: &str) -> Scanned {
    let last = if table == STREAMED { "closed_by" } else { "closed" };
    scanned(table, &["region", "window_start", "periods", "rainy", "content_hash", "computed", last], 2)
}

fn scanned(table: &str, columns: &[&str], named_by: usize) -> Scanned {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    Scanned { table: table.to_owned(), columns, named_by }
}

/// The table that has the records of a topic.
pub(crate) fn table_of(topic: &str) -> &'static str {
    if topic == GENERAL { GENERAL_TABLE } else { PERIODIC_TABLE }
}

/// What is asked for to know all of it.
pub(crate) fn needs() -> Vec<Need> {
    let topics = [GENERAL, PERIODIC, REJECTED, RAIN].map(ToOwned::to_owned);
    let logs = topics.iter().map(|topic| Need::Kafka(KafkaNeed::Log { topic: topic.clone() }));
    let ends = topics.iter().map(|topic| Need::Kafka(KafkaNeed::Partitions { topic: topic.clone() }));
    let tables = [forecasts(GENERAL_TABLE), forecasts(PERIODIC_TABLE), windows(STREAMED), windows(BATCHED)];
    let scans = tables.map(|table| Need::Cassandra(CassandraNeed::Scan(table)));
    let left = [FETCHED, PIECES].map(|(task, key)| {
        let [dag, task, key] = [COLLECTS, task, key].map(ToOwned::to_owned);
        Need::Airflow(AirflowNeed::Left { dag, task, key })
    });
    // For Airflow's clock.
    let components = Need::Airflow(AirflowNeed::Components);
    let source = Need::Weather(WeatherNeed::Source);
    let groups = Need::Kafka(KafkaNeed::Groups);
    logs.chain(ends).chain(scans).chain(left).chain([groups, components, source, Need::Nodes]).collect()
}

/// Everything said so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pipeline {
    pub(crate) nodes: Nodes,
    pub(crate) sources: Sources,
    pub(crate) topics: Topics,
    pub(crate) groups: Groups,
    pub(crate) ledger: Ledger,
    pub(crate) tables: Tables,
    pub(crate) left: Left,
    pub(crate) commits: Commits,
    pub(crate) clock: Clock,
    /// Of what is beside the engines.
    #[serde(default)]
    pub(crate) weather: Weather,
}

impl Pipeline {
    /// Folds one observation in; tells whether something may look different now.
    pub(crate) fn apply(&mut self, observation: &Observation) -> bool {
        let starts = matches!(observation.fact, Fact::Lab(LabFact::LabStarted { .. } | LabFact::LabStopped));
        // A source that begins or ceases to answer turns.
        let about_nodes = self.nodes.apply(observation).is_some() || starts;
        let turned = self.sources.apply(observation).is_some();
        let set = self.clock.apply(observation);
        let about_groups = self.groups.apply(observation).is_some();
        let news = self.topics.apply(observation);
        let leads = |topic: &str, partition: i32, node: &str| {
            let leader = self.topics.get(topic).and_then(|known| known.best(partition)?.seen.leader);
            leader.is_some_and(|leader| self.nodes.name(leader) == node)
        };
        let about_records = self.ledger.apply(observation, news.as_ref(), leads);
        if let Fact::Kafka(KafkaFact::RecordsStored { topic, partition, .. }) = &observation.fact {
            let log = self.topics.leaders_log(topic, *partition, |id| self.nodes.name(id));
            if let Some(end) = log.and_then(|(_, log)| log.readable_end()) {
                self.ledger.catch_up(topic, *partition, end);
            }
        }
        let rows = self.rows();
        let about_rows = self.tables.apply(observation);
        // What is deleted now was kept: of what was answered before, nobody can tell any more whether it was.
        let deleted =
            rows.iter().zip(self.rows()).any(|(before, now)| now.is_some_and(|now| before.is_some_and(|b| now < b)));
        let ended = news
            .as_ref()
            .is_some_and(|news| FORECASTS.contains(&news.topic.as_str()) && news.changes.contains(&Change::Ended));
        if deleted || ended {
            self.weather.answers.clear();
        }
        let about_runs = self.left.apply(observation);
        let settled = self.left.waits() && self.read_at().is_some_and(|at| self.left.settle(at));
        let about_weather = self.weather.apply(observation);
        let proven = self.prove(observation, news.as_ref());
        let about_kafka = about_groups || news.is_some() || about_records;
        about_nodes || turned || set || about_kafka || about_rows || about_runs || settled || about_weather || proven
    }

    /// How many rows each table of forecasts has; none while it was not read to its end.
    fn rows(&self) -> [Option<usize>; 2] {
        FORECASTS.map(|topic| self.tables.of(table_of(topic)).filter(|table| table.is_whole()).map(Table::len))
    }

    /// The leaders of the topics to which runs send: each with its log. None while one is not known.
    fn leaders(&self) -> Option<Vec<(&'static str, i32, String, Numbers)>> {
        let mut leaders = Vec::new();
        for topic in [GENERAL, PERIODIC, REJECTED] {
            for partition in self.topics.get(topic)?.partitions() {
                let (leader, log) = self.topics.leaders_log(topic, partition, |id| self.nodes.name(id))?;
                leaders.push((topic, partition, leader, log));
            }
        }
        Some(leaders)
    }

    /// When the leader that was heard longest ago was last heard, if all that they are known to have was read.
    fn read_at(&self) -> Option<Millis> {
        let at = |(topic, partition, leader, log): (&str, i32, String, Numbers)| {
            let read = self.ledger.is_read(topic, partition, log.start, log.readable_end()?);
            self.sources.of(&leader).at.filter(|_| read)
        };
        self.leaders()?.into_iter().map(at).min().flatten()
    }

    /// Whether those who told of records, rows and runs still answer: else what they told may be otherwise now.
    pub(crate) fn is_told_by_who_answers(&self) -> bool {
        let leaders = self.leaders().unwrap_or_default();
        let rows = FORECASTS.iter().filter_map(|topic| Some(self.tables.of(table_of(topic))?.by.as_str()));
        let runs = self.left.of(PIECES).map(|known| known.by.as_str());
        let mut tellers = leaders.iter().map(|(_, _, leader, _)| leader.as_str()).chain(rows).chain(runs);
        tellers.all(|teller| self.sources.of(teller).hearing == Hearing::Answering)
    }

    /// Notes which records must have rows by now. Tells whether of more records it is known that they must.
    fn prove(&mut self, observation: &Observation, news: Option<&News>) -> bool {
        if matches!(observation.fact, Fact::Lab(LabFact::LabStarted { adopted: false, .. })) {
            self.commits.forget(None);
        }
        if let Some(News { topic, changes }) = news
            && changes.contains(&Change::Ended)
        {
            self.commits.forget(Some(topic));
        }
        match &observation.fact {
            Fact::Kafka(KafkaFact::OffsetsCommitted { group, offsets, .. }) if STORING.contains(&group.as_str()) => {
                for of in offsets.iter().filter(|of| FORECASTS.contains(&of.topic.as_str())) {
                    self.commits.hear(&of.topic, of.partition, of.offset, observation.seq);
                }
            }
            Fact::Cassandra(_) => {
                let tables = FORECASTS.map(|topic| (topic, self.tables.of(table_of(topic))));
                let prove = |(topic, table): (&str, Option<&Table>)| {
                    table.is_some_and(|table| self.commits.prove(topic, |seq| table.read_since(seq)))
                };
                return tables.map(prove).contains(&true);
            }
            _ => {}
        }
        false
    }

    /// The offset before which a partition was stored, by the group that is furthest; none if no group committed one. None
    /// is known of it (`Err`) while not all groups were told.
    pub(crate) fn stored_before(&self, topic: &str, partition: i32) -> Result<Option<i64>, ()> {
        self.committed(&STORING, topic, partition)
    }

    /// The same of windows.
    pub(crate) fn computed_before(&self, topic: &str, partition: i32) -> Result<Option<i64>, ()> {
        self.committed(&[COMPUTING], topic, partition)
    }

    fn committed(&self, groups: &[&str], topic: &str, partition: i32) -> Result<Option<i64>, ()> {
        if !self.groups.all_listed(&self.nodes) {
            return Err(());
        }
        let known = groups.iter().filter_map(|name| self.groups.all.get(*name));
        let mut furthest = None;
        for group in known {
            if group.offsets_unread.is_some() {
                return Err(());
            }
            furthest = furthest.max(group.offsets.get(topic).and_then(|of| of.get(&partition)).copied());
        }
        Ok(furthest)
    }
}
