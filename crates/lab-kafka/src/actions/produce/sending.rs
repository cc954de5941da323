//! Sends planned records and hears what becomes of each.

use std::{collections::BTreeMap, time::Duration};

use lab_model::Problem;
use lab_probe::action::{counted, failed};
use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Interval, interval},
};

use super::telling::Telling;
use crate::{
    actions::scope::{Scope, Witness},
    clients::producer::{Delivery, Landed, Outgoing, Producer, Promise},
    error,
};

/// Records on their way.
pub(super) struct Sending<'a> {
    pub(super) topic: &'a str,
    pub(super) acks: &'static str,
    pub(super) records: Vec<Outgoing>,
    /// The number of the first of them.
    pub(super) first: u64,
    /// A second.
    pub(super) rate: Option<u32>,
    pub(super) witness: Witness,
}

/// What became of them so far.
#[derive(Debug, Default)]
struct Tally {
    /// Handed to the client.
    sent: usize,
    landed: BTreeMap<i32, Place>,
    refused: usize,
    error: Option<String>,
}

impl Sending<'_> {
    pub(super) async fn run(
        self,
        scope: &Scope,
        bootstrap: &str,
        name: &str,
        promise: Promise,
        refusals_ok: bool,
    ) -> Result<String, Problem> {
        let (producer, deliveries) = Producer::start(bootstrap, name, promise)?;
        let tally = self.carry(scope, &producer, deliveries).await;
        producer.close().await;
        let (total, words) = (self.records.len(), tally.words(self.acks));
        if scope.cancel.is_cancelled() && tally.acknowledged() < total {
            return Err(failed::cancelled(&format!("Of {total} records: {words}")));
        }
        if tally.refused > 0 && !refusals_ok {
            return Err(error::not_acknowledged(tally.refused, total, &words));
        }
        Ok(words)
    }

    async fn carry(&self, scope: &Scope, producer: &Producer, mut deliveries: UnboundedReceiver<Delivery>) -> Tally {
        let mut tally = Tally::default();
        let mut telling = Telling::new(self.topic, self.acks, &self.witness);
        let mut pulse = self.rate.map(|rate| interval(Duration::from_secs(1) / rate));
        let mut stopped = false;
        while tally.settled() < if stopped { tally.sent } else { self.records.len() } {
            tokio::select! {
                biased;
                () = scope.cancel.cancelled(), if !stopped => {
                    stopped = true;
                    producer.give_up();
                }
                () = telling.due() => telling.tell(),
                Some(delivery) = deliveries.recv() => self.hear(scope, &mut tally, &mut telling, delivery),
                () = beat(&mut pulse), if !stopped && tally.sent < self.records.len() => {
                    let upto = if self.rate.is_some() { tally.sent + 1 } else { self.records.len() };
                    self.hand_over(scope, producer, (&mut tally, &mut telling), upto);
                }
            }
        }
        tally
    }

    fn hand_over(
        &self,
        scope: &Scope,
        producer: &Producer,
        (tally, telling): (&mut Tally, &mut Telling<'_>),
        upto: usize,
    ) {
        for (number, record) in self.records.iter().enumerate().take(upto).skip(tally.sent) {
            tally.sent += 1;
            if let Err(words) = producer.send(self.topic, number, record) {
                self.hear(scope, tally, telling, Delivery { number, outcome: Err(words) });
            }
        }
    }

    fn hear(&self, scope: &Scope, tally: &mut Tally, telling: &mut Telling<'_>, delivery: Delivery) {
        let number = self.first + delivery.number as u64;
        match delivery.outcome {
            Ok(landed) => {
                tally.land(landed);
                telling.acknowledged(number, landed);
            }
            Err(error) => {
                tally.refused += 1;
                tally.error = Some(error.clone());
                telling.refused(number, error);
            }
        }
        if tally.settled().is_multiple_of(50) || tally.settled() == self.records.len() {
            let step = format!("produce to {}", self.topic);
            scope.report(step, tally.settled(), self.records.len(), "records");
        }
    }
}

/// Records in one partition.
#[derive(Debug, Default)]
struct Place {
    count: usize,
    /// The first and the last, of those the broker told.
    offsets: Option<(i64, i64)>,
}

/// At once without a pulse.
async fn beat(pulse: &mut Option<Interval>) {
    if let Some(pulse) = pulse {
        pulse.tick().await;
    }
}

impl Tally {
    fn land(&mut self, landed: Landed) {
        let place = self.landed.entry(landed.partition).or_default();
        place.count += 1;
        if landed.offset >= 0 {
            let (first, last) = place.offsets.unwrap_or((landed.offset, landed.offset));
            place.offsets = Some((first.min(landed.offset), last.max(landed.offset)));
        }
    }

    fn acknowledged(&self) -> usize {
        self.landed.values().map(|place| place.count).sum()
    }

    fn settled(&self) -> usize {
        self.acknowledged() + self.refused
    }

    fn words(&self, acks: &str) -> String {
        let what = if acks == "0" { "sent, nobody asked (acks=0)" } else { "acknowledged" };
        let mut words = format!("{} {what}", counted(self.acknowledged(), "record"));
        if acks != "0" {
            words.push_str(&format!(" (acks={acks})"));
        }
        let places: Vec<String> = self
            .landed
            .iter()
            .map(|(partition, place)| match (place.count, place.offsets) {
                (count, None) => format!("{count} to partition {partition}"),
                (1, Some((offset, _))) => format!("partition {partition} offset {offset}"),
                (count, Some((first, last))) => {
                    format!("{count} in partition {partition}, offsets {first} to {last}")
                }
            })
            .collect();
        if !places.is_empty() {
            words.push_str(&format!(": {}", places.join("; ")));
        }
        if let Some(error) = &self.error {
            words.push_str(&format!("; {} not acknowledged: {error}", self.refused));
        }
        words
    }
}
