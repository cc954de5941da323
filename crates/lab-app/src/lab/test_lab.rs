//! A lab for tests, whose containers are nowhere: a test says what is heard of it, and does what its engine is asked for.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use lab_docker::{Engine, LabNode, Running};
use lab_model::{
    ActionCall, ActionId, Draft, Need, Problem, ProgressSink, Source,
    facts::lab::{LabFact, NodeState},
};
use lab_views::kinds::lab_nodes;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    Lab, Recorder,
    systems::{LabParts, System, Systems},
};
use crate::{App, catalog, test_host::STACK};

/// A test that waits for longer than this has failed.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// An action that the lab's engine was asked for, and does not end before the test answers.
pub(crate) struct Asked {
    pub(crate) id: ActionId,
    pub(crate) call: ActionCall,
    pub(crate) progress: ProgressSink,
    pub(crate) cancel: CancellationToken,
    answer: oneshot::Sender<Result<String, Problem>>,
}

impl Asked {
    pub(crate) fn answer(self, with: Result<&str, Problem>) {
        self.answer.send(with.map(str::to_owned)).unwrap();
    }
}

/// An engine that does what the test does.
struct InTheTestsHands(mpsc::UnboundedSender<Asked>);

#[async_trait]
impl System for InTheTestsHands {
    fn always(&self) -> Vec<Need> {
        Vec::new()
    }

    async fn settled(&self) {}

    async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Asked { id, call: call.clone(), progress, cancel, answer }).unwrap();
        answered.await.unwrap()
    }

    async fn stop_clients(&self) {}
}

/// The lab, and what is asked of its engine, which answers to the name Kafka.
pub(crate) struct TestLab {
    pub(crate) lab: Arc<Lab>,
    asked: mpsc::UnboundedReceiver<Asked>,
}

impl TestLab {
    /// A lab of the test's stack, just started, that the application knows under that name.
    pub(crate) async fn new(app: &Arc<App>, name: &str) -> Self {
        let (ask, asked) = mpsc::unbounded_channel();
        let stack = app.stack(STACK).unwrap();
        let ready = catalog::ready_sentences(app.host.content(), &stack).unwrap();
        let node = LabNode {
            name: "node-1".into(),
            container: "c1".into(),
            image: String::new(),
            state: NodeState::Running,
            fresh: false,
            networks: Vec::new(),
        };
        let lab = lab_docker::Lab { nodes: vec![node], ..lab_docker::Lab::new(name, STACK) };
        let running = Running { lab, variables: BTreeMap::new(), images: Vec::new(), adopted: false };
        let engine = Engine::connect(app.host.engine_setting().as_deref()).await.unwrap();
        let start = |_: &LabParts<'_>| Systems::of("kafka", Box::new(InTheTestsHands(ask)));
        let lab = Lab::observe_with(start, engine, stack, running, Recorder::new(None), ready, app.host.data_dir());
        app.enter(&lab);
        Self { lab, asked }
    }

    /// The container engine says so of the node.
    pub(crate) fn node_is(&self, state: NodeState) {
        let fact = LabFact::NodeChanged { node: "node-1".into(), state, exit_code: None, networks: Vec::new() };
        self.lab.recorder.record(Draft::new(Source::Docker, fact));
    }

    /// The node says so itself.
    pub(crate) fn node_says(&self, fact: LabFact) {
        self.lab.recorder.record(Draft::new(Source::Node("node-1".into()), fact));
    }

    /// The next action that the engine is asked for.
    pub(crate) async fn asked(&mut self) -> Asked {
        tokio::time::timeout(LIMIT, self.asked.recv()).await.expect("nothing was asked for").unwrap()
    }

    /// Whether the engine was asked for nothing that the test did not see.
    pub(crate) fn is_asked_for_nothing(&mut self) -> bool {
        self.asked.try_recv().is_err()
    }

    /// The actions of which the journal tells, with their state.
    pub(crate) fn actions(&self) -> Vec<(u64, String)> {
        let model = self.lab.recorder.model::<lab_nodes::TheView>(&lab_nodes::Params { actions: 200 });
        model.actions.into_iter().map(|action| (action.id, action.state)).collect()
    }
}
