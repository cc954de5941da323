//! The labels that make a resource ours. Nothing without [`LAB`] is ever changed, and this is where that is decided.
//!
//! Compose's own labels stand beside ours, so that `docker compose -p <project> ps` knows our labs too.

use std::collections::HashMap;

/// On containers, networks and volumes: the lab (Compose's project).
pub const LAB: &str = "dev.pipewright.lab";
/// On all of them: the name of the stack.
pub const STACK: &str = "dev.pipewright.stack";
/// On containers: the service name, e.g. `kafka-1`.
pub const NODE: &str = "dev.pipewright.node";
/// On everything of a lab: what was chosen when it was made, as `VARIABLE=value`, by spaces.
pub const OPTIONS: &str = "dev.pipewright.options";
/// On a container that is made to take a file out of an image, and is never started.
pub(crate) const TEMPORARY: &str = "dev.pipewright.temporary";
/// On images of ours: which one.
pub const IMAGE: &str = "dev.pipewright.image";
/// On images that were built for a lab, on the image of one of its nodes: the lab. No other image can be taken in that one's
/// place.
pub const EXTENDS: &str = "dev.pipewright.extends";
/// On images of ours: the digest of what they were built from.
pub(crate) const CONTEXT: &str = "dev.pipewright.context";
/// On containers: their fixed address on the cluster network. Docker forgets it when the network is disconnected.
pub const ADDRESS: &str = "dev.pipewright.cluster.address";
/// On containers: their name on the cluster network, forgotten like the address.
pub const ALIAS: &str = "dev.pipewright.cluster.alias";

pub(crate) const COMPOSE_PROJECT: &str = "com.docker.compose.project";
pub(crate) const COMPOSE_SERVICE: &str = "com.docker.compose.service";
pub(crate) const COMPOSE_NETWORK: &str = "com.docker.compose.network";
pub(crate) const COMPOSE_VOLUME: &str = "com.docker.compose.volume";
/// From which file a container comes: for `docker compose ls`, and so that a person sees it.
pub(crate) const COMPOSE_FILES: &str = "com.docker.compose.project.config_files";

/// Compose's record of what must be stopped after a container: `name:condition:restart`, by commas.
pub(crate) const COMPOSE_DEPENDS_ON: &str = "com.docker.compose.depends_on";

/// The network that carries replication and gossip: the one a node is cut from.
pub const CLUSTER_NETWORK: &str = "b-cluster";

pub(crate) type Labels = HashMap<String, String>;

/// A filter for the engine's list calls: everything of one lab, or of every lab.
pub(crate) fn filter(project: Option<&str>) -> HashMap<String, Vec<String>> {
    let wanted = match project {
        Some(project) => format!("{LAB}={project}"),
        None => LAB.to_owned(),
    };
    HashMap::from([("label".to_owned(), vec![wanted])])
}

/// True if the labels say that the resource belongs to this lab.
pub(crate) fn belongs(labels: Option<&Labels>, project: &str) -> bool {
    labels.and_then(|labels| labels.get(LAB)).is_some_and(|lab| lab == project)
}
