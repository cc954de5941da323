//! `check`: proves the two laws on real engines.

use std::{process::ExitCode, sync::Arc, time::Instant};

use lab_app::{App, LocalHost, laws};
use lab_model::Problem;

use super::follow;
use crate::output::Output;

pub(crate) async fn run(out: &Output, host: LocalHost, lessons: &[String], keep: bool) -> Result<ExitCode, Problem> {
    let app = super::app(host)?;
    let began = Instant::now();
    let chosen = app.lessons_by_stack(lessons)?;
    let (mut proven, mut failed) = (0, 0);
    for (stack, lessons) in chosen {
        let name = format!("pipewright-check-{stack}");
        let job = app.up(&stack, Some(&name))?;
        follow(out, &app, job).await?;
        let lab = app.lab(&name)?;
        for lesson in lessons {
            laws::prove(&lab, &lesson, |proof| {
                if proof.holds {
                    proven += 1;
                } else {
                    failed += 1;
                }
                out.give(&proof);
                let mark = if proof.holds { "ok " } else { "NO " };
                out.say(format!(
                    "{mark} {} {}: {} ({:.1} s)",
                    proof.lesson,
                    out.strong(&proof.step),
                    proof.law,
                    proof.millis as f64 / 1000.0
                ));
                if !proof.holds {
                    out.say(format!("     {}", proof.says));
                }
            })
            .await?;
        }
        if !keep {
            remove(out, &app, &name).await?;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    out.give(&serde_json::json!({ "event": "checked", "hold": proven, "fail": failed, "seconds": seconds }));
    out.say(format!("{proven} proofs hold, {failed} do not; {seconds:.0} s."));
    app.leave_all().await;
    Ok(if failed == 0 && proven > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn remove(out: &Output, app: &Arc<App>, lab: &str) -> Result<(), Problem> {
    let job = app.down(lab, true);
    follow(out, app, job).await
}
