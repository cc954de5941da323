//! How labs come to be observed: started as a job, or taken over because they run already.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lab_docker::{Engine, Running, Stack};
use lab_model::{Code, Header, Problem};

use super::{App, millis};
use crate::{
    catalog,
    jobs::JobContext,
    lab::{JournalFile, Lab, Recorder},
    schema::{JobId, Phase, Up},
};

/// A first start may build images from packages on a slow line.
const UP_LIMIT: Duration = Duration::from_secs(45 * 60);
/// Ready sentences come true within seconds; this is for very slow machines.
const READY_LIMIT: Duration = Duration::from_secs(300);

impl App {
    /// Takes over every lab with our label that runs and is not observed yet, e.g. after the app was killed.
    ///
    /// # Errors
    /// What the container engine says.
    pub async fn adopt_running(self: &Arc<Self>) -> Result<(), Problem> {
        let engine = self.engine().await?;
        let _one = self.changing.lock().await;
        for lab in engine.labs().await? {
            if self.lock_labs().contains_key(&lab.project) {
                continue;
            }
            let project = lab.project.clone();
            if let Err(problem) = self.adopt(&engine, lab).await {
                tracing::warn!(lab = project, %problem, "a lab of ours cannot be taken over");
            }
        }
        Ok(())
    }

    async fn adopt(self: &Arc<Self>, engine: &Engine, lab: lab_docker::Lab) -> Result<(), Problem> {
        let stack = self.stack(&lab.stack)?;
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
            let JobContext { progress, cancel } = context;
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
        let one = self.changing.lock().await;
        let labs = engine.labs().await?;
        refuse_another_stack(&labs, &stack, name)?;
        if !anyway {
            self.refuse_without_room(&engine, &labs, &stack, name)?;
        }
        let JobContext { progress, cancel } = context.clone();
        let images = engine.ensure_images(&stack, &self.host.content().docker, &progress, &cancel).await?;
        let env_folder = self.host.data_dir().join("labs");
        let running = engine.up(&stack, name, &images, &env_folder, &progress, &cancel).await?;
        // What we observe already goes on; what was stopped by hand in it was started again just now.
        let lab = match self.lab(name) {
            Ok(lab) => lab,
            Err(_) => self.observe(&engine, stack, running)?,
        };
        drop(one);
        wait_ready(&self, &lab, began, &context).await
    }

    fn observe(self: &Arc<Self>, engine: &Engine, stack: Arc<Stack>, running: Running) -> Result<Arc<Lab>, Problem> {
        let ready = catalog::ready_sentences(self.host.content(), &stack)?;
        let recorder = Recorder::new(self.journal(engine, &running));
        let lab = Lab::observe(engine.clone(), stack, running, recorder, ready);
        self.lock_labs().insert(lab.name.clone(), Arc::clone(&lab));
        self.labs_changed();
        self.tell_phases(&lab);
        Ok(lab)
    }

    fn journal(&self, engine: &Engine, running: &Running) -> Option<JournalFile> {
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
        let dir: PathBuf = self.host.data_dir().join("journals").join(&running.lab.project);
        JournalFile::create(&dir, header)
            .inspect_err(|error| tracing::error!(dir = %dir.display(), %error, "no journal file; the lab goes on"))
            .ok()
    }

    fn tell_phases(self: &Arc<Self>, lab: &Arc<Lab>) {
        let app = Arc::downgrade(self);
        let mut phase = lab.phase();
        let mut ready = lab.ready().receiver();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    changed = phase.changed() => if changed.is_err() { return },
                    changed = ready.changed() => if changed.is_err() { return },
                }
                let Some(app) = app.upgrade() else { return };
                app.labs_changed();
            }
        });
    }
}

/// A lab keeps its stack as long as it runs: nodes of two stacks under one name would be neither.
fn refuse_another_stack(labs: &[lab_docker::Lab], stack: &Stack, name: &str) -> Result<(), Problem> {
    let other = labs.iter().find(|lab| lab.project == name && lab.stack != stack.name());
    other.map_or(Ok(()), |lab| {
        Err(Problem {
            code: Code::NotNow,
            message: format!("Lab {name} runs stack {}, not {}.", lab.stack, stack.name()),
            detail: String::new(),
            hint: format!("Give the new lab another name with --lab, or remove the old one: pipewright down {name}"),
        })
    })
}

/// Waits for the ready sentences, telling which is not true yet.
async fn wait_ready(app: &App, lab: &Lab, began: Instant, context: &JobContext) -> Result<(), Problem> {
    if *lab.phase().borrow() == Phase::Ready {
        return Ok(());
    }
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
        () = context.cancel.cancelled() => {
            return Err(Problem { code: Code::Cancelled, message: "Cancelled while waiting for the lab to be ready; its containers run on.".into(), detail: String::new(), hint: format!("Remove it: pipewright down {}", lab.name) });
        }
        () = tokio::time::sleep(READY_LIMIT) => return Err(crate::words::not_ready(lab, READY_LIMIT)),
    }
    app.labs_changed();
    Ok(())
}
