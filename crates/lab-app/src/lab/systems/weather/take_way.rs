//! `weather.take_way`: stages are interchangeable. What stands in for one is started, and what it stands in for is stopped.

use lab_docker::{Engine, Fault, Stack, StackNode};
use lab_model::{ActionCall, Code, Problem, Progress, ProgressSink};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{super::container, problem};

/// Sends the records another way.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeWay {
    /// `whole`, `without_airflow`, `without_kafka` or `without_cassandra`.
    way: Way,
}

/// A way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// Airflow, Kafka and Cassandra.
    Whole,
    /// A plain timer collects and stores.
    WithoutAirflow,
    /// A timer writes to Cassandra at once.
    WithoutKafka,
    /// The stream's results go to their topic alone.
    WithoutCassandra,
}

impl Way {
    /// Whether a node runs on this way; none: it goes on as it is.
    fn runs(self, node: &StackNode) -> Option<bool> {
        Some(match (node.system.as_str(), node.kind.as_str()) {
            ("airflow", _) => matches!(self, Self::Whole | Self::WithoutCassandra),
            ("kafka", _) => self != Self::WithoutKafka,
            ("cassandra", "node") if !node.may_wait() => self != Self::WithoutCassandra,
            ("weather", "stream") => matches!(self, Self::Whole | Self::WithoutAirflow),
            ("weather", "timer") => self == Self::WithoutAirflow,
            ("weather", "direct") => self == Self::WithoutKafka,
            ("weather", "counter") => self == Self::WithoutCassandra,
            _ => return None,
        })
    }

    fn says(self) -> &'static str {
        match self {
            Self::Whole => "Records go the whole way: Airflow, Kafka, Cassandra",
            Self::WithoutAirflow => "Records go without Airflow: timer-1 collects and stores",
            Self::WithoutKafka => "Records go without Kafka: direct-1 writes them to Cassandra",
            Self::WithoutCassandra => {
                "Records go without Cassandra: counter-1 counts them into the topic rain_by_region"
            }
        }
    }
}

impl TakeWay {
    pub(super) const NAME: &'static str = "weather.take_way";
    pub(super) const TITLE: &'static str = "Take another way";
    pub(super) const SAYS: &'static str =
        "Stops Airflow, Kafka or Cassandra and starts what stands in for it, or goes back to the whole way.";

    /// A call's arguments.
    pub(super) fn read(call: &ActionCall) -> Result<Self, Problem> {
        serde_json::from_value(Value::Object(call.args.clone()))
            .map_err(|why| problem(Code::ActionInvalid, format!("`{}` cannot be done as written: {why}.", Self::NAME)))
    }

    /// What is to be done, in this order: stands-ins and engines that end, then what begins.
    fn faults(self, stack: &Stack) -> Vec<(&str, Fault)> {
        let nodes = |runs: bool| {
            let is = move |node: &&StackNode| self.way.runs(node) == Some(runs);
            stack.nodes().iter().filter(is).map(|node| node.name.as_str())
        };
        let stops = nodes(false).map(|node| (node, Fault::Stop));
        stops.chain(nodes(true).map(|node| (node, Fault::Start))).collect()
    }

    pub(super) fn by_hand(self, lab: &str, stack: &Stack) -> Vec<String> {
        let faults = self.faults(stack);
        let line = |fault: Fault| {
            let named = faults.iter().filter(|(_, of)| *of == fault).map(|(node, _)| container(lab, node));
            let all: Vec<String> = named.collect();
            (!all.is_empty()).then(|| format!("docker {} {}", fault.verb(), all.join(" ")))
        };
        [line(Fault::Stop), line(Fault::Start)].into_iter().flatten().collect()
    }

    pub(super) async fn run(
        self,
        (engine, lab, stack): (&Engine, &str, &Stack),
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let faults = self.faults(stack);
        for (number, (node, fault)) in faults.iter().enumerate() {
            (progress)(Progress {
                detail: format!("{} {node}", fault.verb()),
                done: Some(number as u64),
                total: Some(faults.len() as u64),
                unit: "nodes".into(),
                ..Progress::step("take the way")
            });
            let done = cancel.run_until_cancelled(engine.fault(lab, stack, node, *fault)).await;
            let stopped = || {
                let message = format!(
                    "Stopped in the middle: {number} of {} nodes are as they should be. Take a way again.",
                    faults.len()
                );
                problem(Code::Cancelled, message)
            };
            done.ok_or_else(stopped)??;
        }
        Ok(self.way.says().to_owned())
    }
}

/// Stops what stands in for a stage: a fresh lab goes the whole way, and what was stopped is started by whoever mends nodes.
pub(super) async fn restore(engine: &Engine, lab: &str, stack: &Stack) {
    for node in stack.nodes().iter().filter(|node| node.stands_in) {
        if let Err(why) = engine.fault(lab, stack, &node.name, Fault::Stop).await {
            tracing::debug!(node = node.name, %why, "a stand-in was not stopped");
        }
    }
}
