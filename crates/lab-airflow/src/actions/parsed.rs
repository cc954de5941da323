//! Waits until Airflow has read a file that was written or removed.

use std::time::Duration;

use lab_model::facts::airflow::{DagSeen, ImportErrorSeen};
use tokio::time::{Instant, sleep};

use crate::{
    ask,
    rest::{Failure, Rest},
};

/// The lab's Airflow looks for new files every five seconds, and notices then which ones are gone.
pub(super) const NOTICED: Duration = Duration::from_secs(20);
/// It gives up a file that it cannot read to its end within this (`[core] dagbag_import_timeout`).
pub(super) const GIVES_UP: Duration = Duration::from_secs(30);
/// It begins to read a new file within some seconds, and then gives it up.
pub(super) const LIMIT: Duration = Duration::from_secs(45);
/// A file that was not read after so long is a slow one, or stands behind one.
const SLOW: Duration = Duration::from_secs(8);
const LOOK_AGAIN: Duration = Duration::from_millis(400);

/// What Airflow knows of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct FileSeen {
    /// DAGs that it has, or had.
    pub(super) dags: Vec<DagSeen>,
    /// Why it cannot be imported.
    pub(super) error: Option<ImportErrorSeen>,
    /// The DAGs of all other files, each with its file.
    pub(super) elsewhere: Vec<(String, String)>,
    /// What counts as new is not older than this, by Airflow's clock, Unix milliseconds.
    pub(super) since: Option<i64>,
}

/// What Airflow knows of `file` now.
pub(super) async fn look(rest: &mut Rest, file: &str) -> Result<FileSeen, Failure> {
    let dags = ask::dags(rest).await?;
    let errors = ask::import_errors(rest).await?.said.0;
    let (dags, others): (Vec<DagSeen>, Vec<DagSeen>) =
        dags.said.0.into_iter().partition(|dag| dag.relative_fileloc.as_deref() == Some(file));
    let others = others.into_iter().filter(|dag| !dag.is_stale);
    Ok(FileSeen {
        since: None,
        dags,
        elsewhere: others.filter_map(|dag| Some((dag.dag_id, dag.relative_fileloc?))).collect(),
        error: errors.into_iter().find(|error| error.filename == file),
    })
}

/// What Airflow knows of it once it has read this text of it, or cannot import it; none if it did neither within `limit`. Asked
/// just after the file was written; `before` is what Airflow knew until then. `slow` is called where it takes its time.
pub(super) async fn read_again(
    rest: &mut Rest,
    (file, text): (&str, &str),
    before: &FileSeen,
    (limit, slow): (Duration, &(dyn Fn() + Sync)),
) -> Result<Option<FileSeen>, Failure> {
    let before = FileSeen { since: ask::clock(rest).await?, ..before.clone() };
    // A reading may have begun with the text of before, and a run made now would be one of that.
    until(rest, (file, Some(text)), (limit, slow), |now| now.is_newer_than(&before)).await
}

/// What Airflow knows of it once it is gone; none if it was not noticed in time.
pub(super) async fn gone(rest: &mut Rest, file: &str) -> Result<Option<FileSeen>, Failure> {
    until(rest, (file, None), (NOTICED, &|| ()), |now| now.error.is_none() && now.dags.iter().all(|dag| dag.is_stale))
        .await
}

async fn until(
    rest: &mut Rest,
    (file, text): (&str, Option<&str>),
    (limit, slow): (Duration, &(dyn Fn() + Sync)),
    done: impl Fn(&FileSeen) -> bool,
) -> Result<Option<FileSeen>, Failure> {
    let began = Instant::now();
    let mut is_slow = false;
    loop {
        let now = look(rest, file).await?;
        if done(&now) && now.is_of(rest, text).await? {
            return Ok(Some(now));
        }
        if began.elapsed() > limit {
            return Ok(None);
        }
        if !is_slow && began.elapsed() > SLOW {
            is_slow = true;
            slow();
        }
        sleep(LOOK_AGAIN).await;
    }
}

impl FileSeen {
    /// The text that Airflow keeps of the file is this one, if one is asked for. It keeps none of a file that it cannot import.
    async fn is_of(&self, rest: &mut Rest, text: Option<&str>) -> Result<bool, Failure> {
        let kept = self.dags.iter().find(|dag| !dag.is_stale).filter(|_| self.error.is_none() && text.is_some());
        let Some(dag) = kept else {
            return Ok(true);
        };
        match ask::source(rest, &dag.dag_id).await {
            Ok(source) => Ok(text.is_none_or(|text| source == text)),
            Err(failure) if failure.is_missing() => Ok(true),
            Err(failure) => Err(failure),
        }
    }

    /// A DAG of it was read, or an error in it found, since the file was written: another time than then, and not before the
    /// second of it. Airflow reads every file twice a minute, so another time alone may be that of the text before.
    fn is_newer_than(&self, then: &Self) -> bool {
        let since = |time: Option<i64>| time.is_some_and(|time| then.since.is_none_or(|since| time >= since));
        let parsed = |dags: &[DagSeen]| dags.iter().filter_map(|dag| dag.last_parsed_at).max();
        let found = |seen: &Self| seen.error.as_ref().and_then(|error| error.found_at);
        let read = parsed(&self.dags);
        let broken = found(self);
        since(broken) && broken != found(then)
            || self.error.is_none() && since(read) && (read != parsed(&then.dags) || then.error.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(parsed: Option<i64>, found: Option<i64>, since: i64) -> FileSeen {
        let dag = |last_parsed_at| DagSeen {
            dag_id: "d".into(),
            is_paused: false,
            is_stale: false,
            has_import_errors: found.is_some(),
            relative_fileloc: Some("d.py".into()),
            last_parsed_at: Some(last_parsed_at),
            timetable_summary: None,
            version_number: None,
        };
        let error = |found_at| ImportErrorSeen {
            filename: "d.py".into(),
            line: None,
            error: "E".into(),
            stack_trace: "E".into(),
            found_at: Some(found_at),
        };
        FileSeen {
            dags: parsed.map(dag).into_iter().collect(),
            error: found.map(error),
            elsewhere: Vec::new(),
            since: Some(since),
        }
    }

    #[test]
    fn what_was_known_before_the_file_was_written_is_no_answer_to_it() {
        let cases = [
            // A new file.
            (seen(None, None, 5000), seen(None, None, 6000), false),
            (seen(None, None, 5000), seen(Some(6500), None, 7000), true),
            (seen(None, None, 5000), seen(None, Some(6500), 7000), true),
            // One that was read before.
            (seen(Some(4000), None, 5000), seen(Some(4000), None, 9000), false),
            (seen(Some(4000), None, 5000), seen(Some(4900), None, 9000), false),
            (seen(Some(4000), None, 5000), seen(Some(5600), None, 9000), true),
            (seen(Some(4000), None, 5000), seen(Some(4000), Some(5600), 9000), true),
            // One that could not be imported before.
            (seen(Some(1000), Some(4000), 5000), seen(Some(1000), Some(4000), 9000), false),
            (seen(Some(1000), Some(4000), 5000), seen(Some(5600), None, 9000), true),
            (seen(Some(1000), Some(4000), 5000), seen(Some(1000), Some(5600), 9000), true),
        ];
        for (then, now, newer) in cases {
            assert_eq!(now.is_newer_than(&then), newer, "{then:?} → {now:?}");
        }
    }
}
