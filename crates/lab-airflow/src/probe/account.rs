//! What an Airflow's facts are about.

use lab_model::facts::airflow::AirflowFact;

/// What an Airflow has said so far.
pub(super) type Account = lab_probe::Account<Subject, AirflowFact>;

/// What a fact is about; a newer fact about the same replaces the older.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Health,
    Jobs,
    Dags,
    Dag(String),
    ImportErrors,
    NewestRuns,
    Tasks(String),
    Rules(String),
    Structure(String),
    Limits(String),
    RunAfter(String),
    Pools,
    Parallelism,
    Runs(String),
}
