//! What one node has said so far, so that only what is new is sent.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use lab_model::{Draft, DraftSink, Fact, Source};

use crate::Pace;

/// A node's account: the last fact about each subject. A clone is the same account, for another task that asks the
/// node.
#[derive(Clone)]
pub struct Account<Subject, Said> {
    source: Source,
    said: Arc<Mutex<HashMap<Subject, Said>>>,
    /// The node's own time of what is sent, Unix milliseconds.
    said_at: Option<i64>,
    out: DraftSink,
    pace: Arc<Pace>,
}

impl<Subject, Said> Account<Subject, Said> {
    /// An empty account of `node`, e.g. `kafka-1`. What is new goes to `out` with the node as its source.
    pub fn of(node: &str, out: DraftSink, pace: Arc<Pace>) -> Self {
        Self { source: Source::Node(node.to_owned()), said: Arc::default(), said_at: None, out, pace }
    }

    /// The same account, for what the node said at that time by its own clock, Unix milliseconds.
    #[must_use]
    pub fn said_at(&self, unix_ms: Option<i64>) -> Self
    where
        Self: Clone,
    {
        Self { said_at: unix_ms, ..self.clone() }
    }

    /// Sends a fact that is no change.
    pub fn beat(&self, fact: impl Into<Fact>) {
        (self.out)(Draft { said_at: self.said_at, ..Draft::new(self.source.clone(), fact) });
    }
}

impl<Subject: Eq + Hash, Said: Clone + PartialEq + Into<Fact>> Account<Subject, Said> {
    /// Sends the fact if it differs from the last one about the subject: a change, so all look more often for a while.
    pub fn hear(&self, subject: Subject, fact: Said) {
        if self.hear_calmly(subject, fact) {
            self.pace.stir();
        }
    }

    /// The same of something that changes all the time: it is no reason to look more often. Gives whether it was sent.
    pub fn hear_calmly(&self, subject: Subject, fact: Said) -> bool {
        // Held while sending: what is sent last must be what was said last.
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let new = said.get(&subject) != Some(&fact);
        if new {
            said.insert(subject, fact.clone());
            self.beat(fact);
        }
        new
    }

    /// Sends a fact that is new by nature.
    pub fn send(&self, fact: Said) {
        self.pace.stir();
        self.beat(fact);
    }

    /// What was last said about a subject.
    pub fn said(&self, subject: &Subject) -> Option<Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).get(subject).cloned()
    }

    /// Keeps only subjects that still are and that somebody wants: should another come again, it is new.
    pub fn keep(&self, wanted: impl Fn(&Subject) -> bool) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).retain(|subject, _| wanted(subject));
    }
}

#[cfg(test)]
mod tests {
    use lab_model::facts::lab::LabFact;

    use super::*;

    type Sent = Arc<Mutex<Vec<Draft>>>;

    fn account() -> (Account<&'static str, LabFact>, Sent) {
        let sent = Sent::default();
        let out: DraftSink = Arc::new({
            let sent = Arc::clone(&sent);
            move |draft| sent.lock().unwrap().push(draft)
        });
        (Account::of("kafka-1", out, Arc::new(Pace::default())), sent)
    }

    fn silent(why: &str) -> LabFact {
        LabFact::FellSilent { why: why.into() }
    }

    #[test]
    fn only_what_is_new_is_sent() {
        let (account, sent) = account();
        account.hear("a", silent("a"));
        account.hear("a", silent("a"));
        account.hear("a", silent("a, b"));
        account.hear("a", silent("a"));
        assert_eq!(sent.lock().unwrap().len(), 3);
        account.keep(|subject| *subject != "a");
        account.hear("a", silent("a"));
        assert_eq!(sent.lock().unwrap().len(), 4);
        assert_eq!(sent.lock().unwrap()[0].source, Source::Node("kafka-1".into()));
    }

    #[test]
    fn a_time_of_the_nodes_own_is_sent_and_makes_nothing_new() {
        let (account, sent) = account();
        account.said_at(Some(5000)).hear("a", silent("a"));
        account.said_at(Some(6000)).hear("a", silent("a"));
        account.hear("b", silent("b"));
        let times: Vec<Option<i64>> = sent.lock().unwrap().iter().map(|draft| draft.said_at).collect();
        assert_eq!(times, [Some(5000), None]);
    }

    #[test]
    fn tasks_that_ask_the_same_node_share_its_account() {
        let (account, sent) = account();
        let other = account.clone();
        account.hear("a", silent("a"));
        other.hear("a", silent("a"));
        account.hear("a", silent("b"));
        assert_eq!(sent.lock().unwrap().len(), 2);
        account.keep(|subject| *subject != "a");
        assert_eq!(other.said(&"a"), None);
        account.hear("a", silent("b"));
        assert_eq!(sent.lock().unwrap().len(), 3);
        assert_eq!(other.said(&"a"), Some(silent("b")));
    }
}
