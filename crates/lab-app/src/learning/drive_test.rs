//! A lesson under way in a lab that the test speaks for: what is done in it, what the learner sees of it, and how it is begun
//! anew.

use lab_lessons::Truth;
use lab_model::facts::{kafka::KafkaFact, lab::NodeState};
use tokio::task::JoinHandle;

use super::{super::lab_name, *};
use crate::{
    lab::test_lab::{Asked, LIMIT, TestLab},
    schema::Session,
    test_host::{LESSON, STACK, TestHost},
};

/// A learner at a lesson, and the lab that it runs in.
struct Lesson {
    app: Arc<App>,
    under_way: Arc<UnderWay>,
    test: TestLab,
}

impl Lesson {
    /// Of a learner who has done these steps before; nothing goes on yet.
    async fn after(done: &[&str]) -> Self {
        let app = TestHost::with_engine().await.app();
        let lesson = app.library().unwrap().lesson(LESSON).unwrap().clone();
        let steps: Vec<String> = lesson.steps.iter().map(|step| step.id.clone()).collect();
        for step in done {
            app.learning.note(|progress| progress.done(LESSON, step, steps.iter().map(String::as_str)));
        }
        let under_way = Arc::new(UnderWay::new(lesson, &app.learning.progress()));
        let test = TestLab::new(&app, &lab_name(STACK)).await;
        Self { app, under_way, test }
    }

    /// The same in a lab that was prepared for it: the step after those done is followed. (Tests have one thread: when this
    /// one goes on, the lesson waits for what is heard.)
    async fn at_step_after(done: &[&str]) -> Self {
        let lesson = Self::after(done).await;
        Prepared::open(lesson.app.host.data_dir(), &lesson.test.lab).note(LESSON);
        lesson.go_on();
        lesson.sees(|session| session.phase == Some(Phase::Ready)).await;
        lesson
    }

    fn go_on(&self) -> JoinHandle<Result<(), Problem>> {
        let (app, under_way, lab) = (Arc::clone(&self.app), Arc::clone(&self.under_way), Arc::clone(&self.test.lab));
        tokio::spawn(async move { go_on_in(&app, &under_way, &lab).await })
    }

    /// Waits until a page would see that.
    async fn sees(&self, that: impl Fn(&Session) -> bool) -> Session {
        let mut sessions = self.under_way.session();
        match tokio::time::timeout(LIMIT, sessions.wait_for(that)).await {
            Ok(session) => session.unwrap().clone(),
            Err(_) => panic!("it is never so: {:#?}", self.under_way.now()),
        }
    }

    /// Waits until a page would see that of a step.
    async fn step_is(&self, step: &str, that: impl Fn(&StepState) -> bool) -> StepState {
        let of = |session: &Session| session.steps.iter().find(|state| state.id == step).cloned();
        let session = self.sees(|session| of(session).is_some_and(|state| that(&state))).await;
        of(&session).unwrap()
    }

    /// The topics there are in the lab.
    fn topics(&self, topics: &[&str]) {
        let fact = KafkaFact::TopicsListed { topics: topics.iter().map(|topic| (*topic).to_owned()).collect() };
        self.test.lab.recorder.record(Draft::new(Source::Node("node-1".into()), fact));
    }

    fn done(&self) -> Vec<bool> {
        self.under_way.now().steps.iter().map(|state| state.done).collect()
    }
}

fn truths(state: &StepState) -> Vec<Truth> {
    state.checks.iter().map(|check| check.truth).collect()
}

async fn ended(going_on: JoinHandle<Result<(), Problem>>) -> Result<(), Problem> {
    tokio::time::timeout(LIMIT, going_on).await.expect("it does not end").unwrap()
}

fn name_of(asked: &Asked) -> String {
    format!("{} {}", asked.call.name, asked.call.args["topic"])
}

#[tokio::test]
async fn a_step_is_done_when_the_engines_say_so_and_the_next_one_opens() {
    let lesson = Lesson::at_step_after(&[]).await;
    lesson.test.node_is(NodeState::Running);
    let session = lesson.sees(|session| session.steps[0].done).await;
    assert_eq!(session.steps.iter().map(|state| state.open).collect::<Vec<_>>(), [true, true, false]);
}

#[tokio::test]
async fn a_moment_that_is_over_when_anybody_looks_is_not_missed() {
    let lesson = Lesson::at_step_after(&[]).await;
    lesson.test.node_is(NodeState::Running);
    lesson.test.node_is(NodeState::Stopped);
    let state = lesson.step_is("make", |state| state.done).await;
    assert!(truths(&state).iter().all(|truth| *truth == Truth::True), "as it was at that moment: {state:?}");
}

#[tokio::test]
async fn a_step_that_is_done_is_kept_as_progress() {
    let lesson = Lesson::at_step_after(&[]).await;
    lesson.test.node_is(NodeState::Running);
    lesson.sees(|session| session.steps[0].done).await;
    assert_eq!(lesson.app.learning.progress().of(LESSON).done, ["make"]);
}

#[tokio::test]
async fn what_was_so_for_a_moment_before_the_page_came_is_told_to_it() {
    let lesson = Lesson::at_step_after(&["make"]).await;
    lesson.test.node_is(NodeState::Paused);
    lesson.test.node_is(NodeState::Running);
    let state = lesson.step_is("ever", |state| truths(state) != [Truth::Unknown; 2]).await;
    assert_eq!(truths(&state), [Truth::True, Truth::False]);
}

#[tokio::test]
async fn what_was_so_only_before_the_step_began_does_not_count() {
    let lesson = Lesson::after(&["make"]).await;
    Prepared::open(lesson.app.host.data_dir(), &lesson.test.lab).note(LESSON);
    lesson.test.node_is(NodeState::Paused);
    lesson.test.node_is(NodeState::Stopped);
    lesson.go_on();
    let state = lesson.step_is("ever", |state| truths(state) != [Truth::Unknown; 2]).await;
    assert_eq!(truths(&state), [Truth::False, Truth::True]);
}

#[tokio::test]
async fn what_is_checked_is_hidden_until_the_learner_has_predicted() {
    let lesson = Lesson::at_step_after(&["make", "ever"]).await;
    let mut sessions = lesson.under_way.session();
    let of = |session: &Session| session.steps.iter().find(|state| state.id == "guess").cloned().unwrap();
    lesson.test.node_is(NodeState::Running);
    tokio::time::pause();
    // Until it is done all the same, which is when the checks have held for long enough.
    let mut shown = of(&sessions.borrow_and_update());
    while !shown.done {
        assert_eq!((shown.judged, truths(&shown)), (Judged::Open, vec![Truth::Unknown]));
        assert_eq!(shown.checks[0].says, "its state");
        sessions.changed().await.unwrap();
        shown = of(&sessions.borrow_and_update());
    }
}

#[tokio::test]
async fn what_is_checked_is_told_once_the_learner_has_predicted() {
    let lesson = Lesson::at_step_after(&["make", "ever"]).await;
    lesson.test.node_is(NodeState::Running);
    lesson.under_way.predict(&lesson.app, "guess", 0).unwrap();
    let state = lesson.step_is("guess", |state| state.judged == Judged::Settling).await;
    assert_eq!((state.checks[0].says.as_str(), state.checks[0].truth), ("it runs", Truth::True));
}

#[tokio::test]
async fn no_option_is_told_to_be_right_before_the_step_is_done() {
    let lesson = Lesson::at_step_after(&["make", "ever"]).await;
    lesson.under_way.predict(&lesson.app, "guess", 0).unwrap();
    lesson.test.node_is(NodeState::Running);
    let state = lesson.step_is("guess", |state| state.judged == Judged::Settling).await;
    assert_eq!((state.options, state.done), (Vec::new(), false));
}

#[tokio::test]
async fn where_no_option_holds_alone_the_step_is_done_and_none_was_right() {
    let lesson = Lesson::at_step_after(&["make", "ever"]).await;
    lesson.under_way.predict(&lesson.app, "guess", 0).unwrap();
    lesson.test.node_says(LabFact::Heard);
    lesson.test.node_is(NodeState::Running);
    lesson.step_is("guess", |state| state.judged == Judged::Settling).await;
    tokio::time::pause();
    let state = lesson.step_is("guess", |state| state.done).await;
    let options: Vec<Truth> = state.options.iter().map(|option| option.truth).collect();
    assert_eq!((state.judged, options), (Judged::Undecided, vec![Truth::Unknown; 3]));
}

#[tokio::test]
async fn in_a_lab_made_anew_the_solutions_of_the_steps_done_are_done_first() {
    let mut lesson = Lesson::after(&["make"]).await;
    lesson.go_on();
    assert_eq!(name_of(&lesson.test.asked().await), "kafka.create_topic \"things\"");
}

#[tokio::test]
async fn a_lab_is_not_ready_for_the_learner_before_the_engines_say_that_the_solutions_worked() {
    let mut lesson = Lesson::after(&["make"]).await;
    lesson.go_on();
    lesson.test.asked().await.answer(Ok("made"));
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(lesson.under_way.now().phase, None);
}

#[tokio::test]
async fn a_lab_is_ready_for_the_learner_when_the_engines_say_that_the_solutions_worked() {
    let mut lesson = Lesson::after(&["make"]).await;
    lesson.go_on();
    lesson.test.asked().await.answer(Ok("made"));
    lesson.test.node_is(NodeState::Running);
    let session = lesson.sees(|session| session.phase == Some(Phase::Ready)).await;
    assert_eq!(session.step, "ever");
}

#[tokio::test]
async fn a_solution_that_the_engines_do_not_confirm_is_a_problem_that_says_what_is_not_so() {
    let mut lesson = Lesson::after(&["make"]).await;
    let going_on = lesson.go_on();
    lesson.test.asked().await.answer(Ok("made"));
    tokio::time::pause();
    tokio::time::sleep(VERDICT_LIMIT * 2).await;
    let problem = ended(going_on).await.unwrap_err();
    assert!(problem.code == Code::TimedOut && problem.message.contains("the node runs"), "{problem}");
}

#[tokio::test]
async fn a_lab_that_was_prepared_for_the_lesson_is_not_prepared_again() {
    let mut lesson = Lesson::at_step_after(&["make"]).await;
    assert!(lesson.test.is_asked_for_nothing());
}

#[tokio::test]
async fn a_lab_in_which_the_solutions_failed_is_not_taken_for_prepared() {
    let mut lesson = Lesson::after(&["make"]).await;
    let going_on = lesson.go_on();
    let (message, detail, hint) = ("No.".into(), String::new(), String::new());
    lesson.test.asked().await.answer(Err(Problem { code: Code::Internal, message, detail, hint }));
    ended(going_on).await.unwrap_err();
    assert!(!Prepared::open(lesson.app.host.data_dir(), &lesson.test.lab).holds(LESSON));
}

#[tokio::test]
async fn a_lab_that_somebody_removes_ends_the_lesson_in_it_with_a_problem() {
    let lesson = Lesson::after(&[]).await;
    let going_on = lesson.go_on();
    lesson.sees(|session| session.phase == Some(Phase::Ready)).await;
    lesson.test.lab.is_removed();
    assert_eq!(ended(going_on).await.unwrap_err().code, Code::LabRemoved);
}

#[tokio::test]
async fn a_reset_asks_before_what_others_made_goes() {
    let lesson = Lesson::at_step_after(&["make"]).await;
    lesson.topics(&["things", "orders"]);
    let asks = lesson.under_way.reset(&lesson.app, "make", false).unwrap_err();
    assert_eq!((asks.code, asks.detail.as_str()), (Code::HoldsThings, "topic orders"));
}

#[tokio::test]
async fn a_reset_that_asks_changes_nothing() {
    let lesson = Lesson::at_step_after(&["make"]).await;
    lesson.topics(&["orders"]);
    lesson.under_way.reset(&lesson.app, "make", false).unwrap_err();
    assert_eq!((lesson.done(), lesson.test.lab.gone()), (vec![true, false, false], None));
}

/// Waits until a reset has come to its end: there is no image to make another lab from.
async fn reset(lesson: &Lesson, step: &str) -> Session {
    lesson.under_way.reset(&lesson.app, step, false).unwrap();
    lesson.sees(|session| session.problem.is_some()).await
}

#[tokio::test]
async fn a_reset_removes_the_lab_with_what_the_lesson_made() {
    let lesson = Lesson::at_step_after(&["make"]).await;
    lesson.topics(&["things"]);
    reset(&lesson, "make").await;
    assert_eq!(lesson.test.lab.gone().map(|gone| gone.code), Some(Code::LabRemoved));
}

#[tokio::test]
async fn a_reset_forgets_the_steps_from_the_one_named_on_and_no_other() {
    let lesson = Lesson::at_step_after(&["make", "ever", "guess"]).await;
    let session = reset(&lesson, "ever").await;
    let steps: Vec<(bool, bool)> = session.steps.iter().map(|state| (state.done, state.open)).collect();
    assert_eq!((session.step.as_str(), steps), ("ever", vec![(true, true), (false, true), (false, false)]));
}

#[tokio::test]
async fn what_a_reset_forgets_is_no_progress_any_more() {
    let lesson = Lesson::at_step_after(&["make", "ever", "guess"]).await;
    reset(&lesson, "ever").await;
    assert_eq!(lesson.app.learning.progress().of(LESSON).done, ["make"]);
}

#[tokio::test]
async fn a_prediction_can_be_made_again_after_a_reset() {
    let lesson = Lesson::at_step_after(&["make", "ever"]).await;
    lesson.under_way.predict(&lesson.app, "guess", 0).unwrap();
    reset(&lesson, "guess").await;
    assert_eq!(lesson.under_way.predict(&lesson.app, "guess", 1), Ok(()));
}

#[tokio::test]
async fn solving_a_step_does_its_stored_solution() {
    let mut lesson = Lesson::at_step_after(&[]).await;
    lesson.under_way.solve(&lesson.app, "make").unwrap();
    assert_eq!(name_of(&lesson.test.asked().await), "kafka.create_topic \"things\"");
}

#[tokio::test]
async fn a_solution_is_not_begun_twice() {
    let lesson = Lesson::at_step_after(&[]).await;
    lesson.under_way.solve(&lesson.app, "make").unwrap();
    let again = lesson.under_way.solve(&lesson.app, "make");
    assert_eq!(again.err().map(|problem| problem.code), Some(Code::NotNow));
}

#[tokio::test]
async fn a_solution_that_failed_is_a_problem_and_can_be_begun_again() {
    let mut lesson = Lesson::at_step_after(&[]).await;
    lesson.under_way.solve(&lesson.app, "make").unwrap();
    let (message, detail, hint) = ("No.".into(), String::new(), String::new());
    lesson.test.asked().await.answer(Err(Problem { code: Code::Internal, message, detail, hint }));
    lesson.sees(|session| session.problem.is_some()).await;
    assert_eq!(lesson.under_way.solve(&lesson.app, "make"), Ok(()));
}

#[tokio::test]
async fn a_prediction_is_in_the_journal() {
    let lesson = Lesson::at_step_after(&["make", "ever"]).await;
    lesson.under_way.predict(&lesson.app, "guess", 0).unwrap();
    let told = lesson.test.lab.recorder.project("timeline", &serde_json::json!({})).unwrap();
    let table = format!("{:?}", told.table.rows);
    assert!(table.contains("prediction 1 made at step guess"), "{table}");
}
