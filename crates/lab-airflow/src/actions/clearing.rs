//! Task instances are cleared: they are to run again. The same for all that does it.

use lab_model::counted;
use serde_json::{Value, json};

use super::{
    again::Tries,
    instances::{self, Instance, Instances},
};
use crate::rest::{Failure, Rest, part};

/// Which ones.
#[derive(Debug)]
pub(super) struct Clearing<'a> {
    pub(super) dag: &'a str,
    pub(super) run: &'a str,
    /// Airflow's own `task_ids`; none for every task.
    pub(super) tasks: Option<Value>,
    pub(super) only_failed: bool,
    /// Also those after them.
    pub(super) downstream: bool,
}

/// Airflow's own `task_ids`: a task, or one instance of a mapped one.
pub(super) fn task_ids(task: &str, map_index: Option<i32>) -> Value {
    match map_index {
        Some(index) => json!([[task, index]]),
        None => json!([task]),
    }
}

impl Clearing<'_> {
    pub(super) fn path(&self) -> String {
        format!("dags/{}/clearTaskInstances", part(self.dag))
    }

    pub(super) fn body(&self, dry_run: bool) -> Value {
        let mut body = json!({
            "dry_run": dry_run,
            "dag_run_id": self.run,
            "only_failed": self.only_failed,
            "include_downstream": self.downstream,
        });
        if let Some(tasks) = &self.tasks {
            body["task_ids"] = tasks.clone();
        }
        body
    }

    /// Which instances it would clear. Nothing is changed by asking.
    pub(super) async fn planned(&self, rest: &mut Rest) -> Result<Vec<Instance>, Failure> {
        Ok(rest.post::<Instances>(&self.path(), &self.body(true)).await?.said.task_instances)
    }

    /// Clears them. Where nobody knows whether it was done the first one is looked at: a cleared one has another id.
    pub(super) async fn clear(&self, rest: &mut Rest, planned: &[Instance]) -> Result<(), Failure> {
        let mut tries = Tries::default();
        loop {
            let failure = match rest.post::<Instances>(&self.path(), &self.body(false)).await {
                Ok(_) => return Ok(()),
                Err(failure) => failure,
            };
            if !tries.look(&failure).await {
                return Err(failure);
            }
            if let Some(first) = planned.first()
                && instances::one(rest, self.dag, self.run, first).await?.id != first.id
            {
                return Ok(());
            }
        }
    }
}

/// `2 task instances of run r of hello: extract, load`
pub(super) fn told(all: &[Instance], run: &str, dag: &str) -> String {
    format!("{} of run {run} of {dag}: {}", counted(all.len() as u64, "task instance"), instances::named(all))
}
