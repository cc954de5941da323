//! Two sessions of the driver, opened when first needed: one whose every error is the coordinator's own, one that is fast.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use scylla::{
    client::{PoolSize, execution_profile::ExecutionProfile, session::Session, session_builder::SessionBuilder},
    policies::{address_translator::AddressTranslator, retry::FallthroughRetryPolicy},
};
use tokio::sync::Mutex;

use super::roster::Roster;
use crate::{Cluster, wire::Failure};

/// Longer than any limit of Cassandra's own (12 s), so that the coordinator's word is what arrives.
const PATIENCE: Duration = Duration::from_secs(15);
/// A paused node keeps its sockets: only silence on them tells, and is asked for this often.
const KEEPALIVE: Duration = Duration::from_secs(2);
/// A node beside a busy machine may need seconds to answer, and is not silent for that; it is less than a request may take.
const KEEPALIVE_PATIENCE: Duration = Duration::from_secs(10);
/// For all of a session's beginnings.
const TO_OPEN: Duration = Duration::from_secs(20);
/// Connections to each node for loads: what is sent at the same moment goes out in one packet only on one of them.
const INGEST_CONNECTIONS: usize = 1;

/// The sessions of one lab.
pub(super) struct Sessions {
    roster: Arc<Roster>,
    lab: Mutex<Option<Arc<Session>>>,
    ingest: Mutex<Option<Arc<Session>>>,
}

impl Sessions {
    pub(super) fn new(roster: Arc<Roster>) -> Self {
        Self { roster, lab: Mutex::new(None), ingest: Mutex::new(None) }
    }

    /// No retries, no speculation: what arrives is what one coordinator said once.
    pub(super) async fn lab(&self, cluster: &Cluster) -> Result<Arc<Session>, Failure> {
        let connections = PoolSize::PerHost(NonZeroUsize::MIN);
        open(&self.lab, || self.connect(cluster, connections)).await
    }

    /// More connections, and the same honesty.
    pub(super) async fn ingest(&self, cluster: &Cluster) -> Result<Arc<Session>, Failure> {
        let connections = NonZeroUsize::new(INGEST_CONNECTIONS).unwrap_or(NonZeroUsize::MIN);
        open(&self.ingest, || self.connect(cluster, PoolSize::PerHost(connections))).await
    }

    pub(super) async fn close(&self) {
        self.lab.lock().await.take();
        self.ingest.lock().await.take();
    }

    async fn connect(&self, cluster: &Cluster, connections: PoolSize) -> Result<Session, Failure> {
        let answered = self.roster.learn(cluster).await;
        if answered.is_empty() {
            return Err(Failure::NoConnection("no node answers".into()));
        }
        let contacts = cluster.nodes.iter().filter(|node| answered.contains(&node.name));
        let contacts: Vec<&str> = contacts.map(|node| node.cql.as_str()).collect();
        let profile = ExecutionProfile::builder()
            .retry_policy(Arc::new(FallthroughRetryPolicy::new()))
            .speculative_execution_policy(None)
            .request_timeout(Some(PATIENCE))
            .build();
        let roster: Arc<dyn AddressTranslator> = Arc::clone(&self.roster) as _;
        let session = SessionBuilder::new()
            .known_nodes(contacts)
            .address_translator(roster)
            .default_execution_profile_handle(profile.into_handle())
            .pool_size(connections)
            .keepalive_interval(KEEPALIVE)
            .keepalive_timeout(KEEPALIVE_PATIENCE)
            .connection_timeout(Duration::from_secs(2))
            .metadata_request_clientside_timeout(Duration::from_secs(4))
            .auto_await_schema_agreement(false)
            .schema_agreement_timeout(Duration::from_secs(10));
        match tokio::time::timeout(TO_OPEN, session.build()).await {
            Ok(built) => built.map_err(|why| Failure::NoConnection(why.to_string())),
            Err(_) => Err(Failure::NoConnection(format!("no session within {} s", TO_OPEN.as_secs()))),
        }
    }
}

async fn open<F: Future<Output = Result<Session, Failure>>>(
    place: &Mutex<Option<Arc<Session>>>,
    connect: impl FnOnce() -> F,
) -> Result<Arc<Session>, Failure> {
    let mut place = place.lock().await;
    if let Some(session) = &*place {
        return Ok(Arc::clone(session));
    }
    let session = Arc::new(connect().await?);
    *place = Some(Arc::clone(&session));
    Ok(session)
}
