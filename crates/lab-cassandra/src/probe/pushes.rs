//! What a node pushes: said at once, and a reason for all to be looked at again now.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use lab_model::facts::cassandra::CassandraFact;
use lab_probe::Rounds;
use tokio::time::{sleep, timeout};

use super::{DEADLINE, Known, account::Account};
use crate::wire::{Connection, Event, Failure};

/// Between two attempts to listen.
const AGAIN: Duration = Duration::from_millis(300);
/// A line on which nothing came for so long is tried. A paused node lets it hang, and answers when it goes on.
const QUIET: Duration = Duration::from_secs(5);
/// How long a tried line may stay quiet before it is given up: as long as a node may well be paused.
const PATIENCE: Duration = Duration::from_secs(60);

/// Listens for ever.
pub(super) async fn listen(address: String, account: Account, known: Arc<Known>, rounds: Arc<Rounds>) {
    loop {
        if let Err(why) = hear_all(&address, &account, &known, &rounds).await {
            tracing::trace!(%why, address, "no pushes");
        }
        sleep(AGAIN).await;
    }
}

/// Ends with the connection.
async fn hear_all(address: &str, account: &Account, known: &Known, rounds: &Rounds) -> Result<(), Failure> {
    let mut connection = Connection::open(address, DEADLINE).await?.within(PATIENCE);
    connection.register().await?;
    rounds.wish();
    loop {
        match timeout(QUIET, connection.next_push()).await {
            Ok(event) => {
                let event = event?;
                if matches!(event, Event::Schema { .. }) {
                    known.schema_turned.store(true, Ordering::Relaxed);
                }
                account.send(fact(event));
                rounds.wish();
            }
            Err(_) => connection.ping().await?,
        }
    }
}

fn fact(event: Event) -> CassandraFact {
    match event {
        Event::Status { up, address } => CassandraFact::PeerTurned { address, up },
        Event::Topology { change, address } => CassandraFact::TopologyChanged { change, address },
        Event::Schema { change, target, name } => CassandraFact::SchemaChanged { change, target, name },
    }
}
