//! What became of records, told together: at once after a while without news, and then ten times a second, however many
//! there are.

use std::{collections::BTreeMap, time::Duration};

use lab_model::facts::kafka::KafkaFact;
use tokio::time::{Instant, sleep_until};

use crate::{actions::scope::Witness, clients::producer::Landed};

/// Between two tellings.
const GAP: Duration = Duration::from_millis(100);

/// News of records that nobody was told yet.
pub(super) struct Telling<'a> {
    topic: &'a str,
    acks: &'a str,
    witness: &'a Witness,
    /// By partition: numbers and offsets, in the order of their coming.
    acknowledged: BTreeMap<i32, (Vec<u64>, Vec<i64>)>,
    /// By error.
    refused: BTreeMap<String, Vec<u64>>,
    not_before: Instant,
}

impl<'a> Telling<'a> {
    pub(super) fn new(topic: &'a str, acks: &'a str, witness: &'a Witness) -> Self {
        let (acknowledged, refused) = (BTreeMap::new(), BTreeMap::new());
        Self { topic, acks, witness, acknowledged, refused, not_before: Instant::now() }
    }

    pub(super) fn acknowledged(&mut self, number: u64, landed: Landed) {
        let (numbers, offsets) = self.acknowledged.entry(landed.partition).or_default();
        numbers.push(number);
        offsets.push(landed.offset);
    }

    pub(super) fn refused(&mut self, number: u64, error: String) {
        self.refused.entry(error).or_default().push(number);
    }

    /// Resolves when there is something to tell, and it is time.
    pub(super) async fn due(&self) {
        if self.acknowledged.is_empty() && self.refused.is_empty() {
            return std::future::pending().await;
        }
        sleep_until(self.not_before).await;
    }

    /// Tells all there is.
    pub(super) fn tell(&mut self) {
        self.not_before = Instant::now() + GAP;
        for (partition, (numbers, offsets)) in std::mem::take(&mut self.acknowledged) {
            let (topic, acks) = (self.topic.to_owned(), self.acks.to_owned());
            self.witness.tell(KafkaFact::RecordsAcknowledged { topic, partition, numbers, offsets, acks });
        }
        for (error, numbers) in std::mem::take(&mut self.refused) {
            self.witness.tell(KafkaFact::RecordsRefused { topic: self.topic.to_owned(), numbers, error });
        }
    }
}

/// Nobody is left untold, however it ends.
impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.tell();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use lab_model::{ActionId, DraftSink, Fact};

    use super::*;

    type Told = Arc<Mutex<Vec<Fact>>>;

    fn witness() -> (Witness, Told) {
        let told = Told::default();
        let heard = Arc::clone(&told);
        let out: DraftSink = Arc::new(move |draft| heard.lock().unwrap().push(draft.fact));
        (Witness::of("shop", ActionId(1), out), told)
    }

    fn numbers(told: &Told) -> Vec<Vec<u64>> {
        let numbers = |fact: &Fact| match fact {
            Fact::Kafka(KafkaFact::RecordsAcknowledged { numbers, .. } | KafkaFact::RecordsRefused { numbers, .. }) => {
                numbers.clone()
            }
            other => panic!("{other:?}"),
        };
        told.lock().unwrap().iter().map(numbers).collect()
    }

    fn landed(partition: i32, offset: i64) -> Landed {
        Landed { partition, offset, timestamp: None }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_is_told_at_once_and_the_others_together() {
        let (witness, told) = witness();
        let mut telling = Telling::new("orders", "all", &witness);
        let began = Instant::now();
        telling.acknowledged(1, landed(0, 10));
        telling.due().await;
        telling.tell();
        assert_eq!((numbers(&told), began.elapsed()), (vec![vec![1]], Duration::ZERO));
        telling.acknowledged(2, landed(0, 11));
        telling.acknowledged(3, landed(1, 5));
        telling.acknowledged(4, landed(0, 12));
        telling.due().await;
        telling.tell();
        assert_eq!((numbers(&told), began.elapsed()), (vec![vec![1], vec![2, 4], vec![3]], GAP));
        assert!(tokio::time::timeout(GAP * 100, telling.due()).await.is_err(), "there is nothing more to tell");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_is_told_at_the_end_and_refusals_by_their_error() {
        let (witness, told) = witness();
        let mut telling = Telling::new("orders", "all", &witness);
        telling.refused(7, "too few".into());
        telling.refused(8, "too late".into());
        telling.refused(9, "too few".into());
        drop(telling);
        assert_eq!(numbers(&told), [vec![7, 9], vec![8]]);
    }
}
