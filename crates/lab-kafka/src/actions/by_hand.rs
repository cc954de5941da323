//! The command line that does the same: Kafka's own tools, run inside a container of the lab.

use lab_probe::action::exec;

/// Where the tools run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// Container of a broker, e.g. `pipewright-kafka-3-kafka-1-1`.
    pub container: String,
    /// A listener that is reached from inside it, and whose brokers are too, e.g. `localhost:9092`.
    pub bootstrap: String,
}

impl ByHand {
    /// `docker exec -it <container> /opt/kafka/bin/<tool>.sh --bootstrap-server <bootstrap> <arguments>`.
    pub(super) fn tool(&self, tool: &str, arguments: &[&str]) -> String {
        self.command("-it", tool, arguments)
    }

    /// The same, for a pipe to go on with: without a terminal, which would end lines in its own way.
    pub(super) fn piped(&self, tool: &str, arguments: &[&str]) -> String {
        self.command("-i", tool, arguments)
    }

    /// The same, fed by a pipe.
    pub(super) fn fed(&self, feed: &str, tool: &str, arguments: &[&str]) -> String {
        format!("{feed} | {}", self.piped(tool, arguments))
    }

    fn command(&self, how: &str, tool: &str, arguments: &[&str]) -> String {
        let tool = format!("/opt/kafka/bin/{tool}.sh");
        let words = [tool.as_str(), "--bootstrap-server", &self.bootstrap];
        exec(how, &self.container, words.into_iter().chain(arguments.iter().copied()))
    }
}
