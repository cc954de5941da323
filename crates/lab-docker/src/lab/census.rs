//! Which labs there are, whoever made them, and what is left of labs whose containers are gone.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::{EventMessage, EventMessageTypeEnum};
use bollard::query_parameters::{ListNetworksOptionsBuilder, ListVolumesOptionsBuilder};
use futures::channel::mpsc;
use futures::{SinkExt, Stream, StreamExt};

use super::Lab;
use crate::error::{Error, Result};
use crate::{Engine, label};

/// The longest time between two looks.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A start or an end makes many events: they are waited for, so that one look tells of all.
const GATHER: Duration = Duration::from_millis(100);

/// Every lab of an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Census {
    /// Labs that have containers, running or not, by name.
    pub labs: Vec<Lab>,
    /// What is left of the others, by name.
    pub remains: Vec<Remains>,
}

/// What is left of a lab that has no container any more.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remains {
    /// The lab.
    pub project: String,
    /// The stack it was made from.
    pub stack: String,
    /// The volumes: the data.
    pub volumes: usize,
    /// The networks.
    pub networks: usize,
}

impl Engine {
    /// Every lab, and what is left of those that were removed.
    ///
    /// # Errors
    /// The engine's.
    pub async fn census(&self) -> Result<Census> {
        let labs = self.labs().await?;
        let mut remains: BTreeMap<String, Remains> = BTreeMap::new();
        let mut note = |labels: Option<&label::Labels>, volume: bool| {
            let text = |key: &str| labels.and_then(|labels| labels.get(key)).cloned();
            let Some(project) = text(label::LAB) else { return };
            if labs.iter().any(|lab| lab.project == project) {
                return;
            }
            let stack = text(label::STACK).unwrap_or_default();
            let empty = Remains { project: project.clone(), stack, volumes: 0, networks: 0 };
            let left = remains.entry(project).or_insert(empty);
            if volume { left.volumes += 1 } else { left.networks += 1 }
        };
        let options = ListVolumesOptionsBuilder::new().filters(&label::filter(None)).build();
        let volumes = self.docker.list_volumes(Some(options)).await.map_err(Error::engine("list volumes"))?;
        volumes.volumes.iter().flatten().for_each(|volume| note(Some(&volume.labels), true));
        let options = ListNetworksOptionsBuilder::new().filters(&label::filter(None)).build();
        let networks = self.docker.list_networks(Some(options)).await.map_err(Error::engine("list networks"))?;
        networks.iter().for_each(|network| note(network.labels.as_ref(), false));
        Ok(Census { labs, remains: remains.into_values().collect() })
    }

    /// The census, and a new one whenever it changed: what other programs start, stop and remove is in it within a
    /// second. An error is said once each time the engine falls silent, and the watching goes on; it ends when the
    /// stream is dropped.
    pub fn watch_labs(&self) -> impl Stream<Item = Result<Census>> + Send + Unpin + use<> {
        let (mut tell, heard) = mpsc::channel(4);
        let engine = self.clone();
        tokio::spawn(async move {
            let mut wakes = engine.wakes(LOOK_AGAIN, concerns);
            let mut silent = false;
            while wakes.next().await.is_some() && !tell.is_closed() {
                tokio::time::sleep(GATHER).await;
                let now = engine.census().await;
                let was_silent = std::mem::replace(&mut silent, now.is_err());
                // The same census is told again too: who follows it may have waited for time to pass.
                if !(was_silent && silent) && tell.send(now).await.is_err() {
                    return;
                }
            }
        });
        heard
    }
}

/// Containers tell their labels; networks and volumes only their names, which may be anybody's.
fn concerns(event: &EventMessage) -> bool {
    let attributes = event.actor.as_ref().and_then(|actor| actor.attributes.as_ref());
    attributes.is_some_and(|attributes| attributes.contains_key(label::LAB))
        || event.typ != Some(EventMessageTypeEnum::CONTAINER)
}
