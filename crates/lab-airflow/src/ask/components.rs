//! How the components are, and which processes stand behind them.

use lab_model::facts::airflow::{AirflowFact, ComponentSeen, JobSeen};
use serde_json::Value;

use super::at;
use crate::rest::{Dated, Failure, Health, Jobs, Rest, Version, moment};

/// The components in the order in which pictures show them.
const COMPONENTS: [&str; 4] = ["metadatabase", "scheduler", "dag_processor", "triggerer"];

/// Airflow's version.
pub(crate) async fn version(rest: &mut Rest) -> Result<String, Failure> {
    Ok(rest.open::<Version>("version").await?.said.version)
}

/// The server's own time, Unix milliseconds; it gives whole seconds.
pub(crate) async fn clock(rest: &mut Rest) -> Result<Option<i64>, Failure> {
    Ok(rest.open::<Version>("version").await?.at)
}

/// The components' health; `version` goes into the fact.
pub(crate) async fn health(rest: &mut Rest, version: Option<String>) -> Result<Dated<AirflowFact>, Failure> {
    let Dated { at, said } = rest.open::<Health>("monitor/health").await?;
    let components = COMPONENTS.iter().filter_map(|name| component(name, said.get(*name)?)).collect();
    Ok(Dated { at, said: AirflowFact::HealthTold { version, components } })
}

/// `{"status": "healthy", "latest_scheduler_heartbeat": "…"}`; no word at all of one that this Airflow has not.
fn component(name: &str, told: &Value) -> Option<ComponentSeen> {
    let told = told.as_object()?;
    let heartbeat = told.get(&format!("latest_{name}_heartbeat"));
    Some(ComponentSeen {
        name: name.to_owned(),
        status: told.get("status").and_then(Value::as_str).map(str::to_owned),
        heartbeat_at: heartbeat.and_then(Value::as_str).and_then(moment::of),
    })
}

/// Processes that are alive, the newest first.
pub(crate) async fn jobs(rest: &mut Rest) -> Result<Dated<AirflowFact>, Failure> {
    let path = "jobs?is_alive=true&job_state=running&order_by=-start_date&limit=50";
    let Dated { at: answered, said } = rest.get::<Jobs>(path).await?;
    let jobs = said.jobs.into_iter().filter_map(|job| {
        let started_at = at(job.start_date.as_ref());
        Some(JobSeen { job_type: job.job_type?, hostname: job.hostname, started_at })
    });
    Ok(Dated { at: answered, said: AirflowFact::JobsListed { jobs: jobs.collect() } })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_component_that_was_never_started_has_neither_status_nor_heartbeat() {
        let told = json!({ "status": null, "latest_triggerer_heartbeat": null });
        let seen = ComponentSeen { name: "triggerer".into(), status: None, heartbeat_at: None };
        assert_eq!(component("triggerer", &told), Some(seen));
        assert_eq!(component("dag_processor", &Value::Null), None);
        let told = json!({ "status": "healthy", "latest_scheduler_heartbeat": "2026-11-30T18:51:27.5+00:00" });
        assert_eq!(component("scheduler", &told).unwrap().heartbeat_at, Some(1_796_064_687_500));
    }
}
