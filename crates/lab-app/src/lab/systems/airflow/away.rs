//! Nodes of Airflow that do not run, where an action fails: its API server answers nobody while its database is away, and then
//! that is the reason, not the API server.

use lab_model::{Code, Problem, facts::lab::NodeState};
use lab_views::kinds::lab_nodes::{self, Node};

use super::Recorder;

/// Those of these nodes that the container engine says do not run. One that it has not spoken of yet is none of them.
pub(super) fn away(recorder: &Recorder, names: &[String]) -> Vec<Node> {
    let nodes = recorder.model::<lab_nodes::TheView>(&lab_nodes::Params { actions: 0 }).nodes;
    nodes.into_iter().filter(|node| names.contains(&node.name) && is_away(node)).collect()
}

fn is_away(node: &Node) -> bool {
    matches!(node.state, Some(NodeState::Paused | NodeState::Stopped | NodeState::Absent))
}

/// The failure of an action with these nodes as what to do about it, where Airflow itself did not answer as it does.
pub(super) fn explained(problem: Problem, away: &[Node]) -> Problem {
    let is_of_airflow = matches!(problem.code, Code::NodeSilent | Code::TimedOut | Code::EngineSaidNo);
    if !is_of_airflow || away.is_empty() {
        return problem;
    }
    Problem { hint: away.iter().map(hint).collect::<Vec<_>>().join(" "), ..problem }
}

fn hint(Node { name, state, exit_code, .. }: &Node) -> String {
    let code = exit_code.map(|code| format!(" (exit code {code})")).unwrap_or_default();
    let without = "and Airflow cannot answer without it";
    match state {
        Some(NodeState::Paused) => format!("{name} is paused, {without}. Resume it: docker.unpause node={name}."),
        Some(NodeState::Absent) => format!("{name} is gone, {without}. Start the lab again."),
        _ => format!("{name} is stopped{code}, {without}. Start it: docker.start node={name}."),
    }
}

#[cfg(test)]
mod tests {
    use lab_views::Hearing;

    use super::*;

    fn node(name: &str, state: Option<NodeState>, exit_code: Option<i64>) -> Node {
        Node {
            name: name.to_owned(),
            role: "database".to_owned(),
            node_id: None,
            spare: false,
            waits: false,
            endpoint: None,
            state,
            exit_code,
            networks: Vec::new(),
            cut: false,
            heard: Hearing::NotAsked,
            heard_at: None,
            why_silent: None,
        }
    }

    fn silent(code: Code) -> Problem {
        let hint = "Look whether the node runs".to_owned();
        Problem { code, message: "airflow-1: no answer".into(), detail: String::new(), hint }
    }

    #[test]
    fn a_node_that_does_not_run_is_the_reason() {
        let stopped = node("postgres-1", Some(NodeState::Stopped), Some(137));
        let said = explained(silent(Code::NodeSilent), &[stopped]);
        assert_eq!(said.message, "airflow-1: no answer");
        let hint = "postgres-1 is stopped (exit code 137), and Airflow cannot answer without it. Start it: docker.start \
            node=postgres-1.";
        assert_eq!(said.hint, hint);
        let paused = node("postgres-1", Some(NodeState::Paused), None);
        let hint =
            "postgres-1 is paused, and Airflow cannot answer without it. Resume it: docker.unpause node=postgres-1.";
        assert_eq!(explained(silent(Code::EngineSaidNo), &[paused]).hint, hint);
    }

    #[test]
    fn what_has_another_reason_keeps_it() {
        let stopped = node("postgres-1", Some(NodeState::Stopped), Some(0));
        for code in [Code::ActionInvalid, Code::NotNow, Code::Cancelled] {
            assert_eq!(explained(silent(code), std::slice::from_ref(&stopped)).hint, silent(code).hint);
        }
        assert_eq!(explained(silent(Code::NodeSilent), &[]).hint, silent(Code::NodeSilent).hint);
        let states = [Some(NodeState::Running), None].map(|state| is_away(&node("postgres-1", state, None)));
        assert_eq!(states, [false, false]);
    }
}
