//! `airflow.cancel_backfill`

use lab_model::Problem;
use lab_probe::action::{Verb, failed};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Actions, ByHand, Scope,
    again::Tries,
    backfills::{self, ADVICE, Backfill},
    names::check_dag,
};
use crate::rest::{Failure, Rest};

/// Ends a backfill.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelBackfill {
    /// The DAG whose backfill is under way: it has one at a time.
    #[schemars(length(min = 1, max = 250))]
    dag: String,
}

impl CancelBackfill {
    /// Gives which one; none if none is under way.
    async fn cancel(&self, rest: &mut Rest) -> Result<Option<i64>, Failure> {
        let newest = backfills::newest(rest, &self.dag).await?;
        let Some(Backfill { id, completed_at: None }) = newest else { return Ok(None) };
        let mut tries = Tries::default();
        loop {
            match rest.put::<Backfill>(&format!("backfills/{id}/cancel")).await {
                Ok(_) => return Ok(Some(id)),
                // It has ended: by an earlier try that only seemed lost.
                Err(Failure::Refused { status: 409, .. }) if tries.is_second() => return Ok(Some(id)),
                Err(failure) if tries.look(&failure).await => {}
                Err(failure) => return Err(failure),
            }
        }
    }
}

impl Verb<Actions> for CancelBackfill {
    const NAME: &'static str = "airflow.cancel_backfill";
    const TITLE: &'static str = "Cancel a backfill";
    const SAYS: &'static str = "Its queued runs fail, and none is added. What runs already goes on.";

    fn check(&self) -> Result<(), String> {
        check_dag(&self.dag)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        // Airflow's own command line has no word for it.
        let newest = place.curl("GET", &backfills::path(&self.dag), None);
        let id = format!("BACKFILL=$({newest} | grep -o '\"id\":[0-9]*' | head -1 | cut -d: -f2)");
        vec![place.token(), id, place.curl("PUT", "backfills/$BACKFILL/cancel", None)]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let doing = format!("cancel the backfill of {}", self.dag);
        let mut rest = scope.rest();
        let cancelled = scope.or_cancelled(&doing, self.cancel(&mut rest)).await?;
        match cancelled.map_err(|failure| ADVICE.on(&doing, &rest, &failure))? {
            Some(id) => Ok(format!("backfill {id} of {} is cancelled; its queued runs are failed", self.dag)),
            None => {
                let hint = "Look at the DAG's runs: those of a backfill have its name in theirs.";
                Err(failed::not_now(&format!("No backfill of {} is under way", self.dag), hint))
            }
        }
    }
}
