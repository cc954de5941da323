//! What holds for every kind, whatever it shows.

mod airflow_closer_facts;
mod airflow_facts;
mod airflow_why;
mod cassandra_facts;
mod folds;
mod fuzz;
mod image_facts;
mod journals;
mod kafka_gaps;
mod pipeline_facts;
mod registry;
mod systems;
