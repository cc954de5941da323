//! Watches the source: asks what it does once a second, and says what is new.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lab_model::{
    Draft, DraftSink, WeatherNeed,
    facts::weather::{SourceState, WeatherFact},
};
use lab_probe::{Account, Beat, Look, Pace, Watch};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    Source,
    ask::{self, Told},
    http::Failure,
};

/// How long the source may take before it counts as silent.
const DEADLINE: Duration = Duration::from_millis(1500);
const EVERY: Duration = Duration::from_secs(1);

/// A source being watched. Dropping it ends the watch.
#[derive(Debug)]
pub struct Probe {
    watch: Watch,
}

impl Probe {
    /// Starts observing; must be called inside a tokio runtime.
    ///
    /// Facts come when something but the source's clock is new, each answer that it gave once, and what its archive has of
    /// times that are wanted, when that is new; besides, the node's `Heard` or `FellSilent`. Ends when `cancel` is cancelled
    /// or the probe is dropped.
    #[allow(clippy::needless_pass_by_value, reason = "the probe owns what it watches by")]
    pub fn start(
        source: Source,
        needs: watch::Receiver<BTreeSet<WeatherNeed>>,
        out: impl Fn(Draft) + Send + Sync + 'static,
        cancel: CancellationToken,
    ) -> Self {
        let out: DraftSink = Arc::new(out);
        let watch = Watch::until(&cancel);
        let account = Account::of(&source.node, out, Arc::new(Pace::default()));
        watch.begin(Looking { source, account, beat: Beat::default(), told: None, answers: None }, &needs);
        Self { watch }
    }

    /// Resolves when what was true at this call has been looked at and sent, or its deadline has passed.
    pub async fn settled(&self) {
        self.watch.settled().await;
    }
}

struct Looking {
    source: Source,
    /// By the time that its archive was asked for.
    account: Account<String, WeatherFact>,
    beat: Beat,
    told: Option<SourceState>,
    /// When the source began, and its newest answer that was told.
    answers: Option<(Option<i64>, u64)>,
}

impl Looking {
    fn hear(&mut self, Told { state, began, mut answers }: Told) {
        let is_news = self.told.as_ref().is_none_or(|told| still(told) != still(&state));
        if is_news {
            self.told = Some(state.clone());
            self.account.beat(WeatherFact::SourceTold { state });
        }
        // A source that began anew counts from one again.
        let known = self.answers.filter(|(known, _)| *known == began).map_or(0, |(_, newest)| newest);
        answers.retain(|answer| answer.number > known);
        if let Some(newest) = answers.last() {
            self.answers = Some((began, newest.number));
            self.account.beat(WeatherFact::AnswersGiven { answers });
        }
    }

    /// Asks the archive for what is wanted of it.
    async fn open_archive(&mut self, needs: &BTreeSet<WeatherNeed>) {
        let wanted = |need: &WeatherNeed| match need {
            WeatherNeed::Archive { updated } => Some(updated.clone()),
            WeatherNeed::Source => None,
        };
        let wanted: BTreeSet<String> = needs.iter().filter_map(wanted).collect();
        self.account.keep(|known| wanted.contains(known));
        for updated in wanted {
            // Who is silent is heard of by its state.
            if let Ok(said) = ask::archive(&self.source.address, &updated, DEADLINE).await {
                self.account.hear(updated.clone(), WeatherFact::ArchiveRead { updated, said });
            }
        }
    }

    fn forget(&mut self) {
        self.told = None;
        self.account.keep(|_| false);
    }
}

/// The same without the clock, which never stands.
fn still(state: &SourceState) -> SourceState {
    SourceState { clock: String::new(), ..state.clone() }
}

impl Look for Looking {
    type Need = WeatherNeed;

    async fn look(&mut self, needs: &BTreeSet<WeatherNeed>, _fresh: bool) {
        match ask::state(&self.source.address, DEADLINE).await {
            Ok(told) => {
                self.beat.heard(&self.account);
                if needs.contains(&WeatherNeed::Source) {
                    self.hear(told);
                } else {
                    (self.told, self.answers) = (None, None);
                }
                self.open_archive(needs).await;
            }
            // It speaks, if in other words.
            Err(Failure::Refused { status, words }) => {
                tracing::debug!(status, words, "the source tells no state");
                self.forget();
                self.beat.silent(&self.account, &format!("it answered {status} to GET /state"));
            }
            Err(Failure::Silent(why)) => {
                // After a restart everything may be another.
                self.forget();
                self.beat.silent(&self.account, &why);
            }
        }
    }

    fn interval(&self) -> Duration {
        EVERY
    }
}
