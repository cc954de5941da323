//! Builds an image on a node's, and lets the node run it; both are told step by step, with the action that asked for it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use lab_docker::{Error, Extension};
use lab_model::{
    Code, Draft, Problem, Source, counted,
    facts::{image::ImageFact, lab::Outcome},
};

use super::{Asked, Images, files};

/// Lines that a node that has ended is quoted with.
const LAST_WORDS: usize = 12;

/// What was told of a build.
#[derive(Default)]
struct Heard {
    began: AtomicBool,
    steps: AtomicU32,
    cached: AtomicU32,
}

impl Heard {
    fn note(&self, fact: &ImageFact) {
        match fact {
            ImageFact::BuildBegan { .. } => self.began.store(true, Ordering::Relaxed),
            ImageFact::StepEnded { cached, .. } => {
                self.steps.fetch_add(1, Ordering::Relaxed);
                self.cached.fetch_add(u32::from(*cached), Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

impl Images {
    /// Builds an image from the node's files; gives what came of it, in words.
    ///
    /// # Errors
    /// What the container engine says; `not_now` while another build runs.
    pub(in crate::lab) async fn build(&self, asked: Asked, tag: &str) -> Result<String, Problem> {
        let Ok(_one) = self.building.try_lock() else { return Err(another_build()) };
        self.look().await;
        let files = self.files_of(&*self.told.lock().await, &asked.node).map_err(|error| files::not_here(&error))?;
        let read = files.read().map_err(|error| cannot_read(&error))?;
        let text = |name: &str| read.iter().find(|file| file.name == name).map_or("", |file| file.text.as_str());
        let wanted = Extension {
            project: &self.lab,
            stack: &self.stack,
            node: &asked.node,
            tag,
            dockerfile: text(files::DOCKERFILE),
            requirements: text(files::REQUIREMENTS),
        };
        let heard = Heard::default();
        let say = |fact: ImageFact| {
            heard.note(&fact);
            self.recorder.record(Draft::new(Source::Docker, fact).because_of(asked.id));
        };
        let built = self.engine.build_extension(&wanted, &say, &asked.progress, &asked.cancel).await;
        if heard.began.load(Ordering::Relaxed) {
            say(ended(&asked.node, tag, &built));
        }
        self.look().await;
        built?;
        let (steps, cached) = (heard.steps.into_inner(), heard.cached.into_inner());
        Ok(format!(
            "{tag} is built; {cached} of {} came from the cache. {} goes on with the image that it has until it is told to use this one",
            counted(u64::from(steps), "step"),
            asked.node
        ))
    }

    /// Makes the node's container anew from another image. True if it was; false if it ran it already.
    ///
    /// # Errors
    /// What the container engine says. It cannot be stopped half-way.
    pub(in crate::lab) async fn use_image(self: &Arc<Self>, asked: &Asked, tag: &str) -> Result<bool, Problem> {
        let (images, node, tag) = (Arc::clone(self), asked.node.clone(), tag.to_owned());
        let progress = Arc::clone(&asked.progress);
        // A node without a container would be left where somebody stops waiting.
        let swapping = tokio::spawn(async move {
            let Images { engine, lab, stack, env_folder, .. } = &*images;
            let swapped = engine.use_image(lab, stack, &node, &tag, env_folder, &progress).await;
            images.look().await;
            swapped
        });
        Ok(swapping.await.map_err(|error| broken(&error))??)
    }
}

impl Images {
    /// What a node wrote last; nothing if it cannot be asked.
    pub(in crate::lab) async fn last_words(&self, node: &str) -> Vec<String> {
        self.engine.last_lines(&self.lab, node, LAST_WORDS).await.unwrap_or_default()
    }
}

fn ended(node: &str, tag: &str, built: &Result<String, Error>) -> ImageFact {
    let (outcome, error) = match built {
        Ok(_) => (Outcome::Done, None),
        Err(Error::Cancelled { .. }) => (Outcome::Cancelled, None),
        Err(Error::Build { cause, .. }) => (Outcome::Failed, Some(cause.clone())),
        Err(other) => (Outcome::Failed, Some(format!("{other} {}", other.detail()).trim_end().to_owned())),
    };
    let (line, output) = match built {
        Err(Error::Build { line, output, .. }) => (*line, output.clone()),
        _ => (None, Vec::new()),
    };
    let (node, tag, image) = (node.to_owned(), tag.to_owned(), built.as_ref().ok().cloned());
    ImageFact::BuildEnded { node, tag, outcome, image, error, line, output }
}

fn another_build() -> Problem {
    Problem {
        code: Code::NotNow,
        message: "Another build runs in this lab.".into(),
        detail: String::new(),
        hint: "Wait for its end, or cancel it.".into(),
    }
}

fn cannot_read(error: &std::io::Error) -> Problem {
    Problem {
        code: Code::Storage,
        message: "The files of the build cannot be read.".into(),
        detail: error.to_string(),
        hint: "Check the folder of Pipewright's data.".into(),
    }
}

fn broken(error: &tokio::task::JoinError) -> Problem {
    Problem {
        code: Code::Internal,
        message: "The change of the image broke off.".into(),
        detail: error.to_string(),
        hint: "Start the lab again: pipewright up STACK --lab LAB".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_ends_as_it_ended() {
        let failed = Error::Build {
            tag: "mine:1".into(),
            line: Some(3),
            cause: "a non-zero code: 1".into(),
            output: vec!["ERROR: no x".into()],
            hint: String::new(),
        };
        let told = |built: Result<String, Error>| ended("airflow-1", "mine:1", &built).to_string();
        assert_eq!(told(Err(failed)), "the build of mine:1 failed at line 3 of the Dockerfile: a non-zero code: 1");
        assert_eq!(told(Ok("sha256:0123456789abcdef".into())), "mine:1 was built: 0123456789ab");
        assert_eq!(told(Err(Error::Cancelled { doing: "x".into() })), "the build of mine:1 was stopped");
        let silent = Error::Engine { doing: "list images".into(), cause: "connection refused".into() };
        assert!(told(Err(silent)).ends_with("could not list images. connection refused"));
    }
}
