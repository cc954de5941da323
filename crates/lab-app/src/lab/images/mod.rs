//! The images of a lab: which its nodes run, which they may run, and the building of others on them.
//!
//! Looked at as long as the lab is observed, whoever looks, and only what is new is said.

mod building;
mod files;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
    time::Duration,
};

use futures::StreamExt;
use lab_docker::{Engine, NodeImage, Stack};
use lab_model::{
    ActionId, Draft, Problem, ProgressSink, Source,
    facts::{
        image::{BuildFileSeen, ChoiceSeen, ImageFact},
        lab::ImageInUse,
    },
};
use tokio_util::sync::CancellationToken;

use self::files::Files;
use super::Recorder;

/// Files can be changed by anybody, and nothing tells of it.
const FILES_AGAIN: Duration = Duration::from_secs(2);

/// The images of one lab.
pub(super) struct Images {
    engine: Engine,
    lab: String,
    stack: Arc<Stack>,
    /// The nodes on whose images people may build.
    extensible: Vec<String>,
    /// Where the labs' env files are.
    env_folder: PathBuf,
    recorder: Arc<Recorder>,
    /// What was said last.
    told: tokio::sync::Mutex<Told>,
    /// One build after the other.
    building: tokio::sync::Mutex<()>,
    /// As hosts show them.
    in_use: std::sync::Mutex<Vec<ImageInUse>>,
}

#[derive(Default)]
struct Told {
    runs: Vec<NodeImage>,
    choices: BTreeMap<String, Vec<ChoiceSeen>>,
    files: BTreeMap<String, Vec<BuildFileSeen>>,
    described: BTreeSet<String>,
}

impl Images {
    /// Of a lab that runs these images.
    pub(super) fn of(
        (engine, lab, stack): (&Engine, &str, &Arc<Stack>),
        data_dir: &Path,
        recorder: &Arc<Recorder>,
        in_use: Vec<ImageInUse>,
    ) -> Arc<Self> {
        let nodes = stack.nodes().iter().map(|node| node.name.clone());
        let extensible = nodes.filter(|node| stack.may_be_extended(node).unwrap_or(false)).collect();
        Arc::new(Self {
            engine: engine.clone(),
            lab: lab.to_owned(),
            stack: Arc::clone(stack),
            extensible,
            env_folder: data_dir.join("labs"),
            recorder: Arc::clone(recorder),
            told: tokio::sync::Mutex::default(),
            building: tokio::sync::Mutex::default(),
            in_use: std::sync::Mutex::new(in_use),
        })
    }

    /// Looks at them until cancelled.
    pub(super) fn watch(self: &Arc<Self>, cancel: &CancellationToken) {
        let images = Arc::clone(self);
        let watching = async move {
            let mut wakes = images.engine.watch_images(&images.lab);
            loop {
                tokio::select! {
                    woken = wakes.next() => match woken {
                        Some(()) => images.look().await,
                        None => return,
                    },
                    () = tokio::time::sleep(FILES_AGAIN) => images.look_at_files().await,
                }
            }
        };
        let cancel = cancel.clone();
        tokio::spawn(async move { cancel.run_until_cancelled(watching).await });
    }

    /// The images that the lab's nodes run, one for each engine in it.
    pub(super) fn in_use(&self) -> Vec<ImageInUse> {
        self.in_use.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at everything now, and says what is new.
    async fn look(&self) {
        // Whoever asks the container engine for something else is told that it does not answer.
        if let Err(error) = self.look_at_images().await {
            tracing::debug!(lab = self.lab, %error, "the images of a lab are not told");
        }
        self.look_at_files().await;
    }

    async fn look_at_images(&self) -> Result<(), lab_docker::Error> {
        let mut told = self.told.lock().await;
        let runs = self.engine.node_images(&self.lab, &self.stack).await?;
        for seen in runs.iter().filter(|seen| !told.runs.contains(seen)) {
            self.say(ImageFact::NodeRuns { node: seen.node.clone(), image: seen.image.clone() });
        }
        self.remember(&runs);
        told.runs = runs;
        for node in &self.extensible {
            let choices = self.engine.image_choices(&self.lab, &self.stack, node).await?;
            if told.choices.get(node) != Some(&choices) {
                self.say(ImageFact::ChoicesListed { node: node.clone(), choices: choices.clone() });
                told.choices.insert(node.clone(), choices);
            }
        }
        let choices = told.choices.values().flatten().map(|choice| &choice.id);
        let named: BTreeSet<String> = told.runs.iter().map(|seen| &seen.image.id).chain(choices).cloned().collect();
        told.described.retain(|id| named.contains(id));
        for id in named {
            if told.described.contains(&id) {
                continue;
            }
            if let Some(image) = self.engine.describe_image(&id).await? {
                self.say(ImageFact::ImageDescribed { image });
                told.described.insert(id);
            }
        }
        Ok(())
    }

    async fn look_at_files(&self) {
        let mut told = self.told.lock().await;
        for node in &self.extensible {
            let read = match self.files_of(&told, node).and_then(|files| files.read()) {
                Ok(read) => read,
                Err(error) => {
                    tracing::debug!(lab = self.lab, node, %error, "the files of a build cannot be read");
                    continue;
                }
            };
            if told.files.get(node) != Some(&read) {
                let fact = ImageFact::BuildFilesRead { node: node.clone(), files: read.clone() };
                self.recorder.record(Draft::new(Source::Pipewright, fact));
                told.files.insert(node.clone(), read);
            }
        }
    }

    fn say(&self, fact: ImageFact) {
        self.recorder.record(Draft::new(Source::Docker, fact));
    }

    fn remember(&self, runs: &[NodeImage]) {
        let mut images: Vec<ImageInUse> = Vec::new();
        for seen in runs.iter().filter(|seen| !seen.image.engine.is_empty()) {
            if images.iter().all(|known| known.reference != seen.image.reference) {
                images.push(seen.image.clone());
            }
        }
        // In the stack's order. Where no container is left, those that ran last stay.
        images.sort_by_key(|image| self.stack.images().iter().position(|need| need.engine == image.engine));
        if !images.is_empty() {
            *self.in_use.lock().unwrap_or_else(PoisonError::into_inner) = images;
        }
    }

    /// The files of a node's builds. Who begins gets those of the lab's own image.
    fn files_of(&self, told: &Told, node: &str) -> std::io::Result<Files> {
        Ok(Files::new(&self.env_folder.join(&self.lab).join(node), own(told, node)?))
    }
}

/// The image that the stack itself gives a node.
fn own<'a>(told: &'a Told, node: &str) -> std::io::Result<&'a str> {
    let own = told.choices.get(node).and_then(|choices| choices.iter().find(|choice| !choice.extends));
    let own = own.map(|choice| choice.reference.as_str());
    own.ok_or_else(|| std::io::Error::other("the images of the stack were not told yet"))
}

/// Who asks for something, and how it is told and stopped.
pub(super) struct Asked {
    pub(super) id: ActionId,
    pub(super) node: String,
    pub(super) progress: ProgressSink,
    pub(super) cancel: CancellationToken,
}

impl Images {
    /// Writes a file that the next build is made from.
    ///
    /// # Errors
    /// `storage` if it cannot be written, `not_now` while the container engine does not say which images there are.
    pub(super) async fn put_file(&self, node: &str, name: &str, text: &str) -> Result<PathBuf, Problem> {
        self.look().await;
        let files = self.files_of(&*self.told.lock().await, node).map_err(|error| files::not_here(&error))?;
        let path = files.write(name, text).map_err(|error| files::not_written(name, &error))?;
        self.look_at_files().await;
        Ok(path)
    }

    /// The image that the stack itself gives a node.
    ///
    /// # Errors
    /// `not_now` while the container engine does not say which images there are.
    pub(super) async fn own_image(&self, node: &str) -> Result<String, Problem> {
        self.look().await;
        let told = self.told.lock().await;
        own(&told, node).map(str::to_owned).map_err(|error| files::not_here(&error))
    }
}
