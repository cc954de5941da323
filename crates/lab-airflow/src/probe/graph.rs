//! How one DAG is drawn, its limits, and the rules of its tasks.

use lab_model::facts::airflow::{AirflowFact, DagLimits};

use super::{
    account::{Account, Subject},
    of_dag::OfDag,
};
use crate::{
    ask,
    rest::{Dated, Failure, Rest},
};

/// One DAG being drawn.
pub(super) struct Graph {
    dag: String,
    /// The version whose structure was asked for; none before, and where versions are not told.
    asked: Option<u32>,
}

impl Graph {
    pub(super) fn new(dag: &str) -> Self {
        Self { dag: dag.to_owned(), asked: None }
    }

    /// A structure changes with the DAG's version alone, and that of a large DAG takes its time.
    pub(super) async fn look(
        &mut self,
        rest: &mut Rest,
        account: &Account,
        whole: bool,
        (limits, of): (Option<&DagLimits>, Option<&OfDag>),
    ) -> Result<(), Failure> {
        if let Some(limits) = limits {
            let fact = AirflowFact::LimitsTold { dag: self.dag.clone(), limits: *limits };
            account.hear(Subject::Limits(self.dag.clone()), fact);
        }
        if let Some(of) = of.filter(|of| !of.rules().is_empty()) {
            let fact = AirflowFact::TaskRulesListed { dag: self.dag.clone(), rules: of.rules().to_vec() };
            account.hear(Subject::Rules(self.dag.clone()), fact);
        }
        let version = self.version(account);
        let known = account.said(&Subject::Structure(self.dag.clone()));
        let read = matches!(known, Some(AirflowFact::StructureTold { .. }));
        let due = known.is_none() || whole && (!read || version.is_none()) || version != self.asked;
        if due {
            let Dated { at, said } = ask::structure(rest, &self.dag).await?;
            self.asked = version;
            account.said_at(at).hear(Subject::Structure(self.dag.clone()), said);
        }
        Ok(())
    }

    fn version(&self, account: &Account) -> Option<u32> {
        match account.said(&Subject::Dag(self.dag.clone())) {
            Some(AirflowFact::DagDescribed { dag }) => dag.version_number,
            _ => None,
        }
    }
}
