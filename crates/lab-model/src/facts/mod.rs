//! Facts, one file per system. Past tense, plain data, and they only ever gain fields (`#[serde(default)]`).

pub mod airflow;
pub mod cassandra;
pub mod image;
pub mod kafka;
pub mod lab;
pub mod weather;

use serde::{Deserialize, Serialize};

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Fact {
    /// Said about a lab: its containers, actions, lessons, and whether a source is heard at all.
    Lab(lab::LabFact),
    /// Said about the images of a lab's nodes, and the building of one.
    Image(image::ImageFact),
    /// Said by or about Kafka.
    Kafka(kafka::KafkaFact),
    /// Said by or about Cassandra.
    Cassandra(cassandra::CassandraFact),
    /// Said by or about Airflow.
    Airflow(airflow::AirflowFact),
    /// Said by the pipeline's weather source.
    Weather(weather::WeatherFact),
}

impl From<lab::LabFact> for Fact {
    fn from(fact: lab::LabFact) -> Self {
        Self::Lab(fact)
    }
}

impl From<image::ImageFact> for Fact {
    fn from(fact: image::ImageFact) -> Self {
        Self::Image(fact)
    }
}

impl From<kafka::KafkaFact> for Fact {
    fn from(fact: kafka::KafkaFact) -> Self {
        Self::Kafka(fact)
    }
}

impl From<cassandra::CassandraFact> for Fact {
    fn from(fact: cassandra::CassandraFact) -> Self {
        Self::Cassandra(fact)
    }
}

impl From<airflow::AirflowFact> for Fact {
    fn from(fact: airflow::AirflowFact) -> Self {
        Self::Airflow(fact)
    }
}

impl From<weather::WeatherFact> for Fact {
    fn from(fact: weather::WeatherFact) -> Self {
        Self::Weather(fact)
    }
}

/// A fact in one plain sentence without its source: what the timeline and a verdict's evidence print.
impl std::fmt::Display for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lab(fact) => fact.fmt(f),
            Self::Image(fact) => fact.fmt(f),
            Self::Kafka(fact) => fact.fmt(f),
            Self::Cassandra(fact) => fact.fmt(f),
            Self::Airflow(fact) => fact.fmt(f),
            Self::Weather(fact) => fact.fmt(f),
        }
    }
}
