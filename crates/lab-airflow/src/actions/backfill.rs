//! `airflow.backfill`

use lab_model::{Problem, counted};
use lab_probe::action::{Verb, check_range, failed};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    backfills::{self, ADVICE, Backfill as Made},
    dates,
    names::check_dag,
};
use crate::{
    ask,
    rest::{Failure, Rest},
};

/// A day in milliseconds, and so many days may be asked for at once: Airflow counts every run of them, and does nothing else
/// meanwhile.
const DAY: i64 = 24 * 60 * 60 * 1000;
const DAYS: i64 = 366;
/// So many runs may be made at once.
const MOST: usize = 500;
/// Dates that are named one by one.
const NAMED: usize = 10;

/// Makes the runs of a range of dates.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Backfill {
    /// The DAG's id.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
    /// The first date: a day like `2026-11-01`, or a time like `2026-11-01T06:00:00Z`.
    from: String,
    /// The last one, which belongs to it.
    to: String,
    /// Only says for which dates it would make runs.
    #[serde(default = "yes")]
    dry_run: bool,
    /// What becomes of a date that has a run already.
    #[serde(default)]
    reprocess_behavior: Reprocess,
    /// So many of its runs may run at once.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    max_active_runs: Option<u32>,
}

/// Which dates with a run are made again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Reprocess {
    /// None.
    #[default]
    None,
    /// Those whose run failed.
    Failed,
    /// Every one whose run has ended.
    Completed,
}

impl Reprocess {
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Failed => "failed",
            Self::Completed => "completed",
        }
    }
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
struct Planned {
    backfills: Vec<Date>,
}

#[derive(Debug, Deserialize)]
struct Date {
    logical_date: Option<String>,
    #[serde(default)]
    partition_key: Option<String>,
}

impl Backfill {
    fn body(&self) -> Value {
        let date = |date: &String| dates::full(date).unwrap_or_else(|| date.clone());
        let mut body = json!({
            "dag_id": self.dag,
            "from_date": date(&self.from),
            "to_date": date(&self.to),
            "reprocess_behavior": self.reprocess_behavior.word(),
        });
        if let Some(most) = self.max_active_runs {
            body["max_active_runs"] = json!(most);
        }
        body
    }

    /// The dates for which it would make runs. Nothing is changed by asking.
    async fn planned(&self, rest: &mut Rest) -> Result<Vec<String>, Failure> {
        let planned = rest.post::<Planned>("backfills/dry_run", &self.body()).await?.said.backfills;
        let name = |date: Date| date.logical_date.or(date.partition_key).unwrap_or_else(|| "no date".to_owned());
        Ok(planned.into_iter().map(name).collect())
    }

    /// Makes it; gives it, and whether Airflow said how that ended. A DAG has one at a time, so a new one is ours.
    async fn make(&self, rest: &mut Rest) -> Result<(Made, bool), Failure> {
        let before = backfills::newest(rest, &self.dag).await?.map_or(0, |backfill| backfill.id);
        let mut tries = Tries::default();
        loop {
            match rest.post::<Made>("backfills", &self.body()).await {
                Ok(made) => return Ok((made.said, true)),
                Err(failure) if tries.look(&failure).await => {
                    let newest = backfills::newest(rest, &self.dag).await?;
                    if let Some(made) = newest.filter(|newest| newest.id > before) {
                        return Ok((made, false));
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    fn nothing(&self) -> Problem {
        failed::not_now(
            &format!("Airflow would make no run of {} from {} to {}", self.dag, self.from, self.to),
            "Its schedule has no date in there whose time is over, or each has a run already: \
             reprocess_behavior=completed makes those again.",
        )
    }
}

impl Verb<Actions> for Backfill {
    const NAME: &'static str = "airflow.backfill";
    const TITLE: &'static str = "Backfill a DAG";
    const SAYS: &'static str = "Makes the runs that the DAG's schedule has in a range of dates. Says only which ones, unless dry_run is false.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)?;
        let (from, to) = (dates::check("from", &self.from)?, dates::check("to", &self.to)?);
        if from > to {
            return Err("`from` must not be after `to`".into());
        }
        if to - from > DAYS * DAY {
            return Err(format!("`to` must be at most {DAYS} days after `from`"));
        }
        self.max_active_runs.map_or(Ok(()), |most| check_range("max_active_runs", most, 1, 100))
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        let (dag, from, to) =
            (format!("--dag-id={}", self.dag), format!("--from-date={}", self.from), format!("--to-date={}", self.to));
        let reprocess = format!("--reprocess-behavior={}", self.reprocess_behavior.word());
        let most = self.max_active_runs.map(|most| format!("--max-active-runs={most}"));
        let mut words = vec!["backfill", "create", &dag, &from, &to];
        words.extend((self.reprocess_behavior != Reprocess::None).then_some(reprocess.as_str()));
        words.extend(most.as_deref());
        words.extend(self.dry_run.then_some("--dry-run"));
        vec![place.airflow(&words)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("backfill {}", self.dag);
        let mut rest = scope.rest();
        let planned = scope.or_cancelled(&doing, self.planned(&mut rest)).await?;
        let planned = planned.map_err(|failure| ADVICE.on(&doing, &rest, &failure))?;
        let runs = told(&planned);
        if planned.is_empty() {
            return Err(self.nothing());
        }
        if self.dry_run {
            return Ok(format!("would make {runs}"));
        }
        if planned.len() > MOST {
            let what = format!("It would make {} of {}", counted(planned.len() as u64, "run"), self.dag);
            return Err(failed::not_now(&what, &format!("Choose a shorter range: at most {MOST} are made at once.")));
        }
        scope.report(&format!("Making {}", counted(planned.len() as u64, "run")));
        let made = async {
            let made = self.make(&mut rest).await?;
            Ok((made, ask::dag(&mut rest, &self.dag).await?.is_paused))
        };
        let made: Result<_, Failure> = scope.or_cancelled(&doing, made).await?;
        let ((made, told), paused) = made.map_err(|failure| ADVICE.on(&doing, &rest, &failure))?;
        let unsure = if told { "" } else { "; Airflow did not say whether all of its runs are" };
        let waits = if paused { format!("; they wait, because {} is paused", self.dag) } else { String::new() };
        Ok(format!("backfill {} of {} is there{unsure}, with {runs}{waits}", made.id, self.dag))
    }
}

/// `3 runs: 2026-11-28T00:00:00Z, …`
fn told(dates: &[String]) -> String {
    let more = if dates.len() > NAMED { ", …" } else { "" };
    format!("{}: {}{more}", counted(dates.len() as u64, "run"), dates[..dates.len().min(NAMED)].join(", "))
}
