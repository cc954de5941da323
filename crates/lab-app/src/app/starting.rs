//! How labs come to be observed: started as a job, or taken over because they run already.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lab_docker::{Engine, Running, Stack};
use lab_model::{Code, Header, Problem};

use super::{App, millis, room};
use crate::{
    catalog,
    jobs::JobContext,
    journals::{self, JournalFile},
    lab::{Lab, Recorder},
    schema::{JobId, Up},
};

/// A first start may build images from packages on a slow line.
const UP_LIMIT: Duration = Duration::from_secs(45 * 60);
/// How often the health of a lab is read from its journal at most.
const HEALTH_EVERY: Duration = Duration::from_millis(200);
/// A node that has ended for this long does not come back by itself.
const ENDED_LIMIT: Duration = Duration::from_secs(5);
/// Ready sentences come true within seconds; this is for very slow machines.
const READY_LIMIT: Duration = Duration::from_secs(300);

impl App {
    pub(super) async fn adopt(self: &Arc<Self>, engine: &Engine, lab: lab_docker::Lab) -> Result<(), Problem> {
        let stack = Arc::new(engine.stack_of(&lab.project, &*self.stack(&lab.stack)?).await?);
        let images = engine.images_of(&lab, &stack).await?;
        let variables = engine.variables_of(&lab.project, &stack).await?;
        let lab = self.observe(engine, stack, Running { lab, variables, images, adopted: true })?;
        let began = Instant::now();
        tokio::spawn(async move { lab.become_ready(|| millis(began.elapsed())).await });
        Ok(())
    }

    /// Starts a lab as a job, or takes over the one that runs.
    ///
    /// # Errors
    /// `unknown` or `stack_invalid`; later problems are the job's.
    pub fn up(self: &Arc<Self>, stack: &str, lab: Option<&str>) -> Result<JobId, Problem> {
        self.up_as(&Up { stack: stack.into(), lab: lab.map(Into::into), options: BTreeMap::new(), anyway: false })
    }

    /// The same with what a person chose.
    ///
    /// # Errors
    /// As [`App::up`], or `action_invalid` for a choice that the stack does not offer.
    pub fn up_as(self: &Arc<Self>, up: &Up) -> Result<JobId, Problem> {
        let stack = Arc::new(catalog::stack(self.host.content(), &up.stack)?.with_options(&up.options)?);
        let anyway = up.anyway;
        let name = up.lab.as_deref().map_or_else(|| format!("pipewright-{}", stack.name()), ToOwned::to_owned);
        catalog::check_lab_name(&name)?;
        let app = Arc::clone(self);
        let began = Instant::now();
        Ok(self.jobs.begin(
            format!("start {}", stack.name()),
            Some(name.clone()),
            UP_LIMIT,
            move |context| async move { app.bring_up(stack, &name, anyway, context, began).await },
        ))
    }

    /// Gets a stack's images as a job, and starts nothing.
    ///
    /// # Errors
    /// `unknown` or `stack_invalid`; later problems are the job's.
    pub fn get_images(self: &Arc<Self>, stack: &str) -> Result<JobId, Problem> {
        let stack = self.stack(stack)?;
        let app = Arc::clone(self);
        Ok(self.jobs.begin(format!("get the images of {}", stack.name()), None, UP_LIMIT, move |context| async move {
            let engine = app.engine().await?;
            let JobContext { progress, cancel, .. } = context;
            engine.ensure_images(&stack, &app.host.content().docker, &progress, &cancel).await?;
            Ok(())
        }))
    }

    async fn bring_up(
        self: Arc<Self>,
        stack: Arc<Stack>,
        name: &str,
        anyway: bool,
        context: JobContext,
        began: Instant,
    ) -> Result<(), Problem> {
        let engine = self.engine().await?;
        let one = context.wait_for(self.changing.lock()).await?;
        let in_hand = self.take_in_hand(name);
        let labs = engine.labs().await?;
        refuse_another_stack(&labs, &stack, name)?;
        let stack = Arc::new(engine.stack_of(name, &stack).await?);
        (context.progress)(room::told(&stack));
        if !anyway {
            self.refuse_without_room(&engine, &labs, &stack, name)?;
        }
        let JobContext { progress, cancel, .. } = context.clone();
        let images = engine.ensure_images(&stack, &self.host.content().docker, &progress, &cancel).await?;
        let env_folder = self.host.data_dir().join("labs");
        let running = engine.up(&stack, name, &images, &env_folder, &progress, &cancel).await?;
        let lab = self.go_on_observing(&engine, stack, running)?;
        drop((in_hand, one));
        wait_ready(&self, &lab, began, &context).await
    }

    /// What we observe already goes on, unless it was made anew; what was stopped by hand in it was started just now.
    fn go_on_observing(
        self: &Arc<Self>,
        engine: &Engine,
        stack: Arc<Stack>,
        running: Running,
    ) -> Result<Arc<Lab>, Problem> {
        let ids: BTreeSet<String> = running.lab.nodes.iter().map(|node| node.container.clone()).collect();
        let known = self.lock_labs().get(&running.lab.project).cloned();
        match known {
            Some(lab) if lab.has_all_of(&ids) || lab.goes_on_with(ids, &running.variables) => Ok(lab),
            known => {
                known.iter().for_each(|old| self.lose(old));
                self.observe(engine, stack, running)
            }
        }
    }

    fn observe(self: &Arc<Self>, engine: &Engine, stack: Arc<Stack>, running: Running) -> Result<Arc<Lab>, Problem> {
        let ready = catalog::ready_sentences(self.host.content(), &stack)?;
        let recorder = Recorder::new(self.journal(engine, &running));
        let lab = Lab::observe(engine.clone(), stack, running, recorder, ready, self.host.data_dir());
        self.enter(&lab);
        Ok(lab)
    }

    /// From now on the lab can be named, and whoever follows the list of labs sees it.
    pub(crate) fn enter(self: &Arc<Self>, lab: &Arc<Lab>) {
        self.lock_labs().insert(lab.name.clone(), Arc::clone(lab));
        self.lock_past().forget(&lab.name, None);
        self.labs_changed();
        self.tell_changes(lab);
    }

    fn journal(&self, engine: &Engine, running: &Running) -> Option<JournalFile> {
        if !self.host.keeps_journals() {
            return None;
        }
        let began_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis);
        let header = Header {
            format: lab_model::FORMAT,
            lab: running.lab.project.clone(),
            stack: running.lab.stack.clone(),
            began_at: i64::try_from(began_at).unwrap_or_default(),
            pipewright: env!("CARGO_PKG_VERSION").into(),
            images: running.images.clone(),
            engine: crate::words::engine(engine.info()),
        };
        let dir: PathBuf = journals::folder(self.host.data_dir()).join(&running.lab.project);
        JournalFile::create(&dir, header)
            .inspect_err(|error| tracing::error!(dir = %dir.display(), %error, "no journal file; the lab continues"))
            .ok()
    }

    /// Tells whoever follows the list of labs when this one differs in it.
    fn tell_changes(self: &Arc<Self>, lab: &Arc<Lab>) {
        let (app, of) = (Arc::downgrade(self), Arc::downgrade(lab));
        let mut phase = lab.phase();
        let mut ready = lab.ready().receiver();
        let mut heard = lab.recorder.changes();
        let mut health = lab.health();
        tokio::spawn(async move {
            loop {
                let by_journal = tokio::select! {
                    changed = phase.changed() => changed.map(|()| false),
                    changed = ready.changed() => changed.map(|()| false),
                    changed = heard.changed() => changed.map(|()| true),
                };
                let (Ok(by_journal), Some(app)) = (by_journal, app.upgrade()) else { return };
                if by_journal {
                    // A busy journal changes a hundred times a second, and a lab's health seldom.
                    tokio::time::sleep(HEALTH_EVERY).await;
                }
                let Some(now) = of.upgrade().map(|lab| lab.health()) else { return };
                if std::mem::replace(&mut health, now.clone()) != now || !by_journal {
                    app.labs_changed();
                }
            }
        });
    }
}

/// A lab keeps its stack as long as it runs: nodes of two stacks under one name would be neither.
fn refuse_another_stack(labs: &[lab_docker::Lab], stack: &Stack, name: &str) -> Result<(), Problem> {
    let other = labs.iter().find(|lab| lab.project == name && lab.stack != stack.name());
    other.map_or(Ok(()), |lab| Err(crate::words::another_stack(name, &lab.stack, stack.name())))
}

/// Returns when a lab cannot become ready: a node that should run has ended, and does not come back.
async fn broken(lab: &Lab) -> Problem {
    let mut since: Option<Instant> = None;
    loop {
        tokio::time::sleep(HEALTH_EVERY).await;
        if let Some(gone) = lab.gone() {
            return gone;
        }
        let ended = lab.ended_nodes();
        if ended.is_empty() {
            since = None;
            continue;
        }
        if since.get_or_insert_with(Instant::now).elapsed() > ENDED_LIMIT {
            // Somebody removed it before it was ready.
            let removed = lab.has_no_container().then(|| crate::lab::was_removed(&lab.name, lab.stack.name()));
            let Some(removed) = removed else {
                return crate::words::does_not_start(lab, &ended, &lab.last_words(&ended).await);
            };
            return removed;
        }
    }
}

/// Waits for the ready sentences, telling which is not true yet.
async fn wait_ready(app: &App, lab: &Lab, began: Instant, context: &JobContext) -> Result<(), Problem> {
    let mut states = lab.ready().receiver();
    let telling = async {
        loop {
            let report = crate::words::waiting_for(&states.borrow_and_update().states);
            (context.progress)(report);
            if states.changed().await.is_err() {
                return;
            }
        }
    };
    let ready = lab.become_ready(|| millis(began.elapsed()));
    tokio::select! {
        () = ready => {}
        () = telling => {}
        problem = broken(lab) => return Err(problem),
        () = context.cancel.cancelled() => {
            return Err(Problem { code: Code::Cancelled, message: "Cancelled while waiting for the lab to be ready. Its containers still run.".into(), detail: String::new(), hint: format!("Remove it: pipewright down {}", lab.name) });
        }
        () = tokio::time::sleep(READY_LIMIT) => return Err(crate::words::not_ready(lab, READY_LIMIT)),
    }
    app.labs_changed();
    Ok(())
}
