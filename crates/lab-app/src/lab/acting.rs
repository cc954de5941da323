//! Doing an action in a lab: check the call, note that it began, do it, note how it ended.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use lab_docker::{Fault, Stack, StackNode};
use lab_model::{
    ActionCall, ActionId, Code, Draft, Problem, Progress, ProgressSink, Source,
    facts::lab::{LabFact, Outcome},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Lab, begun::Begun, observing};
use crate::{
    by_hand, catalog, faults,
    schema::{ActionBegun, ActionRunning, ActionStatus},
};

/// How an action ended well; a failure is a [`Problem`].
#[derive(Debug, Clone)]
pub struct ActionResult {
    /// The id in the journal.
    pub id: u64,
    /// What came back, in plain words.
    pub says: String,
    /// Command lines that do the same by hand.
    pub by_hand: Vec<String>,
}

/// The actions of a lab.
#[derive(Default)]
pub(super) struct Actions {
    /// What stops those that run, by their ids.
    running: Mutex<BTreeMap<u64, CancellationToken>>,
    /// Those that a page began.
    pub(super) begun: Begun,
    /// Ids are counted from 1.
    newest: AtomicU64,
}

impl Actions {
    /// Stops all that run.
    pub(super) fn cancel_all(&self) {
        for cancel in std::mem::take(&mut *lock(&self.running)).values() {
            cancel.cancel();
        }
    }
}

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
        let begun = self.number(call, &cancel);
        self.note_begin(&begun, call);
        let ActionBegun { id, by_hand } = begun;
        let says = self.carry_out(ActionId(id), call, progress, cancel).await?;
        Ok(ActionResult { id, says, by_hand })
    }

    /// Begins an action; how it goes on is told to whoever follows its id.
    ///
    /// # Errors
    /// `unknown` or `action_invalid`, before anything was begun.
    pub fn begin(self: &Arc<Self>, call: ActionCall) -> Result<ActionBegun, Problem> {
        catalog::check_call(&call)?;
        let cancel = CancellationToken::new();
        let began_at = self.recorder.now();
        // Whoever reads of it in the journal can follow and cancel it already.
        let begun = self.number(&call, &cancel);
        let told = self.actions.begun.enter(&begun, &call, began_at);
        self.note_begin(&begun, &call);
        let (lab, id) = (Arc::clone(self), ActionId(begun.id));
        tokio::spawn(async move {
            let told = Arc::new(told);
            let reported = Arc::clone(&told);
            let progress: ProgressSink = Arc::new(move |progress| {
                reported.send_if_modified(|status| {
                    let goes_on = matches!(status, ActionStatus::Running { .. });
                    if goes_on {
                        *status = ActionStatus::Running { progress };
                    }
                    goes_on
                });
            });
            let ended = lab.carry_out(id, &call, progress, cancel).await;
            told.send_replace(match ended {
                Ok(says) => ActionStatus::Done { says },
                Err(problem) => ActionStatus::Failed { problem },
            });
            lab.actions.begun.wake();
        });
        Ok(begun)
    }

    /// How an action that was begun here stands, as it changes.
    ///
    /// # Errors
    /// `unknown` if none of that id was begun here, or its end is not remembered any more.
    pub(crate) fn status_of(&self, id: u64) -> Result<watch::Receiver<ActionStatus>, Problem> {
        self.actions.begun.status(id).ok_or_else(|| Problem {
            code: Code::Unknown,
            message: format!("How action {id} in {} went on is not known here.", self.name),
            detail: String::new(),
            hint: "Look at the list of actions of the lab.".into(),
        })
    }

    /// The actions that were begun here and run.
    pub(crate) fn running(&self) -> Vec<ActionRunning> {
        self.actions.begun.running()
    }

    /// Wakes when an action began or ended here, and when the lab is gone.
    pub(crate) fn running_changes(&self) -> watch::Receiver<u64> {
        self.actions.begun.changes()
    }

    /// Gives an action its id, by which it can be cancelled from now on.
    fn number(&self, call: &ActionCall, cancel: &CancellationToken) -> ActionBegun {
        let id = self.actions.newest.fetch_add(1, Ordering::Relaxed) + 1;
        lock(&self.actions.running).insert(id, cancel.clone());
        ActionBegun { id, by_hand: self.by_hand(call) }
    }

    fn note_begin(&self, begun: &ActionBegun, call: &ActionCall) {
        let fact = LabFact::ActionBegan { action: call.clone(), by_hand: begun.by_hand.clone() };
        self.recorder.record(Draft::new(Source::Pipewright, fact).because_of(ActionId(begun.id)));
    }

    /// Does what was noted to have begun, and notes how it ended.
    async fn carry_out(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let began = Instant::now();
        let result = self.perform(id, call, progress, cancel).await;
        lock(&self.actions.running).remove(&id.0);
        let (outcome, says, code) = match &result {
            Ok(says) => (Outcome::Done, says.clone(), None),
            Err(problem) if problem.code == Code::Cancelled => {
                (Outcome::Cancelled, problem.message.clone(), Some(problem.code))
            }
            Err(problem) => (Outcome::Failed, problem.message.clone(), Some(problem.code)),
        };
        let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let ended = LabFact::ActionEnded { outcome, says, code, took };
        self.recorder.record(Draft::new(Source::Pipewright, ended).because_of(id));
        result
    }

    /// Stops a running action.
    ///
    /// # Errors
    /// `unknown` if no action of that id runs.
    pub fn cancel_action(&self, id: u64) -> Result<(), Problem> {
        match lock(&self.actions.running).get(&id) {
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
            let node = faults::node_of(call);
            faults::waits_for(fault, node).into_iter().for_each(|step| progress(Progress::step(step)));
            return self.fault(node, fault, cancel).await;
        }
        match self.systems.of_action(&call.name) {
            Some(system) => system.run(id, call, progress, cancel).await,
            None => Err(not_in_this_stack(&call.name, self.stack.name())),
        }
    }

    async fn fault(&self, node: &str, fault: Fault, cancel: CancellationToken) -> Result<String, Problem> {
        let described = self.stack.nodes().iter().find(|described| described.name == node);
        // Mending is never refused: somebody else may have broken what no button here breaks.
        let may = |described: &StackNode| fault.undo().is_none() || described.faults.contains(&fault);
        match described {
            None => return Err(no_such_node(node, &self.stack)),
            Some(described) if !may(described) => return Err(not_this_fault(fault, described)),
            Some(_) => {}
        }
        // What the container engine was asked for goes on, also when nobody waits for it any longer.
        let (engine, stack) = (self.engine.clone(), Arc::clone(&self.stack));
        let (lab, of) = (self.name.clone(), node.to_owned());
        let doing = tokio::spawn(async move { engine.fault(&lab, &stack, &of, fault).await });
        let done = cancel.run_until_cancelled(doing).await.ok_or_else(|| faults::goes_on(fault, node))?;
        done.map_err(|error| broken(&error))??;
        // The engine's own events tell of networks up to two seconds late; what comes after the fault must stand after it.
        let seen = self.engine.see(&self.name, node).await?;
        let exit_code = seen.as_ref().and_then(|seen| seen.exit_code);
        if let Some(seen) = seen {
            self.recorder.record(observing::said_of_node(Ok(seen)));
        }
        Ok(faults::done(fault, node, exit_code))
    }
}

/// A panic elsewhere leaves these lists as they were.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn broken(error: &tokio::task::JoinError) -> Problem {
    Problem {
        code: Code::Internal,
        message: "The action broke off.".into(),
        detail: error.to_string(),
        hint: String::new(),
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

fn not_this_fault(fault: Fault, node: &StackNode) -> Problem {
    let fitting: Vec<&str> = node.faults.iter().map(|fault| fault.verb()).collect();
    Problem {
        code: Code::NotNow,
        message: match fault {
            Fault::Cut => format!("{} has no network of its own to other nodes, so it cannot be cut off.", node.name),
            other => format!("{} cannot be given the fault `{}`.", node.name, other.verb()),
        },
        detail: String::new(),
        hint: match fitting.as_slice() {
            [] => "There is no fault that fits it.".to_owned(),
            fitting => format!("What fits it: {}.", fitting.join(", ")),
        },
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

#[cfg(test)]
#[path = "acting_test.rs"]
mod tests;
