//! What wakes whoever looks at the engine: its events, and a clock for what no event told. An event only wakes; what is
//! so is always looked at anew, so a missed event costs seconds and never a wrong state.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::EventMessage;
use bollard::query_parameters::{EventsOptions, EventsOptionsBuilder};
use futures::StreamExt;
use futures::channel::mpsc;

use crate::Engine;

/// After the engine's events have ended it is asked for them again this soon.
const CONNECT_AGAIN: Duration = Duration::from_millis(500);

impl Engine {
    /// Wakes at once, at every event that concerns, each time the events begin anew, and when nothing came for `again`.
    /// Several wakes while nobody waits are one. It ends when the receiver is dropped.
    pub(crate) fn wakes(
        &self,
        again: Duration,
        concerns: impl Fn(&EventMessage) -> bool + Send + Sync + 'static,
    ) -> mpsc::Receiver<()> {
        let (mut wake, woken) = mpsc::channel(1);
        let docker = self.docker.clone();
        tokio::spawn(async move {
            loop {
                let mut events = Box::pin(docker.events(Some(options())));
                loop {
                    // Where one wake waits already, one more would say nothing new.
                    if wake.try_send(()).is_err_and(|error| error.is_disconnected()) {
                        return;
                    }
                    let next = async {
                        loop {
                            match events.next().await {
                                Some(Ok(event)) if !is_noise(&event) && concerns(&event) => return true,
                                Some(Ok(_)) => {}
                                Some(Err(_)) | None => return false,
                            }
                        }
                    };
                    if !tokio::time::timeout(again, next).await.unwrap_or(true) {
                        break;
                    }
                }
                tokio::time::sleep(CONNECT_AGAIN).await;
            }
        });
        woken
    }
}

fn options() -> EventsOptions {
    let kinds = ["container", "network", "volume", "image"].map(str::to_owned).to_vec();
    EventsOptionsBuilder::new().filters(&HashMap::from([("type".to_owned(), kinds)])).build()
}

/// What our own looking makes.
fn is_noise(event: &EventMessage) -> bool {
    let noise = ["exec_", "top", "mount", "unmount"];
    event.action.as_deref().is_some_and(|action| noise.iter().any(|noise| action.starts_with(noise)))
}
