//! What one source has said so far, so that only what is new is sent.

use std::{collections::HashMap, sync::Arc};

use lab_model::{Draft, DraftSink, Fact, Source, facts::kafka::KafkaFact};

use super::pace::Pace;

/// What a fact is about; a newer fact about the same replaces the older.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Cluster,
    Quorum,
    Topics,
    Topic(String),
    Replica(String, i32),
    Groups,
    Group(String),
    Offsets(String),
}

/// One source's account.
pub(super) struct Account {
    source: Source,
    said: HashMap<Subject, KafkaFact>,
    out: DraftSink,
    pace: Arc<Pace>,
}

impl Account {
    pub(super) fn of(node: &str, out: DraftSink, pace: Arc<Pace>) -> Self {
        Self { source: Source::Node(node.to_owned()), said: HashMap::new(), out, pace }
    }

    /// Sends the fact if it differs from the last one about the subject.
    pub(super) fn hear(&mut self, subject: Subject, fact: KafkaFact) {
        if self.said.get(&subject) != Some(&fact) {
            self.said.insert(subject, fact.clone());
            self.send(fact);
        }
    }

    /// Sends a fact that is new by nature.
    pub(super) fn send(&self, fact: KafkaFact) {
        self.pace.stir();
        self.beat(fact);
    }

    /// Sends a fact that is no change.
    pub(super) fn beat(&self, fact: impl Into<Fact>) {
        (self.out)(Draft::new(self.source.clone(), fact));
    }

    /// What was last said about a subject.
    pub(super) fn said(&self, subject: &Subject) -> Option<&KafkaFact> {
        self.said.get(subject)
    }

    /// Forgets subjects that are no more: should they come again, they are new.
    pub(super) fn forget(&mut self, gone: impl Fn(&Subject) -> bool) {
        self.said.retain(|subject, _| !gone(subject));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn only_what_is_new_is_sent() {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let out: DraftSink = Arc::new({
            let sent = Arc::clone(&sent);
            move |draft| sent.lock().unwrap().push(draft)
        });
        let mut account = Account::of("kafka-1", out, Arc::new(Pace::default()));
        let topics =
            |names: &[&str]| KafkaFact::TopicsListed { topics: names.iter().map(ToString::to_string).collect() };
        account.hear(Subject::Topics, topics(&["a"]));
        account.hear(Subject::Topics, topics(&["a"]));
        account.hear(Subject::Topics, topics(&["a", "b"]));
        account.hear(Subject::Topics, topics(&["a"]));
        assert_eq!(sent.lock().unwrap().len(), 3);
        account.forget(|subject| *subject == Subject::Topics);
        account.hear(Subject::Topics, topics(&["a"]));
        assert_eq!(sent.lock().unwrap().len(), 4);
        assert_eq!(sent.lock().unwrap()[0].source, Source::Node("kafka-1".into()));
    }
}
