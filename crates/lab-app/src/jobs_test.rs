//! Jobs: how far they are, how they end, and what stops them.

use super::*;

#[tokio::test]
async fn a_cancelled_job_ends_as_cancelled() {
    let jobs = Jobs::new();
    let id = jobs.begin("wait".into(), None, Duration::from_secs(600), |context| async move {
        context.cancel.cancelled().await;
        Err(cancelled())
    });
    jobs.cancel(id).unwrap();
    assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::Cancelled);
    assert_eq!(jobs.list()[0].state, JobState::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_job_ends_at_its_limit() {
    let jobs = Jobs::new();
    let id = jobs.begin("wait".into(), None, Duration::from_secs(5), |_| std::future::pending());
    assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::TimedOut);
}

#[tokio::test]
async fn a_job_that_is_carried_through_says_why_it_is_not_cancelled() {
    let jobs = Jobs::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let id = jobs.begin("remove".into(), None, Duration::from_secs(600), |context| async move {
        context.stays("Half a lab would be left.")?;
        let _ = told.await;
        Ok(())
    });
    jobs.changes().wait_for(|_| jobs.list()[0].stays.is_some()).await.unwrap();
    assert_eq!(jobs.cancel(id).unwrap_err().message, "Half a lab would be left.");
    tell.send(()).unwrap();
    jobs.wait(id).await.unwrap();
}

#[tokio::test]
async fn what_was_cancelled_before_is_not_carried_through() {
    let jobs = Jobs::new();
    let id = jobs.begin("remove".into(), None, Duration::from_secs(600), |context| async move {
        context.cancel.cancelled().await;
        context.stays("Half a lab would be left.")
    });
    jobs.cancel(id).unwrap();
    assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::Cancelled);
}

#[tokio::test]
async fn a_job_that_was_asked_to_stop_says_so_until_it_has_ended() {
    let jobs = Jobs::new();
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let id = jobs.begin("start".into(), None, Duration::from_secs(600), |_| async move {
        let _ = told.await;
        Err(cancelled())
    });
    jobs.cancel(id).unwrap();
    assert!(jobs.list()[0].stopping);
    tell.send(()).unwrap();
    jobs.wait(id).await.unwrap_err();
    assert!(!jobs.list()[0].stopping);
}

#[tokio::test]
async fn who_looks_at_the_end_finds_every_step_that_went_by_once() {
    let jobs = Jobs::new();
    let id = jobs.begin("start".into(), None, Duration::from_secs(5), |context| async move {
        let counted = |done| Progress { done: Some(done), ..Progress::step("start containers") };
        let paused = Progress::step("let kafka-2 go on: it was paused");
        for report in [Progress::step("choose ports"), counted(1), paused.clone(), counted(2), paused] {
            (context.progress)(report);
        }
        Ok(())
    });
    jobs.wait(id).await.unwrap();
    let steps = jobs.list().remove(0).steps;
    let said: Vec<(u32, &str)> = steps.iter().map(|step| (step.number, step.says.as_str())).collect();
    assert_eq!(said, [(1, "choose ports"), (2, "let kafka-2 go on: it was paused")]);
}

#[tokio::test]
async fn of_very_many_steps_the_newest_are_kept_under_their_numbers() {
    let jobs = Jobs::new();
    let id = jobs.begin("start".into(), None, Duration::from_secs(5), |context| async move {
        (1..=80).for_each(|number| (context.progress)(Progress::step(format!("step {number}"))));
        Ok(())
    });
    jobs.wait(id).await.unwrap();
    let steps = jobs.list().remove(0).steps;
    assert_eq!((steps.len(), steps[0].number, steps[49].number), (KEEP_STEPS, 31, 80));
}

#[tokio::test]
async fn progress_and_a_failure_are_seen() {
    let jobs = Jobs::new();
    let id = jobs.begin("try".into(), Some("lab".into()), Duration::from_secs(5), |context| async move {
        (context.progress)(Progress::step("halfway"));
        Err(unknown(JobId { job: 7 }))
    });
    assert_eq!(jobs.wait(id).await.unwrap_err().code, Code::Unknown);
    let info = jobs.list().remove(0);
    assert_eq!((info.state, info.progress.step.as_str()), (JobState::Failed, "halfway"));
}
