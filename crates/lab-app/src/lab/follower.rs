//! Sentences being followed: each with its judge and the observation that decided it, and the verdict that they make.

use std::{collections::BTreeMap, sync::Arc};

use lab_lessons::{Judge, Sentence, Truth, Verdict};
use lab_model::{
    ActionCall, ActionId, Fact, Millis, Observation,
    facts::lab::{LabFact, Outcome},
};
use lab_views::Projection;
use serde_json::Value;
use tokio::sync::watch;

use super::folds::Folds;
use crate::schema::{CheckState, Evidence};

/// What a follow tells.
#[derive(Debug, Clone)]
pub struct FollowReport {
    /// The checks, then the options of the prediction.
    pub states: Vec<CheckState>,
    /// The same at the first moment at which all checks held, however short it was.
    pub held: Option<Vec<CheckState>>,
    /// What they amount to.
    pub verdict: Verdict,
    /// Actions of ours that ended well since the follow began.
    pub done: Vec<ActionCall>,
}

/// The journal's side of a follow.
pub(super) struct Follower {
    id: u64,
    followed: Vec<Followed>,
    /// How many of them are checks; the others are options.
    checks: usize,
    verdict: Verdict,
    /// Actions that began, and did not end yet.
    running: BTreeMap<ActionId, ActionCall>,
    done: Vec<ActionCall>,
    told: watch::Sender<FollowReport>,
}

impl Follower {
    /// Begins to follow: the present picture is looked at once, without evidence, since nothing new was said.
    pub(super) fn new(
        id: u64,
        (checks, options): (Vec<Sentence>, Vec<Sentence>),
        (now, seq): (Millis, u64),
        folds: &Folds,
    ) -> (Self, watch::Receiver<FollowReport>) {
        let (count, verdict) = (checks.len(), Verdict::new(options.len()));
        let followed: Vec<Followed> =
            checks.into_iter().chain(options).map(|sentence| Followed::begin(sentence, (now, seq), folds)).collect();
        let told = FollowReport { states: Vec::new(), held: None, verdict: verdict.clone(), done: Vec::new() };
        let (told, receiver) = watch::channel(told);
        let (running, done) = (BTreeMap::new(), Vec::new());
        let mut follower = Self { id, followed, checks: count, verdict, running, done, told };
        follower.tell(now);
        (follower, receiver)
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Looks again at every sentence whose view the observation changed.
    pub(super) fn see(&mut self, observation: &Observation, changed: &[&'static str], folds: &Folds) {
        let mut any = self.note_action(observation);
        for followed in &mut self.followed {
            any |= followed.look(observation, changed, folds);
        }
        if any {
            self.tell(observation.heard_at);
        }
    }

    fn tell(&mut self, at: Millis) {
        let truths: Vec<Truth> = self.followed.iter().map(|followed| followed.judge.truth()).collect();
        let (checks, options) = truths.split_at(self.checks);
        self.verdict.see(at, checks, options);
        let states: Vec<CheckState> = self.followed.iter().map(Followed::state).collect();
        self.told.send_modify(|told| {
            if told.held.is_none() && self.verdict.checks_hold_since().is_some() {
                told.held = Some(states.clone());
            }
            (told.states, told.verdict, told.done) = (states, self.verdict.clone(), self.done.clone());
        });
    }

    /// Whether the observation is the good end of an action.
    fn note_action(&mut self, observation: &Observation) -> bool {
        let (Some(id), Fact::Lab(fact)) = (observation.cause, &observation.fact) else { return false };
        match fact {
            LabFact::ActionBegan { action, .. } => {
                self.running.insert(id, action.clone());
                false
            }
            LabFact::ActionEnded { outcome, .. } => {
                let ended = self.running.remove(&id).filter(|_| *outcome == Outcome::Done);
                self.done.extend(ended.clone());
                ended.is_some()
            }
            _ => false,
        }
    }
}

struct Followed {
    judge: Judge,
    /// The kinds of view it reads, with their parameters.
    reads: Vec<(String, Value)>,
    /// What they showed last; none before anything was shown.
    picture: Option<Picture>,
    /// The newest observation that changed it, beats aside.
    news: Option<Evidence>,
    /// The observation by which the model came to say what it says, and its place in the journal.
    said: Option<(u64, Evidence)>,
    evidence: Option<Evidence>,
}

impl Followed {
    fn begin(sentence: Sentence, (now, seq): (Millis, u64), folds: &Folds) -> Self {
        let reads = sentence.reads().map(|(kind, with)| (kind.to_owned(), Value::Object(with.clone()))).collect();
        let judge = Judge::new(sentence, now);
        let mut followed = Self { judge, reads, picture: None, news: None, said: None, evidence: None };
        if let Some(picture) = followed.picture(folds) {
            followed.judge.see(now, seq, picture.known(), picture.model());
            followed.picture = Some(picture);
        }
        followed
    }

    fn state(&self) -> CheckState {
        CheckState {
            says: self.judge.sentence().say.clone(),
            truth: self.judge.truth(),
            evidence: self.evidence.clone(),
        }
    }

    /// What it reads, at one moment; none if one of its views cannot be projected.
    fn picture(&self, folds: &Folds) -> Option<Picture> {
        let shown = self.reads.iter().map(|(kind, params)| folds.project(kind, params).ok());
        let shown: Vec<Arc<Projection<Value>>> = shown.collect::<Option<_>>()?;
        let joined = match shown.as_slice() {
            [_] => None,
            several => Some(self.judge.sentence().join(several.iter().map(|one| one.model.clone()).collect())),
        };
        Some(Picture { shown, joined })
    }

    /// Whether the observation changed its truth.
    fn look(&mut self, observation: &Observation, changed: &[&'static str], folds: &Folds) -> bool {
        let Observation { seq, heard_at, .. } = *observation;
        let again = self.reads.iter().any(|(kind, _)| changed.contains(&kind.as_str()));
        let Some(picture) = again.then(|| self.picture(folds)).flatten() else {
            // Time went on, which decides a `for 5s`.
            let decided = self.judge.at(heard_at).is_some();
            if decided {
                self.evidence = self.decisive(self.news.clone());
            }
            return decided;
        };
        let now = evidence(observation, folds.words(&observation.fact), picture.summary());
        // A node that is heard proves nothing: the sentence was waiting for what the node says.
        let told = if is_heard(observation) { self.news.clone().unwrap_or(now) } else { now };
        if !is_beat(observation) && !self.picture.as_ref().is_some_and(|before| before.same_as(&picture)) {
            self.news = Some(told.clone());
        }
        let decided = self.judge.see(heard_at, seq, picture.known(), picture.model()).is_some();
        self.picture = Some(picture);
        if self.judge.said_by() == Some(seq) {
            self.said = Some((seq, told.clone()));
        }
        if decided {
            // Whoever is heard or silent by chance proves nothing.
            let otherwise = if is_beat(observation) { self.news.clone() } else { Some(told) };
            self.evidence = self.decisive(otherwise);
        }
        decided
    }

    /// What the truth rests on: not what was waited for besides, but what made the model say so. None was seen of what was
    /// so from the beginning: then the last thing that was waited for, if there is one.
    fn decisive(&self, otherwise: Option<Evidence>) -> Option<Evidence> {
        let said = self.said.as_ref().filter(|(seq, _)| self.judge.said_by() == Some(*seq));
        said.map(|(_, evidence)| evidence.clone()).or(otherwise)
    }
}

/// What a sentence reads.
struct Picture {
    /// What its view shows, then the views beside it.
    shown: Vec<Arc<Projection<Value>>>,
    /// Their models as one, if there are several.
    joined: Option<Value>,
}

impl Picture {
    fn known(&self) -> bool {
        self.shown.iter().all(|one| one.known)
    }

    fn model(&self) -> &Value {
        self.joined.as_ref().or(self.shown.first().map(|one| &one.model)).unwrap_or(&Value::Null)
    }

    fn summary(&self) -> String {
        self.shown.first().map(|one| one.summary.clone()).unwrap_or_default()
    }

    /// Whether it shows the same as another one.
    fn same_as(&self, other: &Self) -> bool {
        let one = self.shown.iter().zip(&other.shown).all(|(one, other)| Arc::ptr_eq(one, other));
        one || self.model() == other.model()
    }
}

fn evidence(observation: &Observation, words: String, summary: String) -> Evidence {
    Evidence { seq: observation.seq, at: observation.heard_at, source: observation.source.to_string(), words, summary }
}

/// True if the fact says only that its source is heard.
fn is_heard(observation: &Observation) -> bool {
    matches!(observation.fact, Fact::Lab(LabFact::Heard))
}

/// True if the fact says only whether its source is heard.
fn is_beat(observation: &Observation) -> bool {
    matches!(observation.fact, Fact::Lab(LabFact::Heard | LabFact::FellSilent { .. }))
}

#[cfg(test)]
#[path = "follower_test.rs"]
mod tests;
