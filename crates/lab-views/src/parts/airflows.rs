//! The node of Airflow that is asked, and whether it answers.

use lab_model::{Code, Fact, Observation, Problem, facts::lab::LabFact};

use super::{
    nodes::{Node, Nodes},
    sources::{Heard, Sources},
    words::brief,
};
use crate::Hearing;

/// The role of the node with Airflow's database, which nobody asks.
const DATABASE: &str = "database";

/// Folds in which containers there are and who answers; tells if what is said of that may be another sentence now.
pub(crate) fn apply(nodes: &mut Nodes, sources: &mut Sources, observation: &Observation) -> bool {
    let container = nodes.apply(observation).is_some();
    let turned = sources.apply(observation).is_some();
    container || turned || matches!(observation.fact, Fact::Lab(LabFact::LabStopped))
}

/// The node whose API server is asked; none if the lab has none.
pub(crate) fn node(nodes: &Nodes) -> Option<&Node> {
    nodes.of("airflow").find(|node| node.info.role != DATABASE)
}

/// Whether it answers.
pub(crate) fn heard(nodes: &Nodes, sources: &Sources) -> Heard {
    node(nodes).map(|node| sources.of_node(&node.info.name, Some(node))).unwrap_or_default()
}

/// What is awaited of it, and why it may be long in coming: `the list of DAGs (airflow-1 does not answer)`.
pub(crate) fn awaited(nodes: &Nodes, sources: &Sources, what: &str) -> String {
    match (node(nodes), heard(nodes, sources).hearing) {
        (Some(node), Hearing::Silent) => format!("{what} ({} does not answer)", node.info.name),
        _ => what.to_owned(),
    }
}

/// A sentence of what Airflow told, which it may not tell again: while it is silent nobody knows what is so now.
pub(crate) fn as_heard(nodes: &Nodes, sources: &Sources, known: bool, sentence: String) -> String {
    match (node(nodes), heard(nodes, sources).hearing) {
        (Some(node), Hearing::Silent) if known => {
            format!("{} does not answer. What it said last: {sentence}", node.info.name)
        }
        (Some(node), Hearing::Silent) => format!("{} does not answer. {sentence}", node.info.name),
        _ => sentence,
    }
}

/// Why a view of a DAG can never be shown.
pub(crate) fn no_dag(dag: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("Airflow has no DAG {}.", brief(dag)),
        detail: String::new(),
        hint: "A new file is read within a few seconds; one that cannot be imported makes no DAG.".to_owned(),
    }
}
