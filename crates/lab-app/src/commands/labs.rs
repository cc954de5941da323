//! Stacks and labs: what there is, start, remove.

use std::sync::Arc;

use lab_model::Problem;

use crate::{
    App, catalog,
    schema::{Down, JobId, LabInfo, LabNamed, Nothing, OwnPages, StackInfo, Up},
};

pub(crate) async fn stacks(app: &Arc<App>, _: Nothing) -> Result<Vec<StackInfo>, Problem> {
    catalog::stacks(app.host.content())
}

pub(crate) async fn up(app: &Arc<App>, up: Up) -> Result<JobId, Problem> {
    app.up_as(&up)
}

pub(crate) async fn down(app: &Arc<App>, Down { lab, volumes }: Down) -> Result<JobId, Problem> {
    Ok(app.down(&lab, volumes))
}

pub(crate) async fn cancel_job(app: &Arc<App>, job: JobId) -> Result<Nothing, Problem> {
    app.jobs.cancel(job)?;
    Ok(Nothing {})
}

pub(crate) async fn labs(app: &Arc<App>, _: Nothing) -> Result<Vec<LabInfo>, Problem> {
    app.adopt_running().await?;
    Ok(app.lab_infos())
}

pub(crate) async fn own_pages(app: &Arc<App>, LabNamed { lab }: LabNamed) -> Result<Option<OwnPages>, Problem> {
    Ok(app.lab(&lab)?.own_pages())
}
