//! A file per command: ask the application, print the answer.

pub(crate) mod act;
pub(crate) mod arguments;
pub(crate) mod check;
pub(crate) mod doctor;
pub(crate) mod down;
pub(crate) mod experiment;
pub(crate) mod images;
pub(crate) mod journals;
pub(crate) mod learn;
pub(crate) mod lessons;
pub(crate) mod load;
pub(crate) mod proof;
pub(crate) mod replay;
pub(crate) mod status;
pub(crate) mod up;
pub(crate) mod watch;

use std::{sync::Arc, time::Duration};

use lab_app::{
    App, Lab, LocalHost,
    schema::{JobId, Phase},
};
use lab_model::{Code, Problem};

use crate::output::Output;

/// What every command that needs a lab waits for first.
pub(crate) const ENGINE: &str = "the container engine’s answer";
/// A lab with faults is used as it is after this time.
const READY_LIMIT: Duration = Duration::from_secs(5);

/// The application over this machine. Whichever command finds that progress cannot be read says so: no later one sees it.
pub(crate) fn app(host: LocalHost) -> Result<Arc<App>, Problem> {
    let app = App::new(Arc::new(host))?;
    if let Some(lost) = app.learning.lost() {
        crate::output::complain(&format!("{lost}\n"));
    }
    Ok(app)
}

/// Follows a job to its end, showing how far it is; Ctrl-C cancels it. One that is carried through says why it is, and
/// a second Ctrl-C ends this program all the same.
pub(crate) async fn follow(out: &Output, app: &Arc<App>, job: JobId) -> Result<(), Problem> {
    let look = || app.jobs.list().into_iter().find(|info| info.job == job.job);
    let show = async {
        loop {
            if let Some(info) = look() {
                out.progress(&info);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    let interrupted = async {
        let mut refused = None;
        while tokio::signal::ctrl_c().await.is_ok() {
            match (app.jobs.cancel(job), refused.take()) {
                (Ok(()), _) => {}
                (Err(problem), None) => {
                    out.warn(format!("{} Press Ctrl-C again to end this program all the same.", problem.message));
                    refused = Some(problem);
                }
                (Err(_), Some(problem)) => return Err(problem),
            }
        }
        std::future::pending::<Result<(), Problem>>().await
    };
    let result = tokio::select! {
        result = app.jobs.wait(job) => result,
        () = show => Ok(()),
        result = interrupted => result,
    };
    // What went by since the last look.
    look().iter().for_each(|info| out.steps(info));
    result
}

/// The same problem; one of memory says how to start all the same.
pub(crate) fn with_a_way_on(mut problem: Problem) -> Problem {
    match problem.code {
        Code::NotEnoughMemory => problem.hint.push_str(" To start it anyway, add --anyway."),
        Code::HoldsThings => problem.hint.push_str(" To use it anyway, add --shared."),
        _ => {}
    }
    problem
}

/// The named lab, or the only one there is; no other is asked anything.
pub(crate) async fn lab(out: &Output, app: &Arc<App>, name: Option<&str>) -> Result<Arc<Lab>, Problem> {
    out.while_waiting(ENGINE, None, app.adopt_one(name)).await
}

/// Waits a while for a lab that was taken over to be ready; a lab with faults may never be, and is used as it is.
pub(crate) async fn soon_ready(out: &Output, lab: &Lab) {
    let mut phase = lab.phase();
    let ready = phase.wait_for(|phase| *phase == Phase::Ready);
    let ready = tokio::time::timeout(READY_LIMIT, ready);
    let _ = out.while_waiting(&format!("lab {} to be ready", lab.name), Some(READY_LIMIT), ready).await;
}

pub(crate) use lab_app::looking::typed;
