//! What is asked of assets.

use lab_model::facts::airflow::{AirflowFact, AssetSeen, AssetTold};

use super::{
    closer::{Account, Subject},
    looking::note,
};
use crate::{
    ask,
    rest::{Dated, Failure, Rest},
};

/// Assets for which it is asked whether an event of theirs waits.
const QUEUES: usize = 20;

/// Assets being looked at.
#[derive(Default)]
pub(super) struct OfAssets {
    /// Those by which some DAG is scheduled.
    scheduling: Vec<i64>,
}

impl OfAssets {
    pub(super) async fn look(&mut self, rest: &mut Rest, account: &Account, whole: bool) -> Result<(), Failure> {
        let hear = |subject: Subject, at: Option<i64>, told: AssetTold| {
            account.said_at(at).hear(subject, AirflowFact::AssetTold { told });
        };
        let listed = account.said(&Subject::Assets).is_some();
        if (whole || !listed)
            && let Some(Dated { at, said: (assets, total) }) = note(ask::assets(rest).await)?
        {
            let scheduling = |asset: &&AssetSeen| !asset.scheduled_dags.is_empty();
            self.scheduling = assets.iter().filter(scheduling).map(|asset| asset.id).take(QUEUES).collect();
            account.keep(|subject| !matches!(subject, Subject::Queued(asset) if !self.scheduling.contains(asset)));
            hear(Subject::Assets, at, AssetTold::Assets { assets, total });
        }
        if let Some(Dated { at, said: (events, total) }) = note(ask::asset_events(rest).await)? {
            let newest = events.iter().filter_map(|event| event.at).max().or(at);
            hear(Subject::AssetEvents, newest, AssetTold::Events { events, total });
        }
        for asset_id in self.scheduling.clone() {
            let Some(Dated { at, said: queued }) = note(ask::queued(rest, asset_id).await)? else { continue };
            hear(Subject::Queued(asset_id), at, AssetTold::Queued { asset_id, queued });
        }
        Ok(())
    }
}
