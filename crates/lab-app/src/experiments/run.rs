//! A run at work: bring the lab up, do every episode that is not done, keep what was made, and leave a healthy lab.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use lab_bench::{Replayed, Run};
use lab_model::{Code, Problem};
use tokio_util::sync::CancellationToken;

use super::{
    lab::{bring_up, calm_down, not_now, refuse_things_of_others, things_of_others},
    progress::{ReplayProgress, RunProgress, has_ended},
    runner::{Attempt, Runner, Tried},
    store::Store,
    under_way::WorkingRun,
};
use crate::{App, jobs::JobContext, lab::Lab, schema::TrialRef};

/// A run in its lab.
struct AtWork<'a, K: Runner> {
    store: Store<K>,
    lab: &'a Arc<Lab>,
    testbed: K::Testbed,
    cancel: &'a CancellationToken,
}

/// Every episode that is not done.
pub(super) async fn all<K: Runner>(
    app: &Arc<App>,
    run: &mut Run<K>,
    anyway: bool,
    context: &JobContext,
    working: &Arc<WorkingRun>,
) -> Result<(), Problem> {
    let store = app.experiments.store::<K>();
    run.attempts += 1;
    run.problem = None;
    store.keep(run)?;
    let lab = bring_up(app, run, anyway, context).await?;
    refuse_things_of_others::<K>(&lab, run.shared).await?;
    run.images = lab.info().images;
    let progress = RunProgress::new(&store, run, context, working)?;
    let testbed = K::testbed(&lab, context.cancel.clone())?;
    let at_work = AtWork { store, lab: &lab, testbed, cancel: &context.cancel };
    let result = at_work.every_episode(run, &progress).await;
    progress.leaving();
    let calm = at_work.leave().await;
    run.took_ms = working.took_ms();
    run.done = result.is_ok();
    at_work.store.keep(run)?;
    result.and(calm)
}

impl<K: Runner> AtWork<'_, K> {
    async fn every_episode(&self, run: &mut Run<K>, progress: &RunProgress<K>) -> Result<(), Problem> {
        calm_down(self.lab, self.cancel).await?;
        K::clear(&self.testbed, run.experiment).await;
        for episode in K::episodes(&run.plan) {
            if !has_ended(&self.store, run.experiment, &episode)? {
                self.one(run, progress, &episode).await?;
            }
        }
        Ok(())
    }

    async fn one(&self, run: &mut Run<K>, progress: &RunProgress<K>, episode: &K::EpisodePlan) -> Result<(), Problem> {
        progress.episode();
        self.store.keep(run)?;
        let expected = |cell: &K::CellPlan| run.expectations.get(K::name_of(cell)).cloned();
        let trials = K::trials(&run.plan);
        let waiting: Vec<K::Cell> =
            K::cells(episode).iter().map(|cell| K::waiting(cell, trials, expected(cell))).collect();
        let attempt = Attempt {
            experiment: run.experiment,
            plan: &run.plan,
            mark: format!("a{}", run.attempts),
            numbers: 1..=trials,
            trace: false,
        };
        let tried = K::episode(&self.testbed, &attempt, episode, waiting.clone(), progress).await;
        let Tried { cells, episode: mut done, result } = tried;
        self.remarks(run.experiment).into_iter().for_each(|says| K::remark(&mut done, says));
        let result = match result {
            Err(problem) if problem.code == Code::Cancelled => return Err(problem),
            Err(problem) => {
                K::remark(&mut done, problem.message.clone());
                // Once more from a healthy lab with the next episode; what happened here is said in its cells.
                self.incomplete(run.experiment, cells, waiting, &problem)?;
                calm_down(self.lab, self.cancel).await
            }
            Ok(()) => cells.iter().try_for_each(|(cell, trials)| self.store.save_cell(run.experiment, cell, trials)),
        };
        run.episodes.retain(|old| !K::same(old, &done));
        run.episodes.push(done);
        run.took_ms = progress.took_ms();
        self.store.keep(run)?;
        progress.episode_done(episode);
        result
    }

    /// What else is to be said of an episode: who else was there, and what could not be kept of it.
    fn remarks(&self, experiment: u32) -> Vec<String> {
        let others: Vec<String> = things_of_others::<K>(self.lab).iter().map(ToString::to_string).collect();
        K::not_alone(&others).into_iter().chain(self.keep_evidence(experiment)).collect()
    }

    /// Journals are kept within bounds, and a run as long as somebody wants: what its trials name is kept with it. Gives
    /// why it could not be.
    fn keep_evidence(&self, experiment: u32) -> Option<String> {
        let folder = self.store.folder(experiment).join("journal").join(&self.lab.name);
        let refused = self.lab.recorder.keep_in(&folder).err()?;
        Some(format!(
            "The journal of this lab could not be kept with the run ({refused}): it is removed when it gets old."
        ))
    }

    /// Keeps what was made, and says why it is not all.
    fn incomplete(
        &self,
        experiment: u32,
        made: Vec<(K::Cell, Vec<K::Trial>)>,
        waiting: Vec<K::Cell>,
        why: &Problem,
    ) -> Result<(), Problem> {
        let nothing = || waiting.into_iter().map(|cell| (cell, Vec::new())).collect();
        let cells = if made.is_empty() { nothing() } else { made };
        for (mut cell, trials) in cells {
            K::break_off(&mut cell, &why.message, &trials);
            self.store.save_cell(experiment, &cell, &trials)?;
        }
        Ok(())
    }

    /// A healthy lab, as it was. A cancel does not stop this: a lab is never left broken.
    async fn leave(&self) -> Result<(), Problem> {
        let calm = self.lab.calm_down().await;
        calm.and(K::leave(&self.testbed).await)
    }

    /// A trial once more, with traces, and an episode of its own.
    async fn once_more(
        &self,
        run: &Run<K>,
        wanted: &TrialRef,
        mark: String,
        progress: &ReplayProgress,
    ) -> Result<K::Trial, Problem> {
        let cell = run.cell(&wanted.cell)?;
        calm_down(self.lab, self.cancel).await?;
        let attempt = Attempt {
            experiment: run.experiment,
            plan: &run.plan,
            mark,
            numbers: wanted.trial..=wanted.trial,
            trace: true,
        };
        let waiting = vec![K::waiting(cell, 1, None)];
        let tried = K::episode(&self.testbed, &attempt, &K::alone(cell), waiting, progress).await;
        tried.result?;
        let trial = tried.cells.into_iter().next().and_then(|(_, mut trials)| trials.pop());
        trial.ok_or_else(|| not_now("The lab changed before the trial could begin.", "Try again."))
    }
}

/// A trial once more, kept beside the run.
pub(super) async fn replay_one<K: Runner>(
    app: &Arc<App>,
    run: Run<K>,
    wanted: &TrialRef,
    context: &JobContext,
) -> Result<(), Problem> {
    run.cell(&wanted.cell)?;
    let lab = bring_up(app, &run, false, context).await?;
    let testbed = K::testbed(&lab, context.cancel.clone())?;
    let at_work = AtWork { store: app.experiments.store::<K>(), lab: &lab, testbed, cancel: &context.cancel };
    let progress = ReplayProgress { progress: Arc::clone(&context.progress) };
    let at = unix_millis();
    let result = at_work.once_more(&run, wanted, format!("replay{at}"), &progress).await;
    let calm = at_work.leave().await;
    let of = Replayed { cell: wanted.cell.clone(), trial: wanted.trial, at, lab: run.lab.clone() };
    let mut replays = at_work.store.replays(run.experiment)?;
    replays.push(K::replay(of, result?));
    at_work.store.save_replays(run.experiment, &replays)?;
    calm
}

pub(super) fn unix_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_millis()).ok())
        .unwrap_or_default()
}
