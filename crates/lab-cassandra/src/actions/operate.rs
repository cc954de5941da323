//! What operators' actions have in common: the same thing done through the agents of one node or of all.

use lab_model::Problem;
use lab_probe::action::failed;
use std::time::Duration;

use futures::future::join_all;

use super::Scope;
use crate::{Node, agent::Jolokia, error, wire::Failure};

/// For an operation that is done in a moment.
pub(super) const QUICK: Duration = Duration::from_secs(10);

/// The way to a node's agent.
pub(super) fn agent(node: &Node, deadline: Duration) -> Result<Jolokia, Problem> {
    let agent = node.agent.as_ref().ok_or_else(|| {
        let hint = "Use nodetool on that machine; the command line is shown beside the action.";
        failed::not_now(&format!("{} has no agent to ask", node.name), hint)
    })?;
    Ok(Jolokia::new(agent, deadline))
}

/// On which nodes something was done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    done: Vec<String>,
    silent: Vec<String>,
    /// Spares among those that did not answer: likely they do not run.
    spares: Vec<String>,
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.done.join(", "))?;
        let silent = Some(&self.silent).filter(|names| !names.is_empty());
        let spares = Some(&self.spares).filter(|names| !names.is_empty());
        let said = [
            silent.map(|names| format!("not on {}, which did not answer", names.join(", "))),
            spares.map(|names| format!("not on {}: a spare that does not run", names.join(", "))),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        if said.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", said.join("; "))
    }
}

/// Does the same on one node, or on all that answer.
pub(super) async fn on_each<F: Future<Output = Result<Result<(), String>, Failure>>>(
    scope: &Scope,
    node: Option<&str>,
    deadline: Duration,
    doing: &str,
    operation: impl Fn(Jolokia, String) -> F,
) -> Result<Reached, Problem> {
    let mut asked = Vec::new();
    for node in scope.nodes(node)? {
        let work = operation(agent(node, deadline)?, node.name.clone());
        asked.push(async move { (node, work.await) });
    }
    let (mut reached, mut why) = (Reached::default(), Vec::new());
    for (node, answered) in scope.or_cancelled(doing, join_all(asked)).await? {
        match answered {
            Ok(Ok(())) => reached.done.push(node.name.clone()),
            Ok(Err(words)) => return Err(error::refused(doing, &node.name, &words)),
            Err(failure) => {
                why.push(format!("{}: {failure}", node.name));
                let missed = if node.spare { &mut reached.spares } else { &mut reached.silent };
                missed.push(node.name.clone());
            }
        }
    }
    // Nodes that are down are no reason not to do it on the others; but on nobody is not done.
    if reached.done.is_empty() {
        return Err(error::silent(&why.join("; ")));
    }
    Ok(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_not_reached_is_said() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let all = Reached { done: names(&["a", "b"]), ..Reached::default() };
        assert_eq!(all.to_string(), "a, b");
        let some = Reached { done: names(&["a"]), silent: names(&["b", "c"]), ..Reached::default() };
        assert_eq!(some.to_string(), "a (not on b, c, which did not answer)");
        // A spare that waits is not silent: nobody expects it.
        let spare = Reached { done: names(&["a"]), spares: names(&["d"]), ..Reached::default() };
        assert_eq!(spare.to_string(), "a (not on d: a spare that does not run)");
        let both = Reached { silent: names(&["b"]), ..spare };
        assert_eq!(both.to_string(), "a (not on b, which did not answer; not on d: a spare that does not run)");
    }
}
