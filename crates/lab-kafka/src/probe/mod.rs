//! Watches a cluster: asks every broker for what is needed, on its own connections, and says what is new.
//!
//! Nobody waits for anybody: each broker has a task for its own words and one for what it must forward to the active
//! controller. A broker that is paused or dead is silent, and the others go on at full pace.

mod account;
mod controller;
mod groups;
mod own_words;
mod records;
mod topics;

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use lab_model::{Draft, DraftSink, KafkaNeed};
use lab_probe::{Pace, Watch};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::{controller::Controller, own_words::OwnWords};
use crate::Broker;

/// How long one question may take before the broker counts as silent.
const DEADLINE: Duration = Duration::from_millis(700);

/// A cluster being watched. Dropping it ends the watch.
#[derive(Debug)]
pub struct Probe {
    watch: Watch,
}

impl Probe {
    /// Starts observing; must be called inside a tokio runtime.
    ///
    /// Each draft's source is the broker that said it. Facts come when they are new; besides, every broker's
    /// `Heard` or `FellSilent` comes when that changes and about once a second. Ends when `cancel` is cancelled or
    /// the probe is dropped. Without needs only the beat goes on.
    #[allow(clippy::needless_pass_by_value, reason = "the probe owns what it watches by")]
    pub fn start(
        brokers: Vec<Broker>,
        needs: watch::Receiver<BTreeSet<KafkaNeed>>,
        out: impl Fn(Draft) + Send + Sync + 'static,
        cancel: CancellationToken,
    ) -> Self {
        let out: DraftSink = Arc::new(out);
        let watch = Watch::until(&cancel);
        let pace = Arc::new(Pace::default());
        for broker in brokers {
            let heard = Arc::new(AtomicBool::new(false));
            let own = OwnWords::new(broker.clone(), Arc::clone(&out), Arc::clone(&pace), Arc::clone(&heard));
            let through = Controller::new(broker, Arc::clone(&out), Arc::clone(&pace), heard);
            watch.begin(own, &needs);
            watch.begin(through, &needs);
        }
        Self { watch }
    }

    /// Resolves when every broker has answered, or let its deadline pass, in a whole round begun after this call: what
    /// was true at the call has been looked at and sent. Resolves at once when the probe has ended.
    pub async fn settled(&self) {
        self.watch.settled().await;
    }
}
