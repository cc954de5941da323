//! A node's management beans, asked of its agent over HTTP: what CQL does not say (φ, hints, metrics), and what only an
//! operator may do (repair, flush, decommission). One round trip reads several beans. When to ask is not decided here.

mod beans;
mod http;
mod operations;

use std::time::Duration;

use serde_json::{Value, json};

use self::http::Http;
pub(crate) use self::{
    beans::{Reading, Wanted, ascending},
    operations::RepairStands,
};
use crate::{node::Agent, wire::Failure};

/// A way to one agent.
#[derive(Debug)]
pub(crate) struct Jolokia {
    http: Http,
    deadline: Duration,
}

/// An agent's answer to one question, or its words on why there is none.
pub(crate) type Reply = Result<Value, String>;

impl Jolokia {
    /// Questions must be answered within `deadline`.
    pub(crate) fn new(agent: &Agent, deadline: Duration) -> Self {
        Self { http: Http::new(agent), deadline }
    }

    /// Asks several things in one round trip.
    pub(crate) async fn ask(&mut self, questions: &[Value]) -> Result<Vec<Reply>, Failure> {
        Ok(self.ask_dated(questions).await?.1)
    }

    /// The same, with the time of the answer by the node's own clock: Unix milliseconds, of which the agent gives whole
    /// seconds.
    async fn ask_dated(&mut self, questions: &[Value]) -> Result<(Option<i64>, Vec<Reply>), Failure> {
        if questions.is_empty() {
            return Ok((None, Vec::new()));
        }
        let lean = |question: &Value| {
            let mut question = question.clone();
            question["config"] = json!({ "includeRequest": false, "includeStackTrace": false });
            question
        };
        let questions: Vec<Value> = questions.iter().map(lean).collect();
        let body = serde_json::to_vec(&questions).map_err(|why| Failure::NoAnswer(why.to_string()))?;
        let answered = tokio::time::timeout(self.deadline, self.http.post(body)).await;
        let too_late = || Failure::NoAnswer(format!("no answer within {} ms", self.deadline.as_millis()));
        let bytes = match answered {
            Ok(answered) => answered?,
            Err(_) => {
                self.http.hang_up();
                return Err(too_late());
            }
        };
        let garbled = |why: String| Failure::NoAnswer(format!("its answer cannot be read: {why}"));
        let answers: Vec<Value> = serde_json::from_slice(&bytes).map_err(|why| garbled(why.to_string()))?;
        if answers.len() != questions.len() {
            return Err(garbled(format!("{} answers to {} questions", answers.len(), questions.len())));
        }
        let answered_at = answers.first().and_then(|answer| answer["timestamp"].as_i64()).map(|second| second * 1000);
        Ok((answered_at, answers.into_iter().map(reply).collect()))
    }

    /// Asks one thing; what the bean's words on a failure are is [`Failure::NoAnswer`]'s or the reply's.
    async fn one(&mut self, question: Value) -> Result<Reply, Failure> {
        let mut replies = self.ask(&[question]).await?;
        replies.pop().ok_or_else(|| Failure::NoAnswer("it answered nothing".into()))
    }
}

fn reply(mut answer: Value) -> Reply {
    if answer["status"] == 200 {
        return Ok(answer["value"].take());
    }
    let words = answer["error"].as_str().unwrap_or("an error without words");
    if words.contains("InstanceNotFoundException") {
        return Err("it is still starting and cannot say this yet".to_owned());
    }
    // `java.lang.IllegalArgumentException : words`: the class is nobody's news.
    Err(words.split_once(" : ").map_or(words, |(_, words)| words).to_owned())
}

/// Reads attributes of a bean, or of all beans of a pattern.
fn read(bean: &str, attributes: &[&str]) -> Value {
    json!({ "type": "read", "mbean": bean, "attribute": attributes })
}

/// Calls an operation; where it is overloaded, its name comes with its parameters' types.
fn call(bean: &str, operation: &str, arguments: &[Value]) -> Value {
    json!({ "type": "exec", "mbean": bean, "operation": operation, "arguments": arguments })
}

/// Sets an attribute.
fn set(bean: &str, attribute: &str, value: &Value) -> Value {
    json!({ "type": "write", "mbean": bean, "attribute": attribute, "value": value })
}

const FAILURE_DETECTOR: &str = "org.apache.cassandra.net:type=FailureDetector";
const STORAGE_SERVICE: &str = "org.apache.cassandra.db:type=StorageService";
const STORAGE_PROXY: &str = "org.apache.cassandra.db:type=StorageProxy";
const HINTS_SERVICE: &str = "org.apache.cassandra.hints:type=HintsService";
const SNITCH: &str = "org.apache.cassandra.db:type=EndpointSnitchInfo";
/// The bean of Pipewright: it comes into the node with the agent.
const REPLICA: &str = "dev.pipewright:type=Replica";
const RUNTIME: &str = "java.lang:type=Runtime";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agents_error_is_its_words_without_the_class() {
        let refused = json!({ "status": 500, "error": "java.lang.IllegalArgumentException : Unknown keyspace nope" });
        assert_eq!(reply(refused), Err("Unknown keyspace nope".into()));
        let absent = json!({ "status": 404, "error": "javax.management.InstanceNotFoundException : a:type=B" });
        assert!(reply(absent).is_err_and(|words| words.starts_with("it is still starting")));
        assert_eq!(reply(json!({ "status": 200, "value": 5 })), Ok(json!(5)));
    }
}
