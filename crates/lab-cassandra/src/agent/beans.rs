//! What beans say, in the lab's vocabulary: which are read for which wish, and what is made of the replies.

use std::{collections::BTreeMap, net::IpAddr};

use lab_model::facts::cassandra::{CassandraFact, PeerBelief, PhiSeen};
use serde_json::Value;

use super::{FAILURE_DETECTOR, Jolokia, RUNTIME, Reply, SNITCH, STORAGE_PROXY, STORAGE_SERVICE, read};
use crate::wire::Failure;

/// One wish, answered by one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The peers it believes up, and what it is doing.
    Beliefs,
    /// What it says of itself, where CQL is closed.
    Itself,
    /// φ of its peers.
    Phi,
    /// Hint counters and switches, and the names of the counters that a node has for its peers. Dear: a node goes through
    /// all of its beans for them.
    HintsAndNames,
    /// The same where the names are known. A counter that came since is not among them.
    Hints(Vec<String>),
    /// A table's metrics: keyspace and table.
    Table(String, String),
    /// The commit log.
    CommitLog,
    /// Read repair counters.
    ReadRepairs,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// A fact as it stands.
    Fact(CassandraFact),
    /// `NORMAL`, `JOINING`, …, and whom it believes up.
    Beliefs { mode: String, believed: CassandraFact },
    /// Counters, and how it treats hints in the process that began then (Unix milliseconds).
    Hints {
        counted: CassandraFact,
        enabled: bool,
        window_ms: u64,
        process: i64,
        /// The counters for its peers, if they were looked for.
        names: Option<Vec<String>>,
    },
}

impl Jolokia {
    /// Reads all that is wanted in one round trip, and says when that was by the node's own clock (Unix milliseconds). What a
    /// node does not have (yet) is left out.
    pub(crate) async fn read(&mut self, wanted: &[Wanted]) -> Result<(Option<i64>, Vec<Reading>), Failure> {
        let questions: Vec<Vec<Value>> = wanted.iter().map(Wanted::questions).collect();
        let (answered_at, replies) = self.ask_dated(&questions.concat()).await?;
        let mut replies = replies.into_iter();
        let mut readings = Vec::new();
        for (wish, asked) in wanted.iter().zip(&questions) {
            let answers: Vec<Reply> = replies.by_ref().take(asked.len()).collect();
            readings.extend(wish.understand(&answers));
        }
        Ok((answered_at, readings))
    }
}

impl Wanted {
    fn questions(&self) -> Vec<Value> {
        match self {
            Self::Beliefs => {
                vec![read(FAILURE_DETECTOR, &["SimpleStatesWithPort"]), read(STORAGE_SERVICE, &["OperationMode"])]
            }
            Self::Itself => vec![
                read(STORAGE_SERVICE, &["LocalHostId"]),
                read(STORAGE_SERVICE, &["ClusterName", "ReleaseVersion"]),
                read(STORAGE_SERVICE, &["SchemaVersion"]),
                read(STORAGE_SERVICE, &["OperationMode"]),
                read(SNITCH, &["Datacenter", "Rack"]),
                // One that has no place in the ring yet has neither of these.
                read(STORAGE_SERVICE, &["Tokens"]),
                read(STORAGE_SERVICE, &["HostIdToEndpoint"]),
            ],
            Self::Phi => vec![read(FAILURE_DETECTOR, &["PhiValuesWithPort", "PhiConvictThreshold"])],
            Self::HintsAndNames => {
                let mut questions = about_hints(&DELIVERED);
                questions.push(read(&metric("type=HintsService,name=Hints_*"), &["Count"]));
                questions
            }
            Self::Hints(names) => about_hints(&hint_counters(names)),
            Self::Table(keyspace, table) => {
                let of = |name: &str, attribute: &str| {
                    read(&metric(&format!("type=Table,keyspace={keyspace},scope={table},name={name}")), &[attribute])
                };
                // They are read one after the other: writes that a flush came after are in no memtable that is counted later.
                vec![
                    of("WriteLatency", "Count"),
                    of("ReadLatency", "Count"),
                    of("MemtableLiveDataSize", "Value"),
                    of("MemtableColumnsCount", "Value"),
                    of("MemtableSwitchCount", "Count"),
                    of("LiveSSTableCount", "Value"),
                    of("LiveDiskSpaceUsed", "Count"),
                ]
            }
            Self::CommitLog => vec![
                read(&metric("type=CommitLog,name=TotalCommitLogSize"), &["Value"]),
                read(&metric("type=CommitLog,name=PendingTasks"), &["Value"]),
            ],
            Self::ReadRepairs => READ_REPAIRS
                .iter()
                .map(|name| read(&metric(&format!("type=ReadRepair,name={name}")), &["Count"]))
                .collect(),
        }
    }

    fn understand(&self, answers: &[Reply]) -> Option<Reading> {
        let answers: Vec<&Value> = answers.iter().map(|answer| answer.as_ref().unwrap_or(&Value::Null)).collect();
        match self {
            Self::Beliefs => beliefs(&answers),
            Self::Itself => itself(&answers).map(Reading::Fact),
            Self::Phi => phi(&answers).map(Reading::Fact),
            Self::HintsAndNames => {
                let (of_peers, answers) = answers.split_last()?;
                let of_peers = counts(of_peers);
                let names = Some(of_peers.keys().cloned().collect());
                hints(answers, &DELIVERED, of_peers, names)
            }
            Self::Hints(names) => hints(&answers, &hint_counters(names), BTreeMap::new(), None),
            Self::Table(keyspace, table) => table_read(&format!("{keyspace}.{table}"), &answers).map(Reading::Fact),
            Self::CommitLog => {
                let [bytes, pending] = answers.as_slice() else { return None };
                let (bytes, pending) = (natural(&bytes["Value"])?, natural(&pending["Value"])?);
                Some(Reading::Fact(CassandraFact::CommitLogRead { bytes, pending }))
            }
            Self::ReadRepairs => read_repairs(&answers).map(Reading::Fact),
        }
    }
}

/// Counters of the hints service that every node has.
const DELIVERED: [&str; 3] = ["HintsSucceeded", "HintsFailed", "HintsTimedOut"];
/// Counters of read repairs, in the order of [`read_repairs`].
const READ_REPAIRS: [&str; 3] = ["RepairedBlocking", "ReconcileRead", "RepairTimedOut"];

fn hint_counters(of_peers: &[String]) -> Vec<&str> {
    DELIVERED.into_iter().chain(of_peers.iter().map(String::as_str)).collect()
}

/// What [`hints`] understands.
fn about_hints(counters: &[&str]) -> Vec<Value> {
    let mut questions = vec![
        read(&metric("type=Storage,name=TotalHints"), &["Count"]),
        read(&metric("type=Storage,name=TotalHintsInProgress"), &["Count"]),
        read(STORAGE_PROXY, &["HintedHandoffEnabled", "MaxHintWindow"]),
        read(RUNTIME, &["StartTime"]),
    ];
    let counter = |name: &&str| read(&metric(&format!("type=HintsService,name={name}")), &["Count"]);
    questions.extend(counters.iter().map(counter));
    questions
}

fn metric(name: &str) -> String {
    format!("org.apache.cassandra.metrics:{name}")
}

fn beliefs(answers: &[&Value]) -> Option<Reading> {
    let [states, mode] = answers else { return None };
    let states = states["SimpleStatesWithPort"].as_object()?;
    let peers = states
        .iter()
        .filter_map(|(peer, state)| Some(PeerBelief { address: address(peer)?, up: state.as_str()? == "UP" }));
    let mut peers: Vec<PeerBelief> = peers.collect();
    peers.sort_by(|a, b| a.address.cmp(&b.address));
    let mode = mode["OperationMode"].as_str()?.to_owned();
    Some(Reading::Beliefs { mode, believed: CassandraFact::PeersBelieved { peers } })
}

fn itself(answers: &[&Value]) -> Option<CassandraFact> {
    let [host_id, names, schema, mode, snitch, tokens, endpoints] = answers else { return None };
    let text = |of: &Value, name: &str| of[name].as_str().map(str::to_owned);
    let host_id = text(host_id, "LocalHostId").unwrap_or_default();
    let endpoint = endpoints["HostIdToEndpoint"][&host_id].as_str().and_then(address);
    let tokens = tokens["Tokens"].as_array().into_iter().flatten().filter_map(|token| token.as_str());
    Some(CassandraFact::NodeDescribed {
        address: endpoint.unwrap_or_default(),
        cluster_name: text(names, "ClusterName")?,
        version: text(names, "ReleaseVersion")?,
        data_center: text(snitch, "Datacenter").unwrap_or_default(),
        rack: text(snitch, "Rack").unwrap_or_default(),
        tokens: ascending(tokens.map(str::to_owned).collect()),
        schema_version: text(schema, "SchemaVersion").unwrap_or_default(),
        mode: text(mode, "OperationMode"),
        host_id,
    })
}

/// Tokens in the order of the ring.
pub(crate) fn ascending(mut tokens: Vec<String>) -> Vec<String> {
    tokens.sort_by_key(|token| token.parse::<i64>().unwrap_or_default());
    tokens
}

fn phi(answers: &[&Value]) -> Option<CassandraFact> {
    let answer = answers.first()?;
    let threshold = answer["PhiConvictThreshold"].as_f64()?;
    let mut peers: Vec<PhiSeen> = rows(&answer["PhiValuesWithPort"])
        .into_iter()
        .filter_map(|row| {
            let phi = row["PHI"].as_f64().or_else(|| row["Phi"].as_f64())?;
            Some(PhiSeen { address: address(row["Endpoint"].as_str()?)?, phi: (phi * 10.0).round() / 10.0 })
        })
        .collect();
    peers.sort_by(|a, b| a.address.cmp(&b.address));
    Some(CassandraFact::PhiRead { peers, threshold })
}

/// Rows of tabular data, which is nested by its index names, or a list of values where that is not possible.
fn rows(table: &Value) -> Vec<&Value> {
    match table {
        Value::Object(nested) if nested.contains_key("values") => rows(&nested["values"]),
        Value::Object(nested) if nested.contains_key("Endpoint") => vec![table],
        Value::Object(nested) => nested.values().flat_map(rows).collect(),
        Value::Array(list) => list.iter().flat_map(rows).collect(),
        _ => Vec::new(),
    }
}

/// Answers to [`about_hints`], with further counts by name.
fn hints(
    answers: &[&Value],
    counters: &[&str],
    mut counts: BTreeMap<String, u64>,
    names: Option<Vec<String>>,
) -> Option<Reading> {
    let [total, in_progress, switches, runtime, counted @ ..] = answers else { return None };
    let counted =
        counters.iter().zip(counted).filter_map(|(name, of)| Some(((*name).to_owned(), natural(&of["Count"])?)));
    counts.extend(counted);
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let counted = CassandraFact::HintsCounted {
        in_progress: natural(&in_progress["Count"])?,
        total: natural(&total["Count"])?,
        created: by_address(&counts, "Hints_created-"),
        not_stored: by_address(&counts, "Hints_not_stored-"),
        succeeded: count("HintsSucceeded"),
        failed: count("HintsFailed"),
        timed_out: count("HintsTimedOut"),
    };
    Some(Reading::Hints {
        counted,
        enabled: switches["HintedHandoffEnabled"].as_bool()?,
        window_ms: natural(&switches["MaxHintWindow"])?,
        process: runtime["StartTime"].as_i64()?,
        names,
    })
}

/// Counts of the beans of a pattern, by the beans' `name`.
fn counts(beans: &Value) -> BTreeMap<String, u64> {
    let beans = beans.as_object().into_iter().flatten();
    beans.filter_map(|(bean, attributes)| Some((bean_name(bean)?, natural(&attributes["Count"])?))).collect()
}

/// `org.apache.cassandra.metrics:name=TotalHints,type=Storage`: its keys come in any order.
fn bean_name(bean: &str) -> Option<String> {
    let (_, keys) = bean.split_once(':')?;
    keys.split(',').find_map(|pair| pair.strip_prefix("name=")).map(|name| name.trim_matches('"').to_owned())
}

fn by_address(counts: &BTreeMap<String, u64>, prefix: &str) -> BTreeMap<String, u64> {
    counts.iter().filter_map(|(name, count)| Some((address(name.strip_prefix(prefix)?)?, *count))).collect()
}

fn table_read(table: &str, answers: &[&Value]) -> Option<CassandraFact> {
    let [writes, reads, bytes, cells, switches, sstables, disk] = answers else { return None };
    Some(CassandraFact::TableRead {
        table: table.to_owned(),
        memtable_bytes: natural(&bytes["Value"])?,
        memtable_cells: natural(&cells["Value"])?,
        memtable_switches: natural(&switches["Count"])?,
        sstables: u32::try_from(natural(&sstables["Value"])?).ok()?,
        sstable_bytes: natural(&disk["Count"])?,
        local_reads: natural(&reads["Count"])?,
        local_writes: natural(&writes["Count"])?,
    })
}

fn read_repairs(answers: &[&Value]) -> Option<CassandraFact> {
    let [blocking, reconciled, timed_out] = answers else { return None };
    Some(CassandraFact::ReadRepairsCounted {
        blocking: natural(&blocking["Count"])?,
        reconciled: natural(&reconciled["Count"]).unwrap_or_default(),
        timed_out: natural(&timed_out["Count"]).unwrap_or_default(),
    })
}

fn natural(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_i64().map(|_| 0))
}

/// The address in `/10.213.5.11:7000`, `10.213.5.11.7000`, `host/10.213.5.11:7000` and the like.
pub(super) fn address(endpoint: &str) -> Option<String> {
    let endpoint = endpoint.rsplit('/').next()?;
    if let Some((six, _)) = endpoint.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some(six.to_owned());
    }
    let four: Vec<&str> = endpoint.splitn(5, ['.', ':']).take(4).collect();
    let four = four.join(".");
    four.parse::<IpAddr>().ok().map(|_| four)
}

#[cfg(test)]
#[path = "beans_test.rs"]
mod tests;
