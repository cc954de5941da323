//! A lane of its own for what is looked at closely: single task instances, Variables and connections, assets. However long
//! these take, what all pictures need is asked meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use lab_model::{AirflowNeed, DraftSink, facts::airflow::AirflowFact};
use lab_probe::{Look, Pace};
use tokio::time::Instant;

use super::{
    DEADLINE,
    of_assets::OfAssets,
    of_left::{Named, OfLeft},
    of_stores::OfStores,
    of_task::OfTask,
    places,
};
use crate::{
    Server, ask,
    ask::Place,
    rest::{Failure, Rest},
};

pub(super) const WHILE_ACTIVE: Duration = Duration::from_secs(1);
pub(super) const WHILE_CALM: Duration = Duration::from_secs(5);

/// What was told of single things.
pub(super) type Account = lab_probe::Account<Subject, AirflowFact>;

/// What a fact is about; a newer fact about the same replaces the older.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Instance(Place),
    Tries(Place),
    XComs(Place),
    TaskEvents(Place),
    Connections,
    StoreEvents,
    Assets,
    AssetEvents,
    Queued(i64),
}

impl Subject {
    /// Whether somebody still looks at it.
    fn is_wanted(&self, places: &BTreeSet<Place>, needs: &BTreeSet<AirflowNeed>) -> bool {
        match self {
            Self::Instance(place) | Self::Tries(place) | Self::XComs(place) | Self::TaskEvents(place) => {
                places.contains(place)
            }
            Self::Connections | Self::StoreEvents => needs.contains(&AirflowNeed::Variables),
            Self::Assets | Self::AssetEvents | Self::Queued(_) => needs.contains(&AirflowNeed::Assets),
        }
    }
}

/// An API server being asked about single things.
pub(super) struct Closer {
    rest: Rest,
    account: Account,
    pace: Arc<Pace>,
    tasks: BTreeMap<Place, OfTask>,
    left: BTreeMap<Named, OfLeft>,
    stores: OfStores,
    assets: OfAssets,
    /// When all was last asked, not only what changes by itself.
    whole: Option<Instant>,
    /// It answered when it was last asked.
    heard: bool,
    /// Something that somebody looks at goes on.
    active: bool,
}

impl Closer {
    pub(super) fn new(server: &Server, out: DraftSink) -> Self {
        let pace = Arc::new(Pace::default());
        Self {
            rest: Rest::new(server, DEADLINE),
            account: Account::of(&server.node, out, Arc::clone(&pace)),
            pace,
            tasks: BTreeMap::new(),
            left: BTreeMap::new(),
            stores: OfStores::default(),
            assets: OfAssets::default(),
            whole: None,
            heard: false,
            active: false,
        }
    }

    fn is_whole(&mut self, fresh: bool) -> bool {
        let whole = fresh || !self.heard || self.whole.is_none_or(|last| last.elapsed() >= WHILE_CALM);
        if whole {
            self.whole = Some(Instant::now());
        }
        whole
    }

    async fn ask(&mut self, needs: &BTreeSet<AirflowNeed>, fresh: bool) -> Result<(), Failure> {
        let wanted = places::wanted(&mut self.rest, needs).await?;
        let places: BTreeSet<Place> = wanted.into_iter().map(|(place, _)| place).collect();
        self.account.keep(|subject| subject.is_wanted(&places, needs));
        self.tasks.retain(|place, _| places.contains(place));
        let whole = self.is_whole(fresh);
        self.active = false;
        for place in &places {
            let of = self.tasks.entry(place.clone()).or_insert_with(|| OfTask::new(place));
            of.look(&mut self.rest, &self.account, whole, fresh).await?;
            self.active |= of.goes_on();
        }
        self.ask_left(needs, fresh).await?;
        let (stores, assets) = (needs.contains(&AirflowNeed::Variables), needs.contains(&AirflowNeed::Assets));
        if !stores && !assets {
            return Ok(());
        }
        // Tasks set Variables and make events while a run goes on.
        let runs = ask::goes_on(&mut self.rest).await?;
        self.active |= runs;
        if stores {
            self.stores.look(&mut self.rest, &self.account, whole).await?;
        }
        if assets {
            self.assets.look(&mut self.rest, &self.account, whole).await?;
        }
        Ok(())
    }

    async fn ask_left(&mut self, needs: &BTreeSet<AirflowNeed>, fresh: bool) -> Result<(), Failure> {
        let named = |need: &AirflowNeed| match need {
            AirflowNeed::Left { dag, task, key } => Some((dag.clone(), task.clone(), key.clone())),
            _ => None,
        };
        let wanted: BTreeSet<Named> = needs.iter().filter_map(named).collect();
        self.left.retain(|named, _| wanted.contains(named));
        for named in wanted {
            let left = self.left.entry(named.clone()).or_default();
            left.look(&mut self.rest, &self.account, &named, fresh).await?;
            self.active |= left.goes_on();
        }
        Ok(())
    }
}

impl Look for Closer {
    type Need = AirflowNeed;

    async fn look(&mut self, needs: &BTreeSet<AirflowNeed>, fresh: bool) {
        if !needs.contains(&AirflowNeed::Variables) {
            self.stores = OfStores::default();
        }
        match self.ask(needs, fresh).await {
            Ok(()) => self.heard = true,
            // The lane beside says that it is silent, and why.
            Err(failure) => {
                tracing::debug!(%failure, "a closer look failed");
                self.heard = false;
            }
        }
    }

    fn interval(&self) -> Duration {
        if self.active || !self.heard || self.pace.is_stirred() { WHILE_ACTIVE } else { WHILE_CALM }
    }
}
