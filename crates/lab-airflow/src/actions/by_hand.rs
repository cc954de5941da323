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
    /// The lab.
    pub lab: String,
    /// Airflow's node in it.
    pub node: String,
    /// The compose.yaml of its stack.
    pub compose: String,
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

    /// An editor, in a folder of one's own.
    pub(super) fn edit(&self, file: &str) -> String {
        format!("${{EDITOR:-vi}} {}", quoted(file))
    }

    /// `docker build` in that folder. Without the label nobody could tell the image from any other.
    pub(super) fn build(&self, tag: &str) -> String {
        let label = format!("dev.pipewright.extends={}", self.lab);
        format!("docker build . --tag {} --label {}", quoted(tag), quoted(&label))
    }

    /// The variable of compose.yaml that names the image, and the container anew. The env file lies where Pipewright keeps
    /// its data.
    pub(super) fn up(&self, tag: &str) -> String {
        let (lab, env, compose) = (quoted(&self.lab), format!("{}.env", self.lab), quoted(&self.compose));
        format!(
            "AIRFLOW_IMAGE={} docker compose -p {lab} --env-file {} -f {compose} up -d --no-deps {}",
            quoted(tag),
            quoted(&env),
            quoted(&self.node)
        )
    }

    /// `docker exec -it <container> rm <folder>/<file>`.
    pub(super) fn remove(&self, file: &str) -> String {
        exec("-it", &self.container, ["rm", format!("{}/{file}", self.folder).as_str()])
    }
}
