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

/// The graph of a DAG with more tasks is not asked for again only because its file was read again.
const LARGE: usize = 200;

/// A DAG's version, its tasks, and, of one that is not large, when its file was last read, where they are told. A version
/// that has not run yet is changed in place, so the version alone does not tell whether the graph is another one.
type Reading = (Option<u32>, Option<AirflowFact>, Option<i64>);

type Answer = Result<Dated<AirflowFact>, Failure>;

/// One DAG being drawn.
pub(super) struct Graph {
    dag: String,
    /// As what the DAG was known when its structure was asked for last, and when; none before.
    asked: Option<(Reading, Instant)>,
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
        let reading = self.reading(account);
        if self.asking.is_none() && self.is_due(&reading) {
            self.asked = Some((reading, Instant::now()));
            let (mut rest, dag) = (rest.another(AT_MOST), self.dag.clone());
            self.asking = Some(tokio::spawn(async move { ask::structure(&mut rest, &dag).await }));
            self.hear(account, AT_ONCE).await;
        } else {
            self.hear(account, Duration::ZERO).await;
        }
    }

    /// A structure changes only when the DAG's file is read, and a large one costs Airflow seconds. Where versions are not told
    /// it is read now and then.
    fn is_due(&self, reading: &Reading) -> bool {
        let Some((asked, at)) = &self.asked else { return true };
        asked != reading || (!self.read || reading.0.is_none()) && at.elapsed() >= AGAIN
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

    fn reading(&self, account: &Account) -> Reading {
        let tasks = account.said(&Subject::Tasks(self.dag.clone()));
        let large = matches!(&tasks, Some(AirflowFact::TasksListed { tasks, .. }) if tasks.len() > LARGE);
        match account.said(&Subject::Dag(self.dag.clone())) {
            Some(AirflowFact::DagDescribed { dag }) => {
                (dag.version_number, tasks, dag.last_parsed_at.filter(|_| !large))
            }
            _ => (None, tasks, None),
        }
    }
}
