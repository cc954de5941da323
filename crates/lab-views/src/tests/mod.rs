//! What holds for every kind, whatever it shows.

mod airflow_facts;
mod cassandra_facts;
mod folds;
mod fuzz;
mod image_facts;
mod journals;
mod kafka_gaps;
mod registry;
mod systems;
