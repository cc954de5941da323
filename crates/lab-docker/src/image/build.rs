//! Builds an image of ours through the engine's own build endpoint.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use bollard::body_full;
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures::StreamExt;
use lab_model::{Progress, ProgressSink};

use super::context::{Context, proxies};
use super::versions::Versions;
use crate::error::words;
use crate::{Engine, label};

/// How many of the last lines of a failed build are told.
const LAST_LINES: usize = 12;

impl Engine {
    /// Builds one of our images; its base first, if that is not here.
    pub(super) async fn build_ours(
        &self,
        tag: &str,
        context: Context,
        versions: &Versions,
        docker: &Path,
        progress: &ProgressSink,
    ) -> Result<(), String> {
        self.ensure_base(versions, docker, progress).await?;
        let arguments = versions.arguments(&context.dockerfile());
        self.build(tag, context, arguments, progress).await
    }

    pub(super) async fn build(
        &self,
        tag: &str,
        context: Context,
        mut arguments: BTreeMap<String, String>,
        progress: &ProgressSink,
    ) -> Result<(), String> {
        let proxies = proxies();
        // A proxy on this machine's loopback can only be reached from the machine's own network.
        let loopback = proxies.values().any(|proxy| proxy.contains("127.0.0.1") || proxy.contains("localhost"));
        arguments.extend(proxies);
        let labels = HashMap::from([(label::CONTEXT.to_owned(), context.digest())]);
        let options = BuildImageOptionsBuilder::new()
            .t(tag)
            .rm(true)
            .forcerm(true)
            .labels(&labels)
            .buildargs(&arguments.into_iter().collect::<HashMap<String, String>>())
            .networkmode(if loopback { "host" } else { "default" })
            .build();
        let archive = context.with_host_certificates().tar().map_err(|error| error.to_string())?;
        let mut events = Box::pin(self.docker.build_image(options, None, Some(body_full(archive.into()))));
        let mut told = BuildOutput::new(tag);
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| told.failure(&words(&error)))?;
            if let Some(error) = event.error_detail.and_then(|detail| detail.message) {
                return Err(told.failure(&error));
            }
            for line in event.stream.as_deref().unwrap_or_default().lines() {
                if let Some(report) = told.line(line) {
                    progress(report);
                }
            }
        }
        Ok(())
    }
}

/// Reads what the builder prints: `Step 3/14 : …` and the output of the steps.
struct BuildOutput {
    step: String,
    at: Option<(u64, u64)>,
    last: Vec<String>,
}

impl BuildOutput {
    fn new(tag: &str) -> Self {
        Self { step: format!("build {tag}"), at: None, last: Vec::new() }
    }

    fn line(&mut self, line: &str) -> Option<Progress> {
        let line = line.trim_end();
        if line.trim().is_empty() {
            return None;
        }
        if let Some((number, of)) = step(line) {
            self.at = Some((number.saturating_sub(1), of));
        }
        if self.last.len() == LAST_LINES {
            self.last.remove(0);
        }
        self.last.push(line.to_owned());
        let (done, total) = self.at.unzip();
        Some(Progress { step: self.step.clone(), detail: line.to_owned(), done, total, unit: "steps".into() })
    }

    fn failure(&self, error: &str) -> String {
        format!("{error}\n{}", self.last.join("\n"))
    }
}

fn step(line: &str) -> Option<(u64, u64)> {
    let (number, of) = line.strip_prefix("Step ")?.split_once(" : ")?.0.split_once('/')?;
    Some((number.trim().parse().ok()?, of.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_and_a_failure_tells_the_last_lines() {
        let mut told = BuildOutput::new("x:1");
        assert_eq!(told.line("some output").unwrap().total, None);
        let report = told.line("Step 3/14 : RUN make\n").unwrap();
        assert_eq!((report.done, report.total), (Some(2), Some(14)));
        assert!(told.line("  \n").is_none());
        for number in 0..30 {
            told.line(&format!("line {number}"));
        }
        let failure = told.failure("exit code 1");
        assert!(failure.starts_with("exit code 1\nline 18\n") && failure.ends_with("line 29"), "{failure}");
    }
}
