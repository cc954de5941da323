//! What an Airflow says.

use lab_model::{
    Draft, Fact, Source,
    facts::{
        airflow::{
            AirflowFact, ComponentSeen, DagSeen, ImportErrorSeen, JobSeen, RunNamed, RunSeen, TaskInstanceSeen,
            TaskPlace, TaskSeen,
        },
        lab::{LabFact, NodeInfo},
    },
};

use super::app;

/// Airflow's clock when the lab was started, Unix milliseconds: 18:51:00.
pub(crate) const AT: i64 = 1_796_064_660_000;

/// Said by `airflow-1`.
pub(crate) fn a(fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Node("airflow-1".to_owned()), fact)
}

/// An Airflow and its database.
pub(crate) fn start_airflow(adopted: bool) -> LabFact {
    let node = |name: &str, role: &str, port: Option<u16>| NodeInfo {
        system: "airflow".into(),
        name: name.to_owned(),
        role: role.to_owned(),
        endpoint: port.map(|port| format!("127.0.0.1:{port}")),
        ..NodeInfo::default()
    };
    LabFact::LabStarted {
        lab: "lab-a".to_owned(),
        stack: "airflow-1".to_owned(),
        nodes: vec![node("airflow-1", "airflow", Some(28_080)), node("postgres-1", "database", None)],
        images: Vec::new(),
        adopted,
        settings: Vec::new(),
    }
}

pub(crate) fn airflow_started() -> Draft {
    app(start_airflow(false))
}

/// Each component with its status, heartbeats at second 5.
pub(crate) fn health(statuses: [Option<&str>; 4]) -> AirflowFact {
    let names = ["metadatabase", "scheduler", "dag_processor", "triggerer"];
    let component = |(name, status): (&str, Option<&str>)| ComponentSeen {
        name: name.to_owned(),
        status: status.map(ToOwned::to_owned),
        heartbeat_at: (name != "metadatabase" && status.is_some()).then_some(AT + 5_000),
    };
    let components = names.into_iter().zip(statuses).map(component).collect();
    AirflowFact::HealthTold { version: Some("3.3.2".to_owned()), components }
}

pub(crate) fn all_healthy() -> AirflowFact {
    health([Some("healthy"); 4])
}

/// Jobs that were started at these seconds.
pub(crate) fn jobs(of: &[(&str, i64)]) -> AirflowFact {
    let job = |&(job_type, second): &(&str, i64)| JobSeen {
        job_type: job_type.to_owned(),
        hostname: Some("airflow-1".to_owned()),
        started_at: Some(AT + second * 1000),
    };
    AirflowFact::JobsListed { jobs: of.iter().map(job).collect() }
}

/// A DAG of `<id>.py`.
pub(crate) fn dag(id: &str) -> DagSeen {
    DagSeen {
        dag_id: id.to_owned(),
        is_paused: false,
        is_stale: false,
        has_import_errors: false,
        relative_fileloc: Some(format!("{id}.py")),
        last_parsed_at: Some(AT + 7_000),
        timetable_summary: None,
        version_number: Some(1),
    }
}

pub(crate) fn described(dag: DagSeen) -> AirflowFact {
    AirflowFact::DagDescribed { dag }
}

pub(crate) fn listed(dags: &[&str]) -> AirflowFact {
    AirflowFact::DagsListed { dags: dags.iter().map(ToString::to_string).collect(), total: dags.len() as u64 }
}

pub(crate) fn import_errors(of: &[(&str, Option<u32>, &str)]) -> AirflowFact {
    let error = |&(file, line, error): &(&str, Option<u32>, &str)| ImportErrorSeen {
        filename: file.to_owned(),
        line,
        error: error.to_owned(),
        stack_trace: format!("Traceback (most recent call last):\n{error}\n"),
        found_at: Some(AT + 8_000),
    };
    let errors: Vec<ImportErrorSeen> = of.iter().map(error).collect();
    AirflowFact::ImportErrorsListed { total: errors.len() as u64, errors }
}

/// DAG, run, state; the newest first.
pub(crate) fn newest_runs(of: &[(&str, &str, &str)]) -> AirflowFact {
    let run = |&(dag, run, state): &(&str, &str, &str)| RunNamed {
        dag_id: dag.to_owned(),
        dag_run_id: run.to_owned(),
        state: state.to_owned(),
    };
    AirflowFact::NewestRunsListed { runs: of.iter().map(run).collect() }
}

/// A run that was queued at second 10 and, if it ended, did so at that second.
pub(crate) fn run(id: &str, state: &str, ended: Option<i64>) -> RunSeen {
    RunSeen {
        dag_run_id: id.to_owned(),
        state: state.to_owned(),
        run_type: "manual".to_owned(),
        logical_date: None,
        queued_at: Some(AT + 10_000),
        started_at: (state != "queued").then_some(AT + 10_500),
        ended_at: ended.map(|second| AT + second * 1000),
        conf: None,
        version_number: Some(1),
    }
}

pub(crate) fn runs(dag: &str, runs: &[RunSeen]) -> AirflowFact {
    AirflowFact::RunsListed { dag: dag.to_owned(), runs: runs.to_vec(), total: runs.len() as u64 }
}

/// Tasks with those that wait for them.
pub(crate) fn tasks(dag: &str, of: &[(&str, &[&str])]) -> AirflowFact {
    let task = |&(id, after): &(&str, &[&str])| TaskSeen {
        task_id: id.to_owned(),
        operator_name: Some("@task".to_owned()),
        is_mapped: false,
        trigger_rule: Some("all_success".to_owned()),
        downstream_task_ids: after.iter().map(ToString::to_string).collect(),
    };
    AirflowFact::TasksListed { dag: dag.to_owned(), tasks: of.iter().map(task).collect() }
}

/// A task instance; what ended took 2 s from second 11.
pub(crate) fn instance(task: &str, map_index: i32, state: Option<&str>) -> TaskInstanceSeen {
    let ended = matches!(state, Some("success" | "failed" | "skipped" | "upstream_failed"));
    let began = ended || state == Some("running");
    TaskInstanceSeen {
        place: TaskPlace { task_id: task.to_owned(), map_index },
        state: state.map(ToOwned::to_owned),
        try_number: u32::from(began),
        operator: Some("_PythonDecoratedOperator".to_owned()),
        pool: Some("default_pool".to_owned()),
        pool_slots: Some(1),
        scheduled_at: state.map(|_| AT + 10_600),
        queued_at: state.map(|_| AT + 10_700),
        started_at: began.then_some(AT + 11_000),
        ended_at: ended.then_some(AT + 13_000),
        trigger: (state == Some("deferred")).then(|| "airflow.triggers.TimeDeltaTrigger".to_owned()),
    }
}

/// All instances of a run of `hello`.
pub(crate) fn instances(run: &str, of: &[TaskInstanceSeen]) -> AirflowFact {
    AirflowFact::TaskInstancesSeen {
        dag: "hello".to_owned(),
        run: run.to_owned(),
        instances: of.to_vec(),
        gone: Vec::new(),
        all: true,
        more: false,
    }
}
