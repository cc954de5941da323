//! The types that cross between the application and a host.
//!
//! ts-rs writes them to `ui/src/rpc/schema.gen.ts`. No logic here; what can be asked with them is listed in `dispatch.rs`.

mod acting;
mod experiments;
mod journals;
mod labs;
mod learn;
mod machine;
mod push;

pub use acting::{Act, ActionBegun, ActionInfo, ActionRunning, ActionStatus, CancelAction, ViewInfo};
pub use experiments::{
    BeginExperiment, Cell, CellPlan, CellRef, CellState, CompareExperiments, ComparedCell, Comparison, ConsistencyPlan,
    Episode, Expect, Expectations, Experiment, ExperimentInfo, ExperimentJob, ExperimentList, ExperimentRef,
    ExportExperiment, ExportFormat, Exported, FaultKind, LatencyMs, Level, PlanChecked, Replay, ReplicaHolds,
    ResumeExperiment, RunState, Surprise, Theory, Trial, TrialPhase, TrialRead, TrialRef, TrialRequest, UnreadableRun,
    Verdict, Verified,
};
pub use journals::{JournalInfo, JournalState};
pub use lab_lessons::Truth;
pub use lab_model::facts::lab::{ImageInUse, NodeInfo, Origin};
pub use lab_views::Table;
pub use labs::{
    ChoiceValue, Down, JobId, JobInfo, JobState, JobStep, LabInfo, LabNamed, OwnPages, Phase, StackChoice, StackInfo,
    Up,
};
pub use learn::{
    BeginLesson, Button, CheckState, Evidence, Hint, Judged, LessonInfo, LessonRef, LessonText, Predict, Question,
    Reset, Session, StepRef, StepState, StepText, TrackInfo, ViewRef,
};
pub use machine::{About, Doctor, EngineFound, Finding, LogLine, Nothing};
pub use push::{Push, Subscription, ViewPush};
