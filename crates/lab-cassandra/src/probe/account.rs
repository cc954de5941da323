//! What one node has said so far, so that only what is new is sent. Shared by the tasks that ask it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use lab_model::{Draft, DraftSink, Fact, Source, facts::cassandra::CassandraFact};

use super::pace::Pace;

/// What a fact is about; a newer fact about the same replaces the older.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Node,
    Peers,
    Beliefs,
    Phi,
    Schema,
    Key(String, String),
    Rows(String, String),
    Hints,
    HintSwitches,
    Table(String),
    CommitLog,
    Compactions,
    ReadRepairs,
    Repairs,
    Streams,
    Settings,
}

/// One node's account.
#[derive(Clone)]
pub(super) struct Account {
    source: Source,
    said: Arc<Mutex<HashMap<Subject, CassandraFact>>>,
    out: DraftSink,
    pace: Arc<Pace>,
}

impl Account {
    pub(super) fn of(node: &str, out: DraftSink, pace: Arc<Pace>) -> Self {
        Self { source: Source::Node(node.to_owned()), said: Arc::default(), out, pace }
    }

    /// Sends the fact if it differs from the last one about the subject.
    pub(super) fn hear(&self, subject: Subject, fact: CassandraFact) {
        if self.hear_calmly(subject, fact) {
            self.pace.stir();
        }
    }

    /// The same of something that changes all the time: it is no reason to look more often.
    pub(super) fn hear_calmly(&self, subject: Subject, fact: CassandraFact) -> bool {
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
    pub(super) fn send(&self, fact: CassandraFact) {
        self.pace.stir();
        self.beat(fact);
    }

    /// Sends a fact that is no change.
    pub(super) fn beat(&self, fact: impl Into<Fact>) {
        (self.out)(Draft::new(self.source.clone(), fact));
    }

    /// What was last said about a subject.
    pub(super) fn said(&self, subject: &Subject) -> Option<CassandraFact> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).get(subject).cloned()
    }

    /// Keeps only subjects somebody still wants: should another come again, it is new.
    pub(super) fn keep(&self, wanted: impl Fn(&Subject) -> bool) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).retain(|subject, _| wanted(subject));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_sent() {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let out: DraftSink = Arc::new({
            let sent = Arc::clone(&sent);
            move |draft| sent.lock().unwrap().push(draft)
        });
        let account = Account::of("cassandra-1", out, Arc::new(Pace::default()));
        let other = account.clone();
        let log = |pending| CassandraFact::CommitLogRead { bytes: 1, pending };
        account.hear(Subject::CommitLog, log(0));
        other.hear(Subject::CommitLog, log(0));
        account.hear(Subject::CommitLog, log(1));
        assert_eq!(sent.lock().unwrap().len(), 2);
        account.keep(|subject| *subject != Subject::CommitLog);
        account.hear(Subject::CommitLog, log(1));
        assert_eq!(sent.lock().unwrap().len(), 3);
        assert_eq!(account.said(&Subject::CommitLog), Some(log(1)));
        assert_eq!(sent.lock().unwrap()[0].source, Source::Node("cassandra-1".into()));
    }
}
