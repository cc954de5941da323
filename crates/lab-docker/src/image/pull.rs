//! Pulls an image, with progress that only ever grows, and gives up clearly when nothing comes any more.
//!
//! Engines differ in what they tell: some give no totals while extracting, Podman gives text alone.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures::StreamExt;
use lab_model::{Progress, ProgressSink};

use crate::Engine;
use crate::error::words;

/// A pull that says nothing for this long is given up.
const SILENCE: Duration = Duration::from_secs(45);

impl Engine {
    /// Pulls `name:tag`, or says why not.
    pub(super) async fn pull(&self, reference: &str, progress: &ProgressSink) -> Result<(), String> {
        let (name, tag) = reference.rsplit_once(':').unwrap_or((reference, "latest"));
        let options = CreateImageOptionsBuilder::new().from_image(name).tag(tag).build();
        let mut events = Box::pin(self.docker.create_image(Some(options), None, None));
        let mut layers = Layers::default();
        let step = format!("pull {reference}");
        progress(Progress::step(&step));
        loop {
            let event = tokio::time::timeout(SILENCE, events.next()).await;
            match event.map_err(|_| format!("nothing came for {} s", SILENCE.as_secs()))? {
                None => return Ok(()),
                Some(Err(error)) => return Err(words(&error)),
                Some(Ok(event)) => {
                    if let Some(error) = event.error_detail.as_ref().and_then(|detail| detail.message.clone()) {
                        return Err(error);
                    }
                    progress(layers.after(&step, &event));
                }
            }
        }
    }
}

/// Bytes by layer; the sum of the largest values seen, so that it never goes back.
#[derive(Debug, Default)]
struct Layers {
    known: HashMap<String, (u64, u64)>,
    shown: u64,
}

impl Layers {
    fn after(&mut self, step: &str, event: &CreateImageInfo) -> Progress {
        let status = event.status.clone().unwrap_or_default();
        let id = event.id.clone().unwrap_or_default();
        let layer = self.known.entry(id.clone()).or_default();
        let detail = event.progress_detail.as_ref();
        // Only downloads count in bytes: extraction is short, and newer engines count it in seconds.
        if status == "Downloading"
            && let (Some(current), Some(total)) = (detail.and_then(|d| d.current), detail.and_then(|d| d.total))
            && total > 0
        {
            layer.1 = layer.1.max(total.unsigned_abs());
            layer.0 = layer.0.max(current.unsigned_abs()).min(layer.1);
        } else if matches!(status.as_str(), "Download complete" | "Pull complete" | "Already exists") {
            layer.0 = layer.1;
        }
        let (done, total) = self.known.values().fold((0, 0), |sum, layer| (sum.0 + layer.0, sum.1 + layer.1));
        self.shown = self.shown.max(done);
        let detail = if id.is_empty() { status } else { format!("{status} {id}") };
        if total == 0 {
            return Progress { detail, ..Progress::step(step) };
        }
        Progress {
            detail,
            done: Some(self.shown.min(total)),
            total: Some(total),
            unit: "bytes".into(),
            ..Progress::step(step)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    fn event(id: &str, status: &str, detail: Option<(i64, Option<i64>)>) -> CreateImageInfo {
        CreateImageInfo {
            id: Some(id.into()),
            status: Some(status.into()),
            progress_detail: detail.map(|(current, total)| ProgressDetail { current: Some(current), total }),
            ..CreateImageInfo::default()
        }
    }

    #[test]
    fn progress_never_goes_back_and_extraction_without_a_total_does_no_harm() {
        let mut layers = Layers::default();
        let events = [
            event("kafka", "Pulling from apache/kafka", None),
            event("a", "Downloading", Some((50, Some(100)))),
            event("b", "Downloading", Some((10, Some(200)))),
            event("a", "Downloading", Some((40, Some(100)))),
            event("a", "Download complete", None),
            event("a", "Extracting", Some((3, None))),
            event("b", "Downloading", Some((200, Some(200)))),
            event("b", "Pull complete", None),
        ];
        let mut before = 0;
        let mut last = Progress::default();
        for event in &events {
            last = layers.after("pull x", event);
            assert!(last.done.unwrap_or(before) >= before, "{last:?}");
            before = last.done.unwrap_or(before);
        }
        assert_eq!((last.done, last.total), (Some(300), Some(300)));
    }

    #[test]
    fn text_alone_gives_progress_without_numbers() {
        let progress = Layers::default().after("pull x", &event("", "Trying to pull", None));
        assert_eq!((progress.detail.as_str(), progress.done), ("Trying to pull", None));
    }
}
