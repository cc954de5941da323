//! What the API server answers its own pages that draw a DAG. Nobody promised that it stays as it is.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Structure {
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
}

/// A task, a group with what is in it, or a point at which a group joins its edges.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) label: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) children: Option<Vec<Node>>,
    pub(crate) is_mapped: Option<bool>,
    pub(crate) tooltip: Option<String>,
    pub(crate) setup_teardown_type: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edge {
    pub(crate) source_id: String,
    pub(crate) target_id: String,
    pub(crate) label: Option<String>,
    pub(crate) is_setup_teardown: Option<bool>,
}
