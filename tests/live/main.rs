//! Real engines through the product's own code. One test after the other: two cores carry one cluster at a time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests say what they expect")]

mod airflow;
mod airflow_closer;
mod airflow_extension;
mod airflow_image;
mod cancelled;
mod cassandra;
mod cassandra_image;
mod cassandra_merge;
mod cassandra_planted;
mod consistency;
mod containers;
mod deleted_records;
mod everybody;
mod one_broker;
mod pipeline;
mod safety;
mod spares;
mod three_brokers;
