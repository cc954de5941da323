//! Facts about how DAGs are drawn, why their tasks wait and who holds slots, in every combination.

use lab_model::facts::airflow::{
    ActiveInstance, ActivePlace, AirflowFact as Fact, DagLimits, DependencySeen, EdgeSeen, GroupSeen, PoolSeen,
    StructureSeen, TaskDependencies, TaskDrawn, TaskInstanceSeen, TaskRule,
};
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, any, prop_oneof},
};

use super::airflow_facts::{dag_id, instance, place, run_id, task_id, text, time};

fn group_id() -> impl Strategy<Value = String> {
    text(&["group", "group.inner", "größe"])
}

fn end() -> impl Strategy<Value = String> {
    prop_oneof![task_id(), group_id()]
}

fn structure() -> impl Strategy<Value = StructureSeen> {
    let group =
        (group_id(), option::of(group_id()), any::<bool>()).prop_map(|(group_id, parent_group_id, is_mapped)| {
            GroupSeen { label: group_id.clone(), group_id, tooltip: None, parent_group_id, is_mapped }
        });
    let task = (task_id(), option::of(group_id())).prop_map(|(task_id, group_id)| TaskDrawn {
        label: task_id.clone(),
        task_id,
        group_id,
        setup_teardown_type: None,
    });
    let edge = (end(), end(), option::of(text(&["rows"]))).prop_map(|(source_id, target_id, label)| EdgeSeen {
        source_id,
        target_id,
        label,
        is_setup_teardown: false,
    });
    (vec(group, 0..3), vec(task, 0..4), vec(edge, 0..4), any::<bool>())
        .prop_map(|(groups, tasks, edges, more)| StructureSeen { groups, tasks, edges, more })
}

fn rule() -> impl Strategy<Value = TaskRule> {
    (task_id(), any::<bool>(), 0..3_u32, time()).prop_map(|(task_id, depends_on_past, retries, retry_delay_ms)| {
        TaskRule { task_id, depends_on_past, retries, retry_delay_ms, retry_delay_grows: retries > 1 }
    })
}

fn dependencies() -> impl Strategy<Value = TaskDependencies> {
    let names = text(&["Pool Slots Available", "Task Instance State", "Logical Date", "Of tomorrow"]);
    let dependency = names.prop_map(|name| DependencySeen { reason: format!("not {name}"), name });
    (place(), vec(dependency, 0..3)).prop_map(|(place, dependencies)| TaskDependencies { place, dependencies })
}

fn pool() -> impl Strategy<Value = PoolSeen> {
    (text(&["default_pool", "weather"]), -1..4_i64, any::<bool>(), 0..3_i64).prop_map(
        |(name, slots, include_deferred, held)| PoolSeen {
            name,
            description: None,
            slots,
            include_deferred,
            occupied_slots: held,
            running_slots: held,
            queued_slots: 0,
            deferred_slots: 0,
            scheduled_slots: held,
            open_slots: if slots < 0 { -1 } else { slots - held },
        },
    )
}

fn active() -> impl Strategy<Value = ActiveInstance> {
    let state = option::of(text(&["scheduled", "queued", "running", "up_for_reschedule", "up_for_retry", "success"]));
    (dag_id(), run_id(), instance(), state, time()).prop_map(|(dag_id, dag_run_id, seen, state, duration_ms)| {
        let seen = TaskInstanceSeen { state, ..seen };
        ActiveInstance { dag_id, dag_run_id, seen, operator_name: None, duration_ms, deferred_at: duration_ms }
    })
}

fn active_place() -> impl Strategy<Value = ActivePlace> {
    (dag_id(), run_id(), place()).prop_map(|(dag_id, dag_run_id, place)| ActivePlace {
        dag_id,
        dag_run_id,
        task_id: place.task_id,
        map_index: place.map_index,
    })
}

pub(super) fn any_fact() -> impl Strategy<Value = Fact> {
    let limits = (option::of(0..3_u32), option::of(0..3_u32));
    prop_oneof![
        (dag_id(), structure()).prop_map(|(dag, structure)| Fact::StructureTold { dag, structure }),
        dag_id().prop_map(|dag| Fact::StructureUntold { dag, why: "gone (HTTP 404)".to_owned() }),
        (dag_id(), limits).prop_map(|(dag, (max_active_tasks, max_active_runs))| Fact::LimitsTold {
            dag,
            limits: DagLimits { max_active_tasks, max_active_runs }
        }),
        (dag_id(), vec(rule(), 0..4)).prop_map(|(dag, rules)| Fact::TaskRulesListed { dag, rules }),
        (dag_id(), run_id(), time()).prop_map(|(dag, run, run_after)| Fact::RunAfterTold { dag, run, run_after }),
        (dag_id(), run_id(), vec(dependencies(), 0..3)).prop_map(|(dag, run, told)| Fact::DependenciesTold {
            dag,
            run,
            told
        }),
        (vec(pool(), 0..3), 0..3_u64).prop_map(|(pools, total)| Fact::PoolsListed { pools, total }),
        option::of(1..5_u32).prop_map(|parallelism| Fact::ParallelismTold {
            why: parallelism.is_none().then(|| "kept to itself".to_owned()),
            parallelism
        }),
        (vec(active(), 0..6), vec(active_place(), 0..2), any::<bool>(), any::<bool>())
            .prop_map(|(instances, gone, all, more)| Fact::ActiveInstancesSeen { instances, gone, all, more }),
    ]
}
