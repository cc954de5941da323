//! Wires the weather source's probe and actions to a lab's journal. The stream job beside it is asked nothing.

use async_trait::async_trait;
use lab_docker::Stack;
use lab_model::{
    ActionCall, ActionId, Fact, Need, Problem, ProgressSink, WeatherNeed,
    facts::weather::{SourceState, WeatherFact},
};
use lab_weather::{Probe, Source, Weather};
use tokio_util::sync::CancellationToken;

use super::{LabParts, Novelty, Registration, System, container, needs_of, sink};

/// The role of the node with the source.
const SOURCE: &str = "source";

pub(super) const ENGINE: Registration = Registration {
    name: "weather",
    catalog: Weather::catalog,
    by_hand,
    unseen: Weather::unseen,
    // What it answers is made by nobody in the lab.
    holds: |_| Vec::new(),
    words: |_, _| None,
    novelty,
    start: |parts| start(parts).map(|side| Box::new(side) as Box<dyn System>),
};

fn by_hand(lab: &str, stack: &Stack, call: &ActionCall) -> Vec<String> {
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

/// A lab's weather source.
struct WeatherSide {
    probe: Probe,
    actions: Weather,
}

fn start(parts: &LabParts<'_>) -> Option<WeatherSide> {
    let node = parts.nodes.iter().find(|info| info.is_of(ENGINE.name) && info.role == SOURCE)?;
    let source = Source { node: node.name.clone(), address: node.endpoint.clone()? };
    let out = sink(parts.recorder);
    let wanted = needs_of(parts, |need| if let Need::Weather(need) = need { Some(*need) } else { None });
    Some(WeatherSide {
        probe: Probe::start(source.clone(), wanted, move |draft| out(draft), parts.cancel.clone()),
        actions: Weather::new(source),
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
        _id: ActionId,
        call: &ActionCall,
        _progress: ProgressSink,
        _cancel: CancellationToken,
    ) -> Result<String, Problem> {
        let said = self.actions.run(call).await;
        // What it set was looked at when it ends.
        self.probe.settled().await;
        said
    }

    async fn stop_clients(&self) {}

    async fn restore(&self) {
        self.actions.restore().await;
    }
}
