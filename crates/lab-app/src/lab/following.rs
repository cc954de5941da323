//! Sentences being followed: each with its judge and the observation that decided it.

use std::sync::Weak;

use lab_lessons::{Judge, Sentence, Truth};
use lab_model::{Millis, Observation};
use serde_json::Value;
use tokio::sync::watch;

use super::recorder::{Folds, Recorder};
use crate::schema::{CheckState, Evidence};

/// The journal's side of a follow.
pub(super) struct Follower {
    id: u64,
    followed: Vec<Followed>,
    states: watch::Sender<Vec<CheckState>>,
}

struct Followed {
    judge: Judge,
    /// The parameters of the sentence's view.
    params: Value,
    evidence: Option<Evidence>,
}

impl Followed {
    fn state(&self) -> CheckState {
        CheckState {
            says: self.judge.sentence().say.clone(),
            truth: self.judge.truth(),
            evidence: self.evidence.clone(),
        }
    }
}

impl Follower {
    /// Begins to follow: the present picture is looked at once, without evidence, since nothing new was said.
    pub(super) fn new(
        id: u64,
        sentences: Vec<Sentence>,
        (now, seq): (Millis, u64),
        folds: &Folds,
    ) -> (Self, watch::Receiver<Vec<CheckState>>) {
        let mut followed = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let params = Value::Object(sentence.with.clone());
            let mut judge = Judge::new(sentence, now);
            if let Ok(picture) = folds.project(&judge.sentence().view, &params) {
                judge.see(now, seq, picture.known, &picture.model);
            }
            followed.push(Followed { judge, params, evidence: None });
        }
        let (states, receiver) = watch::channel(followed.iter().map(Followed::state).collect());
        (Self { id, followed, states }, receiver)
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Looks again at every sentence whose view the observation changed.
    pub(super) fn see(&mut self, observation: &Observation, changed: &[&'static str], folds: &Folds) {
        let mut any = false;
        for followed in &mut self.followed {
            any |= look(followed, observation, changed, folds);
        }
        if any {
            self.states.send_replace(self.followed.iter().map(Followed::state).collect());
        }
    }
}

fn look(followed: &mut Followed, observation: &Observation, changed: &[&'static str], folds: &Folds) -> bool {
    let Observation { seq, heard_at, .. } = *observation;
    let sentence = followed.judge.sentence();
    let picture = if changed.contains(&sentence.view.as_str()) {
        folds.project(&sentence.view, &followed.params).ok()
    } else {
        None
    };
    let decided = match &picture {
        Some(picture) => followed.judge.see(heard_at, seq, picture.known, &picture.model),
        // Time went on, which decides a `for 5s`.
        None => followed.judge.at(heard_at),
    };
    if decided.is_none() {
        return false;
    }
    followed.evidence = Some(Evidence {
        seq,
        at: heard_at,
        source: observation.source.to_string(),
        words: observation.fact.to_string(),
        summary: picture.map(|picture| picture.summary).unwrap_or_default(),
    });
    true
}

/// The asker's side of a follow; ends it when dropped.
pub struct Following {
    id: u64,
    states: watch::Receiver<Vec<CheckState>>,
    recorder: Weak<Recorder>,
}

impl Following {
    pub(super) fn new(id: u64, states: watch::Receiver<Vec<CheckState>>, recorder: Weak<Recorder>) -> Self {
        Self { id, states, recorder }
    }

    /// What the engines say of each sentence now.
    pub fn states(&self) -> Vec<CheckState> {
        self.states.borrow().clone()
    }

    /// Changes as they come.
    pub fn receiver(&self) -> watch::Receiver<Vec<CheckState>> {
        self.states.clone()
    }

    /// Returns when every sentence is true at one moment. Never returns if that never happens: give it a limit.
    pub async fn all_true(&self) {
        self.first_true(usize::MAX).await;
    }

    /// The same for the first `count` sentences only.
    pub async fn first_true(&self, count: usize) {
        let all = |states: &Vec<CheckState>| states.iter().take(count).all(|state| state.truth == Truth::True);
        if self.states.clone().wait_for(all).await.is_err() {
            // The journal has ended; nothing can become true any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(recorder) = self.recorder.upgrade() {
            recorder.unfollow(self.id);
        }
    }
}
