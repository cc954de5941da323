//! How one DAG is drawn, its limits, and the rules of its tasks.

use std::time::Duration;

use lab_model::facts::airflow::{AirflowFact, DagLimits};
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{
    account::{Account, Subject},
    of_dag::OfDag,
};
use crate::{
    ask,
    rest::{Dated, Failure, Rest},
};

/// How long a look waits for a structure, which most DAGs have at once.
const AT_ONCE: Duration = Duration::from_secs(2);
/// How long it may take at all: Airflow works half a minute on one with tens of thousands of edges.
const AT_MOST: Duration = Duration::from_secs(90);
/// One that could not be read is asked for again after this time.
const AGAIN: Duration = Duration::from_secs(60);

type Answer = Result<Dated<AirflowFact>, Failure>;

/// One DAG being drawn.
pub(super) struct Graph {
    dag: String,
    /// The version whose structure was asked for last, and when; none before.
    asked: Option<(Option<u32>, Instant)>,
    /// The structure was read.
    read: bool,
    /// A question that is not answered yet. The looks go on meanwhile.
    asking: Option<JoinHandle<Answer>>,
}

impl Drop for Graph {
    fn drop(&mut self) {
        if let Some(asking) = &self.asking {
            asking.abort();
        }
    }
}

impl Graph {
    pub(super) fn new(dag: &str) -> Self {
        Self { dag: dag.to_owned(), asked: None, read: false, asking: None }
    }

    pub(super) async fn look(
        &mut self,
        rest: &Rest,
        account: &Account,
        (limits, of): (Option<&DagLimits>, Option<&OfDag>),
    ) {
        if let Some(limits) = limits {
            let fact = AirflowFact::LimitsTold { dag: self.dag.clone(), limits: *limits };
            account.hear(Subject::Limits(self.dag.clone()), fact);
        }
        if let Some(of) = of.filter(|of| !of.rules().is_empty()) {
            let fact = AirflowFact::TaskRulesListed { dag: self.dag.clone(), rules: of.rules().to_vec() };
            account.hear(Subject::Rules(self.dag.clone()), fact);
        }
        let version = self.version(account);
        if self.asking.is_none() && self.is_due(version) {
            self.asked = Some((version, Instant::now()));
            let (mut rest, dag) = (rest.another(AT_MOST), self.dag.clone());
            self.asking = Some(tokio::spawn(async move { ask::structure(&mut rest, &dag).await }));
            self.hear(account, AT_ONCE).await;
        } else {
            self.hear(account, Duration::ZERO).await;
        }
    }

    /// A structure changes with the DAG's version alone, and a large one costs Airflow seconds. Where versions are not told it
    /// is read now and then.
    fn is_due(&self, version: Option<u32>) -> bool {
        let Some((asked, at)) = self.asked else { return true };
        asked != version || (!self.read || version.is_none()) && at.elapsed() >= AGAIN
    }

    async fn hear(&mut self, account: &Account, patience: Duration) {
        let Some(asking) = &mut self.asking else { return };
        // Also one that was answered meanwhile.
        let patience = if asking.is_finished() { AT_ONCE } else { patience };
        let Ok(ended) = timeout(patience, asking).await else { return };
        self.asking = None;
        let Dated { at, said } = match ended {
            Ok(Ok(told)) => told,
            Ok(Err(failure)) => self.untold(&failure.to_string()),
            Err(why) => self.untold(&why.to_string()),
        };
        self.read = matches!(said, AirflowFact::StructureTold { .. });
        account.said_at(at).hear(Subject::Structure(self.dag.clone()), said);
    }

    fn untold(&self, why: &str) -> Dated<AirflowFact> {
        Dated { at: None, said: AirflowFact::StructureUntold { dag: self.dag.clone(), why: why.to_owned() } }
    }

    fn version(&self, account: &Account) -> Option<u32> {
        match account.said(&Subject::Dag(self.dag.clone())) {
            Some(AirflowFact::DagDescribed { dag }) => dag.version_number,
            _ => None,
        }
    }
}
