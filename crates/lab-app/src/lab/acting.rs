//! Doing an action in a lab: check the call, note that it began, do it, note how it ended.

use std::{
    sync::{PoisonError, atomic::Ordering},
    time::Instant,
};

use lab_docker::{Fault, Stack, StackNode};
use lab_model::{
    ActionCall, ActionId, Code, Draft, Problem, ProgressSink, Source,
    facts::lab::{LabFact, Outcome},
};
use tokio_util::sync::CancellationToken;

use super::{Lab, observing};
use crate::{by_hand, catalog, faults, schema::ActionResult};

impl Lab {
    /// Does an action and waits for its end. Both its beginning and its end are in the journal, also when it fails.
    ///
    /// # Errors
    /// `action_invalid` for arguments that do not fit, `not_now`, or what the engine said.
    pub async fn act(
        &self,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<ActionResult, Problem> {
        catalog::check_call(call)?;
        let id = ActionId(self.next_action.fetch_add(1, Ordering::Relaxed));
        let by_hand = self.by_hand(call);
        let note = |fact| self.recorder.record(Draft::new(Source::Pipewright, fact).because_of(id));
        note(LabFact::ActionBegan { action: call.clone(), by_hand: by_hand.clone() });
        let began = Instant::now();
        self.lock_actions().insert(id.0, cancel.clone());
        let result = self.perform(id, call, progress, cancel).await;
        self.lock_actions().remove(&id.0);
        let (outcome, says, code) = match &result {
            Ok(says) => (Outcome::Done, says.clone(), None),
            Err(problem) if problem.code == Code::Cancelled => {
                (Outcome::Cancelled, problem.message.clone(), Some(problem.code))
            }
            Err(problem) => (Outcome::Failed, problem.message.clone(), Some(problem.code)),
        };
        let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        note(LabFact::ActionEnded { outcome, says, code, took });
        result.map(|says| ActionResult { id: id.0, says, by_hand })
    }

    /// Stops a running action.
    ///
    /// # Errors
    /// `unknown` if no action of that id runs.
    pub fn cancel_action(&self, id: u64) -> Result<(), Problem> {
        match self.lock_actions().get(&id) {
            Some(cancel) => {
                cancel.cancel();
                Ok(())
            }
            None => Err(Problem {
                code: Code::Unknown,
                message: format!("No action {id} is running in {}.", self.name),
                detail: String::new(),
                hint: String::new(),
            }),
        }
    }

    /// The command lines that do the same by hand.
    pub fn by_hand(&self, call: &ActionCall) -> Vec<String> {
        by_hand::lines(&self.name, &self.stack, call)
    }

    async fn perform(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        if let Some(fault) = faults::of_action(&call.name) {
            return self.fault(faults::node_of(call), fault).await;
        }
        match self.systems.of_action(&call.name) {
            Some(system) => system.run(id, call, progress, cancel).await,
            None => Err(not_in_this_stack(&call.name, self.stack.name())),
        }
    }

    async fn fault(&self, node: &str, fault: Fault) -> Result<String, Problem> {
        let described = self.stack.nodes().iter().find(|described| described.name == node);
        // Mending is never refused: somebody else may have broken what no button here breaks.
        let may = |described: &StackNode| fault.undo().is_none() || described.faults.contains(&fault);
        match described {
            None => return Err(no_such_node(node, &self.stack)),
            Some(described) if !may(described) => return Err(not_in_this_stack(fault.verb(), self.stack.name())),
            Some(_) => self.engine.fault(&self.name, &self.stack, node, fault).await?,
        }
        // The engine's own events tell of networks up to two seconds late; what comes after the fault must stand after it.
        let seen = self.engine.see(&self.name, node).await?;
        let exit_code = seen.as_ref().and_then(|seen| seen.exit_code);
        if let Some(seen) = seen {
            self.recorder.record(Draft::new(Source::Docker, observing::said_of_node(Ok(seen))));
        }
        Ok(faults::done(fault, node, exit_code))
    }

    fn lock_actions(&self) -> std::sync::MutexGuard<'_, std::collections::BTreeMap<u64, CancellationToken>> {
        self.actions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_such_node(node: &str, stack: &Stack) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("Stack {} has no node {node}.", stack.name()),
        detail: String::new(),
        hint: format!("It has: {}.", stack.nodes().iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(", ")),
    }
}

fn not_in_this_stack(action: &str, stack: &str) -> Problem {
    Problem {
        code: Code::NotNow,
        message: format!("{action} cannot be done in a lab of stack {stack}."),
        detail: String::new(),
        hint: "Start a stack with the engine that the action needs.".into(),
    }
}
