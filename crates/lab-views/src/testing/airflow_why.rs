//! What an Airflow says of how DAGs are drawn, of slots, and of what waits.

use lab_model::facts::airflow::{
    ActiveInstance, ActivePlace, AirflowFact, DagLimits, DependencySeen, EdgeSeen, GroupSeen, PoolSeen, StructureSeen,
    TaskDependencies, TaskDrawn, TaskInstanceSeen, TaskPlace, TaskRule,
};

/// How `hello` is drawn: groups with those they are in, mapped if they end in `*`; tasks with their groups; edges.
pub(crate) fn structure(
    groups: &[(&str, Option<&str>)],
    tasks: &[(&str, Option<&str>)],
    edges: &[(&str, &str)],
) -> AirflowFact {
    let last = |id: &str| id.rsplit('.').next().unwrap_or(id).to_owned();
    let group = |&(id, parent): &(&str, Option<&str>)| GroupSeen {
        group_id: id.trim_end_matches('*').to_owned(),
        label: last(id.trim_end_matches('*')),
        tooltip: None,
        parent_group_id: parent.map(ToOwned::to_owned),
        is_mapped: id.ends_with('*'),
    };
    let task = |&(id, group): &(&str, Option<&str>)| TaskDrawn {
        task_id: id.to_owned(),
        label: last(id),
        group_id: group.map(ToOwned::to_owned),
        setup_teardown_type: None,
    };
    let edge = |&(source, target): &(&str, &str)| EdgeSeen {
        source_id: source.to_owned(),
        target_id: target.to_owned(),
        label: None,
        is_setup_teardown: false,
    };
    let structure = StructureSeen {
        groups: groups.iter().map(group).collect(),
        tasks: tasks.iter().map(task).collect(),
        edges: edges.iter().map(edge).collect(),
        more: false,
    };
    AirflowFact::StructureTold { dag: "hello".to_owned(), structure }
}

/// Of `hello`.
pub(crate) fn limits(tasks: u32, runs: u32) -> AirflowFact {
    let limits = DagLimits { max_active_tasks: Some(tasks), max_active_runs: Some(runs) };
    AirflowFact::LimitsTold { dag: "hello".to_owned(), limits }
}

/// A task of `hello` that is tried again after so many seconds.
pub(crate) fn retried(task: &str, seconds: i64, grows: bool) -> AirflowFact {
    let rule = TaskRule {
        task_id: task.to_owned(),
        depends_on_past: false,
        retries: 2,
        retry_delay_ms: Some(seconds * 1000),
        retry_delay_grows: grows,
    };
    AirflowFact::TaskRulesListed { dag: "hello".to_owned(), rules: vec![rule] }
}

/// What Airflow says of a task in run `r2` of `hello`: names and reasons.
pub(crate) fn dependencies(task: &str, of: &[(&str, &str)]) -> AirflowFact {
    let dependency =
        |&(name, reason): &(&str, &str)| DependencySeen { name: name.to_owned(), reason: reason.to_owned() };
    let place = TaskPlace { task_id: task.to_owned(), map_index: -1 };
    let told = vec![TaskDependencies { place, dependencies: of.iter().map(dependency).collect() }];
    AirflowFact::DependenciesTold { dag: "hello".to_owned(), run: "r2".to_owned(), told }
}

/// A pool with so many slots, of which so many are held by running tasks.
pub(crate) fn pool(name: &str, slots: i64, held: i64) -> PoolSeen {
    PoolSeen {
        name: name.to_owned(),
        description: None,
        slots,
        include_deferred: false,
        occupied_slots: held,
        running_slots: held,
        queued_slots: 0,
        deferred_slots: 0,
        scheduled_slots: 0,
        open_slots: if slots < 0 { -1 } else { slots - held },
    }
}

pub(crate) fn pools(of: &[PoolSeen]) -> AirflowFact {
    AirflowFact::PoolsListed { pools: of.to_vec(), total: of.len() as u64 }
}

pub(crate) fn parallelism(limit: Option<u32>) -> AirflowFact {
    let why = limit.is_none().then(|| "chose not to expose the configuration".to_owned());
    AirflowFact::ParallelismTold { parallelism: limit, why }
}

/// A task of a run `r9` of another DAG.
pub(crate) fn active(dag: &str, seen: TaskInstanceSeen) -> ActiveInstance {
    let operator_name = Some("@task.sensor".to_owned());
    ActiveInstance {
        dag_id: dag.to_owned(),
        dag_run_id: "r9".to_owned(),
        seen,
        operator_name,
        duration_ms: None,
        deferred_at: None,
    }
}

/// All that hold a slot or wait.
pub(crate) fn all_active(of: &[ActiveInstance]) -> AirflowFact {
    AirflowFact::ActiveInstancesSeen { instances: of.to_vec(), gone: Vec::new(), all: true, more: false }
}

/// Those that changed, and the tasks of run `r9` of `sensors` that are gone.
pub(crate) fn changed(of: &[ActiveInstance], gone: &[&str]) -> AirflowFact {
    let gone = gone.iter().map(|task| ActivePlace {
        dag_id: "sensors".to_owned(),
        dag_run_id: "r9".to_owned(),
        task_id: (*task).to_owned(),
        map_index: -1,
    });
    AirflowFact::ActiveInstancesSeen { instances: of.to_vec(), gone: gone.collect(), all: false, more: false }
}
