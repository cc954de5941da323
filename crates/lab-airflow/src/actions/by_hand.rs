//! The command line that does the same: Airflow's own one, run inside its container. It reaches the database by itself, so
//! no password is needed. What it cannot do is asked of the REST API, with a token for which the password is read from its file
//! in the container: it stands in no line, and in no program's arguments.

use lab_probe::action::{exec, quoted};
use serde_json::Value;

/// The lab's user of Airflow, and the file with the password, as the stack makes them.
const USER: &str = "lab";
const PASSWORD: &str = "/opt/airflow/password";

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
    /// The images that the stack itself gives the node: the first one that is here.
    pub own_images: Vec<String>,
}

impl ByHand {
    /// `docker exec -it <container> airflow <words>`.
    pub(super) fn airflow(&self, words: &[&str]) -> String {
        exec("-it", &self.container, ["airflow"].into_iter().chain(words.iter().copied()))
    }

    /// The same with words at the end that may begin with `-`, and are no options all the same.
    pub(super) fn airflow_of(&self, options: &[&str], words: &[&str]) -> String {
        let ends: &[&str] = if words.iter().any(|word| word.starts_with('-')) { &["--"] } else { &[] };
        self.airflow(&[options, ends, words].concat())
    }

    /// A request to the REST API: fetch a token, then ask.
    pub(super) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<String> {
        let body = body.map(|body| quoted(&body.to_string()).into_owned());
        vec![self.token(), self.curl(method, path, body.as_deref())]
    }

    /// `TOKEN=$(…)`
    pub(super) fn token(&self) -> String {
        let body = format!(r#"printf "{{\"username\":\"{USER}\",\"password\":\"%s\"}}" "$(cat {PASSWORD})""#);
        let read = format!("docker exec {} bash -c '{body}'", quoted(&self.container));
        let ask = format!("curl -s -H Content-Type:application/json -d @- {}/auth/token", self.address());
        format!("TOKEN=$({read} | {ask} | cut -d'\"' -f4)")
    }

    /// `curl …`, with a body as a shell takes it. A path has nothing in it that a shell would read.
    pub(super) fn curl(&self, method: &str, path: &str, body: Option<&str>) -> String {
        let body = body.map(|body| format!(" -H Content-Type:application/json -d {body}")).unwrap_or_default();
        let method = if method == "GET" { String::new() } else { format!(" -X {method}") };
        format!("curl -s{method} \"{}/api/v2/{path}\" -H \"Authorization: Bearer $TOKEN\"{body}", self.address())
    }

    /// Where the API server is reached from this machine: Docker knows it.
    fn address(&self) -> String {
        format!("http://$(docker port {} 8080)", quoted(&self.container))
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
        self.up_from(&quoted(tag))
    }

    /// The same with the stack's own image.
    pub(super) fn up_again(&self) -> String {
        let mut names = self.own_images.iter().rev().map(|name| quoted(name));
        let last = names.next().map(|name| format!("echo {name}")).unwrap_or_default();
        let first = names
            .fold(last, |rest, name| format!("docker image inspect {name} > /dev/null 2>&1 && echo {name} || {rest}"));
        self.up_from(&format!("$({first})"))
    }

    /// With an image as a shell takes it.
    fn up_from(&self, image: &str) -> String {
        let (lab, env, compose) = (quoted(&self.lab), format!("{}.env", self.lab), quoted(&self.compose));
        format!(
            "AIRFLOW_IMAGE={image} docker compose -p {lab} --env-file {} -f {compose} up -d --no-deps {}",
            quoted(&env),
            quoted(&self.node)
        )
    }

    /// `docker exec -it <container> rm <folder>/<file>`.
    pub(super) fn remove(&self, file: &str) -> String {
        exec("-it", &self.container, ["rm", format!("{}/{file}", self.folder).as_str()])
    }
}
