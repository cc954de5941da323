//! Wires Airflow's probe and actions, and its folder with DAGs, to a lab's journal.

mod away;
mod image;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use lab_airflow::{Airflow, ByHand, DagFiles, DagFolder, Probe, Server};
use lab_docker::{Engine, File, Stack};
use lab_model::{
    ActionCall, ActionId, AirflowNeed, Code, Fact, Need, Problem, ProgressSink,
    facts::{
        airflow::{AirflowFact, ComponentSeen, DagSeen, FileListed},
        lab::NodeInfo,
    },
};
use lab_views::kinds::airflow_dags;
use tokio::time::{error::Elapsed, timeout};
use tokio_util::sync::CancellationToken;

use self::image::ForAction;
use super::{Images, LabParts, Novelty, Recorder, Registration, System, Thing, container, needs_of, sink};
use crate::schema::OwnPages;

/// The variable with the password of the lab's user of Airflow, chosen when the lab came up, and that user.
const PASSWORD: &str = "AIRFLOW_PASSWORD";
const USER: &str = "lab";
/// The role of the node with Airflow's database.
const DATABASE: &str = "database";
/// Where Airflow looks for DAGs, and the user whose files they are, so that tools in the container may change them.
const FOLDER: &str = "/opt/airflow/dags";
/// Where it writes logs.
const LOGS: &str = "/opt/airflow/logs";
const OWNER: u32 = 50_000;
/// An action waits at most so long until its effect was looked at.
const SEEN_LIMIT: Duration = Duration::from_secs(5);
/// So long it waits for each answer while a node of Airflow's is known not to run: what is known may be old by a moment.
const WHILE_AWAY: Duration = Duration::from_secs(3);

pub(super) const ENGINE: Registration = Registration {
    name: "airflow",
    catalog: Airflow::catalog,
    by_hand,
    unseen: Airflow::unseen,
    holds,
    words: |_, _| None,
    novelty,
    start: |parts| start(parts).map(|side| Box::new(side) as Box<dyn System>),
};

fn by_hand(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    let airflow = stack.nodes().iter().find(|node| node.system == ENGINE.name && node.kind != DATABASE);
    airflow.map_or_else(Vec::new, |airflow| {
        let place = ByHand {
            container: container(lab, &airflow.name),
            folder: FOLDER.into(),
            lab: lab.to_owned(),
            node: airflow.name.clone(),
            compose: stack.compose_file().display().to_string(),
            own_images: stack.own_images(&airflow.name).unwrap_or_default(),
        };
        Airflow::by_hand(call, &place)
    })
}

fn holds(recorder: &Recorder) -> Vec<Thing> {
    let all = recorder.model::<airflow_dags::TheView>(&airflow_dags::Params::default());
    let dags = all.dags.into_iter().map(|dag| dag.dag_id);
    let broken = all.import_errors.into_iter().flatten().map(|error| error.filename);
    things(dags, broken)
}

/// A file that cannot be imported was written by somebody, too.
fn things(dags: impl Iterator<Item = String>, broken: impl Iterator<Item = String>) -> Vec<Thing> {
    let dags = dags.map(|name| Thing { kind: "DAG", name });
    dags.chain(broken.map(|name| Thing { kind: "file", name })).collect()
}

/// Hearts beat, and every file is read twice a minute.
fn novelty(fact: &Fact) -> Option<Novelty> {
    let Fact::Airflow(fact) = fact else { return None };
    let (subject, said) = match fact {
        AirflowFact::HealthTold { version, components } => {
            let still = |component: &ComponentSeen| ComponentSeen { heartbeat_at: None, ..component.clone() };
            let components = components.iter().map(still).collect();
            ("health".to_owned(), AirflowFact::HealthTold { version: version.clone(), components })
        }
        AirflowFact::DagDescribed { dag } => {
            let dag = DagSeen { last_parsed_at: None, ..dag.clone() };
            (format!("DAG {}", dag.dag_id), AirflowFact::DagDescribed { dag })
        }
        _ => return None,
    };
    Some(Novelty::IfOther { subject, said: Box::new(said.into()) })
}

/// A lab's Airflow.
pub(super) struct AirflowSide {
    probe: Arc<Probe>,
    server: Server,
    files: Arc<Files>,
    images: Arc<Images>,
    recorder: Arc<Recorder>,
    /// The names of all its nodes.
    nodes: Vec<String>,
}

/// Starts the probe and makes what does actions, if the lab has an API server.
fn start(parts: &LabParts<'_>) -> Option<AirflowSide> {
    let server = server(parts)?;
    let files = Arc::new(Files { engine: parts.engine.clone(), lab: parts.lab.to_owned(), node: server.node.clone() });
    let out = sink(parts.recorder);
    let wanted = needs_of(parts, |need| if let Need::Airflow(need) = need { Some(need.clone()) } else { None });
    Some(AirflowSide {
        probe: Arc::new(Probe::start(
            server.clone(),
            files.clone(),
            wanted,
            move |draft| out(draft),
            parts.cancel.clone(),
        )),
        server,
        files,
        images: Arc::clone(parts.images),
        recorder: Arc::clone(parts.recorder),
        nodes: parts.nodes.iter().filter(|info| info.is_of(ENGINE.name)).map(|info| info.name.clone()).collect(),
    })
}

fn server(parts: &LabParts<'_>) -> Option<Server> {
    let is_asked = |info: &&NodeInfo| info.is_of(ENGINE.name) && info.role != DATABASE;
    let node = parts.nodes.iter().find(is_asked)?;
    Some(Server {
        node: node.name.clone(),
        address: node.endpoint.clone()?,
        user: USER.to_owned(),
        // Without one the API server says what stands in the way.
        password: parts.variables.get(PASSWORD).cloned().unwrap_or_default(),
    })
}

impl AirflowSide {
    /// For one action: what is told of images names it.
    fn actions(&self, id: ActionId) -> Airflow {
        let images = ForAction {
            id,
            node: self.server.node.clone(),
            images: Arc::clone(&self.images),
            recorder: Arc::clone(&self.recorder),
            probe: Arc::clone(&self.probe),
        };
        let files = Arc::clone(&self.files);
        Airflow::new(self.server.clone(), files).with_images(Arc::new(images))
    }
}

/// The folder with DAGs in the lab's container.
struct Files {
    engine: Engine,
    lab: String,
    node: String,
}

impl Files {
    /// What a command in the container wrote, if it ended well.
    async fn told(&self, command: &[&str], message: &str) -> Result<Vec<u8>, Problem> {
        let said = self.engine.exec_output(&self.lab, &self.node, command, b"").await?;
        if said.exit_code == Some(0) {
            return Ok(said.stdout);
        }
        Err(Problem {
            code: Code::EngineSaidNo,
            message: message.to_owned(),
            detail: String::from_utf8_lossy(&said.stderr).trim().to_owned(),
            hint: "Look whether Airflow's container runs, and whether the folder is there.".to_owned(),
        })
    }
}

/// `find`'s lines `path NUL size NUL seconds NUL`, as it was asked for them. A name that is not UTF-8 is told as far as it is.
fn listed(told: &[u8]) -> Vec<FileListed> {
    let fields: Vec<&[u8]> = told.split(|byte| *byte == 0).collect();
    let number = |field: &[u8]| std::str::from_utf8(field).ok()?.parse::<f64>().ok();
    let file = |of: &[&[u8]]| {
        Some(FileListed {
            name: String::from_utf8_lossy(of[0]).into_owned(),
            size: std::str::from_utf8(of[1]).ok()?.parse().ok()?,
            #[allow(
                clippy::cast_possible_truncation,
                reason = "milliseconds of a file's time are far from the end of i64"
            )]
            changed_at: number(of[2]).map(|seconds| (seconds * 1000.0) as i64),
        })
    };
    fields.chunks_exact(3).filter_map(file).collect()
}

#[async_trait]
impl DagFolder for Files {
    async fn list(&self) -> Result<Vec<FileListed>, Problem> {
        let find =
            ["find", FOLDER, "-name", "__pycache__", "-prune", "-o", "-type", "f", "-printf", "%P\\0%s\\0%C@\\0"];
        Ok(listed(&self.told(&find, &format!("The files in {FOLDER} could not be listed.")).await?))
    }

    async fn read(&self, file: &str, limit: usize) -> Result<Vec<u8>, Problem> {
        let path = format!("{FOLDER}/{file}");
        let head = ["head", "-c", &limit.to_string(), "--", &path];
        self.told(&head, &format!("{file} could not be read from {FOLDER}.")).await
    }

    async fn log_size(&self, log: &str) -> Result<Option<u64>, Problem> {
        let stat = ["stat", "--format", "%s", "--", &format!("{LOGS}/{log}")];
        let said = self.engine.exec_output(&self.lab, &self.node, &stat, b"").await?;
        Ok(String::from_utf8_lossy(&said.stdout).trim().parse().ok())
    }

    /// Ids of Airflow have no quotes in them.
    fn log_by_hand(&self, log: &str) -> String {
        format!("docker exec {} tail -n 100 '{LOGS}/{log}'", container(&self.lab, &self.node))
    }
}

#[async_trait]
impl DagFiles for Files {
    async fn put(&self, file: &str, text: &str) -> Result<(), Problem> {
        let file = File { name: file.to_owned(), mode: 0o664, owner: OWNER, content: text.as_bytes().to_vec() };
        Ok(self.engine.put_files(&self.lab, &self.node, FOLDER, &[file]).await?)
    }

    async fn has(&self, file: &str) -> Result<bool, Problem> {
        let path = format!("{FOLDER}/{file}");
        let there = self.engine.exec_output(&self.lab, &self.node, &["test", "-e", &path], b"").await?;
        Ok(there.exit_code == Some(0))
    }

    async fn remove(&self, file: &str) -> Result<bool, Problem> {
        if !self.has(file).await? {
            return Ok(false);
        }
        let path = format!("{FOLDER}/{file}");
        let removed = self.engine.exec_output(&self.lab, &self.node, &["rm", "-f", &path], b"").await?;
        if removed.exit_code == Some(0) {
            return Ok(true);
        }
        Err(Problem {
            code: Code::EngineSaidNo,
            message: format!("{file} could not be removed from {FOLDER}."),
            detail: String::from_utf8_lossy(&removed.stderr).trim().to_owned(),
            hint: "Look whose file it is: somebody else may have put it there.".to_owned(),
        })
    }
}

#[async_trait]
impl System for AirflowSide {
    fn always(&self) -> Vec<Need> {
        vec![Need::Airflow(AirflowNeed::Components), Need::Airflow(AirflowNeed::Dags)]
    }

    async fn settled(&self) {
        self.probe.settled().await;
    }

    async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let actions = self.actions(id);
        let is_away = !away::away(&self.recorder, &self.nodes).is_empty();
        let actions = if is_away { actions.with_patience(WHILE_AWAY) } else { actions };
        let said = actions.run(call, progress, cancel.clone()).await;
        // A node may have ended meanwhile.
        let away = away::away(&self.recorder, &self.nodes);
        let said = said.map_err(|problem| away::explained(problem, &away));
        if !away.is_empty() {
            return said;
        }
        // Airflow tells what is, not what was. Who does two things one after the other would never see what the first one
        // left, also after what seemed to fail; so each ends when its effect was looked at.
        let looked = timeout(SEEN_LIMIT, self.probe.settled());
        // One that does not answer now is told by the probe.
        let _: Option<Result<(), Elapsed>> = cancel.run_until_cancelled(looked).await;
        said
    }

    async fn stop_clients(&self) {}

    fn own_pages(&self) -> Option<OwnPages> {
        let Server { address, user, password, .. } = &self.server;
        let password = Some(password.clone()).filter(|password| !password.is_empty());
        Some(OwnPages { url: format!("http://{address}"), user: user.clone(), password })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(fact: AirflowFact) -> (String, Fact) {
        match novelty(&fact.into()) {
            Some(Novelty::IfOther { subject, said }) => (subject, *said),
            _ => panic!("it is news, or a beat"),
        }
    }

    #[test]
    fn a_heartbeat_and_another_reading_of_a_file_are_no_news() {
        let health = |status: &str, heartbeat_at| AirflowFact::HealthTold {
            version: None,
            components: vec![ComponentSeen { name: "scheduler".into(), status: Some(status.into()), heartbeat_at }],
        };
        assert_eq!(said(health("healthy", Some(1))), said(health("healthy", Some(6))));
        assert_ne!(said(health("healthy", Some(1))), said(health("unhealthy", Some(1))));
        let dag = |is_paused, last_parsed_at| AirflowFact::DagDescribed {
            dag: DagSeen {
                dag_id: "hello".into(),
                is_paused,
                is_stale: false,
                has_import_errors: false,
                relative_fileloc: None,
                last_parsed_at,
                timetable_summary: None,
                version_number: None,
            },
        };
        assert_eq!(said(dag(false, Some(1))), said(dag(false, Some(31_000))));
        assert_ne!(said(dag(false, Some(1))), said(dag(true, Some(1))));
        assert!(novelty(&AirflowFact::DagMissing { dag: "hello".into() }.into()).is_none());
    }

    #[test]
    fn files_have_the_names_that_are_in_the_folder() {
        let told = b"a.py\x0012\x001764540000.2500000000\x00sub/gr\xc3\xb6\xc3\x9fe\n.py\x000\x001764540001.0\x00";
        let file = |name: &str, size, changed_at| FileListed { name: name.into(), size, changed_at: Some(changed_at) };
        let files = [file("a.py", 12, 1_764_540_000_250), file("sub/größe\n.py", 0, 1_764_540_001_000)];
        assert_eq!(listed(told), files);
        assert!(listed(b"").is_empty());
    }

    #[test]
    fn what_somebody_made_is_dags_and_files() {
        let held = things(["hello".to_owned()].into_iter(), ["broken.py".to_owned()].into_iter());
        assert_eq!(held.iter().map(ToString::to_string).collect::<Vec<_>>(), ["DAG hello", "file broken.py"]);
    }

    /// By another label the image would be nobody's.
    #[test]
    fn an_image_built_by_hand_gets_the_label_by_which_it_is_known() {
        let place = ByHand {
            container: "lab-airflow-1-1".into(),
            folder: FOLDER.into(),
            lab: "lab".into(),
            node: "airflow-1".into(),
            compose: "compose.yaml".into(),
            own_images: Vec::new(),
        };
        let args = [("tag".to_owned(), serde_json::Value::from("mine:1"))].into_iter().collect();
        let line = Airflow::by_hand(&ActionCall { name: "airflow.build_image".into(), args }, &place).remove(0);
        assert!(line.contains(&format!("--label {}=lab", lab_docker::label::EXTENDS)), "{line}");
    }
}
