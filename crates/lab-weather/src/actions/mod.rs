//! What can be done to the source: one file per action, run on a lab's source through [`Weather`].

mod begin_fault;
mod end_fault;

use std::time::Duration;

use lab_model::{ActionCall, ActionSpec, Code, Problem};
use lab_probe::{
    action::{Acting, failed},
    verbs,
};
use serde_json::Value;

use self::{begin_fault::BeginFault, end_fault::EndFault};
use crate::{Source, ask, http::Failure};

/// How long the source may take to begin or end a fault.
const PATIENCE: Duration = Duration::from_secs(5);

/// The source, as its actions need it.
enum Actions {}

impl Acting for Actions {
    type Scope = Source;
    type Place = Source;
}

verbs![Actions: BeginFault, EndFault];

/// Does actions on one lab's weather source.
#[derive(Debug)]
pub struct Weather {
    source: Source,
}

impl Weather {
    /// For a source. No connection is made before it is needed.
    pub fn new(source: Source) -> Self {
        Self { source }
    }

    /// Every action with the schema of its arguments.
    pub fn catalog() -> Vec<ActionSpec> {
        catalog()
    }

    /// The command lines by which a person does the same; none if the call makes no sense.
    pub fn by_hand(call: &ActionCall, source: &Source) -> Vec<String> {
        by_hand(call, source)
    }

    /// What stays unseen of the call when a person does it by hand; empty if the source tells all of it.
    pub fn unseen(call: &ActionCall) -> &'static str {
        unseen(call)
    }

    /// Does an action. Gives what came back, in plain words.
    ///
    /// # Errors
    /// `action_invalid`, `node_silent`, or the source's own words.
    pub async fn run(&self, call: &ActionCall) -> Result<String, Problem> {
        run(call, &self.source).await
    }

    /// Ends a fault, if there is one: a fresh lab has none. A source that is away has none either when it is back.
    pub async fn restore(&self) {
        let ended = ask::set_fault(&self.source.address, &serde_json::json!({ "fault": null }), PATIENCE).await;
        if let Err(why) = ended {
            tracing::debug!(%why, "no fault was ended");
        }
    }
}

/// Sets the fault; `doing` says so, e.g. `begin the fault slow`.
async fn set(source: &Source, wish: &Value, doing: &str) -> Result<(), Problem> {
    ask::set_fault(&source.address, wish, PATIENCE).await.map(drop).map_err(|failure| match failure {
        Failure::Silent(why) => {
            failed::silent("The weather source", &format!("{}: {why}", source.node), "Look whether its container runs.")
        }
        Failure::Refused { words, .. } => {
            failed::problem(Code::EngineSaidNo, format!("The weather source refused to {doing}."), &words, "")
        }
    })
}

/// `curl` to the source's published port, with this body.
fn curl(source: &Source, body: &Value) -> String {
    let address = &source.address;
    format!("curl -X POST -H 'Content-Type: application/json' -d '{body}' http://{address}/faults")
}
