//! What happens in a lesson under way: its lab is brought up, the current step is followed, solutions are done.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lab_lessons::{Button, Lesson, Sentence, Step, Truth};
use lab_model::{ActionCall, Code, Draft, Problem, Source, facts::lab::LabFact};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    Begin, UnderWay,
    prepared::Prepared,
    under_way::{as_remembered, hidden, unseen},
};
use crate::{
    App,
    lab::{FollowReport, Following, Lab, NeedGuard, Thing, in_the_way},
    schema::{CheckState, Judged, Phase, StepState, Up},
};

/// After a stored solution the engines get this long to say that it worked.
const VERDICT_LIMIT: Duration = Duration::from_secs(180);
/// When the checks hold for so long, and no option holds alone, the prediction stays undecided.
const UNDECIDED_AFTER: Duration = Duration::from_secs(30);

/// Brings the lab up and follows steps until cancelled or the lab goes away.
pub(super) async fn run(app: Arc<App>, under_way: Arc<UnderWay>, how: Begin, cancel: CancellationToken) {
    let work = async {
        let lab = lab_of(&app, &under_way, how).await?;
        go_on_in(&app, &under_way, &lab).await
    };
    under_way.change(|session| session.problem = None);
    let result = cancel.run_until_cancelled(work).await;
    if let Some(ended) = result {
        under_way.change(|session| {
            session.phase = None;
            session.problem = ended.err();
        });
    }
    cancel.cancel();
}

/// Brings a running lab to where the learner is, and follows steps in it until it goes away.
async fn go_on_in(app: &App, under_way: &UnderWay, lab: &Arc<Lab>) -> Result<(), Problem> {
    let prepared = Prepared::open(app.host.data_dir(), lab);
    if !prepared.holds(&under_way.lesson.id) {
        forget_evidence(under_way);
        catch_up(app, under_way, lab).await?;
        prepared.note(&under_way.lesson.id);
    }
    under_way.change(|session| session.phase = Some(Phase::Ready));
    follow_steps(app, under_way, lab).await;
    // Removed by somebody else: the lesson says so, and can be begun again.
    lab.gone().map_or(Ok(()), Err)
}

/// A fresh lab, then the solutions of the steps before `step`.
pub(super) async fn reset(app: Arc<App>, under_way: Arc<UnderWay>, step: String, cancel: CancellationToken) {
    let lab = under_way.now().lab;
    forget_from(&app, &under_way, &step);
    under_way.change(|session| session.phase = Some(Phase::Stopping));
    // A lab that ran had its memory.
    let anyway = app.lab(&lab).is_ok();
    let down = app.down(&lab, true);
    if let Err(problem) = app.jobs.wait(down).await {
        under_way.change(|session| session.problem = Some(problem));
        cancel.cancel();
        return;
    }
    run(app, under_way, Begin { anyway, fresh: false }, cancel).await;
}

/// The steps from `step` on are not done any more.
fn forget_from(app: &App, under_way: &UnderWay, step: &str) {
    let from = under_way.lesson.steps.iter().position(|s| s.id == step).unwrap_or(0);
    under_way.change(|session| {
        step.clone_into(&mut session.step);
        for (index, state) in session.steps.iter_mut().enumerate().skip(from) {
            state.done = false;
            state.open = index == from;
            state.chosen = None;
            state.options.clear();
            state.hints.clear();
            state.pressed.clear();
            state.judged = Judged::Open;
            state.checks = unseen(&under_way.lesson.steps[index]);
        }
    });
    let lesson = &under_way.lesson;
    app.learning.note(|progress| progress.reset(&lesson.id, step, lesson.steps.iter().map(|s| s.id.as_str())));
}

/// The lesson's lab, running. Lessons on one stack share it, each with names of its own; what others made in it stays.
/// Only if it is in the lesson's way, the user is asked what to do with it.
async fn lab_of(app: &Arc<App>, under_way: &UnderWay, Begin { anyway, fresh }: Begin) -> Result<Arc<Lab>, Problem> {
    let (lesson, name) = (&under_way.lesson, under_way.now().lab);
    under_way.change(|session| session.phase = Some(Phase::Starting));
    if fresh {
        app.jobs.wait(app.down(&name, true)).await?;
    }
    let up = Up { stack: lesson.stack.clone(), lab: Some(name.clone()), options: BTreeMap::new(), anyway };
    app.jobs.wait(app.up_as(&up)?).await?;
    let lab = app.lab(&name)?;
    if Prepared::open(app.host.data_dir(), &lab).holds(&lesson.id) {
        return Ok(lab);
    }
    lab.settled().await;
    let things = lab.holds();
    match things.iter().any(|thing| is_in_the_way_of(lesson, thing)) {
        false => Ok(lab),
        true => Err(in_the_way(
            format!(
                "Lab {name} already holds things that this lesson creates, or a node that the lesson does not expect."
            ),
            &things,
            "Remove the lab with everything in it and start fresh, or keep it and do not start this lesson.",
        )),
    }
}

/// A lesson's things bear the names that it declares, and it knows its ring without spare nodes.
fn is_in_the_way_of(lesson: &Lesson, thing: &Thing) -> bool {
    thing.is_node() || is_own(lesson, thing)
}

fn is_own(lesson: &Lesson, thing: &Thing) -> bool {
    lesson.names.iter().any(|(_, name)| name == thing.name)
}

/// Starting over removes the lab with its data: what others made in it goes only if somebody said so.
pub(super) fn refuse_to_remove_of_others(lab: &Lab, lesson: &Lesson) -> Result<(), Problem> {
    let others: Vec<Thing> =
        lab.holds().into_iter().filter(|thing| !thing.is_node() && !is_own(lesson, thing)).collect();
    if others.is_empty() {
        return Ok(());
    }
    let message = format!("Starting over removes lab {} with everything that others created in it.", lab.name);
    Err(in_the_way(message, &others, "Remove everything and start fresh, or keep the lab and continue where you are."))
}

/// What engines said in a lab that is gone proves nothing of the one there is now.
fn forget_evidence(under_way: &UnderWay) {
    under_way.change(|session| {
        for (state, step) in session.steps.iter_mut().zip(&under_way.lesson.steps).filter(|(state, _)| state.done) {
            state.checks = as_remembered(step);
            state.options.iter_mut().for_each(|option| option.evidence = None);
            state.pressed.clear();
        }
    });
}

/// A lab made anew holds nothing: does the solutions of the steps that were done before the current one.
async fn catch_up(app: &App, under_way: &UnderWay, lab: &Arc<Lab>) -> Result<(), Problem> {
    let session = under_way.now();
    for step in under_way.lesson.steps.iter().take_while(|step| step.id != session.step) {
        let (following, _needs) = begin_step(lab, &under_way.lesson.id, step)?;
        do_all(lab, &step.solution).await?;
        checks_hold(&following, step.checks.len()).await?;
    }
    app.labs_changed();
    Ok(())
}

/// Follows the current step, and the next one when the learner goes there.
async fn follow_steps(app: &App, under_way: &UnderWay, lab: &Arc<Lab>) {
    let mut sessions = under_way.session();
    let mut phase = lab.phase();
    loop {
        let current = sessions.borrow_and_update().step.clone();
        let elsewhere = sessions.wait_for(|session| session.step != current);
        tokio::select! {
            () = follow_step(app, under_way, lab, &current) => return,
            changed = elsewhere => if changed.is_err() { return },
            _ = phase.wait_for(|phase| matches!(phase, Phase::Stopping | Phase::Removed)) => return,
        }
    }
}

/// Follows one step; goes on waiting after it is done, until the learner goes elsewhere.
async fn follow_step(app: &App, under_way: &UnderWay, lab: &Arc<Lab>, id: &str) {
    let Ok(step) = under_way.step(id) else { return };
    let done_before = under_way.now().steps.iter().any(|state| state.id == id && state.done);
    let (following, _needs) = match begin_step(lab, &under_way.lesson.id, step) {
        Ok(begun) => begun,
        Err(problem) => {
            under_way.change(|session| session.problem = Some(problem));
            return std::future::pending().await;
        }
    };
    if done_before {
        // The step's verdict stands; only its pictures continue.
        return std::future::pending().await;
    }
    let (mut receiver, mut sessions) = (following.receiver(), under_way.session());
    loop {
        let told = receiver.borrow_and_update().clone();
        under_way.change_step(id, |state| show(step, state, &told));
        // What was shown just now is no news.
        sessions.mark_unchanged();
        tokio::select! {
            biased;
            changed = receiver.changed() => if changed.is_err() { return },
            (judged, states) = judge(step, &following, lab) => {
                finish(app, under_way, lab, step, judged, &states);
                return std::future::pending().await;
            }
            // A prediction reveals what the checks say.
            changed = sessions.changed() => if changed.is_err() { return },
        }
    }
}

/// What the learner may see of a step under way.
fn show(step: &Step, state: &mut StepState, told: &FollowReport) {
    state.judged = if told.verdict.checks_hold_since().is_some() { Judged::Settling } else { Judged::Open };
    state.checks = told.states[..step.checks.len()].to_vec();
    if step.prediction.is_some() && state.chosen.is_none() {
        state.checks = hidden(step);
        // That all of them hold would tell each.
        state.judged = Judged::Open;
    }
    let pressed = |button: &Button| told.done.contains(&button.action);
    let places = step.actions.iter().zip(0..).filter(|(button, _)| pressed(button));
    state.pressed = places.map(|(_, place)| place).collect();
}

/// Waits for the verdict on a step, or until it is clear that there is none; gives what was so then.
async fn judge(step: &Step, following: &Following, lab: &Lab) -> (Judged, Vec<CheckState>) {
    if step.prediction.is_none() {
        // It asks nothing: the first moment is enough, and may have been over before anybody looked.
        return (Judged::Decided, following.checks_held().await);
    }
    following.checks_hold().await;
    let held_for = following.told().verdict.checks_hold_since().map(|since| lab.recorder.now().saturating_sub(since));
    let left = UNDECIDED_AFTER.saturating_sub(Duration::from_millis(held_for.unwrap_or_default()));
    let judged = match tokio::time::timeout(left, following.verdict()).await {
        Ok(_) => Judged::Decided,
        Err(_) => Judged::Undecided,
    };
    (judged, following.told().states)
}

/// The step is done: its checks hold, and which prediction was right is decided, or will not be.
fn finish(app: &App, under_way: &UnderWay, lab: &Lab, step: &Step, judged: Judged, states: &[CheckState]) {
    let lesson = under_way.lesson.id.clone();
    let fact = LabFact::StepDone { lesson: lesson.clone(), step: step.id.clone() };
    lab.recorder.record(Draft::new(Source::Pipewright, fact));
    let (checks, options) = states.split_at(step.checks.len());
    under_way.change(|session| {
        let Some(index) = session.steps.iter().position(|state| state.id == step.id) else { return };
        let state = &mut session.steps[index];
        (state.done, state.judged) = (true, judged);
        state.checks = checks.to_vec();
        state.options = options.to_vec();
        if judged == Judged::Undecided {
            // No prediction was right or wrong.
            state.options.iter_mut().for_each(|option| (option.truth, option.evidence) = (Truth::Unknown, None));
        }
        if let Some(next) = session.steps.get_mut(index + 1) {
            next.open = true;
        }
    });
    let steps = under_way.lesson.steps.iter().map(|step| step.id.as_str());
    app.learning.note(|progress| progress.done(&lesson, &step.id, steps));
}

/// Leaves the mark a step's sentences look from, and begins to follow its checks and predictions.
///
/// # Errors
/// If a view's parameters are wrong; the linter catches that before.
pub(crate) fn begin_step(lab: &Lab, lesson: &str, step: &Step) -> Result<(Following, NeedGuard), Problem> {
    let options = step.prediction.iter().flat_map(|prediction| &prediction.options);
    let views = step.views.iter().map(|view| (view.kind.as_str(), &view.with));
    let mut needs = Vec::new();
    for (kind, params) in views.chain(step.checks.iter().chain(options.clone()).flat_map(Sentence::reads)) {
        needs.extend(crate::catalog::needs(kind, &Value::Object(params.clone()))?);
    }
    let guard = lab.needs.want(needs);
    let mark = LabFact::StepBegan { lesson: lesson.to_owned(), step: step.id.clone() };
    lab.recorder.record(Draft::new(Source::Pipewright, mark));
    Ok((lab.recorder.follow(step.checks.clone(), options.cloned().collect()), guard))
}

/// Does actions one after the other.
///
/// # Errors
/// The first failure.
pub(crate) async fn do_all(lab: &Lab, actions: &[ActionCall]) -> Result<(), Problem> {
    for action in actions {
        lab.act(action, Arc::new(|_| ()), CancellationToken::new()).await?;
    }
    Ok(())
}

/// Waits until the engines say that every check is true.
async fn checks_hold(following: &Following, checks: usize) -> Result<(), Problem> {
    let waited = tokio::time::timeout(VERDICT_LIMIT, following.checks_hold()).await;
    waited.map_err(|_| no_verdict(&following.told().states[..checks]))
}

fn no_verdict(states: &[CheckState]) -> Problem {
    let open: Vec<&str> =
        states.iter().filter(|state| state.truth != Truth::True).map(|state| state.says.as_str()).collect();
    Problem {
        code: Code::TimedOut,
        message: format!(
            "{} s after the stored solution, this is still not true: {}.",
            VERDICT_LIMIT.as_secs(),
            open.join("; ")
        ),
        detail: String::new(),
        hint: "Start the lesson over. If it happens again, please report it with a diagnostics bundle.".into(),
    }
}

/// Does the stored solution of the current step, which the session says is being done.
pub(super) async fn solve(app: Arc<App>, under_way: Arc<UnderWay>, step: String) {
    let result = async {
        let lab = app.lab(&under_way.now().lab)?;
        do_all(&lab, &under_way.step(&step)?.solution).await?;
        let mut sessions = under_way.session();
        let is_done =
            |session: &crate::schema::Session| session.steps.iter().any(|state| state.id == step && state.done);
        let waited = tokio::time::timeout(VERDICT_LIMIT, sessions.wait_for(is_done)).await;
        match waited {
            Ok(_) => Ok(()),
            Err(_) => {
                let state = under_way.now().steps.into_iter().find(|state| state.id == step);
                Err(no_verdict(&state.map(|state| state.checks).unwrap_or_default()))
            }
        }
    }
    .await;
    under_way.change(|session| (session.solving, session.problem) = (false, result.err()));
}

/// Writes a prediction into the journal.
pub(super) fn note_prediction(lab: &Lab, lesson: &str, step: &str, option: u32) {
    let fact = LabFact::PredictionMade { lesson: lesson.to_owned(), step: step.to_owned(), option };
    lab.recorder.record(Draft::new(Source::Pipewright, fact));
}

#[cfg(test)]
#[path = "drive_test.rs"]
mod tests;
