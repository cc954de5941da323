//! How much of the machine a node uses, once a second.

use bollard::models::ContainerStatsResponse;
use bollard::query_parameters::StatsOptionsBuilder;
use futures::{SinkExt, Stream, StreamExt};

use crate::Engine;
use crate::error::{Error, Result};

/// A reading. What an engine does not tell is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct NodeStats {
    /// Processors used since the reading before: 1.0 is one processor fully busy.
    pub cpus: Option<f64>,
    /// Memory in use without the page cache that can be given back, bytes.
    pub memory_bytes: Option<u64>,
    /// The memory limit, bytes.
    pub memory_limit: Option<u64>,
    /// Received on all networks since it started, bytes.
    pub received_bytes: Option<u64>,
    /// Sent on all networks since it started, bytes.
    pub sent_bytes: Option<u64>,
}

impl Engine {
    /// Readings about once a second, until the node stops or the stream is dropped.
    ///
    /// # Errors
    /// [`Error::UnknownLab`], [`Error::UnknownNode`]; within the stream the engine's.
    pub async fn stats(
        &self,
        project: &str,
        node: &str,
    ) -> Result<impl Stream<Item = Result<NodeStats>> + Send + Unpin + use<>> {
        let container = self.container(project, node).await?.container;
        let (mut tell, heard) = futures::channel::mpsc::channel(4);
        let docker = self.docker.clone();
        let node = node.to_owned();
        tokio::spawn(async move {
            let options = StatsOptionsBuilder::new().stream(true).build();
            let mut readings = Box::pin(docker.stats(&container, Some(options)));
            while let Some(reading) = readings.next().await {
                let reading = reading.map(|r| read(&r)).map_err(Error::engine(format!("read the load of {node}")));
                if tell.send(reading).await.is_err() {
                    return;
                }
            }
        });
        Ok(heard)
    }
}

fn read(response: &ContainerStatsResponse) -> NodeStats {
    let memory = response.memory_stats.as_ref();
    let cache = memory
        .and_then(|m| m.stats.as_ref())
        .and_then(|s| s.get("inactive_file").or_else(|| s.get("total_inactive_file")));
    let networks = response.networks.as_ref();
    let sum = |pick: fn(&bollard::models::ContainerNetworkStats) -> Option<u64>| {
        networks.map(|n| n.values().filter_map(pick).sum())
    };
    NodeStats {
        cpus: cpus(response),
        memory_bytes: memory.and_then(|m| m.usage).map(|usage| usage.saturating_sub(cache.copied().unwrap_or(0))),
        memory_limit: memory.and_then(|m| m.limit),
        received_bytes: sum(|network| network.rx_bytes),
        sent_bytes: sum(|network| network.tx_bytes),
    }
}

/// The node's share of the time that all processors had between two readings.
fn cpus(response: &ContainerStatsResponse) -> Option<f64> {
    let (now, before) = (response.cpu_stats.as_ref()?, response.precpu_stats.as_ref()?);
    let used = now.cpu_usage.as_ref()?.total_usage?.checked_sub(before.cpu_usage.as_ref()?.total_usage?)?;
    let passed = now.system_cpu_usage?.checked_sub(before.system_cpu_usage?)?;
    (passed > 0).then(|| used as f64 / passed as f64 * f64::from(now.online_cpus.unwrap_or(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_counted_from_two_readings_and_the_cache_is_left_out() {
        let reading = serde_json::json!({
            "cpu_stats": { "cpu_usage": { "total_usage": 3_000_000_000_u64 }, "system_cpu_usage": 10_000_000_000_u64, "online_cpus": 2 },
            "precpu_stats": { "cpu_usage": { "total_usage": 2_500_000_000_u64 }, "system_cpu_usage": 8_000_000_000_u64 },
            "memory_stats": { "usage": 200, "limit": 1000, "stats": { "inactive_file": 50 } },
            "networks": { "eth0": { "rx_bytes": 1, "tx_bytes": 2 }, "eth1": { "rx_bytes": 10, "tx_bytes": 20 } }
        });
        let stats = read(&serde_json::from_value(reading).unwrap());
        assert_eq!(stats.cpus, Some(0.5));
        assert_eq!((stats.memory_bytes, stats.memory_limit), (Some(150), Some(1000)));
        assert_eq!((stats.received_bytes, stats.sent_bytes), (Some(11), Some(22)));
    }

    #[test]
    fn an_engine_that_tells_nothing_gives_nothing() {
        assert_eq!(read(&ContainerStatsResponse::default()), NodeStats::default());
    }
}
