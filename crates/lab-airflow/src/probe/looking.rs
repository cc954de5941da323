//! One look: which questions are asked, and how soon the next look is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use lab_model::{
    AirflowNeed, DraftSink,
    facts::airflow::{AirflowFact, DagSeen, RunNamed, WARM_UP},
};
use lab_probe::{Beat, Look, Pace};
use tokio::time::Instant;

use super::{
    DEADLINE,
    account::{Account, Subject},
    graph::Graph,
    of_dag::OfDag,
    slots::Slots,
    waiting::Waiting,
};
use crate::{
    Server, ask,
    rest::{Dated, Failure, Rest},
};

const WHILE_ACTIVE: Duration = Duration::from_secs(1);
const WHILE_CALM: Duration = Duration::from_secs(5);
/// One that does not answer is tried this often: a refused connection costs nothing.
const WHILE_SILENT: Duration = Duration::from_millis(500);
/// So long after its first answer an Airflow is likely to be starting, and to warm up.
const YOUNG: Duration = Duration::from_secs(60);

/// An API server being asked.
pub(super) struct Looking {
    rest: Rest,
    account: Account,
    beat: Beat,
    pace: Arc<Pace>,
    version: Option<String>,
    /// Since when it answers.
    heard: Option<Instant>,
    /// Every component was healthy when it was last asked.
    healthy: bool,
    /// When the newest scheduler was started.
    started: Option<i64>,
    /// A run of the warm-up DAG ended after that.
    warm: bool,
    /// Runs that are under way by the newest list, without those of paused DAGs, which wait for a person.
    under_way: BTreeSet<String>,
    paused: BTreeSet<String>,
    /// When all was last asked, not only what changes while a run is under way.
    whole: Option<Instant>,
    of_dags: BTreeMap<String, OfDag>,
    /// By DAG; as they were last told with the DAGs.
    limits: ask::Limits,
    /// By DAG.
    graphs: BTreeMap<String, Graph>,
    /// By DAG and run; none is the newest run.
    waiting: BTreeMap<(String, Option<String>), Waiting>,
    slots: Slots,
}

impl Looking {
    pub(super) fn new(server: &Server, out: DraftSink) -> Self {
        let pace = Arc::new(Pace::default());
        Self {
            rest: Rest::new(server, DEADLINE),
            account: Account::of(&server.node, out, Arc::clone(&pace)),
            beat: Beat::default(),
            pace,
            version: None,
            heard: None,
            healthy: false,
            started: None,
            warm: false,
            under_way: BTreeSet::new(),
            paused: BTreeSet::new(),
            whole: None,
            of_dags: BTreeMap::new(),
            limits: BTreeMap::new(),
            graphs: BTreeMap::new(),
            waiting: BTreeMap::new(),
            slots: Slots::default(),
        }
    }

    /// It is likely to be starting. One that was warm when it was first asked has started long ago.
    fn is_young(&self) -> bool {
        !self.warm && self.heard.is_none_or(|since| since.elapsed() < YOUNG)
    }

    /// Whether this look asks for all.
    fn is_whole(&mut self, fresh: bool) -> bool {
        let due = self.whole.is_none_or(|last| last.elapsed() >= WHILE_CALM);
        let whole = fresh || due || !self.healthy || self.is_young();
        if whole {
            self.whole = Some(Instant::now());
        }
        whole
    }

    async fn ask(&mut self, needs: &BTreeSet<AirflowNeed>, fresh: bool) -> Result<(), Failure> {
        let whole = self.is_whole(fresh);
        let components = needs.contains(&AirflowNeed::Components);
        if whole || self.heard.is_none() {
            self.ask_health(components).await?;
        }
        if whole && components {
            self.ask_jobs().await?;
        }
        let listed = needs.contains(&AirflowNeed::Dags);
        if whole && listed {
            self.ask_dags().await?;
        }
        self.ask_newest_runs(listed).await?;
        if components && (whole || self.under_way.contains(WARM_UP)) {
            self.ask_warm_ups().await?;
        }
        for need in needs {
            if let AirflowNeed::Runs { dag } = need {
                self.ask_of(dag, whole, fresh).await?;
            }
        }
        self.ask_why(needs, whole).await
    }

    /// What rests on what was asked before: how DAGs are drawn, who holds slots, and why tasks wait.
    async fn ask_why(&mut self, needs: &BTreeSet<AirflowNeed>, whole: bool) -> Result<(), Failure> {
        let Self { rest, account, of_dags, limits, graphs, waiting, slots, under_way, .. } = self;
        if needs.contains(&AirflowNeed::Slots) && (whole || !under_way.is_empty() || slots.is_new()) {
            slots.look(rest, account, whole).await?;
        }
        for need in needs {
            match need {
                AirflowNeed::Graph { dag } => {
                    let graph = graphs.entry(dag.clone()).or_insert_with(|| Graph::new(dag));
                    graph.look(rest, account, (limits.get(dag), of_dags.get(dag))).await;
                }
                AirflowNeed::Waiting { dag, run } => {
                    let Some(of) = of_dags.get(dag) else { continue };
                    let waiting = waiting.entry((dag.clone(), run.clone()));
                    waiting.or_insert_with(|| Waiting::new(dag, run.as_deref())).look(rest, account, whole, of).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What nobody looks at any more is new should somebody look at it again.
    fn forget(&mut self, needs: &BTreeSet<AirflowNeed>) {
        self.account.keep(|subject| is_wanted(subject, needs));
        self.of_dags.retain(|dag, _| needs.contains(&AirflowNeed::Runs { dag: dag.clone() }));
        self.graphs.retain(|dag, _| needs.contains(&AirflowNeed::Graph { dag: dag.clone() }));
        self.waiting
            .retain(|(dag, run), _| needs.contains(&AirflowNeed::Waiting { dag: dag.clone(), run: run.clone() }));
        if !needs.contains(&AirflowNeed::Slots) {
            self.slots = Slots::default();
        }
    }

    async fn ask_health(&mut self, wanted: bool) -> Result<(), Failure> {
        if self.version.is_none() {
            self.version = Some(ask::version(&mut self.rest).await?);
        }
        let Dated { at, said } = ask::health(&mut self.rest, self.version.clone()).await?;
        if let AirflowFact::HealthTold { components, .. } = &said {
            self.healthy = components.iter().all(|component| component.status.as_deref() == Some("healthy"));
        }
        if wanted {
            self.account.said_at(at).hear_calmly(Subject::Health, said);
        }
        Ok(())
    }

    async fn ask_jobs(&mut self) -> Result<(), Failure> {
        let jobs = ask::jobs(&mut self.rest).await;
        if let Ok(Dated { said: AirflowFact::JobsListed { jobs }, .. }) = &jobs {
            let schedulers = jobs.iter().filter(|job| job.job_type == "SchedulerJob");
            self.started = schedulers.filter_map(|job| job.started_at).max();
        }
        self.hear(Subject::Jobs, jobs)
    }

    async fn ask_warm_ups(&mut self) -> Result<(), Failure> {
        let runs = ask::runs(&mut self.rest, WARM_UP).await;
        if let Ok(Dated { said: AirflowFact::RunsListed { runs, .. }, .. }) = &runs {
            self.warm = self.started.is_some() && runs.iter().any(|run| run.ended_at > self.started);
        }
        self.hear(Subject::Runs(WARM_UP.to_owned()), runs)
    }

    async fn ask_dags(&mut self) -> Result<(), Failure> {
        let Some(Dated { at, said }) = note(ask::dags(&mut self.rest).await)? else { return Ok(()) };
        let (dags, total, limits) = said;
        self.limits = limits;
        self.paused = dags.iter().filter(|dag| dag.is_paused).map(|dag| dag.dag_id.clone()).collect();
        let ids: Vec<String> = dags.iter().map(|dag| dag.dag_id.clone()).collect();
        let there: BTreeSet<String> = ids.iter().cloned().collect();
        self.account.keep(|subject| !matches!(subject, Subject::Dag(dag) if !there.contains(dag)));
        for dag in dags {
            self.hear_dag(dag);
        }
        self.account.said_at(at).hear(Subject::Dags, AirflowFact::DagsListed { dags: ids, total });
        let errors = note(ask::import_errors(&mut self.rest).await)?;
        if let Some(Dated { at, said: (errors, total) }) = errors {
            let fact = AirflowFact::ImportErrorsListed { errors, total };
            self.account.said_at(at).hear(Subject::ImportErrors, fact);
        }
        Ok(())
    }

    /// That a file was read again is told, and no reason to look more often: each one is, twice a minute.
    fn hear_dag(&self, dag: DagSeen) {
        let subject = Subject::Dag(dag.dag_id.clone());
        let only_read_again = self.account.said(&subject).is_some_and(|before| {
            let AirflowFact::DagDescribed { dag: before } = before else { return false };
            DagSeen { last_parsed_at: dag.last_parsed_at, ..before } == dag
        });
        let account = self.account.said_at(dag.last_parsed_at);
        let fact = AirflowFact::DagDescribed { dag };
        if only_read_again {
            account.hear_calmly(subject, fact);
        } else {
            account.hear(subject, fact);
        }
    }

    /// Asked with every look: it tells whether anything is under way.
    async fn ask_newest_runs(&mut self, wanted: bool) -> Result<(), Failure> {
        let Some(Dated { at, said: runs }) = note(ask::newest_runs(&mut self.rest).await)? else { return Ok(()) };
        let goes_on =
            |run: &&RunNamed| run.state == "running" || run.is_under_way() && !self.paused.contains(&run.dag_id);
        self.under_way = runs.iter().filter(goes_on).map(|run| run.dag_id.clone()).collect();
        if wanted {
            self.account.said_at(at).hear(Subject::NewestRuns, AirflowFact::NewestRunsListed { runs });
        }
        Ok(())
    }

    async fn ask_of(&mut self, dag: &str, whole: bool, fresh: bool) -> Result<(), Failure> {
        let active = self.under_way.contains(dag);
        let of = self.of_dags.entry(dag.to_owned()).or_insert_with(|| OfDag::new(dag));
        if whole || active || of.is_new() {
            of.look(&mut self.rest, &self.account, whole, fresh).await?;
        }
        Ok(())
    }

    fn hear(&self, subject: Subject, answered: Result<Dated<AirflowFact>, Failure>) -> Result<(), Failure> {
        if let Some(Dated { at, said }) = note(answered)? {
            self.account.said_at(at).hear(subject, said);
        }
        Ok(())
    }
}

/// An API server that refuses one question is not silent: the others may go well. One that does not take the lab's password
/// says nothing at all.
pub(super) fn note<T>(answered: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answered {
        Ok(said) => Ok(Some(said)),
        Err(failure @ Failure::Refused { status: 401 | 403, .. }) => Err(failure),
        Err(failure) if failure.is_refusal() => {
            tracing::debug!(%failure, "a question was refused");
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// Whether somebody still looks at it; what belongs to no DAG costs nothing to keep.
fn is_wanted(subject: &Subject, needs: &BTreeSet<AirflowNeed>) -> bool {
    match subject {
        Subject::Runs(dag) if dag == WARM_UP && needs.contains(&AirflowNeed::Components) => true,
        Subject::Tasks(dag) | Subject::Runs(dag) => needs.contains(&AirflowNeed::Runs { dag: dag.clone() }),
        Subject::Rules(dag) | Subject::Structure(dag) | Subject::Limits(dag) => {
            needs.contains(&AirflowNeed::Graph { dag: dag.clone() })
        }
        Subject::RunAfter(dag) => {
            needs.iter().any(|need| matches!(need, AirflowNeed::Waiting { dag: of, .. } if of == dag))
        }
        Subject::Pools | Subject::Parallelism => needs.contains(&AirflowNeed::Slots),
        _ => true,
    }
}

impl Look for Looking {
    type Need = AirflowNeed;

    async fn look(&mut self, needs: &BTreeSet<AirflowNeed>, fresh: bool) {
        self.forget(needs);
        match self.ask(needs, fresh).await {
            Ok(()) => {
                self.heard.get_or_insert_with(Instant::now);
                self.beat.heard(&self.account);
            }
            Err(failure) => {
                // What comes back may be another Airflow.
                (self.heard, self.version, self.whole, self.warm) = (None, None, None, false);
                self.beat.silent(&self.account, &failure.to_string());
            }
        }
    }

    fn interval(&self) -> Duration {
        if self.heard.is_none() {
            return WHILE_SILENT;
        }
        let active = !self.under_way.is_empty() || !self.healthy || self.is_young() || self.pace.is_stirred();
        if active { WHILE_ACTIVE } else { WHILE_CALM }
    }
}
