//! Lessons: what there is, and learning one.

use std::sync::Arc;

use lab_docker::Stack;
use lab_lessons::{Lesson, LessonProgress, Library, Step, Track, ViewCall};
use lab_model::Problem;
use serde_json::Value;

use crate::{
    App, Begin, Learning, by_hand,
    learning::{lab_name, unknown_lesson, unseen},
    schema::{
        BeginLesson, Button, Hint, LessonInfo, LessonRef, LessonText, Nothing, Predict, Question, Reset, StepRef,
        StepText, TrackInfo, ViewRef,
    },
};

pub(crate) async fn lessons(app: &Arc<App>, _: Nothing) -> Result<Vec<TrackInfo>, Problem> {
    let info = |track: &Track| TrackInfo {
        id: track.id.clone(),
        title: track.title.clone(),
        says: track.says.clone(),
        stage: track.stage,
        lessons: track.lessons.iter().map(|lesson| lesson_info(app, lesson)).collect(),
    };
    Ok(app.library()?.tracks().iter().map(info).collect())
}

pub(crate) async fn progress_lost(app: &Arc<App>, _: Nothing) -> Result<Option<Problem>, Problem> {
    Ok(app.learning.lost().cloned())
}

pub(crate) async fn lesson(app: &Arc<App>, LessonRef { lesson: id }: LessonRef) -> Result<LessonText, Problem> {
    let library = app.library()?;
    let (track, index) = library.find(&id).ok_or_else(|| unknown_lesson(&id))?;
    let found = &track.lessons[index];
    let lab = lab_name(&found.stack);
    let stack = app.stack(&found.stack)?;
    Ok(LessonText {
        info: lesson_info(app, found),
        track: track.title.clone(),
        place: (count(index + 1), count(track.lessons.len())),
        steps: found.steps.iter().map(|step| step_text(&lab, &stack, step)).collect(),
        lab,
        next: next(app, library, &id),
    })
}

/// The lesson after that one; after the last of its track the first one elsewhere that was not finished yet.
fn next(app: &App, library: &Library, id: &str) -> Option<String> {
    let elsewhere = || {
        let (own, _) = library.find(id)?;
        let others = library.tracks().iter().filter(|track| track.id != own.id);
        others.flat_map(|track| &track.lessons).find(|lesson| !app.learning.progress().of(&lesson.id).finished)
    };
    library.after(id).or_else(elsewhere).map(|lesson| lesson.id.clone())
}

fn lesson_info(app: &App, lesson: &Lesson) -> LessonInfo {
    LessonInfo {
        id: lesson.id.clone(),
        title: lesson.title.clone(),
        goal: lesson.goal.clone(),
        minutes: lesson.minutes,
        stack: lesson.stack.clone(),
        steps: count(lesson.steps.len()),
        done: count(done(lesson, &app.learning.progress().of(&lesson.id))),
    }
}

/// How many of the lesson's steps are done; steps that were done once and that it no longer has are none.
fn done(lesson: &Lesson, progress: &LessonProgress) -> usize {
    lesson.steps.iter().filter(|step| progress.done.contains(&step.id)).count()
}

fn step_text(lab: &str, stack: &Stack, step: &Step) -> StepText {
    let button = |button: &lab_lessons::Button| Button {
        label: button.label.clone(),
        action: button.action.clone(),
        by_hand: by_hand::lines(lab, stack, &button.action),
        unseen: by_hand::unseen(&button.action).to_owned(),
    };
    StepText {
        id: step.id.clone(),
        title: step.title.clone(),
        html: step.html.clone(),
        after_html: step.after_html.clone(),
        views: step.views.iter().map(view_ref).collect(),
        actions: step.actions.iter().map(button).collect(),
        prediction: step.prediction.as_ref().map(|prediction| Question {
            ask: prediction.ask.clone(),
            options: prediction.options.iter().map(|option| option.say.clone()).collect(),
        }),
        checks: unseen(step).into_iter().map(|check| check.says).collect(),
        hints: count(step.hints.len()),
    }
}

fn view_ref(view: &ViewCall) -> ViewRef {
    ViewRef { kind: view.kind.clone(), with: Value::Object(view.with.clone()) }
}

pub(crate) async fn begin(
    app: &Arc<App>,
    BeginLesson { lesson, anyway, fresh }: BeginLesson,
) -> Result<Nothing, Problem> {
    Learning::begin(app, &lesson, Begin { anyway, fresh })?;
    Ok(Nothing {})
}

pub(crate) async fn predict(app: &Arc<App>, request: Predict) -> Result<Nothing, Problem> {
    app.learning.under_way(&request.lesson)?.predict(app, &request.step, request.option)?;
    Ok(Nothing {})
}

pub(crate) async fn hint(app: &Arc<App>, StepRef { lesson, step }: StepRef) -> Result<Hint, Problem> {
    app.learning.under_way(&lesson)?.hint(app, &step)
}

pub(crate) async fn solve(app: &Arc<App>, StepRef { lesson, step }: StepRef) -> Result<Nothing, Problem> {
    app.learning.under_way(&lesson)?.solve(app, &step)?;
    Ok(Nothing {})
}

pub(crate) async fn go_to_step(app: &Arc<App>, StepRef { lesson, step }: StepRef) -> Result<Nothing, Problem> {
    app.learning.under_way(&lesson)?.go_to_step(&step)?;
    Ok(Nothing {})
}

pub(crate) async fn reset(app: &Arc<App>, Reset { lesson, step, fresh }: Reset) -> Result<Nothing, Problem> {
    app.learning.under_way(&lesson)?.reset(app, &step, fresh)?;
    Ok(Nothing {})
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
