//! What to write today instead of what a DAG for Airflow 2 says, told by the error that Airflow 3 gives for it. The errors are
//! those of Airflow 3.3.2; an error that is not known here gets no advice.

/// Part of an error, and what to write instead.
const INSTEAD: &[(&str, &str)] = &[
    ("keyword argument 'schedule_interval'", "Write `schedule=` in place of `schedule_interval=`."),
    ("keyword argument 'timetable'", "Write `schedule=` in place of `timetable=`; it takes a timetable, too."),
    ("keyword argument 'concurrency'", "Write `max_active_tasks=` in place of `concurrency=`."),
    ("keyword argument 'fail_stop'", "Write `fail_fast=` in place of `fail_stop=`."),
    ("keyword argument 'default_view'", "Leave out `default_view=`: Airflow 3 has no such setting."),
    ("keyword argument 'orientation'", "Leave out `orientation=`: Airflow 3 has no such setting."),
    ("'provide_context'", "Leave out `provide_context=`: a function gets what its arguments are named after."),
    ("'task_concurrency'", "Write `max_active_tis_per_dag=` in place of `task_concurrency=`."),
    ("airflow.utils.dates", "Write a fixed date, as `start_date=datetime(2026, 1, 1)`, or none at all."),
    (
        "'airflow.operators.bash_operator'",
        "Write `from airflow.providers.standard.operators.bash import BashOperator`.",
    ),
    (
        "'airflow.operators.python_operator'",
        "Write `from airflow.providers.standard.operators.python import PythonOperator`.",
    ),
    (
        "'airflow.operators.dummy",
        "Write `from airflow.providers.standard.operators.empty import EmptyOperator`, and `EmptyOperator` below.",
    ),
    (
        "'airflow.operators.subdag",
        "Use a task group: `from airflow.sdk import task_group`. There are no SubDAGs any more.",
    ),
    (
        "'airflow.operators.http_operator'",
        "Write `from airflow.providers.http.operators.http import HttpOperator`; the image needs apache-airflow-providers-http.",
    ),
    ("'airflow.operators.email_operator'", "Write `from airflow.providers.smtp.operators.smtp import EmailOperator`."),
    ("'airflow.hooks.base_hook'", "Write `from airflow.sdk import BaseHook`."),
    ("'apply_defaults'", "Leave out `apply_defaults`: every operator does that by itself."),
    ("'airflow.datasets'", "Write `from airflow.sdk import Asset`, and `Asset` in place of `Dataset`."),
    ("from 'airflow.utils.helpers'", "Write `from airflow.sdk import chain, cross_downstream`."),
    (
        "'airflow.contrib'",
        "What was in `airflow.contrib` is in the packages apache-airflow-providers-…, under `airflow.providers`.",
    ),
    ("'execution_date'", "Write `logical_date`; a run that was triggered without a date has none."),
    ("'next_execution_date'", "Write `data_interval_end`."),
    ("'prev_execution_date'", "Write `data_interval_start`."),
    ("'ds' is undefined", "A run without a logical date has no `ds`. Trigger one with `logical_date=now`."),
    ("KeyError: 'ds'", "A run without a logical date has no `ds`. Trigger one with `logical_date=now`."),
    ("'next_ds'", "Write `data_interval_end | ds`."),
    ("'prev_ds'", "Write `data_interval_start | ds`."),
    ("'yesterday_ds'", "Write `macros.ds_add(ds, -1)`."),
    ("'tomorrow_ds'", "Write `macros.ds_add(ds, 1)`."),
    (
        "Direct database access via the ORM is not allowed",
        "A task cannot ask Airflow's database. Use what `airflow.sdk` has, as `Variable.get`, or the REST API.",
    ),
];

/// What to write in a DAG instead of what gave this error; none where nothing is known of it.
pub fn advice(error: &str) -> Option<String> {
    let known = INSTEAD.iter().find(|(part, _)| error.contains(part)).map(|(_, instead)| (*instead).to_owned());
    known.or_else(|| provider(error))
}

/// A provider that is not installed: Python names the first module that is not there.
fn provider(error: &str) -> Option<String> {
    let (_, module) = error.split_once("No module named 'airflow.providers.")?;
    let module = module.split('\'').next().filter(|module| !module.is_empty())?;
    // What stands inside a provider is not a package.
    let inside = [".operators", ".hooks", ".sensors", ".transfers", ".triggers"];
    if inside.iter().any(|part| module.contains(part)) {
        return None;
    }
    let package = module.replace('.', "-");
    Some(format!(
        "The image has no apache-airflow-providers-{package}. Add it to requirements.txt, and build an image."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_airflow_two_had_is_told_in_the_words_of_three() {
        let advice = |error: &str| advice(error).unwrap_or_default();
        let interval = "TypeError: DAG.__init__() got an unexpected keyword argument 'schedule_interval'";
        assert_eq!(advice(interval), "Write `schedule=` in place of `schedule_interval=`.");
        let dates = "ImportError: cannot import name 'days_ago' from 'airflow.utils.dates' (…/airflow/utils/dates.py)";
        assert!(advice(dates).contains("start_date=datetime(2026, 1, 1)"));
        let context = "TypeError: Invalid arguments were passed to PythonOperator (task_id: a). Invalid arguments were:\n\
                       **kwargs: {'provide_context': True}";
        assert!(advice(context).contains("Leave out `provide_context=`"));
        assert!(advice("UndefinedError: 'execution_date' is undefined").contains("logical_date"));
        assert!(advice("ModuleNotFoundError: No module named 'airflow.operators.dummy_operator'").contains("Empty"));
    }

    #[test]
    fn a_provider_is_named_by_its_package() {
        let kafka = advice("ModuleNotFoundError: No module named 'airflow.providers.apache.kafka'").unwrap();
        assert!(kafka.contains("apache-airflow-providers-apache-kafka."));
        assert_eq!(advice("ModuleNotFoundError: No module named 'airflow.providers.postgres.operators'"), None);
    }

    #[test]
    fn of_other_errors_nothing_is_said() {
        for error in ["ModuleNotFoundError: No module named 'pandsa'", "SyntaxError: '(' was never closed", ""] {
            assert_eq!(advice(error), None);
        }
    }
}
