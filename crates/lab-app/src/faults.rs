//! Faults as actions: `docker.pause { node = "kafka-2" }`. What a fault does to a container is said in `lab-docker`.

use lab_docker::Fault;
use lab_model::{ActionCall, ActionSpec, Code, Problem};
use schemars::JsonSchema;
use serde::Deserialize;

/// Every fault and every mending, with the words of its button and its line in the reference.
const FAULTS: [(Fault, &str, &str, &str); 7] = [
    (Fault::Stop, "docker.stop", "Stop", "Shut a node down in order, and wait until it has stopped."),
    (Fault::Start, "docker.start", "Start", "Start a stopped or killed node again."),
    (Fault::Kill, "docker.kill", "Kill", "End a node's process at once, as a crash would."),
    (Fault::Pause, "docker.pause", "Pause", "Freeze a node: its connections stay open, but it does not answer."),
    (Fault::Unpause, "docker.unpause", "Unpause", "Let a paused node continue."),
    (
        Fault::Cut,
        "docker.cut",
        "Cut off",
        "Take a node off the cluster's network: the other nodes cannot reach it, but clients still can.",
    ),
    (Fault::Heal, "docker.heal", "Heal", "Put a node back on the networks that it was taken off."),
];

/// The argument of every fault. (Read by its schema alone.)
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "it exists for its schema")]
struct Arguments {
    /// The node, by its service name, e.g. `kafka-2`.
    node: String,
}

/// Faults as lines of the catalog.
pub(crate) fn catalog() -> Vec<ActionSpec> {
    let spec = |&(fault, name, title, says): &(Fault, &'static str, &'static str, &'static str)| {
        let spec = ActionSpec::of::<Arguments>(name, title, says);
        if fault.undo().is_some() { spec.dangerous() } else { spec }
    };
    FAULTS.iter().map(spec).collect()
}

/// The fault an action does, if it is one.
pub(crate) fn of_action(name: &str) -> Option<Fault> {
    FAULTS.iter().find(|(_, action, _, _)| *action == name).map(|(fault, ..)| *fault)
}

/// The exit code of a process that was killed: 128 and SIGKILL.
const KILLED: i64 = 137;

/// The result of the fault, in plain words. A node that takes too long to shut down is killed by the container engine, and
/// one that was killed before stays so: its exit code says it.
pub(crate) fn done(fault: Fault, node: &str, exit_code: Option<i64>) -> String {
    match fault {
        Fault::Stop if exit_code == Some(KILLED) => {
            format!("{node} does not run. Exit code {KILLED}: it was killed, and did not shut down in order.")
        }
        Fault::Stop => format!("{node} has shut down."),
        Fault::Start => format!("{node} runs."),
        Fault::Kill => format!("{node} was killed."),
        Fault::Pause => format!("{node} is paused: its connections stay open, but it does not answer."),
        Fault::Unpause => format!("{node} runs again."),
        Fault::Cut => format!("{node} is cut off from the other nodes. Clients still reach it."),
        Fault::Heal => format!("{node} is on all of its networks."),
    }
}

/// What a fault that takes its time waits for.
pub(crate) fn waits_for(fault: Fault, node: &str) -> Option<String> {
    (fault == Fault::Stop).then(|| format!("wait until {node} has shut down; after 30 s it is killed"))
}

/// Nobody waits for it any longer. It cannot be taken back, so it goes on: how to have it the other way is said.
pub(crate) fn goes_on(fault: Fault, node: &str) -> Problem {
    let (goes_on, back) = match fault {
        Fault::Stop => ("goes on shutting down, or is killed after 30 s", "start it again with Start"),
        Fault::Start => ("goes on starting", "stop it with Stop"),
        Fault::Kill => ("is being killed", "start it again with Start"),
        Fault::Pause => ("is being paused", "let it continue with Unpause"),
        Fault::Unpause => ("is being let continue", "pause it with Pause"),
        Fault::Cut => ("is being cut off", "put it back with Heal"),
        Fault::Heal => ("is being put back on its network", "take it off with Cut off"),
    };
    Problem {
        code: Code::Cancelled,
        message: format!("Stopped waiting. {node} {goes_on}: that cannot be taken back."),
        detail: String::new(),
        hint: format!("When it is through, {back}."),
    }
}

/// The node a fault is for; the call was checked against the schema before.
pub(crate) fn node_of(call: &ActionCall) -> &str {
    call.args.get("node").and_then(|node| node.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_fault_says_what_goes_on_and_how_to_have_it_the_other_way() {
        let problem = goes_on(Fault::Stop, "cassandra-2");
        assert_eq!(problem.code, Code::Cancelled);
        assert!(problem.message.contains("cassandra-2 goes on shutting down"), "{}", problem.message);
        assert_eq!(problem.hint, "When it is through, start it again with Start.");
    }

    #[test]
    fn a_stop_that_became_a_kill_is_not_told_as_a_shutdown() {
        let says = |exit_code| done(Fault::Stop, "cassandra-2", exit_code);
        assert_eq!([says(Some(143)), says(Some(0)), says(None)], [const { "cassandra-2 has shut down." }; 3]);
        assert!(says(Some(KILLED)).contains("did not shut down in order"), "{}", says(Some(KILLED)));
    }
}
