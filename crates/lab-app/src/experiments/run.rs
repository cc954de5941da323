//! Being written.

use std::sync::Arc;

use lab_model::{Code, Problem};

use crate::{App, schema::{BeginExperiment, ExperimentJob, TrialRef}};

fn later() -> Problem {
    Problem { code: Code::NotNow, message: "Being written.".into(), detail: String::new(), hint: String::new() }
}
pub(crate) fn begin(_: &Arc<App>, _: BeginExperiment) -> Result<ExperimentJob, Problem> { Err(later()) }
pub(crate) fn resume(_: &Arc<App>, _: u32) -> Result<ExperimentJob, Problem> { Err(later()) }
pub(crate) fn replay(_: &Arc<App>, _: TrialRef) -> Result<ExperimentJob, Problem> { Err(later()) }
