//! The one owner of everything that runs: engine, labs, jobs, lessons being learned. No statics anywhere.

mod hands;
mod keeping;
mod known;
mod room;
mod starting;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use lab_docker::{Engine, Stack};
use lab_lessons::{Lesson, Library};
use lab_model::Problem;
use tokio::sync::{Mutex as AsyncMutex, watch};

use known::Past;

use crate::{
    catalog,
    experiments::Experiments,
    host::Host,
    jobs::Jobs,
    lab::Lab,
    learning::{Learning, unknown_lesson},
    schema::JobId,
};

/// A killed node needs this long at most to be back after a run of the bench was cancelled.
const MENDING_LIMIT: Duration = Duration::from_secs(90);
const DOWN_LIMIT: Duration = Duration::from_secs(180);

/// The application.
pub struct App {
    /// The host that it runs on.
    pub host: Arc<dyn Host>,
    /// Long pieces of work.
    pub jobs: Arc<Jobs>,
    library: OnceLock<Result<Library, Problem>>,
    /// Runs of the consistency bench.
    pub experiments: Arc<Experiments>,
    /// Lessons being learned, and progress.
    pub learning: Learning,
    engine: AsyncMutex<Option<Engine>>,
    labs: Mutex<BTreeMap<String, Arc<Lab>>>,
    /// Labs that are no more, as far as somebody may ask for them.
    past: Mutex<Past>,
    /// Names of labs that this application is starting or removing: nobody else's doing is seen in them meanwhile.
    hands: Mutex<hands::Hands>,
    /// Only one taking-over at a time, so that no lab is taken over twice.
    taking: AsyncMutex<()>,
    /// Only one start, stop or take-over of labs at a time.
    changing: AsyncMutex<()>,
    labs_pulse: watch::Sender<u64>,
}

impl App {
    /// Loads progress. Touches no engine yet.
    ///
    /// # Errors
    /// `storage` if progress cannot be read.
    pub fn new(host: Arc<dyn Host>) -> Result<Arc<Self>, Problem> {
        let experiments = Experiments::open(host.data_dir());
        let learning = Learning::open(host.data_dir())?;
        Ok(Arc::new(Self {
            host,
            jobs: Jobs::new(),
            library: OnceLock::new(),
            experiments,
            learning,
            engine: AsyncMutex::default(),
            labs: Mutex::default(),
            past: Mutex::default(),
            hands: Mutex::default(),
            taking: AsyncMutex::default(),
            changing: AsyncMutex::default(),
            labs_pulse: watch::Sender::new(0),
        }))
    }

    /// All lessons; read and checked at the first call, which takes a while: who starts a lab needs none.
    ///
    /// # Errors
    /// `lesson_invalid` with every flaw if a lesson is wrong.
    pub fn library(&self) -> Result<&Library, Problem> {
        let load = || {
            let catalog = catalog::catalog(self.host.content())?;
            let (library, flaws) = Library::load(&self.host.content().lessons, &catalog);
            if flaws.is_empty() { Ok(library) } else { Err(catalog::flawed(&flaws)) }
        };
        self.library.get_or_init(load).as_ref().map_err(Clone::clone)
    }

    /// The container engine; found at the first call, and looked for again after it was lost.
    ///
    /// # Errors
    /// `engine_not_found` with what was tried.
    pub async fn engine(&self) -> Result<Engine, Problem> {
        let mut engine = self.engine.lock().await;
        if let Some(known) = &*engine {
            return Ok(known.clone());
        }
        let found = Engine::connect(self.host.engine_setting().as_deref()).await?;
        *engine = Some(found.clone());
        Ok(found)
    }

    /// A stack by name.
    ///
    /// # Errors
    /// `unknown`, or `stack_invalid` with file and line.
    pub fn stack(&self, name: &str) -> Result<Arc<Stack>, Problem> {
        Ok(Arc::new(catalog::stack(self.host.content(), name)?))
    }

    /// The stack as a lab that was found was made from it, with what was chosen then.
    fn stack_as_made(&self, lab: &lab_docker::Lab) -> Result<Stack, Problem> {
        Ok(catalog::stack(self.host.content(), &lab.stack)?.as_made(&lab.chosen)?)
    }

    /// Wakes when a lab came, went or changed its phase.
    pub fn labs_changes(&self) -> watch::Receiver<u64> {
        self.labs_pulse.subscribe()
    }

    pub(crate) fn labs_changed(&self) {
        self.labs_pulse.send_modify(|n| *n += 1);
    }

    /// Lessons by the stack they run on: the named ones, or all if none is named.
    ///
    /// # Errors
    /// `unknown` for a name that is none, `lesson_invalid`.
    pub fn lessons_by_stack(&self, names: &[String]) -> Result<BTreeMap<String, Vec<Lesson>>, Problem> {
        let all = self.library()?.tracks().iter().flat_map(|track| track.lessons.iter());
        let chosen: Vec<&Lesson> = all.filter(|lesson| names.is_empty() || names.contains(&lesson.id)).collect();
        if let Some(unknown) = names.iter().find(|name| chosen.iter().all(|lesson| lesson.id != **name)) {
            return Err(unknown_lesson(unknown));
        }
        let mut by_stack: BTreeMap<String, Vec<Lesson>> = BTreeMap::new();
        for lesson in chosen {
            by_stack.entry(lesson.stack.clone()).or_default().push(lesson.clone());
        }
        Ok(by_stack)
    }

    /// Removes a lab as a job; its data too if asked.
    pub fn down(self: &Arc<Self>, name: &str, volumes: bool) -> JobId {
        let app = Arc::clone(self);
        let name = name.to_owned();
        self.jobs.begin(format!("remove {name}"), Some(name.clone()), DOWN_LIMIT, move |context| async move {
            let engine = app.engine().await?;
            let _one = context.wait_for(app.changing.lock()).await?;
            context.stays("A removal that has begun cannot be cancelled: half a lab would be left.")?;
            let _in_hand = app.take_in_hand(&name);
            let lab = app.lock_labs().remove(&name);
            if let Some(lab) = &lab {
                lab.is_stopping();
                lab.leave().await;
            }
            app.labs_changed();
            engine.down(&name, volumes, &context.progress).await?;
            if let Some(lab) = &lab {
                lab.is_removed();
            }
            app.lock_past().forget(&name, (!volumes).then_some(lab).flatten().as_deref());
            app.labs_changed();
            Ok(())
        })
    }

    /// Leaves every lab running and stops observing: what closing the window does when labs are to be kept. A run of
    /// the bench is cancelled first, so that it leaves no fault behind; if that takes too long, its resuming mends it.
    pub async fn leave_all(&self) {
        for job in self.experiments.jobs() {
            // A job that has ended just now needs no cancelling.
            let _ = self.jobs.cancel(job);
        }
        if tokio::time::timeout(MENDING_LIMIT, self.experiments.settled()).await.is_err() {
            tracing::warn!("an earlier run of the bench ended before its faults were undone");
        }
        for lab in self.labs() {
            lab.leave().await;
        }
    }

    fn lock_labs(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Lab>>> {
        self.labs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
