//! An API server made of answers: for what a real one cannot be brought to say at will.

#![allow(dead_code, reason = "each test uses what it needs")]

pub(crate) mod acting;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A question as it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) token: Option<String>,
    pub(crate) body: Value,
}

/// What the server does with it.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// A status with JSON.
    Say(u16, Value),
    /// Lines of JSON.
    Lines(String),
    /// This line again and again, for as long as somebody listens.
    Endless(String),
    /// The connection is closed without a word.
    HangUp,
    /// Nothing, ever.
    Silence,
}

type Answers = Arc<dyn Fn(&Question) -> Answer + Send + Sync>;

/// A server, listening until the test ends.
pub(crate) struct FakeServer {
    pub(crate) address: String,
    /// All that was asked, in order, without logins and health.
    pub(crate) asked: Arc<Mutex<Vec<Question>>>,
}

impl FakeServer {
    /// Logs everybody in who has the password `hush`, is well, and answers the rest so.
    pub(crate) async fn start(answers: impl Fn(&Question) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
        let (noted, answers): (_, Answers) = (Arc::clone(&asked), Arc::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&noted), Arc::clone(&answers)));
            }
        });
        Self { address, asked }
    }

    /// `POST dags/…` and so on, in order, without what only reads.
    pub(crate) fn changes(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let changing = asked.iter().filter(|question| question.method != "GET");
        changing.map(|question| format!("{} {}", question.method, question.path)).collect()
    }
}

const LINES: &str =
    "HTTP/1.1 200 Said\r\ndate: Mon, 30 Nov 2026 18:51:27 GMT\r\ncontent-type: application/x-ndjson\r\n";

async fn serve(mut stream: TcpStream, asked: Arc<Mutex<Vec<Question>>>, answers: Answers) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let question = read(&mut stream, &mut bytes).await?;
        let answer = match greeting(&question) {
            Some(answer) => answer,
            None => {
                asked.lock().unwrap().push(question.clone());
                answers(&question)
            }
        };
        match answer {
            Answer::Say(status, said) => {
                let body = said.to_string();
                let date = "date: Mon, 30 Nov 2026 18:51:27 GMT\r\ncontent-type: application/json";
                let head = format!("HTTP/1.1 {status} Said\r\n{date}\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).await.ok()?;
            }
            Answer::Lines(lines) => {
                let head = format!("{LINES}content-length: {}\r\n\r\n", lines.len());
                stream.write_all((head + &lines).as_bytes()).await.ok()?;
            }
            Answer::Endless(line) => {
                stream.write_all(format!("{LINES}\r\n").as_bytes()).await.ok()?;
                let many = line.repeat(100);
                loop {
                    stream.write_all(many.as_bytes()).await.ok()?;
                }
            }
            Answer::HangUp => return None,
            Answer::Silence => std::future::pending::<()>().await,
        }
    }
}

fn greeting(question: &Question) -> Option<Answer> {
    match question.path.as_str() {
        "/auth/token" if question.body["password"] == "hush" => {
            Some(Answer::Say(201, json!({ "access_token": "token-1" })))
        }
        "/auth/token" => Some(Answer::Say(401, json!({ "detail": "Invalid credentials" }))),
        "/api/v2/version" => Some(Answer::Say(200, json!({ "version": "3.3.2", "git_version": null }))),
        "/api/v2/monitor/health" => Some(Answer::Say(
            200,
            json!({
                "metadatabase": { "status": "healthy" },
                "scheduler": { "status": "healthy", "latest_scheduler_heartbeat": "2026-11-30T18:51:25Z" },
                "triggerer": { "status": null, "latest_triggerer_heartbeat": null },
                "dag_processor": { "status": "healthy", "latest_dag_processor_heartbeat": "2026-11-30T18:51:26Z" },
            }),
        )),
        _ => None,
    }
}

async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Question> {
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, bytes).await?;
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let header = |name: &str| {
        let found =
            text.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head + length {
        more(stream, bytes).await?;
    }
    let body = serde_json::from_slice(&bytes[head..head + length]).unwrap_or(Value::Null);
    let mut first = text.split(' ');
    let (method, path) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let token = header("authorization").map(|token| token.trim_start_matches("Bearer ").to_owned());
    bytes.drain(..head + length);
    Some(Question { method, path, token, body })
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut part = [0; 4096];
    let read = stream.read(&mut part).await.ok()?;
    bytes.extend(&part[..read]);
    (read > 0).then_some(())
}

/// A DAG as Airflow says it.
pub(crate) fn dag(id: &str, paused: bool) -> Value {
    json!({
        "dag_id": id, "is_paused": paused, "is_stale": false, "has_import_errors": false,
        "relative_fileloc": format!("{id}.py"), "last_parsed_time": "2026-11-30T18:51:20.5Z", "timetable_summary": null,
    })
}

/// A run as Airflow says it.
pub(crate) fn run(dag: &str, id: &str, state: &str) -> Value {
    json!({
        "dag_id": dag, "dag_run_id": id, "state": state, "run_type": "manual", "logical_date": null,
        "queued_at": "2026-11-30T18:51:21Z", "start_date": null, "end_date": null, "conf": {},
        "dag_versions": [{ "dag_id": dag, "version_number": 2 }],
    })
}

/// A folder with DAGs that nobody looks into.
pub(crate) struct NoFolder;

#[async_trait::async_trait]
impl lab_airflow::DagFolder for NoFolder {
    async fn list(&self) -> Result<Vec<lab_model::facts::airflow::FileListed>, lab_model::Problem> {
        Ok(Vec::new())
    }

    async fn read(&self, _: &str, _: usize) -> Result<Vec<u8>, lab_model::Problem> {
        Ok(Vec::new())
    }

    async fn log_size(&self, _: &str) -> Result<Option<u64>, lab_model::Problem> {
        Ok(None)
    }

    fn log_by_hand(&self, log: &str) -> String {
        log.to_owned()
    }
}
