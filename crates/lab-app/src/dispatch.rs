//! The one list of everything a host can ask of the application: each command's name, request, answer and body.
//!
//! From it come the dispatch and the map of commands in `ui/src/rpc/schema.gen.ts`. Bodies are in `commands/`.

use std::sync::Arc;

use lab_model::{Code, Problem};
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::{
    App, commands,
    schema::{
        About, Act, ActionBegun, ActionInfo, BeginExperiment, BeginLesson, CancelAction, CellRef, CompareExperiments,
        Comparison, ConsistencyPlan, Doctor, Down, Expect, Experiment, ExperimentJob, ExperimentList, ExperimentRef,
        ExportExperiment, Exported, Hint, JobId, JournalInfo, LabInfo, LabNamed, LessonRef, LessonText, LogLine,
        Nothing, OwnPages, PlanChecked, Predict, Replay, Reset, ResumeExperiment, StackInfo, StepRef, TrackInfo, Trial,
        TrialRef, Up, Verified, ViewInfo,
    },
};

/// A command's name where it may be given twice, else nothing.
#[cfg(test)]
macro_rules! repeatable {
    (again $name:ident) => {
        stringify!($name)
    };
    (once $name:ident) => {
        ""
    };
}

/// Declares every command: its name, its request, its answer, its body, and whether it may be given twice: `again` where
/// the second time changes nothing that the first has not, `once` where it would. Gives the dispatch and the TypeScript
/// map.
macro_rules! commands {
    ($( $(#[doc = $doc:literal])+ $often:ident $name:ident : $request:ty => $answer:ty, $body:path );+ $(;)?) => {
        /// Every command by name: what `rpc` accepts.
        #[derive(TS)]
        #[ts(export, export_to = "rpc/schema.gen.ts")]
        #[allow(missing_docs, dead_code, reason = "a type-level table: it exists to be written as TypeScript")]
        pub(crate) struct Commands {
            $( $(#[doc = $doc])+ pub $name: Command<$request, $answer>, )+
        }

        /// Commands that are given again when the connection was lost before their answer came.
        #[cfg(test)]
        const AGAIN: &[&str] = &[$( repeatable!($often $name) ),+];

        /// Only reads a request; none if there is no such command.
        #[cfg(test)]
        fn reads(name: &str, payload: Value) -> Option<Result<(), Problem>> {
            match name {
                $( stringify!($name) => Some(request::<$request>(name, payload).map(drop)), )+
                _ => None,
            }
        }

        /// Every command's name.
        #[cfg(test)]
        const NAMES: &[&str] = &[$( stringify!($name) ),+];

        /// Does a command: parses the request, runs the body, writes the answer.
        ///
        /// # Errors
        /// `unknown` for a name that is none, `action_invalid` for a request of another shape, or the body's problem.
        pub async fn dispatch(app: &Arc<App>, name: &str, payload: Value) -> Result<Value, Problem> {
            match name {
                $( stringify!($name) => {
                    let request: $request = request(name, payload)?;
                    let answer: $answer = $body(app, request).await?;
                    answer_json(&answer)
                } )+
                _ => Err(no_such_command(name)),
            }
        }
    };
}

fn request<T: serde::de::DeserializeOwned>(name: &str, payload: Value) -> Result<T, Problem> {
    let payload = if payload.is_null() { Value::Object(serde_json::Map::new()) } else { payload };
    serde_json::from_value(payload).map_err(|error| Problem {
        code: Code::ActionInvalid,
        message: format!("The request `{name}` has the wrong shape."),
        detail: error.to_string(),
        hint: String::new(),
    })
}

fn answer_json(answer: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(answer).map_err(|error| Problem {
        code: Code::Internal,
        message: "An answer could not be written as JSON.".into(),
        detail: error.to_string(),
        hint: String::new(),
    })
}

fn no_such_command(name: &str) -> Problem {
    Problem {
        code: Code::Unknown,
        message: format!("There is no command `{name}`."),
        detail: String::new(),
        hint: String::new(),
    }
}

/// What a command takes and gives.
#[derive(TS)]
#[ts(export, export_to = "rpc/schema.gen.ts")]
#[allow(missing_docs, dead_code, reason = "a type-level pair: it exists to be written as TypeScript")]
pub(crate) struct Command<Request, Answer> {
    pub request: Request,
    pub answer: Answer,
}

commands! {
    /// Versions and where things lie.
    again about: Nothing => About, commands::machine::about;
    /// Looks at the machine and its container engines.
    again doctor: Nothing => Doctor, commands::machine::doctor;
    /// The stacks there are.
    again stacks: Nothing => Vec<StackInfo>, commands::labs::stacks;
    /// Starts a lab, or takes over the one that runs; answers at once, follow the job.
    again up: Up => JobId, commands::labs::up;
    /// Removes a lab's containers and networks, and its data if asked; answers at once, follow the job.
    again down: Down => JobId, commands::labs::down;
    /// Stops a running job.
    again cancel_job: JobId => Nothing, commands::labs::cancel_job;
    /// The labs that run.
    again labs: Nothing => Vec<LabInfo>, commands::labs::labs;
    /// The pages that an engine of a lab has of its own, and as whom they let one in; null if none has any.
    again own_pages: LabNamed => Option<OwnPages>, commands::labs::own_pages;
    /// The journals that are kept, the newest first.
    again journals: Nothing => Vec<JournalInfo>, commands::journals::journals;
    /// The actions there are, with the JSON Schema of their arguments.
    again actions: Nothing => Vec<ActionInfo>, commands::acting::actions;
    /// The kinds of view there are.
    again views: Nothing => Vec<ViewInfo>, commands::acting::views;
    /// Begins an action in a lab; answers at once, follow its id.
    once act: Act => ActionBegun, commands::acting::act;
    /// Stops a running action.
    once cancel_action: CancelAction => Nothing, commands::acting::cancel_action;
    /// All lessons by track, with progress.
    again lessons: Nothing => Vec<TrackInfo>, commands::learn::lessons;
    /// That progress could not be read, and what was done about it; nothing if it could.
    again progress_lost: Nothing => Option<Problem>, commands::learn::progress_lost;
    /// A lesson's text.
    again lesson: LessonRef => LessonText, commands::learn::lesson;
    /// Opens a lesson: brings its lab up if need be (follow the session) and goes to the first open step.
    again begin: BeginLesson => Nothing, commands::learn::begin;
    /// Commits a prediction for a step. Once.
    again predict: Predict => Nothing, commands::learn::predict;
    /// Shows the next hint of a step.
    once hint: StepRef => Hint, commands::learn::hint;
    /// Does a step's stored solution.
    once solve: StepRef => Nothing, commands::learn::solve;
    /// Goes to a step that is open (done ones and the first that is not).
    again go_to_step: StepRef => Nothing, commands::learn::go_to_step;
    /// Starts the lesson over: a fresh lab, then the solutions of the steps before the one named.
    once reset: Reset => Nothing, commands::learn::reset;
    /// Checks a plan of the consistency bench: its cells, how long it will take, or what does not make sense.
    again experiment_plan_check: ConsistencyPlan => PlanChecked, commands::experiments::plan_check;
    /// Begins a run: brings the lab up if need be; answers at once, follow the job.
    once experiment_begin: BeginExperiment => ExperimentJob, commands::experiments::begin;
    /// Goes on with a run that was cancelled, or whose application ended; answers at once, follow the job.
    once experiment_resume: ResumeExperiment => ExperimentJob, commands::experiments::resume;
    /// All runs, the newest first.
    again experiments: Nothing => ExperimentList, commands::experiments::list;
    /// A run with its cells.
    again experiment: ExperimentRef => Experiment, commands::experiments::show;
    /// A cell's trials with their evidence.
    again experiment_trials: CellRef => Vec<Trial>, commands::experiments::trials;
    /// A trial with its evidence.
    again experiment_trial: TrialRef => Trial, commands::experiments::trial;
    /// Notes what the learner expects of cells that have not begun.
    again experiment_expect: Expect => Nothing, commands::experiments::expect;
    /// Does a trial once more, with its fault and with tracing; answers at once, follow the job.
    once experiment_replay: TrialRef => ExperimentJob, commands::experiments::replay;
    /// Trials of a run that were done once more.
    again experiment_replays: ExperimentRef => Vec<Replay>, commands::experiments::replays;
    /// Writes a run as JSON, or as an HTML report.
    again experiment_export: ExportExperiment => Exported, commands::experiments::export;
    /// Two runs, cell by cell.
    again experiment_compare: CompareExperiments => Comparison, commands::experiments::compare;
    /// Counts a run again from its trials, and says whether the counts are right.
    again experiment_verify: ExperimentRef => Verified, commands::experiments::verify;
    /// Removes a saved run.
    once experiment_remove: ExperimentRef => Nothing, commands::experiments::remove;
    /// Writes a line of the UI into the log file.
    once log: LogLine => Nothing, commands::machine::log;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside the types that ts-rs writes, the lists of values that the UI needs.
    fn export(file: &str, from: &str, says: &str, name: &str, values: &[&str]) {
        let values: Vec<String> = values.iter().map(|value| format!("  \"{value}\",\n")).collect();
        let text = format!(
            "// Written by lab-app's tests from the list of {from}: not to be edited.\n\n\
             /** {says} */\n\
             export const {name} = [\n{}] as const;\n",
            values.concat()
        );
        let ui = std::env::var("TS_RS_EXPORT_DIR").unwrap_or_else(|_| "../../ui/src".into());
        std::fs::write(std::path::Path::new(&ui).join(file), text).unwrap();
    }

    #[test]
    fn export_bindings_of_what_may_be_given_again() {
        let again: Vec<&str> = AGAIN.iter().copied().filter(|name| !name.is_empty()).collect();
        let says = "Commands that may be given twice: given again when the connection was lost before the answer came.";
        export("rpc/again.gen.ts", "commands", says, "AGAIN", &again);
    }

    #[test]
    fn export_bindings_of_the_engines() {
        let engines: Vec<&str> = crate::lab::ENGINES.iter().map(|engine| engine.name).collect();
        let says = "Engines: the `system` of their nodes, and the first word of their actions.";
        export("rpc/engines.gen.ts", "engines", says, "ENGINES", &engines);
    }

    #[test]
    fn any_request_is_read_or_refused_in_words() {
        let right = [
            r#"{"stack":"kafka-1","lab":"a","options":{"tokens":"16"},"anyway":true}"#,
            r#"{"lab":"a","action":{"do":"kafka.produce","topic":"t","count":12,"keys":["a",null]}}"#,
            r#"{"lesson":"kafka/first-topic","step":"create","option":1}"#,
            r#"{"stack":"cassandra-3","rf":[3],"write":["ONE"],"read":["QUORUM"],"faults":["none"],"trials":20}"#,
            r#"{"experiment":1,"cell":"x","trial":1}"#,
            r#"{"job":1}"#,
        ];
        let (mut read, mut refused) = (0, 0);
        for (which, text) in crate::spoil::spoiled(&right, 10_000).enumerate() {
            let Ok(payload) = serde_json::from_str(&text) else { continue };
            match reads(NAMES[which % NAMES.len()], payload) {
                Some(Err(problem)) => {
                    assert_eq!(problem.code, Code::ActionInvalid);
                    assert!(!problem.detail.is_empty(), "{text}");
                    refused += 1;
                }
                _ => read += 1,
            }
        }
        assert!(read > 100 && refused > 500, "{read} read, {refused} refused");
    }

    #[test]
    fn what_acts_on_engines_is_never_given_twice() {
        for name in ["act", "solve", "hint", "experiment_begin", "experiment_replay", "reset"] {
            assert!(!AGAIN.contains(&name), "{name}");
        }
        assert!(AGAIN.contains(&"go_to_step"));
    }
}
