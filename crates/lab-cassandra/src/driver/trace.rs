//! Traces: kept where they can be found, and read back, more than once because late lines come after the answer.

use std::{sync::Arc, time::Duration};

use lab_model::{ActionId, Source, facts::cassandra::CassandraFact};
use tokio::time::{Instant, sleep};

use super::Driver;
use crate::{
    ask::{
        ring,
        schema::replication,
        traces::{self, Trace},
    },
    wire::{Connection, Failure, Question},
};

/// Between two looks at a trace that is not complete.
const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// A coordinator that has not ended a trace by then may never do so.
const TO_END: Duration = Duration::from_secs(3);
/// Replicas that were waited for in vain have answered or are given up by then: the write timeout is 2 s.
const LATE: Duration = Duration::from_millis(2600);
/// Replicas write their lines on their own; those of a quick answer come a moment after it.
const SOON: Duration = Duration::from_millis(250);

impl Driver {
    /// Reads a trace once it is complete and tells it; goes on in the background for late lines.
    pub(crate) async fn tell_trace(self: &Arc<Self>, trace: &str, coordinator: &str, cause: Option<ActionId>) {
        let told = self.read_until_complete(trace, coordinator).await;
        if let Some((node, read)) = &told {
            self.tell(Source::Node(node.clone()), cause, read.fact.clone());
        }
        let (driver, trace, coordinator) = (Arc::clone(self), trace.to_owned(), coordinator.to_owned());
        self.reading.spawn(async move {
            let ended = driver.ended.clone();
            tokio::select! {
                () = driver.tell_late(&trace, &coordinator, cause, told.map(|(_, read)| read.fact)) => {}
                () = ended.cancelled() => {}
            }
        });
    }

    async fn tell_late(
        &self,
        trace: &str,
        coordinator: &str,
        cause: Option<ActionId>,
        mut told: Option<CassandraFact>,
    ) {
        for wait in [SOON, LATE] {
            sleep(wait).await;
            if let Some((node, read)) = self.read_trace(trace, coordinator).await
                && told.as_ref() != Some(&read.fact)
            {
                told = Some(read.fact.clone());
                self.tell(Source::Node(node), cause, read.fact);
            }
        }
    }

    async fn read_until_complete(&self, trace: &str, coordinator: &str) -> Option<(String, Trace)> {
        let began = Instant::now();
        loop {
            let read = self.read_trace(trace, coordinator).await;
            if read.as_ref().is_some_and(|(_, read)| read.complete) || began.elapsed() > TO_END {
                return read;
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// From the coordinator, or from another node that has it.
    async fn read_trace(&self, trace: &str, coordinator: &str) -> Option<(String, Trace)> {
        let others = self.cluster.nodes.iter().map(|node| node.name.as_str()).filter(|node| *node != coordinator);
        for node in std::iter::once(coordinator).chain(others) {
            let Ok(connection) = self.connect(node).await else { continue };
            let mut connection = connection.within(TO_END);
            let read = traces::read(&mut connection, trace).await;
            self.give_back(node, connection);
            if let Ok(Some(read)) = read {
                return Some((node.to_owned(), read));
            }
        }
        None
    }

    /// Has every node keep every trace, as far as there are three of a data center: by default two nodes of a ring keep
    /// each, and it is gone with them. Gives what to tell if something was changed.
    pub(super) async fn spread_traces(&self) -> Option<String> {
        let mut spread = self.traces_spread.lock().await;
        if *spread {
            return None;
        }
        let (_, mut connection) = self.any().await.ok()?;
        let changed = spread_over(&mut connection).await;
        *spread = changed.is_ok();
        if matches!(changed, Ok(Some(_))) {
            // A node that does not know yet would send its lines where nobody looks for them.
            self.agreed().await;
        }
        match changed {
            Ok(changed) => changed.map(|factors| format!("more nodes keep traces from now on: {factors}")),
            Err(why) => {
                tracing::debug!(%why, "traces stay where they are");
                None
            }
        }
    }
}

/// Gives the new replication, if it is another than it was.
async fn spread_over(connection: &mut Connection) -> Result<Option<String>, Failure> {
    let itself = ring::itself(connection).await?;
    let CassandraFact::NodeDescribed { data_center, .. } = itself.fact else { return Ok(None) };
    let mut sizes = std::collections::BTreeMap::from([(data_center, 1u32)]);
    if let CassandraFact::PeersListed { peers } = ring::peers(connection, &itself.address).await? {
        for peer in peers.into_iter().filter(|peer| !peer.tokens.is_empty()) {
            *sizes.entry(peer.data_center).or_default() += 1;
        }
    }
    if sizes.values().sum::<u32>() < 3 {
        return Ok(None);
    }
    let factors: std::collections::BTreeMap<String, u32> =
        sizes.into_iter().map(|(data_center, size)| (data_center, size.min(3))).collect();
    let now = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'system_traces'";
    let now = connection.rows(now).await?;
    let now = now.rows().next().map(|row| replication(row.entries("replication")));
    if now == Some(("NetworkTopologyStrategy".to_owned(), factors.clone())) {
        return Ok(None);
    }
    let factors: Vec<String> = factors.iter().map(|(place, factor)| format!("'{place}': {factor}")).collect();
    let factors = factors.join(", ");
    let alter =
        format!("ALTER KEYSPACE system_traces WITH replication = {{'class': 'NetworkTopologyStrategy', {factors}}}");
    connection.ask(&Question::of(&alter)).await?;
    Ok(Some(factors))
}
