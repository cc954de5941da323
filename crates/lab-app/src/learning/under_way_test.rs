//! What a learner may do in a lesson, and what is remembered of it; no lab is needed.

use std::{sync::Barrier, thread};

use super::*;
use crate::test_host::{LESSON, TestHost};

fn app() -> Arc<App> {
    TestHost::new().app()
}

/// The lesson for a learner who has done these steps before.
fn after(app: &App, done: &[&str]) -> Arc<UnderWay> {
    let lesson = app.library().unwrap().lesson(LESSON).unwrap();
    for step in done {
        app.learning.note(|progress| progress.done(LESSON, step, lesson.steps.iter().map(|step| step.id.as_str())));
    }
    again(app)
}

/// The lesson as it is opened after the program was started again.
fn again(app: &App) -> Arc<UnderWay> {
    Arc::new(UnderWay::new(app.library().unwrap().lesson(LESSON).unwrap().clone(), &app.learning.progress()))
}

fn code(result: Result<(), Problem>) -> Option<Code> {
    result.err().map(|problem| problem.code)
}

#[test]
fn a_prediction_is_made_once() {
    let app = app();
    let under_way = after(&app, &["make", "ever"]);
    under_way.predict(&app, "guess", 0).unwrap();
    assert_eq!(code(under_way.predict(&app, "guess", 1)), Some(Code::NotNow));
}

#[tokio::test]
async fn a_step_that_the_lesson_no_longer_has_is_not_counted() {
    let app = app();
    after(&app, &["make", "gone", "ever"]);
    let tracks = crate::dispatch(&app, "lessons", serde_json::Value::Null).await.unwrap();
    let lessons = tracks.as_array().unwrap().iter().flat_map(|track| track["lessons"].as_array().unwrap());
    let done: Vec<&serde_json::Value> =
        lessons.filter(|lesson| lesson["id"] == LESSON).map(|lesson| &lesson["done"]).collect();
    assert_eq!(done, [2]);
}

/// Two pages may show one lesson.
#[test]
fn of_two_that_predict_at_once_one_is_refused() {
    let app = app();
    let steps: Vec<String> = after(&app, &["make", "ever"]).lesson.steps.iter().map(|step| step.id.clone()).collect();
    for round in 0..100 {
        app.learning.note(|progress| progress.reset(LESSON, "guess", steps.iter().map(String::as_str)));
        let (under_way, begin) = (again(&app), Barrier::new(2));
        let predict = |option| {
            begin.wait();
            under_way.predict(&app, "guess", option).is_ok()
        };
        let taken =
            thread::scope(|scope| [0, 1].map(|it| scope.spawn(move || predict(it))).map(|it| it.join().unwrap()));
        assert_ne!(taken[0], taken[1], "in round {round}");
    }
}

#[test]
fn the_prediction_that_was_made_may_be_sent_again() {
    let app = app();
    let under_way = after(&app, &["make", "ever"]);
    under_way.predict(&app, "guess", 1).unwrap();
    assert_eq!(under_way.predict(&app, "guess", 1), Ok(()));
}

#[test]
fn what_is_no_option_cannot_be_predicted() {
    let app = app();
    assert_eq!(code(after(&app, &["make", "ever"]).predict(&app, "guess", 3)), Some(Code::Unknown));
}

#[test]
fn who_has_seen_the_answer_predicts_no_more() {
    let app = app();
    let under_way = after(&app, &["make", "ever", "guess"]);
    assert_eq!(code(under_way.predict(&app, "guess", 0)), Some(Code::NotNow));
}

#[test]
fn a_prediction_outlives_the_program() {
    let app = app();
    after(&app, &["make", "ever"]).predict(&app, "guess", 2).unwrap();
    assert_eq!(again(&app).now().steps[2].chosen, Some(2));
}

#[test]
fn a_step_opens_when_those_before_it_are_done_and_not_sooner() {
    let app = app();
    let under_way = after(&app, &["make"]);
    assert_eq!(
        ["make", "ever", "guess"].map(|step| code(under_way.go_to_step(step))),
        [None, None, Some(Code::NotNow)]
    );
}

#[test]
fn a_lesson_that_was_interrupted_goes_on_at_its_first_open_step() {
    let app = app();
    assert_eq!(after(&app, &["make"]).now().step, "ever");
}

#[test]
fn hints_come_one_after_the_other_and_the_last_one_again() {
    let app = app();
    let under_way = after(&app, &["make"]);
    let texts = [0, 1, 2].map(|_| under_way.hint(&app, "ever").unwrap().text);
    assert_eq!(texts, ["Stop it and start it.", "Or pause it.", "Or pause it."]);
}

#[test]
fn hints_that_were_shown_are_shown_after_the_program_was_started_again() {
    let app = app();
    after(&app, &["make"]).hint(&app, "ever").unwrap();
    assert_eq!(again(&app).now().steps[1].hints, ["Stop it and start it."]);
}

#[tokio::test]
async fn a_step_that_is_not_the_current_one_is_not_solved() {
    let app = app();
    let under_way = after(&app, &["make"]);
    under_way.change(|session| session.phase = Some(Phase::Ready));
    assert_eq!(code(under_way.solve(&app, "make")), Some(Code::NotNow));
}

#[tokio::test]
async fn a_step_is_not_solved_before_its_lab_is_ready() {
    let app = app();
    assert_eq!(code(after(&app, &["make"]).solve(&app, "ever")), Some(Code::NotNow));
}

#[test]
fn before_a_prediction_the_checks_of_a_step_that_nobody_follows_tell_nothing() {
    let app = app();
    let session = after(&app, &["make", "ever"]).now();
    let check = &session.steps[2].checks[0];
    assert_eq!((check.says.as_str(), check.truth), ("its state", Truth::Unknown));
}
