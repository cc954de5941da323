//! Images that extend Airflow's: the files they are built from, the build, and the node that runs one.

use async_trait::async_trait;
use lab_model::{Problem, ProgressSink};
use tokio_util::sync::CancellationToken;

/// Where images are built and run, as far as actions need it.
#[async_trait]
pub trait Images: Send + Sync {
    /// Writes a file that the next build is made from; gives where it is.
    async fn put_file(&self, name: &str, text: &str) -> Result<String, Problem>;
    /// Builds an image; gives what came of it, in words.
    async fn build(&self, tag: &str, progress: ProgressSink, cancel: CancellationToken) -> Result<String, Problem>;
    /// Lets Airflow's node run an image, the stack's own if none is named, and waits until Airflow is ready; gives what came
    /// of it, in words.
    async fn run(
        &self,
        tag: Option<&str>,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem>;
}

/// The name of an image, as the argument `tag`: `name` or `name:tag`, small letters, without a registry.
pub(super) fn check_tag(tag: &str) -> Result<(), String> {
    let (name, version) = tag.split_once(':').unwrap_or((tag, "latest"));
    let part = |part: &str| {
        let inner = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter);
        let outer = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        part.chars().all(inner) && part.starts_with(outer) && part.ends_with(outer)
    };
    let of_version = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let version_begins = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    // `sha256:…` is an id, and what has a dot or `localhost` before the first slash is a registry.
    let registry = name.split_once('/').is_some_and(|(first, _)| first.contains('.') || first == "localhost");
    let right = name.len() <= 128
        && version.len() <= 128
        && name.split('/').all(part)
        && version.starts_with(version_begins)
        && version.chars().all(of_version)
        && name != "sha256"
        && !registry;
    if right {
        return Ok(());
    }
    let shown: String = tag.chars().take(60).filter(|letter| !letter.is_control()).collect();
    Err(format!("`tag` must be the name of an image like `airflow-ml:1`, in small letters, not `{shown}`"))
}

/// With the version that is meant when none is said.
pub(super) fn whole(tag: &str) -> String {
    if tag.contains(':') { tag.to_owned() } else { format!("{tag}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_docker_takes_and_no_id_or_registry() {
        for tag in ["airflow-ml", "airflow-ml:1", "me/airflow_ml:1.0-rc.2", "pipewright/airflow:3.3.2", "a:_x"] {
            assert_eq!(check_tag(tag), Ok(()), "{tag}");
        }
        let long = "a".repeat(129);
        for tag in [
            "",
            ":1",
            "a:",
            "A:1",
            "a b",
            "a:b:c",
            "-a",
            "a-",
            "a//b",
            "a:.x",
            "sha256:0123",
            "ghcr.io/a:1",
            "localhost/a",
            "a@sha256:1",
            "a\n",
            "ä",
            &long,
            "a:b/c",
            "$(x)",
            "../a",
        ] {
            assert!(check_tag(tag).is_err(), "{tag}");
        }
        assert_eq!((whole("a"), whole("a:1")), ("a:latest".to_owned(), "a:1".to_owned()));
    }
}
