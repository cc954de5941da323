//! Facts about Airflow in every combination, for the tests of all kinds.

use lab_model::facts::airflow::{
    AirflowFact as Fact, ComponentSeen, DagSeen, FileListed, FileRead, ImportErrorSeen, JobSeen, RunNamed, RunSeen,
    TaskInstanceSeen, TaskPlace, TaskSeen, WARM_UP,
};
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, any, prop_oneof},
    sample::{select, subsequence},
};

use super::airflow_closer_facts;

pub(super) fn text(of: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    select(of.to_vec()).prop_map(ToOwned::to_owned)
}

pub(super) fn dag_id() -> impl Strategy<Value = String> {
    text(&["hello", "etl", WARM_UP])
}

pub(super) fn run_id() -> impl Strategy<Value = String> {
    text(&["r1", "r2", "r3"])
}

pub(super) fn task_id() -> impl Strategy<Value = String> {
    text(&["extract", "group.load", "gone"])
}

fn run_state() -> impl Strategy<Value = String> {
    text(&["queued", "running", "success", "failed"])
}

pub(super) fn time() -> impl Strategy<Value = Option<i64>> {
    option::of(prop_oneof![9 => 0..90_000_i64, 1 => any::<i64>()])
}

/// Each once.
fn components() -> impl Strategy<Value = Vec<ComponentSeen>> {
    let names = subsequence(vec!["metadatabase", "scheduler", "dag_processor", "triggerer"], 0..=4);
    let seen = vec((option::of(text(&["healthy", "unhealthy"])), time()), 4);
    (names, seen).prop_map(|(names, seen)| {
        let component =
            |(name, (status, heartbeat_at)): (&str, _)| ComponentSeen { name: name.to_owned(), status, heartbeat_at };
        names.into_iter().zip(seen).map(component).collect()
    })
}

fn job() -> impl Strategy<Value = JobSeen> {
    (text(&["SchedulerJob", "TriggererJob"]), time()).prop_map(|(job_type, started_at)| JobSeen {
        job_type,
        hostname: None,
        started_at,
    })
}

fn dag() -> impl Strategy<Value = DagSeen> {
    (dag_id(), any::<(bool, bool, bool)>(), option::of(text(&["a.py", "b.py"])), time(), option::of(0..4_u32)).prop_map(
        |(dag_id, (is_paused, is_stale, has_import_errors), relative_fileloc, last_parsed_at, version_number)| {
            DagSeen {
                dag_id,
                is_paused,
                is_stale,
                has_import_errors,
                relative_fileloc,
                last_parsed_at,
                timetable_summary: None,
                version_number,
            }
        },
    )
}

fn import_error() -> impl Strategy<Value = ImportErrorSeen> {
    (text(&["a.py", "b.py"]), option::of(1..9_u32), text(&["E1", "E2"]), time()).prop_map(
        |(filename, line, error, found_at)| ImportErrorSeen {
            filename,
            line,
            stack_trace: error.clone(),
            error,
            found_at,
        },
    )
}

fn named() -> impl Strategy<Value = RunNamed> {
    (dag_id(), run_id(), run_state()).prop_map(|(dag_id, dag_run_id, state)| RunNamed { dag_id, dag_run_id, state })
}

fn run() -> impl Strategy<Value = RunSeen> {
    (run_id(), run_state(), time(), time(), time(), option::of(text(&["{\"rows\":1}"]))).prop_map(
        |(dag_run_id, state, queued_at, started_at, ended_at, conf)| RunSeen {
            dag_run_id,
            state,
            run_type: "manual".to_owned(),
            logical_date: None,
            queued_at,
            started_at,
            ended_at,
            conf,
            version_number: None,
        },
    )
}

fn task() -> impl Strategy<Value = TaskSeen> {
    let after = subsequence(vec!["extract".to_owned(), "group.load".to_owned(), "gone".to_owned()], 0..=3);
    (task_id(), any::<bool>(), after).prop_map(|(task_id, is_mapped, downstream_task_ids)| TaskSeen {
        task_id,
        operator_name: None,
        is_mapped,
        trigger_rule: None,
        downstream_task_ids,
    })
}

pub(super) fn place() -> impl Strategy<Value = TaskPlace> {
    (task_id(), -1..3_i32).prop_map(|(task_id, map_index)| TaskPlace { task_id, map_index })
}

pub(super) fn instance() -> impl Strategy<Value = TaskInstanceSeen> {
    let state = option::of(text(&["running", "success", "failed", "deferred", "a state of tomorrow"]));
    (place(), state, 0..4_u32, (time(), time(), time(), time())).prop_map(
        |(place, state, try_number, (scheduled_at, queued_at, started_at, ended_at))| TaskInstanceSeen {
            place,
            state,
            try_number,
            operator: None,
            pool: Some("default_pool".to_owned()),
            pool_slots: Some(1),
            scheduled_at,
            queued_at,
            started_at,
            ended_at,
            trigger: None,
        },
    )
}

fn file_read() -> impl Strategy<Value = FileRead> {
    (text(&["a.py", "b.py"]), option::of(text(&["x", ""])), option::of(text(&["too large"])))
        .prop_map(|(name, text, unread)| FileRead { name, text, unread })
}

fn file_listed() -> impl Strategy<Value = FileListed> {
    (text(&["a.py", "b.py"]), any::<u64>(), time()).prop_map(|(name, size, changed_at)| FileListed {
        name,
        size,
        changed_at,
    })
}

pub(super) fn any_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        components().prop_map(|components| Fact::HealthTold { version: Some("3.3.2".to_owned()), components }),
        vec(job(), 0..3).prop_map(|jobs| Fact::JobsListed { jobs }),
        (subsequence(vec!["etl".to_owned(), "hello".to_owned(), WARM_UP.to_owned()], 0..=3), 0..5_u64)
            .prop_map(|(dags, total)| Fact::DagsListed { dags, total }),
        dag().prop_map(|dag| Fact::DagDescribed { dag }),
        dag().prop_map(|dag| Fact::DagDescribed { dag }),
        (vec(import_error(), 0..3), 0..5_u64).prop_map(|(errors, total)| Fact::ImportErrorsListed { errors, total }),
        (vec(file_listed(), 0..3), 0..5_u64).prop_map(|(files, total)| Fact::FilesListed { files, total }),
        file_read().prop_map(|file| Fact::FileRead { file }),
        text(&["paused"]).prop_map(|why| Fact::FilesUnread { why }),
        vec(named(), 0..4).prop_map(|runs| Fact::NewestRunsListed { runs }),
        (dag_id(), vec(task(), 0..4)).prop_map(|(dag, tasks)| Fact::TasksListed { dag, tasks }),
        dag_id().prop_map(|dag| Fact::DagMissing { dag }),
        (dag_id(), vec(run(), 0..4), any::<u64>()).prop_map(|(dag, runs, total)| Fact::RunsListed { dag, runs, total }),
        (dag_id(), run_id(), vec(instance(), 0..6), vec(place(), 0..2), any::<bool>()).prop_map(
            |(dag, run, instances, gone, all)| Fact::TaskInstancesSeen { dag, run, instances, gone, all, more: false }
        ),
        (dag_id(), run_id(), any::<u64>(), any::<u64>()).prop_map(|(dag, run, read, total)| Fact::InstancesBeingRead {
            dag,
            run,
            read,
            total
        }),
        airflow_closer_facts::any_fact(),
        airflow_closer_facts::any_fact(),
        airflow_closer_facts::any_fact(),
    ]
}
