//! Which labs there are, whoever made them, and what is left of labs whose containers are gone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bollard::models::{EventMessage, EventMessageTypeEnum};
use bollard::query_parameters::{ListNetworksOptionsBuilder, ListVolumesOptionsBuilder};
use futures::{Stream, StreamExt, stream};

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

    /// A look at all labs, and a new one whenever something changed: what other programs start, stop and remove is in it
    /// within a second. Each look is taken when it is asked for, so that whoever is busy is not handed old ones
    /// afterwards. An error is said once each time the engine falls silent, and the watching goes on; it ends when the
    /// stream is dropped.
    pub fn watch_labs(&self) -> impl Stream<Item = Look> + Send + Unpin + use<> {
        let wakes = self.wakes(LOOK_AGAIN, concerns);
        Box::pin(stream::unfold((self.clone(), wakes, false), |(engine, mut wakes, mut silent)| async move {
            loop {
                wakes.next().await?;
                tokio::time::sleep(GATHER).await;
                let asked = Instant::now();
                let census = engine.census().await;
                let was_silent = std::mem::replace(&mut silent, census.is_err());
                // The same census is told again too: who follows it may have waited for time to pass.
                if !(was_silent && silent) {
                    return Some((Look { asked, census }, (engine, wakes, silent)));
                }
            }
        }))
    }
}

/// What there was at one moment.
#[derive(Debug)]
pub struct Look {
    /// When the engine was asked: what was made later is not in it.
    pub asked: Instant,
    /// What the engine said.
    pub census: Result<Census>,
}

/// Containers tell their labels; networks and volumes only their names, which may be anybody's.
fn concerns(event: &EventMessage) -> bool {
    let attributes = event.actor.as_ref().and_then(|actor| actor.attributes.as_ref());
    attributes.is_some_and(|attributes| attributes.contains_key(label::LAB))
        || !matches!(event.typ, Some(EventMessageTypeEnum::CONTAINER | EventMessageTypeEnum::IMAGE))
}
