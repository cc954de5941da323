//! The journal of one lab and everything read from it: folds, and the sentences being followed.
//!
//! Promise 2 in code: a picture and a verdict are read from the same fold of the same journal, under one lock,
//! so they cannot disagree. Nothing here waits for an engine; `record` is short and may be called from anywhere.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lab_lessons::Sentence;
use lab_model::{Draft, Millis, Observation};
use lab_views::{Gaps, ParamsError, Projection, View};
use serde_json::Value;
use tokio::sync::watch;

use super::{
    folds::Folds,
    follower::{FollowReport, Follower},
    news::News,
};
use crate::journals::JournalFile;

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

    /// Keeps what is written of the journal so far in another folder too; nothing if it is not written.
    ///
    /// # Errors
    /// If that folder cannot be written, or has no hard links.
    pub(crate) fn keep_in(&self, folder: &std::path::Path) -> std::io::Result<()> {
        self.lock().file.as_mut().map_or(Ok(()), |file| file.keep_in(folder))
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
        let Core { file, folds, followers, news, .. } = &mut *core;
        if let Some(file) = file {
            file.write(&observation, || folds.keyframes());
        }
        news.hear(&observation);
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
    pub fn project(&self, kind: &str, params: &Value) -> Result<Arc<Projection<Value>>, ParamsError> {
        self.lock().folds.project(kind, params)
    }

    /// What a view shows now, and what of it is not known: both of the same moment.
    ///
    /// # Errors
    /// As [`Recorder::project`].
    pub fn show(&self, kind: &str, params: &Value) -> Result<(Arc<Projection<Value>>, Gaps), ParamsError> {
        self.lock().folds.show(kind, params)
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

    /// Begins to follow sentences; gives the follower's id and what it tells.
    pub(super) fn add_follower(
        &self,
        checks: Vec<Sentence>,
        options: Vec<Sentence>,
    ) -> (u64, watch::Receiver<FollowReport>) {
        let mut core = self.lock();
        let id = core.next_follower;
        core.next_follower += 1;
        let (follower, told) = Follower::new(id, (checks, options), (self.now(), core.next_seq), &core.folds);
        core.followers.push(follower);
        (id, told)
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

#[cfg(test)]
#[path = "recorder_test.rs"]
mod tests;
