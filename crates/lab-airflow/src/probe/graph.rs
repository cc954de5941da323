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
    /// As what the DAG was known when its structure was asked for.
    asked: Reading,
}

/// A DAG's version, and when its file was last read, where they are told. A version that has not run yet is changed in
/// place, so the version alone does not tell whether the structure is another one.
type Reading = (Option<u32>, Option<i64>);

impl Graph {
    pub(super) fn new(dag: &str) -> Self {
        Self { dag: dag.to_owned(), asked: (None, None) }
    }

    /// A structure changes only when the DAG's file is read, and that of a large DAG takes its time.
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
        let reading = self.reading(account);
        let known = account.said(&Subject::Structure(self.dag.clone()));
        let read = matches!(known, Some(AirflowFact::StructureTold { .. }));
        let due = known.is_none() || whole && (!read || reading == (None, None)) || reading != self.asked;
        if due {
            let Dated { at, said } = ask::structure(rest, &self.dag).await?;
            self.asked = reading;
            account.said_at(at).hear(Subject::Structure(self.dag.clone()), said);
        }
        Ok(())
    }

    fn reading(&self, account: &Account) -> Reading {
        match account.said(&Subject::Dag(self.dag.clone())) {
            Some(AirflowFact::DagDescribed { dag }) => (dag.version_number, dag.last_parsed_at),
            _ => (None, None),
        }
    }
}
