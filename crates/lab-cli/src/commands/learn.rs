//! `learn`: a lesson in the terminal. The same session as in the window: the engines judge, the learner acts as they like.

use std::{process::ExitCode, sync::Arc, time::Duration};

use lab_app::Step;
use lab_app::{
    App, Begin, Learning, LocalHost, UnderWay, dispatch,
    schema::{CheckState, JobState, Judged, LessonText, Session, StepState, Truth},
};
use lab_model::{Code, Problem};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin},
    sync::watch,
};
use tokio_util::sync::CancellationToken;

use crate::output::{Answer, Output};

type Session_ = watch::Receiver<Session>;

/// What the learner types, or nobody when the stored solutions are played.
enum Learner {
    Person(Lines<BufReader<Stdin>>),
    Nobody,
}

/// How the lesson was asked for.
pub(crate) struct Asked {
    /// Do every step's stored solution.
    pub(crate) solve: bool,
    /// Start over in a fresh lab.
    pub(crate) reset: bool,
    /// Also where memory seems too short.
    pub(crate) anyway: bool,
    /// What others made in its lab may go.
    pub(crate) yes: bool,
}

pub(crate) async fn run(
    out: &Output,
    host: LocalHost,
    lesson: &str,
    Asked { solve, reset, anyway, yes }: Asked,
) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    app.keep_labs(false);
    let text: LessonText = super::typed(dispatch(&app, "lesson", json!({ "lesson": lesson })).await?)?;
    // What is in its lab must be seen before anybody is asked about it.
    if let Ok(lab) = app.adopt_one(Some(&text.lab)).await {
        super::soon_ready(out, &lab).await;
    }
    let under_way = Learning::begin(&app, lesson, Begin { anyway, fresh: false })?;
    let mut session = under_way.session();
    let any_done = session.borrow().steps.iter().any(|step| step.done);
    if reset || (solve && any_done) {
        start_over(out, &app, &under_way, yes).await?;
    }
    let title = &under_way.lesson.title;
    out.say(format!("{}\n{}\n", out.strong(title), under_way.lesson.goal));
    if let Err(problem) = wait_for_lab(out, &app, &mut session).await {
        may_go(out, &problem, yes).await?;
        Learning::begin(&app, lesson, Begin { anyway, fresh: true })?;
        session.wait_for(|session| session.problem.is_none()).await.map_err(|_| problem)?;
        wait_for_lab(out, &app, &mut session).await?;
    }
    let mut learner = if solve { Learner::Nobody } else { Learner::Person(BufReader::new(stdin()).lines()) };
    let mut all_done = true;
    for (index, step) in under_way.lesson.steps.iter().enumerate() {
        let known = state_of(&session, &step.id);
        if known.as_ref().is_some_and(|state| state.done) {
            continue;
        }
        under_way.go_to_step(&step.id)?;
        out.say(format!("{}\n", out.strong(&format!("{}. {}", index + 1, step.title))));
        out.say(in_terminal(out, &step.text));
        let done = take_step(out, &app, &under_way, step, &mut session, &mut learner).await?;
        all_done &= done;
        if !done {
            break;
        }
        out.say("");
    }
    app.leave_all().await;
    finish(out, lesson, &session, all_done)
}

/// Starts over from the first step, in a fresh lab.
async fn start_over(out: &Output, app: &Arc<App>, under_way: &Arc<UnderWay>, yes: bool) -> Result<(), Problem> {
    let Some(first) = under_way.lesson.steps.first() else { return Ok(()) };
    let Err(problem) = under_way.reset(app, &first.id, yes) else { return Ok(()) };
    may_go(out, &problem, yes).await?;
    under_way.reset(app, &first.id, true)
}

/// Asks whether what is in the way may go; the problem itself where nobody says so, or where it is another one.
async fn may_go(out: &Output, problem: &Problem, yes: bool) -> Result<(), Problem> {
    if problem.code != Code::HoldsThings {
        return Err(problem.clone());
    }
    out.say(format!("{}\nThis would go: {}.", problem.message, problem.detail));
    if yes || out.ask("Remove the lab with all of this and start fresh?").await == Answer::Yes {
        return Ok(());
    }
    let mut problem = problem.clone();
    problem.hint.push_str(" To remove it without a question, add --yes.");
    Err(problem)
}

fn finish(out: &Output, lesson: &str, session: &Session_, all_done: bool) -> Result<ExitCode, Problem> {
    let lab = session.borrow().lab.clone();
    out.give(&serde_json::json!({ "event": "learned", "lesson": lesson, "all_done": all_done, "lab": lab }));
    if all_done {
        out.say(format!("Every step is done. The lab {lab} still runs. Remove it with: pipewright down {lab}"));
        return Ok(ExitCode::SUCCESS);
    }
    out.say(format!("To continue later: pipewright learn {lesson}"));
    Ok(ExitCode::FAILURE)
}

/// Shows how the lab comes up; a problem ends the lesson.
async fn wait_for_lab(out: &Output, app: &Arc<App>, session: &mut Session_) -> Result<(), Problem> {
    loop {
        let now = session.borrow_and_update().clone();
        if let Some(problem) = now.problem {
            return Err(super::with_a_way_on(problem));
        }
        if now.phase == Some(lab_app::schema::Phase::Ready) {
            // What went by since the last look.
            app.jobs.list().last().iter().for_each(|job| out.steps(job));
            return Ok(());
        }
        if let Some(job) = app.jobs.list().into_iter().rfind(|job| job.state == JobState::Running) {
            out.progress(&job);
        }
        let _ = tokio::time::timeout(Duration::from_millis(250), session.changed()).await;
    }
}

/// Plays a step until the engines say it is done; false if the learner left before.
async fn take_step(
    out: &Output,
    app: &Arc<App>,
    under_way: &Arc<UnderWay>,
    step: &Step,
    session: &mut Session_,
    learner: &mut Learner,
) -> Result<bool, Problem> {
    ask_prediction(out, app, under_way, step, learner).await?;
    match learner {
        Learner::Nobody => {
            for call in &step.solution {
                out.say(format!("  > {call}"));
            }
            under_way.solve(app, &step.id)?;
        }
        Learner::Person(_) => menu(out, step),
    }
    let mut shown: Vec<CheckState> = Vec::new();
    let mut judged = Judged::Open;
    loop {
        let now = session.borrow_and_update().clone();
        let Some(state) = now.steps.iter().find(|state| state.id == step.id) else { return Ok(false) };
        tell_news(out, &shown, &state.checks);
        shown.clone_from(&state.checks);
        if std::mem::replace(&mut judged, state.judged) == Judged::Open && judged == Judged::Settling {
            out.say("  All checks hold. Waiting for the engines to settle.");
        }
        // A solution that made it true may still be at its last words.
        if state.done && !now.solving {
            verdict(out, step, state);
            return Ok(true);
        }
        if let Some(problem) = now.problem {
            return Err(problem);
        }
        let stay = match learner {
            Learner::Nobody => session.changed().await.is_ok(),
            Learner::Person(lines) => {
                tokio::select! {
                    changed = session.changed() => changed.is_ok(),
                    line = lines.next_line() => obey(out, app, under_way, step, line.ok().flatten()).await?,
                }
            }
        };
        if !stay {
            return Ok(false);
        }
    }
}

async fn ask_prediction(
    out: &Output,
    app: &Arc<App>,
    under_way: &Arc<UnderWay>,
    step: &Step,
    learner: &mut Learner,
) -> Result<(), Problem> {
    let Some(prediction) = &step.prediction else { return Ok(()) };
    out.say(format!("Predict: {}", prediction.ask));
    for (index, option) in prediction.options.iter().enumerate() {
        out.say(format!("  {}  {}", index + 1, option.say));
    }
    let Learner::Person(lines) = learner else { return Ok(()) };
    while let Ok(Some(line)) = lines.next_line().await {
        match line.trim().parse::<u32>() {
            Ok(number) if number >= 1 && number as usize <= prediction.options.len() => {
                return match under_way.predict(app, &step.id, number - 1) {
                    // A prediction made at an earlier visit counts.
                    Err(problem) if problem.code == Code::NotNow => Ok(()),
                    other => other,
                };
            }
            _ => out.say(format!("Type a number from 1 to {}.", prediction.options.len())),
        }
    }
    Ok(())
}

fn menu(out: &Output, step: &Step) {
    out.say("");
    for (index, button) in step.actions.iter().enumerate() {
        out.say(format!("  {}  {}   ({})", index + 1, button.label, button.action));
    }
    out.say("  h  hint    s  solution    q  leave    …or use your own tools");
}

/// Does what the learner typed; false to leave.
async fn obey(
    out: &Output,
    app: &Arc<App>,
    under_way: &Arc<UnderWay>,
    step: &Step,
    line: Option<String>,
) -> Result<bool, Problem> {
    let Some(line) = line else { return Ok(false) };
    match line.trim() {
        "" => {}
        "q" => return Ok(false),
        "h" => {
            let hint = under_way.hint(app, &step.id)?;
            out.say(format!("Hint {} of {}: {}", hint.number, hint.of, hint.text));
        }
        "s" => under_way.solve(app, &step.id)?,
        typed => match typed.parse::<usize>().ok().and_then(|number| step.actions.get(number.wrapping_sub(1))) {
            Some(button) => {
                let lab = app.lab(&under_way.session().borrow().lab)?;
                match lab.act(&button.action, Arc::new(|_| ()), CancellationToken::new()).await {
                    Ok(result) => {
                        out.say(format!("  {}", result.says));
                        for by_hand in result.by_hand {
                            out.say(format!("  by hand: {by_hand}"));
                        }
                    }
                    Err(problem) => out.say(problem.to_string()),
                }
            }
            None => menu(out, step),
        },
    }
    Ok(true)
}

/// Says every check whose truth changed, with the words that decided it.
fn tell_news(out: &Output, before: &[CheckState], now: &[CheckState]) {
    for (index, check) in now.iter().enumerate() {
        if before.get(index).map(|old| old.truth) == Some(check.truth) || check.truth != Truth::True {
            continue;
        }
        out.say(format!("  true: {}", check.says));
        if let Some(evidence) = &check.evidence {
            // The picture may be made of the words of many.
            out.say(format!("        last word by {}: {}", evidence.source, evidence.words));
        }
    }
}

fn verdict(out: &Output, step: &Step, state: &StepState) {
    let right: Vec<&CheckState> = state.options.iter().filter(|option| option.truth == Truth::True).collect();
    for option in &right {
        out.say(format!("  The engines’ answer: {}", option.says));
    }
    match state.chosen.and_then(|chosen| state.options.get(chosen as usize)) {
        _ if state.judged == Judged::Undecided => {
            out.say("  Not decided: the engines did not show which option is right. Start over to try again.");
        }
        Some(chosen) if chosen.truth == Truth::True => out.say("  You predicted that."),
        Some(_) => out.say("  You predicted another option."),
        None => {}
    }
    out.give(&serde_json::json!({ "event": "step_done", "step": state.id, "checks": state.checks, "options": state.options }));
    if !step.after.is_empty() {
        out.say("");
        out.say(in_terminal(out, &step.after));
    }
}

fn state_of(session: &Session_, step: &str) -> Option<StepState> {
    session.borrow().steps.iter().find(|state| state.id == step).cloned()
}

/// Markdown as a terminal shows it: bold for `**`, wrapped to 90 columns.
fn in_terminal(out: &Output, markdown: &str) -> String {
    let mut text = String::new();
    for (index, part) in markdown.split("**").enumerate() {
        text.push_str(&if index % 2 == 1 { out.strong(part) } else { part.replace(['`', '*'], "") });
    }
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

fn wrap(line: &str) -> String {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let current = lines.last().map_or(0, |line| line.chars().count());
        if current > 0 && current + 1 + word.chars().count() > 90 {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn long_lines_are_wrapped_between_words() {
        let line = "word ".repeat(40);
        assert!(wrap(line.trim()).lines().all(|line| line.len() <= 90));
        assert_eq!(wrap(line.trim()).replace('\n', " "), line.trim());
    }
}
