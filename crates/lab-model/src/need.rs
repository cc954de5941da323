//! What a view or a sentence wants observed. `lab-app` unions the needs of all that is open and runs the probes they call for.

use serde::{Deserialize, Serialize};

use crate::facts::cassandra::Scanned;

/// A wish, by system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The state of the lab's containers.
    Nodes,
    /// Something a Kafka cluster knows.
    Kafka(KafkaNeed),
    /// Something a Cassandra cluster knows.
    Cassandra(CassandraNeed),
    /// Something an Airflow knows.
    Airflow(AirflowNeed),
    /// Something the pipeline's weather source knows.
    Weather(WeatherNeed),
}

/// What can be asked of a Kafka cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KafkaNeed {
    /// Brokers (fenced or not), true controller, voters, names of topics.
    Cluster,
    /// Leadership and every replica's own log start, log end and high watermark of one topic.
    Partitions {
        /// The topic.
        topic: String,
    },
    /// The newest records each partition leader holds.
    Records {
        /// The topic.
        topic: String,
    },
    /// All records each partition leader holds, but of each partition no more than the newest 20,000.
    Log {
        /// The topic.
        topic: String,
    },
    /// All consumer groups: members, assignment, committed offsets.
    Groups,
}

/// What can be asked of a Cassandra cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CassandraNeed {
    /// Members, tokens, data centers and racks, schema, and which nodes each node believes up.
    Ring,
    /// Each node's φ of every other one.
    Phi,
    /// Where a key belongs.
    Key {
        /// `keyspace.table`.
        table: String,
        /// The partition key: a value as text, or a JSON array where it has several columns.
        key: String,
    },
    /// What each node alone holds of a partition.
    Rows {
        /// `keyspace.table`.
        table: String,
        /// The partition key, as for [`CassandraNeed::Key`].
        key: String,
    },
    /// Some columns of all rows of a table, as a coordinator returns them, but no more than 20,000 rows.
    Scan(Scanned),
    /// Hint files, counters and switches.
    Hints,
    /// A table's memtable, SSTables and compactions, and the commit log.
    Storage {
        /// `keyspace.table`.
        table: String,
    },
    /// Repairs and streams.
    Repairs,
    /// Read repair counters.
    ReadRepairs,
    /// Settings in force.
    Settings,
}

/// What can be asked of an Airflow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AirflowNeed {
    /// Components with their heartbeats, the jobs behind them, and the runs of the warm-up DAG.
    Components,
    /// DAGs, files that cannot be imported, and the newest runs of all DAGs.
    Dags,
    /// The files in the folder in which Airflow looks for DAGs.
    Files {
        /// The one whose text is wanted, by its path below the folder.
        file: Option<String>,
    },
    /// How one DAG is drawn, and its limits.
    Graph {
        /// The DAG's id.
        dag: String,
    },
    /// What Airflow says stands in the way of the tasks that wait in one run of a DAG.
    Waiting {
        /// The DAG's id.
        dag: String,
        /// The run's id; the newest one if none is named.
        run: Option<String>,
    },
    /// Pools, how many tasks may run at once, and the task instances of all DAGs that hold a slot or wait.
    Slots,
    /// The tasks of one DAG, its newest runs, and the task instances in them.
    Runs {
        /// The DAG's id.
        dag: String,
    },
    /// One task instance: its tries, the log of one of them, what it was given and left, and its event log.
    Task {
        /// The DAG's id.
        dag: String,
        /// The run's id; the newest one if none is named.
        run: Option<String>,
        /// The task's id.
        task: String,
        /// Which of a mapped task; -1 of any other.
        map_index: i32,
        /// Of which try the log is read; the newest if none.
        #[serde(rename = "try")]
        try_number: Option<u32>,
    },
    /// What one task leaves under one key, in the newest runs of a DAG.
    Left {
        /// The DAG's id.
        dag: String,
        /// The task's id.
        task: String,
        /// The key of the XCom.
        key: String,
    },
    /// Variables, connections, and who asked for what to be done to them.
    Variables,
    /// Assets and their events.
    Assets,
}

/// What can be asked of the pipeline's weather source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeatherNeed {
    /// What it does: its clock, its fault, what it was asked for, what it answered.
    Source,
    /// The forecast of one time, from its archive.
    Archive {
        /// When it was made, as records write it.
        updated: String,
    },
}
