//! Keys for trials: each with a value that every replica has acknowledged, and with the nodes that hold it.
//!
//! Where replicas are fewer than nodes, keys are chosen that the fault concerns as much as any key can be: a fault
//! that touches no replica of a key says nothing about it.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use lab_bench::consistency::{Key, OLD, Ring};
use lab_cassandra::{Level, Request};
use lab_model::{Datum, Problem, facts::cassandra::RequestOutcome};

use super::{super::lab::not_now, testbed::Testbed};

/// Rows in one statement; Cassandra warns of more than ten partitions in a batch.
const AT_A_TIME: usize = 10;
/// Statements under way.
const IN_FLIGHT: usize = 4;
/// Of the keys made at most so many are left aside for one that is used.
const MOST_TRIED: usize = 40;

/// Makes `count` keys in `table`.
///
/// # Errors
/// `not_now` if nodes do not acknowledge them, `cancelled`.
pub(super) async fn make(
    testbed: &Testbed,
    ring: &Ring,
    table: &str,
    rf: u32,
    victims: &BTreeSet<String>,
    count: usize,
    prefix: &str,
) -> Result<Vec<Key>, Problem> {
    let wanted = ring.most_hit(victims, rf);
    let mut keys = Vec::new();
    let mut tried = 0;
    while keys.len() < count {
        if tried > MOST_TRIED * count.max(AT_A_TIME) {
            return Err(not_now("No key has a replica that the fault affects.", "Try another replication factor."));
        }
        let names: Vec<String> =
            (tried..tried + count.max(AT_A_TIME)).map(|number| format!("{prefix}-{number}")).collect();
        tried += names.len();
        let placed = stream::iter(names.chunks(AT_A_TIME).map(<[String]>::to_vec).collect::<Vec<_>>())
            .map(|chunk| place(testbed, ring, table, rf, chunk))
            .buffered(IN_FLIGHT)
            .collect::<Vec<_>>();
        for placed in testbed.unless_cancelled(placed).await? {
            let concerned = |key: &Key| key.replicas.iter().filter(|node| victims.contains(*node)).count() == wanted;
            keys.extend(placed?.into_iter().filter(concerned));
        }
    }
    keys.truncate(count);
    Ok(keys)
}

/// Writes a few keys at ALL and asks for their tokens.
async fn place(testbed: &Testbed, ring: &Ring, table: &str, rf: u32, names: Vec<String>) -> Result<Vec<Key>, Problem> {
    let inserts: String =
        names.iter().map(|name| format!("INSERT INTO {table} (k, v) VALUES ('{name}', '{OLD}'); ")).collect();
    ask(testbed, &format!("BEGIN UNLOGGED BATCH {inserts}APPLY BATCH"), Level::All).await?;
    let list: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let cql = format!("SELECT k, token(k) FROM {table} WHERE k IN ({})", list.join(", "));
    let tokens = ask(testbed, &cql, Level::One).await?;
    let key = |row: &Vec<Datum>| {
        let (key, token) = (row.first()?.text.clone(), row.get(1)?.text.parse().ok()?);
        Some(ring.key(key, token, rf))
    };
    Ok(tokens.iter().filter_map(key).collect())
}

/// Asks until it is done: what comes before a trial must be so.
async fn ask(testbed: &Testbed, cql: &str, level: Level) -> Result<Vec<Vec<Datum>>, Problem> {
    let mut last = "nothing came back".to_owned();
    for _ in 0..5 {
        match testbed.request(Request { level, ..Request::of(cql) }).await {
            Some(seen) if seen.outcome == RequestOutcome::Ok => return Ok(seen.rows),
            Some(seen) => last = seen.outcome.to_string(),
            None => {}
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    Err(not_now(
        &format!("The values before the fault could not be written at {level}: {last}."),
        "Check whether another program changes this lab.",
    ))
}
