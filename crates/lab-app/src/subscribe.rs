//! Subscriptions: where each kind of feed reads its values.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lab_model::{Code, Problem};
use serde::Serialize;
use serde_json::Value;
use tokio::{sync::watch, task::AbortHandle};

use crate::{
    App, catalog,
    feed::{Feed, Source},
    lab::{Lab, NeedGuard},
    schema::{ActionStatus, Subscription, ViewPush, ViewRef},
};

/// How often containers are asked for their memory while somebody looks at labs.
const MEMORY_EVERY: Duration = Duration::from_secs(5);
/// How often a running job's elapsed time is pushed.
const JOB_TICK: Duration = Duration::from_millis(500);

/// Opens a feed.
///
/// # Errors
/// `unknown` lab, lesson or view; `action_invalid` parameters.
pub fn subscribe(app: &Arc<App>, to: &Subscription) -> Result<Feed, Problem> {
    Ok(match to {
        Subscription::View { lab, view } => Feed::new(ViewSource::new(app.lab(lab)?, view.clone())?),
        Subscription::Labs => Feed::new(LabsSource::new(app)),
        Subscription::Jobs => Feed::new(JobsSource::new(app)),
        Subscription::Action { lab, id } => Feed::new(ActionSource::new(&app.lab(lab)?, *id)?),
        Subscription::Actions { lab } => Feed::new(ActionsSource::new(app.lab(lab)?)),
        Subscription::Session { lesson } => Feed::new(SessionSource::new(app, lesson)?),
    })
}

fn json(value: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|error| Problem {
        code: Code::Internal,
        message: "A value could not be written as JSON.".into(),
        detail: error.to_string(),
        hint: String::new(),
    })
}

/// Ends a helper task together with the feed it serves.
struct Aborting(AbortHandle);

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Wakes a feed whenever `source` changes; its last value stays there to be read when it has ended.
fn counting<T: Send + Sync + 'static>(mut source: watch::Receiver<T>) -> (watch::Receiver<u64>, Aborting) {
    let (wake, receiver) = watch::channel(0);
    let task = tokio::spawn(async move {
        while source.changed().await.is_ok() {
            wake.send_modify(|n| *n += 1);
        }
    });
    (receiver, Aborting(task.abort_handle()))
}

/// Wakes a feed whenever `source` changes, and every `tick`.
fn waking(mut source: watch::Receiver<u64>, tick: Duration) -> (watch::Receiver<u64>, Aborting) {
    let (wake, receiver) = watch::channel(0);
    let task = tokio::spawn(async move {
        loop {
            tokio::select! {
                changed = source.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(tick) => {}
            }
            wake.send_modify(|n| *n += 1);
        }
    });
    (receiver, Aborting(task.abort_handle()))
}

struct ViewSource {
    lab: Arc<Lab>,
    view: ViewRef,
    wake: watch::Receiver<u64>,
    revision: u64,
    ended: bool,
    _needs: NeedGuard,
}

impl ViewSource {
    fn new(lab: Arc<Lab>, view: ViewRef) -> Result<Self, Problem> {
        let needs = lab.needs.want(catalog::needs(&view.kind, &view.with)?);
        let wake = lab.recorder.changes();
        lab.is_looked_at();
        Ok(Self { lab, view, wake, revision: 0, ended: false, _needs: needs })
    }
}

impl Source for ViewSource {
    fn value(&mut self) -> Result<Value, Problem> {
        // A picture of what is no more would look like one of what is.
        if let Some(gone) = self.lab.gone() {
            return Err(gone);
        }
        let shown = self.lab.recorder.show(&self.view.kind, &self.view.with).map_err(catalog::params_wrong)?;
        let (picture, lab_views::Gaps { refusal, awaits }) = shown;
        let lab_views::Projection { model, table, summary, known } = Arc::unwrap_or_clone(picture);
        json(&ViewPush { model, table, summary, known, refusal, awaits })
    }

    fn may_differ(&mut self) -> bool {
        let revision = self.lab.recorder.revision(&self.view.kind);
        let ended = self.lab.gone().is_some();
        let differs = std::mem::replace(&mut self.revision, revision) != revision;
        std::mem::replace(&mut self.ended, ended) != ended || differs
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        self.lab.recorder.now()
    }
}

struct LabsSource {
    app: Arc<App>,
    wake: watch::Receiver<u64>,
    _waking: Aborting,
    memory: MemoryByLab,
    _measuring: Aborting,
}

impl LabsSource {
    fn new(app: &Arc<App>) -> Self {
        let (wake, waking) = waking(app.labs_changes(), MEMORY_EVERY);
        let memory = Arc::default();
        let measuring = tokio::spawn(measure_memory(Arc::clone(app), Arc::clone(&memory)));
        Self { app: Arc::clone(app), wake, _waking: waking, memory, _measuring: Aborting(measuring.abort_handle()) }
    }
}

/// MiB by lab.
type MemoryByLab = Arc<Mutex<BTreeMap<String, u32>>>;

async fn measure_memory(app: Arc<App>, memory: MemoryByLab) {
    loop {
        for lab in app.labs() {
            if let Ok(bytes) = lab.memory().await {
                let mib = u32::try_from(bytes / 1024 / 1024).unwrap_or(u32::MAX);
                memory.lock().unwrap_or_else(PoisonError::into_inner).insert(lab.name.clone(), mib);
            }
        }
        tokio::time::sleep(MEMORY_EVERY).await;
    }
}

impl Source for LabsSource {
    fn value(&mut self) -> Result<Value, Problem> {
        let mut labs = self.app.lab_infos();
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        for lab in &mut labs {
            lab.memory_mib = memory.get(&lab.lab).copied();
        }
        json(&labs)
    }

    fn may_differ(&mut self) -> bool {
        true
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        0
    }
}

struct JobsSource {
    app: Arc<App>,
    wake: watch::Receiver<u64>,
    _waking: Aborting,
}

impl JobsSource {
    fn new(app: &Arc<App>) -> Self {
        let (wake, waking) = waking(app.jobs.changes(), JOB_TICK);
        Self { app: Arc::clone(app), wake, _waking: waking }
    }
}

impl Source for JobsSource {
    fn value(&mut self) -> Result<Value, Problem> {
        json(&self.app.jobs.list())
    }

    fn may_differ(&mut self) -> bool {
        true
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        0
    }
}

struct ActionSource {
    lab: Arc<Lab>,
    status: watch::Receiver<ActionStatus>,
    wake: watch::Receiver<u64>,
    _waking: Aborting,
}

impl ActionSource {
    fn new(lab: &Arc<Lab>, id: u64) -> Result<Self, Problem> {
        let status = lab.status_of(id)?;
        let (wake, waking) = counting(status.clone());
        Ok(Self { lab: Arc::clone(lab), status, wake, _waking: waking })
    }
}

impl Source for ActionSource {
    fn value(&mut self) -> Result<Value, Problem> {
        json(&*self.status.borrow_and_update())
    }

    fn may_differ(&mut self) -> bool {
        true
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        self.lab.recorder.now()
    }
}

struct ActionsSource {
    lab: Arc<Lab>,
    wake: watch::Receiver<u64>,
}

impl ActionsSource {
    fn new(lab: Arc<Lab>) -> Self {
        let wake = lab.running_changes();
        Self { lab, wake }
    }
}

impl Source for ActionsSource {
    fn value(&mut self) -> Result<Value, Problem> {
        // A page that asks again is told of the lab that has the name now.
        self.lab.gone().map_or_else(|| json(&self.lab.running()), Err)
    }

    fn may_differ(&mut self) -> bool {
        true
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        self.lab.recorder.now()
    }
}

struct SessionSource {
    app: Arc<App>,
    session: watch::Receiver<crate::schema::Session>,
    wake: watch::Receiver<u64>,
    _waking: Aborting,
}

impl SessionSource {
    fn new(app: &Arc<App>, lesson: &str) -> Result<Self, Problem> {
        let session = app.learning.under_way(lesson)?.session();
        let (wake, waking) = counting(session.clone());
        Ok(Self { app: Arc::clone(app), session, wake, _waking: waking })
    }
}

impl Source for SessionSource {
    fn value(&mut self) -> Result<Value, Problem> {
        json(&*self.session.borrow_and_update())
    }

    fn may_differ(&mut self) -> bool {
        true
    }

    fn wake(&mut self) -> &mut watch::Receiver<u64> {
        &mut self.wake
    }

    fn now(&self) -> u64 {
        let lab = self.session.borrow().lab.clone();
        self.app.lab(&lab).map_or(0, |lab| lab.recorder.now())
    }
}

#[cfg(test)]
#[path = "subscribe_test.rs"]
mod tests;
