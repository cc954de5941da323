//! Wires the weather source's probe and actions to a lab's journal, and the sink, which needs several engines. The stream job
//! beside them is asked nothing.

mod carried;
mod run_sink;
mod sink;
mod tables;
mod take_way;

use std::sync::Arc;

use async_trait::async_trait;
use lab_cassandra::Cassandra;
use lab_docker::{Engine, Stack};
use lab_kafka::Cluster;
use lab_model::{
    ActionCall, ActionId, ActionSpec, Code, DraftSink, Fact, Need, Problem, ProgressSink, WeatherNeed,
    facts::weather::{SourceState, WeatherFact},
};
use lab_weather::{Probe, Source, Weather};
use tokio_util::sync::CancellationToken;

use self::{run_sink::RunSink, sink::At, take_way::TakeWay};
use super::{LabParts, Novelty, Registration, System, cassandra, container, kafka, needs_of};

/// The role of the node with the source.
const SOURCE: &str = "source";

pub(super) const ENGINE: Registration = Registration {
    name: "weather",
    catalog,
    by_hand,
    unseen: Weather::unseen,
    // What it answers is made by nobody in the lab.
    holds: |_| Vec::new(),
    words: |_, _| None,
    novelty,
    start: |parts| start(parts).map(|side| Box::new(side) as Box<dyn System>),
};

fn catalog() -> Vec<ActionSpec> {
    let mut all = Weather::catalog();
    all.push(ActionSpec::of::<RunSink>(RunSink::NAME, RunSink::TITLE, RunSink::SAYS));
    all.push(ActionSpec::of::<TakeWay>(TakeWay::NAME, TakeWay::TITLE, TakeWay::SAYS));
    all
}

fn by_hand(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
    if call.name == RunSink::NAME {
        return RunSink::read(call).map_or_else(|_| Vec::new(), |sink| sink.by_hand(&container(lab, "rain-1")));
    }
    if call.name == TakeWay::NAME {
        return TakeWay::read(call).map_or_else(|_| Vec::new(), |way| way.by_hand(lab, stack));
    }
    let node = stack.nodes().iter().find(|node| node.system == ENGINE.name && node.kind == SOURCE);
    node.map_or_else(Vec::new, |node| {
        // The port of a lab is chosen when it comes up: the person looks it up.
        let address = format!("$(docker port {} 8000)", container(lab, &node.name));
        Weather::by_hand(call, &Source { node: node.name.clone(), address })
    })
}

/// Its clock goes on, and with it come forecasts.
fn novelty(fact: &Fact) -> Option<Novelty> {
    let Fact::Weather(WeatherFact::SourceTold { state }) = fact else { return None };
    let fault = state.fault.clone();
    let state = SourceState {
        fault,
        clock: String::new(),
        updated: String::new(),
        next_update: String::new(),
        ..state.clone()
    };
    Some(Novelty::IfOther { subject: "state".to_owned(), said: Box::new(WeatherFact::SourceTold { state }.into()) })
}

/// A lab's weather source, and the way of a sink through its engines.
struct WeatherSide {
    probe: Probe,
    actions: Weather,
    kafka: Cluster,
    cassandra: Arc<Cassandra>,
    out: DraftSink,
    engine: Engine,
    lab: String,
    stack: Arc<Stack>,
}

fn start(parts: &LabParts<'_>) -> Option<WeatherSide> {
    let node = parts.nodes.iter().find(|info| info.is_of(ENGINE.name) && info.role == SOURCE)?;
    let source = Source { node: node.name.clone(), address: node.endpoint.clone()? };
    let out = super::sink(parts.recorder);
    let ring = lab_cassandra::Cluster::of(cassandra::nodes(parts));
    let said = Arc::clone(&out);
    let wanted = needs_of(parts, |need| if let Need::Weather(need) = need { Some(need.clone()) } else { None });
    Some(WeatherSide {
        probe: Probe::start(source.clone(), wanted, move |draft| said(draft), parts.cancel.clone()),
        actions: Weather::new(source),
        kafka: Cluster { brokers: kafka::brokers(parts.nodes) },
        cassandra: Arc::new(Cassandra::new(ring, Arc::clone(&out))),
        out,
        engine: parts.engine.clone(),
        lab: parts.lab.to_owned(),
        stack: Arc::clone(parts.stack),
    })
}

#[async_trait]
impl System for WeatherSide {
    fn always(&self) -> Vec<Need> {
        vec![Need::Weather(WeatherNeed::Source)]
    }

    async fn settled(&self) {
        self.probe.settled().await;
    }

    async fn run(
        &self,
        id: ActionId,
        call: &ActionCall,
        progress: ProgressSink,
        cancel: CancellationToken,
    ) -> Result<String, Problem> {
        if call.name == RunSink::NAME {
            let Self { kafka, cassandra, out, .. } = self;
            return RunSink::read(call)?.run(At { kafka, cassandra, out, id, progress, cancel }).await;
        }
        if call.name == TakeWay::NAME {
            return TakeWay::read(call)?.run((&self.engine, &self.lab, &self.stack), progress, cancel).await;
        }
        let said = self.actions.run(call).await;
        // What it set was looked at when it ends.
        self.probe.settled().await;
        said
    }

    async fn stop_clients(&self) {
        self.cassandra.stop_all().await;
    }

    async fn restore(&self) {
        self.actions.restore().await;
        take_way::restore(&self.engine, &self.lab, &self.stack).await;
    }
}

fn problem(code: Code, message: String) -> Problem {
    Problem { code, message, detail: String::new(), hint: String::new() }
}
