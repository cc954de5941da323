//! Lessons as data: load, validate, order, sentences, predictions, progress.
//!
//! Reads only the folder of lessons it is given (`load`) and the file of progress the caller names (`progress`). Never
//! may a clock, Docker, the network, a view, an action or a stack move in here: what lessons may name is handed in as a
//! [`Catalog`] of names and JSON Schemas, and time arrives with observations.
//!
//! - [`Library::load`] gives the lessons that are without flaw, and every [`Flaw`] of the others with file, line and the
//!   nearest valid word.
//! - [`Sentence`] is what an engine must have said; [`Judge`] follows one through the journal to a [`Truth`].
//!   Stacks use the same for readiness: [`sentences`].
//! - [`Lesson::attempts`] is what has to be done on real engines to prove the three laws; [`Verdict`] is when a step is done and
//!   which prediction was right.
//! - [`Progress`] is what a learner did.

mod catalog;
mod error;
mod file;
mod flaw;
mod laws;
mod lesson;
mod lint;
mod load;
mod markdown;
mod names;
mod progress;
mod sentence;
mod shape;
mod source;
mod verdict;

pub use catalog::{ActionShape, Catalog, StackShape, ViewShape};
pub use error::Error;
pub use file::{PipelineStage, lesson_schema};
pub use flaw::Flaw;
pub use laws::{Attempt, Stage, Then};
pub use lesson::{Button, Detour, Lesson, Prediction, Step, ViewCall};
pub use load::{Library, Track, sentences};
pub use names::Names;
pub use progress::{LessonProgress, Loaded, Progress, Repaired};
pub use sentence::{Change, Holds, Judge, Moment, Sentence, Truth, When};
pub use shape::check_arguments;
pub use verdict::{SETTLES_AFTER, Verdict};
