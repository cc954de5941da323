//! Pools, how many tasks may run at once, and the task instances of all DAGs that hold a slot or wait.

use lab_model::facts::airflow::{ACTIVE, ActiveInstance, AirflowFact, PoolSeen};
use serde_json::Value;

use super::{PAGE, at, runs::instance};
use crate::rest::{Config, Dated, Failure, Pool, Pools, Rest, TaskInstance, TaskInstances, moment, part};

/// Task instances that are read, of those that are active and of those that were.
const INSTANCES: usize = 1000;

/// The states in which a task instance has ended.
const ENDED: [&str; 5] = ["success", "failed", "skipped", "upstream_failed", "removed"];

/// The pools, with the server's time of the answer.
pub(crate) async fn pools(rest: &mut Rest) -> Result<Dated<AirflowFact>, Failure> {
    let Dated { at, said } = rest.get::<Pools>(&format!("pools?order_by=id&limit={PAGE}")).await?;
    let pools = said.pools.into_iter().map(pool).collect();
    Ok(Dated { at, said: AirflowFact::PoolsListed { pools, total: said.total_entries } })
}

fn pool(pool: Pool) -> PoolSeen {
    PoolSeen {
        name: pool.name,
        description: pool.description.filter(|words| !words.is_empty()),
        slots: pool.slots,
        include_deferred: pool.include_deferred,
        occupied_slots: pool.occupied_slots,
        running_slots: pool.running_slots,
        queued_slots: pool.queued_slots,
        deferred_slots: pool.deferred_slots,
        scheduled_slots: pool.scheduled_slots,
        open_slots: pool.open_slots,
    }
}

/// `[core] parallelism`. An Airflow that keeps its settings to itself says so.
pub(crate) async fn parallelism(rest: &mut Rest) -> Result<Dated<AirflowFact>, Failure> {
    let told = |parallelism, why| AirflowFact::ParallelismTold { parallelism, why };
    match rest.get::<Config>("config/section/core/option/parallelism").await {
        Ok(Dated { at, said }) => {
            let parallelism = option(&said, "parallelism");
            let why = parallelism.is_none().then(|| "its answer names no number".to_owned());
            Ok(Dated { at, said: told(parallelism, why) })
        }
        // It is asked after others, which a wrong password would have ended.
        Err(Failure::Refused { words, .. }) => Ok(Dated { at: None, said: told(None, Some(words)) }),
        Err(failure) => Err(failure),
    }
}

fn option(config: &Config, name: &str) -> Option<u32> {
    let option = config.sections.iter().flat_map(|section| &section.options).find(|option| option.key == name)?;
    let value = option.value.as_array().and_then(|both| both.first()).unwrap_or(&option.value);
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64().and_then(|number| u32::try_from(number).ok()),
    }
}

/// Those that hold a slot or wait for something, and whether there are more than were read.
pub(crate) async fn active(rest: &mut Rest) -> Result<(Vec<ActiveInstance>, bool), Failure> {
    instances(rest, &of_states(&ACTIVE)).await
}

/// Those that have ended, and were changed since that time by Airflow's clock.
pub(crate) async fn ended(rest: &mut Rest, since: i64) -> Result<(Vec<ActiveInstance>, bool), Failure> {
    let Some(since) = moment::at(since) else { return Ok((Vec::new(), true)) };
    instances(rest, &format!("{}&updated_at_gte={}", of_states(&ENDED), part(&since))).await
}

fn of_states(states: &[&str]) -> String {
    states.iter().map(|state| format!("state={state}")).collect::<Vec<_>>().join("&")
}

async fn instances(rest: &mut Rest, which: &str) -> Result<(Vec<ActiveInstance>, bool), Failure> {
    let mut all: Vec<ActiveInstance> = Vec::new();
    let mut read = 0;
    loop {
        let path = format!("dags/~/dagRuns/~/taskInstances?{which}&order_by=id&limit={PAGE}&offset={read}");
        let said = rest.get::<TaskInstances>(&path).await?.said;
        let page = said.task_instances.len();
        read += page;
        all.extend(said.task_instances.into_iter().filter_map(of_all));
        let last = said.total_entries.map_or((page as u64) < PAGE, |total| read as u64 >= total);
        if last || page == 0 || read >= INSTANCES {
            return Ok((all, !last && page > 0));
        }
    }
}

fn of_all(told: TaskInstance) -> Option<ActiveInstance> {
    let (dag_id, dag_run_id) = (told.dag_id.clone()?, told.dag_run_id.clone()?);
    let operator_name = told.operator_name.clone().filter(|name| !name.is_empty());
    let duration_ms = told.duration.map(millis);
    let deferred_at = told.trigger.as_ref().and_then(|trigger| at(trigger.created_date.as_ref()));
    Some(ActiveInstance { dag_id, dag_run_id, operator_name, duration_ms, deferred_at, seen: instance(told) })
}

#[allow(clippy::cast_possible_truncation, reason = "a duration far below 2^53 milliseconds, or a mistake of Airflow's")]
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(value: &Value) -> Option<u32> {
        let told = json!({ "sections": [{ "name": "core", "options": [{ "key": "parallelism", "value": value }] }] });
        option(&serde_json::from_value(told).unwrap(), "parallelism")
    }

    #[test]
    fn a_setting_is_read_with_or_without_its_source() {
        assert_eq!(config(&json!("4")), Some(4));
        assert_eq!(config(&json!(["32", "default"])), Some(32));
        assert_eq!((config(&json!("< hidden >")), config(&json!(null))), (None, None));
        assert_eq!(option(&Config { sections: Vec::new() }, "parallelism"), None);
    }

    #[test]
    fn an_instance_of_no_dag_is_none() {
        let told = json!({ "task_id": "t", "map_index": -1, "state": "running", "try_number": 1, "duration": 1.2345 });
        assert_eq!(of_all(serde_json::from_value(told.clone()).unwrap()), None);
        let mut told = told;
        (told["dag_id"], told["dag_run_id"]) = ("d".into(), "r".into());
        let seen = of_all(serde_json::from_value(told).unwrap()).unwrap();
        assert_eq!((seen.duration_ms, seen.seen.place.map_index), (Some(1235), -1));
    }
}
