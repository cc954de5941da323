//! The journal of one lab and everything read from it: folds, and the sentences being followed.
//!
//! Promise 2 in code: a picture and a verdict are read from the same fold of the same journal, under one lock,
//! so they cannot disagree. Nothing here waits for an engine; `record` is short and may be called from anywhere.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_lessons::Sentence;
use lab_model::{Draft, Millis, Observation};
use lab_views::{Fold, Gaps, ParamsError, Projection, View};
use serde_json::Value;
use tokio::sync::watch;

use super::{
    following::{Follower, Following},
    journal_file::JournalFile,
    news::News,
};

/// Writes a lab's journal and keeps every view's fold of it.
pub struct Recorder {
    core: Mutex<Core>,
    began: Instant,
    changed: watch::Sender<u64>,
}

struct Core {
    next_seq: u64,
    next_follower: u64,
    file: Option<JournalFile>,
    folds: Folds,
    followers: Vec<Follower>,
    news: News,
}

/// A fold of each kind of view, with the number of the observation that last changed it.
pub(super) struct Folds(BTreeMap<&'static str, Folded>);

struct Folded {
    fold: Box<dyn Fold>,
    /// How many observations changed it so far.
    revision: u64,
}

impl Folds {
    pub(super) fn new() -> Self {
        let fresh = |kind: &lab_views::Kind| (kind.name, Folded { fold: (kind.new_fold)(), revision: 0 });
        Self(lab_views::kinds().iter().map(fresh).collect())
    }

    /// Folds one observation into every view; names the kinds it changed.
    pub(super) fn apply(&mut self, observation: &Observation) -> Vec<&'static str> {
        let mut changed = Vec::new();
        for (kind, folded) in &mut self.0 {
            if folded.fold.apply(observation) {
                folded.revision += 1;
                changed.push(*kind);
            }
        }
        changed
    }

    pub(super) fn project(&self, kind: &str, params: &Value) -> Result<Projection<Value>, ParamsError> {
        match self.0.get(kind) {
            Some(folded) => folded.fold.project(params),
            None => Err(ParamsError { kind: kind.to_owned(), why: "there is no such view".to_owned() }),
        }
    }

    fn gaps(&self, kind: &str, params: &Value) -> Result<Gaps, ParamsError> {
        self.0.get(kind).map_or_else(|| Ok(Gaps::default()), |folded| folded.fold.gaps(params))
    }

    fn revision(&self, kind: &str) -> u64 {
        self.0.get(kind).map_or(0, |folded| folded.revision)
    }

    pub(super) fn state<V: View>(&self) -> Option<&V::State> {
        self.0.get(V::KIND)?.fold.state::<V>()
    }
}

impl Recorder {
    /// A journal that begins now; written to `file` if there is one.
    pub fn new(file: Option<JournalFile>) -> Arc<Self> {
        let began = Instant::now();
        let (folds, news) = (Folds::new(), News::new());
        let core = Core { next_seq: 0, next_follower: 0, file, folds, followers: Vec::new(), news };
        Arc::new(Self { core: Mutex::new(core), began, changed: watch::Sender::new(0) })
    }

    /// The name under which the journal is on disk; none if it is not written.
    pub(crate) fn name(&self) -> Option<String> {
        self.lock().file.as_ref().map(JournalFile::name)
    }

    /// Milliseconds since the journal began.
    pub fn now(&self) -> Millis {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(Millis::MAX)
    }

    /// Gives an observation its place and time, writes it, folds it, and judges what it decides.
    pub fn record(&self, draft: Draft) -> u64 {
        let mut core = self.lock();
        let Draft { said_at, source, cause, fact } = draft;
        let observation = Observation { seq: core.next_seq, heard_at: self.now(), said_at, source, cause, fact };
        core.next_seq += 1;
        if let Some(file) = &mut core.file {
            file.write(&observation);
        }
        core.news.hear(&observation);
        let Core { folds, followers, .. } = &mut *core;
        let changed = folds.apply(&observation);
        for follower in followers.iter_mut() {
            follower.see(&observation, &changed, folds);
        }
        drop(core);
        self.changed.send_replace(observation.seq + 1);
        observation.seq
    }

    /// What a view shows now.
    ///
    /// # Errors
    /// If there is no such kind, or the parameters are not its own.
    pub fn project(&self, kind: &str, params: &Value) -> Result<Projection<Value>, ParamsError> {
        self.lock().folds.project(kind, params)
    }

    /// What a view shows now, and what of it is not known: both of the same moment.
    ///
    /// # Errors
    /// As [`Recorder::project`].
    pub fn show(&self, kind: &str, params: &Value) -> Result<(Projection<Value>, Gaps), ParamsError> {
        let core = self.lock();
        Ok((core.folds.project(kind, params)?, core.folds.gaps(kind, params)?))
    }

    /// Reads a view's fold as it is now, typed. Of a kind that is not registered nothing was heard.
    pub(crate) fn read<V: View, T>(&self, look: impl FnOnce(&V::State) -> T) -> T {
        match self.lock().folds.state::<V>() {
            Some(state) => look(state),
            None => look(&V::State::default()),
        }
    }

    /// What a view shows now, typed.
    pub(crate) fn model<V: View>(&self, params: &V::Params) -> V::Model {
        self.read::<V, _>(|state| V::project(state, params).model)
    }

    /// How many observations changed a view's fold so far; cheap, to find out whether a projection can differ.
    pub fn revision(&self, kind: &str) -> u64 {
        self.lock().folds.revision(kind)
    }

    /// How long nothing new was heard (see [`News`]).
    pub fn quiet_for(&self) -> Duration {
        self.lock().news.silent_for()
    }

    /// Wakes whoever follows the journal, without an observation.
    pub(super) fn wake(&self) {
        self.changed.send_modify(|_| ());
    }

    /// Wakes after every observation.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Follows checks, and the options of a prediction beside them, from this moment on, until the returned handle is
    /// dropped.
    pub fn follow(self: &Arc<Self>, checks: Vec<Sentence>, options: Vec<Sentence>) -> Following {
        let mut core = self.lock();
        let id = core.next_follower;
        core.next_follower += 1;
        let (follower, told) = Follower::new(id, (checks, options), (self.now(), core.next_seq), &core.folds);
        core.followers.push(follower);
        Following::new(id, told, Arc::downgrade(self))
    }

    pub(super) fn unfollow(&self, id: u64) {
        self.lock().followers.retain(|follower| follower.id() != id);
    }

    /// Writes what is buffered to the file.
    pub fn flush(&self) {
        if let Some(file) = &mut self.lock().file {
            file.flush();
        }
    }

    /// A panic elsewhere while the lock was held leaves a journal that is short, not wrong: go on with it.
    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
