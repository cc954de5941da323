//! The command line that does the same: Airflow's own one, run inside its container. It reaches the database by itself, so
//! no password is needed.

use lab_probe::action::{exec, quoted};

/// Where it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// Airflow's container, e.g. `pipewright-airflow-1-airflow-1-1`.
    pub container: String,
    /// The folder in it in which Airflow looks for DAGs.
    pub folder: String,
}

impl ByHand {
    /// `docker exec -it <container> airflow <words>`.
    pub(super) fn airflow(&self, words: &[&str]) -> String {
        exec("-it", &self.container, ["airflow"].into_iter().chain(words.iter().copied()))
    }

    /// `docker cp <file> <container>:<folder>/<file>`.
    pub(super) fn copy(&self, file: &str) -> String {
        let to = format!("{}:{}/{file}", self.container, self.folder);
        format!("docker cp {} {}", quoted(file), quoted(&to))
    }

    /// `docker exec -it <container> rm <folder>/<file>`.
    pub(super) fn remove(&self, file: &str) -> String {
        exec("-it", &self.container, ["rm", format!("{}/{file}", self.folder).as_str()])
    }
}
