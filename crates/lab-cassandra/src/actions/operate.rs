//! What operators' actions have in common: the same thing done through the agents of one node or of all.

use std::time::Duration;

use futures::future::join_all;

use super::Scope;
use crate::{Node, agent::Jolokia, error::Error, wire::Failure};

/// For an operation that is done in a moment.
pub(super) const QUICK: Duration = Duration::from_secs(10);

/// The way to a node's agent.
pub(super) fn agent(node: &Node, deadline: Duration) -> Result<Jolokia, Error> {
    let agent = node.agent.as_ref().ok_or_else(|| Error::NotNow {
        what: format!("{} has no agent that could be asked", node.name),
        hint: "Use nodetool on that machine; the command line is shown beside the action.".into(),
    })?;
    Ok(Jolokia::new(agent, deadline))
}

/// On which nodes something was done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reached {
    done: Vec<String>,
    silent: Vec<String>,
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.done.join(", "))?;
        if self.silent.is_empty() {
            return Ok(());
        }
        write!(f, " (not on {}, which did not answer)", self.silent.join(", "))
    }
}

/// Does the same on one node, or on all that answer.
pub(super) async fn on_each<F: Future<Output = Result<Result<(), String>, Failure>>>(
    scope: &Scope,
    node: Option<&str>,
    deadline: Duration,
    doing: &str,
    operation: impl Fn(Jolokia, String) -> F,
) -> Result<Reached, Error> {
    let mut asked = Vec::new();
    for node in scope.nodes(node)? {
        let work = operation(agent(node, deadline)?, node.name.clone());
        asked.push(async move { (node.name.clone(), work.await) });
    }
    let (mut done, mut silent, mut why) = (Vec::new(), Vec::new(), Vec::new());
    for (node, answered) in scope.or_cancelled(doing, join_all(asked)).await? {
        match answered {
            Ok(Ok(())) => done.push(node),
            Ok(Err(words)) => return Err(Error::refused(doing, &node, words)),
            Err(failure) => {
                why.push(format!("{node}: {failure}"));
                silent.push(node);
            }
        }
    }
    // Nodes that are down are no reason not to do it on the others; but on nobody is not done.
    if done.is_empty() {
        return Err(Error::Silent { why: why.join("; ") });
    }
    Ok(Reached { done, silent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_not_reached_is_said() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let all = Reached { done: names(&["a", "b"]), silent: Vec::new() };
        assert_eq!(all.to_string(), "a, b");
        let some = Reached { done: names(&["a"]), silent: names(&["b", "c"]) };
        assert_eq!(some.to_string(), "a (not on b, c, which did not answer)");
    }
}
