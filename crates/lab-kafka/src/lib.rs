//! Sees and does what Kafka can: the only crate that names rdkafka and kafka-protocol.
