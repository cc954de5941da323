//! Builds images for a lab's Airflow and lets it run them, for one action.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use lab_airflow::{Images, Probe};
use lab_model::{ActionId, Code, Problem, Progress, ProgressSink, facts::lab::NodeState};
use lab_views::kinds::{airflow_components, lab_nodes};
use tokio_util::sync::CancellationToken;

use super::Recorder;
use crate::lab::images::{self, Asked};

/// Airflow is ready again after a quarter of a minute; this is for slow machines.
const READY_LIMIT: Duration = Duration::from_secs(180);
/// How often it is looked whether it is.
const AGAIN: Duration = Duration::from_millis(300);
/// A container that has ended for this long does not come back by itself.
const ENDED_LIMIT: Duration = Duration::from_secs(3);

/// What an action has of the lab's images.
pub(super) struct ForAction {
    pub(super) id: ActionId,
    pub(super) node: String,
    pub(super) images: Arc<images::Images>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) probe: Arc<Probe>,
}

impl ForAction {
    fn asked(&self, progress: ProgressSink, cancel: CancellationToken) -> Asked {
        Asked { id: self.id, node: self.node.clone(), progress, cancel }
    }

    /// Returns when Airflow is ready, of what was said after this call alone.
    async fn ready(&self, tag: &str) -> Result<(), Problem> {
        let began = Instant::now();
        let mut ended: Option<Instant> = None;
        loop {
            self.probe.look_soon();
            self.probe.settled().await;
            let shown = self.recorder.model::<airflow_components::TheView>(&airflow_components::Params::default());
            if shown.healthy && shown.warm == Some(true) {
                return Ok(());
            }
            let nodes = self.recorder.model::<lab_nodes::TheView>(&lab_nodes::Params { actions: 0 }).nodes;
            let node = nodes.iter().find(|node| node.name == self.node);
            if node.is_some_and(|node| node.state == Some(NodeState::Stopped)) {
                if ended.get_or_insert_with(Instant::now).elapsed() > ENDED_LIMIT {
                    let last = self.images.last_words(&self.node).await;
                    return Err(does_not_start(&self.node, tag, node.and_then(|node| node.exit_code), &last));
                }
            } else {
                ended = None;
            }
            if began.elapsed() > READY_LIMIT {
                return Err(not_ready(&self.node, tag));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

#[async_trait]
impl Images for ForAction {
    async fn put_file(&self, name: &str, text: &str) -> Result<String, Problem> {
        Ok(self.images.put_file(&self.node, name, text).await?.display().to_string())
    }

    async fn build(&self, tag: &str, progress: ProgressSink, cancel: CancellationToken) -> Result<String, Problem> {
        self.images.build(self.asked(progress, cancel), tag).await
    }

    async fn run(
        &self,
        tag: Option<&str>,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let asked = self.asked(Arc::clone(&progress), cancel.clone());
        let node = &self.node;
        let tag = &match tag {
            Some(tag) => tag.to_owned(),
            None => self.images.own_image(node).await?,
        };
        let swapped = cancel.run_until_cancelled(self.images.use_image(&asked, tag)).await;
        if !swapped.ok_or_else(|| goes_on(node, tag))?? {
            return Ok(format!("{node} ran {tag} already"));
        }
        progress(Progress::step("wait until Airflow is ready"));
        cancel.run_until_cancelled(self.ready(tag)).await.ok_or_else(|| goes_on(node, tag))??;
        Ok(format!("{node} runs {tag}, and Airflow is ready"))
    }
}

fn does_not_start(node: &str, tag: &str, code: Option<i64>, last: &[String]) -> Problem {
    let code = code.map(|code| format!(" (exit code {code})")).unwrap_or_default();
    Problem {
        code: Code::EngineSaidNo,
        message: format!("{node} was started from {tag}, and has ended{code}."),
        detail: last.join("\n"),
        hint: format!("Airflow goes on where it was with the image before: airflow.use_image again, {GO_BACK}."),
    }
}

fn not_ready(node: &str, tag: &str) -> Problem {
    Problem {
        code: Code::TimedOut,
        message: format!("{node} runs {tag}, and Airflow is not ready after {} s.", READY_LIMIT.as_secs()),
        detail: String::new(),
        hint: format!("Wait for it, or look into its log. To go back: airflow.use_image, {GO_BACK}."),
    }
}

const GO_BACK: &str = "with the name of the image before";

/// Nobody waits for it any longer. A container that is being made anew is made.
fn goes_on(node: &str, tag: &str) -> Problem {
    Problem {
        code: Code::Cancelled,
        message: format!("Stopped waiting. {node} is still made anew from {tag}: that cannot be taken back half-way."),
        detail: String::new(),
        hint: format!("When it is through, airflow.use_image {GO_BACK} takes it back."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_does_not_start_is_told_with_its_exit_code_and_the_way_back() {
        let last = ["bash: airflow: command not found".to_owned()];
        let problem = does_not_start("airflow-1", "mine:1", Some(1), &last);
        assert_eq!(problem.detail, last[0]);
        assert_eq!(problem.message, "airflow-1 was started from mine:1, and has ended (exit code 1).");
        assert!(problem.hint.contains("airflow.use_image"), "{}", problem.hint);
        assert!(does_not_start("airflow-1", "mine:1", None, &[]).message.ends_with("has ended."));
    }
}
