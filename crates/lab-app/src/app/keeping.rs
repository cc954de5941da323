//! Labs of others: what another Pipewright, Docker or Compose starts, stops and removes is seen here within a second.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use futures::StreamExt;
use lab_docker::{Census, Engine, Look};
use lab_model::{Problem, facts::lab::NodeState};

use super::App;
use crate::{lab::Lab, schema::LabInfo};

/// Where no engine answers, one is looked for again this soon.
const ENGINE_AGAIN: Duration = Duration::from_secs(2);
/// A lab that somebody is starting has this long to be made; then it is taken over as it is.
const MAKING_LIMIT: Duration = Duration::from_secs(10);

impl App {
    /// Follows the labs of the container engine for as long as the application lives. With `take_over` every lab is
    /// observed that runs, those first that run now; else only the end of those that are observed already is noticed.
    pub fn keep_labs(self: &Arc<Self>, take_over: bool) {
        tokio::spawn(keep(Arc::downgrade(self), take_over));
    }

    /// Takes over every lab with our label that is not observed yet, e.g. after the app was killed.
    ///
    /// # Errors
    /// What the container engine says.
    pub async fn adopt_running(self: &Arc<Self>) -> Result<(), Problem> {
        let engine = self.engine().await?;
        let asked = Instant::now();
        let census = engine.census().await?;
        self.lock_past().learn(&census);
        for lab in census.labs {
            self.take_over(&engine, asked, lab).await;
        }
        Ok(())
    }

    /// Every lab there is and what is left of those that were removed, without observing any of them.
    ///
    /// # Errors
    /// What the container engine says.
    pub async fn what_there_is(&self) -> Result<Vec<LabInfo>, Problem> {
        let census = self.engine().await?.census().await?;
        self.lock_past().learn(&census);
        let mut all: Vec<LabInfo> =
            census.labs.iter().map(|lab| super::known::found(&lab.project, &lab.stack)).collect();
        all.extend(census.remains.iter().map(super::known::remains));
        Ok(all)
    }

    /// Takes over one lab: the named one, or the only one there is.
    ///
    /// # Errors
    /// If there is no such lab, or the choice is not clear.
    pub async fn adopt_one(self: &Arc<Self>, name: Option<&str>) -> Result<Arc<Lab>, Problem> {
        let engine = self.engine().await?;
        let asked = Instant::now();
        let census = engine.census().await?;
        self.lock_past().learn(&census);
        let lab = match name {
            Some(name) => {
                census.labs.iter().find(|lab| lab.project == name).ok_or_else(|| self.not_there(name, &census))?
            }
            None => only(&census.labs)?,
        };
        let name = lab.project.clone();
        self.take_over(&engine, asked, lab.clone()).await;
        self.lab(&name)
    }

    fn not_there(&self, name: &str, census: &Census) -> Problem {
        let mut problem = self.lab(name).err().unwrap_or_else(|| crate::lab::was_removed(name, ""));
        if problem.code == lab_model::Code::Unknown && !census.labs.is_empty() {
            let names: Vec<&str> = census.labs.iter().map(|lab| lab.project.as_str()).collect();
            problem.hint = format!("These run: {}.", names.join(", "));
        }
        problem
    }

    /// Observes a lab that was there when the engine was asked.
    async fn take_over(self: &Arc<Self>, engine: &Engine, asked: Instant, lab: lab_docker::Lab) {
        let _one = self.taking.lock().await;
        if self.lock_labs().contains_key(&lab.project) || self.had_in_hand(&lab.project, asked) {
            return;
        }
        let project = lab.project.clone();
        if let Err(problem) = self.adopt(engine, lab).await {
            tracing::warn!(lab = project, %problem, "a running lab of Pipewright cannot be read");
        }
    }

    /// Compares what is observed with what there was when the container engine was asked.
    async fn compare(self: &Arc<Self>, engine: &Engine, asked: Instant, census: Census, making: Option<&mut Making>) {
        let mut differs = false;
        for lab in self.labs() {
            if !self.had_in_hand(&lab.name, asked) && !self.is_still(engine, &lab, &census).await {
                differs = true;
                self.lose(&lab);
            }
        }
        if let Some(making) = making {
            making.0.retain(|name, _| census.labs.iter().any(|lab| lab.project == *name));
            for lab in &census.labs {
                if self.is_made(lab) || making.waited_for(&lab.project) {
                    self.take_over(engine, asked, lab.clone()).await;
                }
            }
        }
        differs |= self.lock_past().learn(&census);
        if differs {
            self.labs_changed();
        }
    }

    /// Whether an observed lab is still what it was when it was taken over.
    async fn is_still(&self, engine: &Engine, lab: &Lab, census: &Census) -> bool {
        let Some(found) = census.labs.iter().find(|found| found.project == lab.name) else { return false };
        let ids: BTreeSet<String> = found.nodes.iter().map(|node| node.container.clone()).collect();
        if !lab.is_made_of(&ids) {
            return false;
        }
        if lab.has_all_of(&ids) {
            return true;
        }
        match engine.variables_of(&lab.name, &lab.stack).await {
            // The next look asks again.
            Ok(variables) if lab.is_made_just_now(&variables) => true,
            Ok(variables) => lab.goes_on_with(ids, &variables),
            Err(_) => true,
        }
    }

    /// An observed lab is gone: whoever follows it is told, and our clients in it end.
    pub(super) fn lose(&self, lab: &Arc<Lab>) {
        self.lock_labs().remove(&lab.name);
        lab.is_removed();
        if lab.was_looked_at() {
            self.lock_past().note(lab);
        }
        // Clients of nodes that are gone may take their time to end.
        let leaving = Arc::clone(lab);
        tokio::spawn(async move { leaving.leave().await });
    }

    /// Whether all its nodes were made and started, but for spare ones: before that a start is under way somewhere.
    fn is_made(&self, lab: &lab_docker::Lab) -> bool {
        let Ok(stack) = self.stack_as_made(lab) else { return false };
        stack.nodes().iter().all(|described| {
            let node = lab.nodes.iter().find(|node| node.name == described.name);
            node.is_some_and(|node| !node.fresh || described.may_wait())
        }) && lab.nodes.iter().any(|node| node.state != NodeState::Absent)
    }
}

/// Since when labs were seen that are not wholly made.
#[derive(Default)]
struct Making(BTreeMap<String, Instant>);

impl Making {
    fn waited_for(&mut self, name: &str) -> bool {
        self.0.entry(name.to_owned()).or_insert_with(Instant::now).elapsed() > MAKING_LIMIT
    }
}

/// Until the application is gone.
async fn keep(app: Weak<App>, take_over: bool) {
    if let Some(app) = app.upgrade().filter(|_| take_over)
        && let Err(problem) = app.adopt_running().await
    {
        tracing::warn!(%problem, "running labs could not be read");
    }
    let mut making = Making::default();
    loop {
        let Some(engine) = (match app.upgrade() {
            Some(app) => app.engine().await.ok(),
            None => return,
        }) else {
            tokio::time::sleep(ENGINE_AGAIN).await;
            continue;
        };
        let mut told = engine.watch_labs();
        while let Some(Look { asked, census }) = told.next().await {
            let Some(app) = app.upgrade() else { return };
            match census {
                Ok(census) => app.compare(&engine, asked, census, take_over.then_some(&mut making)).await,
                Err(error) => tracing::warn!(%error, "the container engine does not say which labs there are"),
            }
        }
    }
}

/// The only lab of several that may be meant without a name.
fn only(labs: &[lab_docker::Lab]) -> Result<&lab_docker::Lab, Problem> {
    let problem = |code, message: &str, detail: String, hint: &str| Problem {
        code,
        message: message.into(),
        detail,
        hint: hint.into(),
    };
    match labs {
        [lab] => Ok(lab),
        [] => Err(problem(
            lab_model::Code::NotNow,
            "No lab is running.",
            String::new(),
            "Start one: pipewright up kafka-1",
        )),
        labs => Err(problem(
            lab_model::Code::ActionInvalid,
            "Several labs are running.",
            labs.iter().map(|lab| lab.project.as_str()).collect::<Vec<_>>().join(", "),
            "Name one with --lab.",
        )),
    }
}
