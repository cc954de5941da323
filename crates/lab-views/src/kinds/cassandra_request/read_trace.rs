//! What a whole trace tells: lanes, messages, marks, and how many replicas did what.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lab_model::facts::cassandra::{RequestKind, RequestSeen};

use super::{
    About, Lane, Mark, Message,
    fold::Trace,
    lines::{Line, about, asks_to_write, is_main, says_it_wrote},
    times::{Pair, Timed, pairs, timed},
};
use crate::parts::{ring::Ring, statement::mentions};

/// A trace, read.
pub(super) struct ReadTrace<'a> {
    pub(super) lines: Vec<Timed<'a>>,
    request: &'a RequestSeen,
    coordinator: &'a str,
    /// When it had answered; none while that is not written.
    answered: Option<i64>,
    ring: &'a Ring,
    pairs: Vec<Pair>,
}

impl<'a> ReadTrace<'a> {
    pub(super) fn new(ring: &'a Ring, request: &'a RequestSeen, trace: &'a Trace) -> Self {
        let lines = timed(trace);
        let pairs = pairs(&lines);
        let answered = trace.duration_micros.and_then(|duration| i64::try_from(duration).ok());
        Self { lines, request, coordinator: &trace.coordinator, answered, ring, pairs }
    }

    pub(super) fn name(&self, address: &str) -> String {
        self.ring.name(address)
    }

    pub(super) fn coordinator(&self) -> String {
        self.name(self.coordinator)
    }

    /// Whether the client had its answer by then.
    pub(super) fn is_late(&self, at: i64) -> bool {
        self.answered.is_some_and(|answered| at > answered)
    }

    fn own(&self) -> impl Iterator<Item = &Timed<'a>> {
        self.lines.iter().filter(|line| line.event.source == self.coordinator)
    }

    fn is_about_it(&self, table: &str) -> bool {
        mentions(&self.request.cql, table)
    }

    /// When the coordinator itself wrote the row, if it did.
    fn wrote_itself(&self) -> Option<i64> {
        let writes = self.request.kind != RequestKind::Read;
        let mut own = self.own().filter(|_| writes);
        own.find(|line| matches!(line.line, Line::Writes { table } if self.is_about_it(table))).map(|line| line.at)
    }

    /// Whether the coordinator itself read the row.
    fn read_itself(&self) -> bool {
        self.own().any(|line| matches!(line.line, Line::Reads { table } if self.is_about_it(table)))
    }

    /// Replicas asked to write.
    pub(super) fn mutations(&self) -> BTreeSet<String> {
        let asked = self.lines.iter().filter_map(|line| match line.line {
            Line::Sent { verb, to } if asks_to_write(verb) => Some(self.name(to)),
            // What one node of another data center passes on to its peers there is told by those who get it.
            Line::Received { verb, .. } if asks_to_write(verb) => Some(self.name(&line.event.source)),
            _ => None,
        });
        asked.chain(self.wrote_itself().map(|_| self.coordinator())).collect()
    }

    /// Replicas that wrote and said so to the coordinator, and when.
    pub(super) fn acknowledged(&self) -> BTreeMap<String, i64> {
        let mut said = BTreeMap::new();
        for line in self.own() {
            if let Line::Received { verb, from } = line.line
                && says_it_wrote(verb)
            {
                said.entry(self.name(from)).or_insert(line.at);
            }
        }
        if let Some(at) = self.wrote_itself() {
            said.entry(self.coordinator()).or_insert(at);
        }
        said
    }

    /// Replicas asked for data, and replicas asked for a digest, before any of them was slow or their answers were
    /// compared.
    pub(super) fn reads(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut data, mut digest) = (BTreeSet::new(), BTreeSet::new());
        let mut read_itself = false;
        for line in self.own().take_while(|line| line.line != Line::Mismatch) {
            match line.line {
                Line::Reads { table } => {
                    read_itself |= self.is_about_it(table);
                    true
                }
                Line::Asks { digest: true, replica } => digest.insert(self.name(replica)),
                Line::Asks { digest: false, replica } => data.insert(self.name(replica)),
                Line::Sent { verb: "RANGE_REQ", to } => data.insert(self.name(to)),
                _ => false,
            };
        }
        if read_itself {
            // One replica is asked for data. If it is none of the others, it is the coordinator itself.
            let asked = if data.is_empty() { &mut data } else { &mut digest };
            asked.insert(self.coordinator());
        }
        (data, digest)
    }

    /// Replicas asked because another one was slow.
    pub(super) fn retried(&self) -> Vec<String> {
        let retried = self.own().filter_map(|line| match line.line {
            Line::Speculates { replica } => Some(self.name(replica)),
            _ => None,
        });
        retried.collect()
    }

    pub(super) fn mismatch(&self) -> bool {
        self.lines.iter().any(|line| line.line == Line::Mismatch)
    }

    /// Replicas that were sent what they lacked, each as often as it was.
    pub(super) fn repaired(&self) -> Vec<String> {
        let repairs = self.own().filter_map(|line| match line.line {
            Line::Repairs { replica } => Some(self.name(replica)),
            _ => None,
        });
        repairs.collect()
    }

    /// Replicas for which the trace says that a hint was kept.
    pub(super) fn hinted(&self) -> Vec<String> {
        let hinted = self.lines.iter().filter_map(|line| match line.line {
            Line::Hints { replica } => Some(self.name(replica)),
            _ => None,
        });
        hinted.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Rounds of Paxos, by their messages' names.
    pub(super) fn rounds(&self) -> Vec<&'a str> {
        let mut rounds = Vec::new();
        for line in self.own() {
            if let Line::Sent { verb, .. } = line.line
                && about(verb) == About::Paxos
                && verb.ends_with("_REQ")
                && !rounds.contains(&verb)
            {
                rounds.push(verb);
            }
        }
        rounds
    }

    /// Messages between two nodes, in the order of their time.
    pub(super) fn messages(&self) -> Vec<Message> {
        let digests = self.digests();
        let mut messages: Vec<Message> = self.pairs.iter().filter_map(|pair| self.message(*pair, &digests)).collect();
        messages.sort_by_key(|message| (message.sent.or(message.received), message.received));
        messages
    }

    fn message(&self, pair: Pair, digests: &BTreeSet<usize>) -> Option<Message> {
        let (sent, received) = (pair.sent.map(|at| &self.lines[at]), pair.received.map(|at| &self.lines[at]));
        let (from, to, verb) = match (sent.map(|sent| (sent, sent.line)), received.map(|got| (got, got.line))) {
            (Some((sent, Line::Sent { verb, to })), _) => (sent.event.source.as_str(), to, verb),
            (_, Some((got, Line::Received { verb, from }))) => (from, got.event.source.as_str(), verb),
            _ => return None,
        };
        // What a node sends to itself is no message of the picture.
        if from == to {
            return None;
        }
        let is_digest = pair.sent.is_some_and(|sent| digests.contains(&sent));
        let sent = sent.map(|sent| sent.at);
        let received = received.map(|received| received.at).map(|at| at.max(sent.unwrap_or(at)));
        Some(Message {
            from: self.name(from),
            to: self.name(to),
            about: if is_digest { About::Digest } else { about(verb) },
            late: received.or(sent).is_some_and(|at| self.is_late(at)),
            sent,
            received,
            verb: verb.to_owned(),
        })
    }

    /// Places of the lines by which the coordinator sent a read that asks for a digest only.
    fn digests(&self) -> BTreeSet<usize> {
        let mut intended: BTreeMap<&str, VecDeque<bool>> = BTreeMap::new();
        let mut digests = BTreeSet::new();
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| line.event.source == self.coordinator) {
            match line.line {
                Line::Speculates { replica } => intended.entry(replica).or_default().push_back(false),
                Line::Asks { digest, replica } => intended.entry(replica).or_default().push_back(digest),
                Line::Sent { verb: "READ_REQ", to }
                    if intended.get_mut(to).and_then(VecDeque::pop_front) == Some(true) =>
                {
                    digests.insert(index);
                }
                _ => {}
            }
        }
        digests
    }

    /// The coordinator, then the others as they come into play.
    pub(super) fn lanes(&self, messages: &[Message]) -> Vec<Lane> {
        let coordinator = self.coordinator();
        let holds = self.read_itself() || self.wrote_itself().is_some();
        let mut lanes = vec![Lane { node: coordinator, coordinator: true, replica: holds }];
        let in_messages = messages.iter().flat_map(|message| [message.from.clone(), message.to.clone()]);
        let by_themselves = self.lines.iter().map(|line| self.name(&line.event.source));
        for node in in_messages.chain(by_themselves) {
            if lanes.iter().any(|lane| lane.node == node) {
                continue;
            }
            let asked = |message: &Message| {
                let row = !matches!(message.about, About::Other | About::Ack | About::Answer | About::Repaired);
                message.to == node && row
            };
            lanes.push(Lane { coordinator: false, replica: messages.iter().any(asked), node });
        }
        lanes
    }

    /// What lanes did by themselves, in the order of its time.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let between = |line: &Timed<'_>| match line.line {
            Line::Sent { to, .. } => to != line.event.source,
            Line::Received { from, .. } => from != line.event.source,
            _ => false,
        };
        let alone = self.lines.iter().enumerate().filter(|(_, line)| !between(line));
        let mut marks: Vec<Mark> = alone
            .map(|(index, line)| Mark {
                node: self.name(&line.event.source),
                at: line.at,
                words: line.event.activity.lines().next().unwrap_or_default().to_owned(),
                main: self.is_main(index),
            })
            .collect();
        marks.sort_by_key(|mark| mark.at);
        marks
    }

    fn is_main(&self, index: usize) -> bool {
        let line = &self.lines[index];
        match line.line {
            Line::Reads { table } | Line::Writes { table } => self.is_about_it(table),
            // The memtable that a line belongs to follows: Paxos keeps its promises in a table of its own.
            _ if line.event.activity == "Appending to commitlog" => {
                let next = self.lines[index + 1..].iter().filter(|next| next.event.source == line.event.source);
                let mut next = next.filter(|next| next.event.thread == line.event.thread);
                next.find_map(|next| match next.line {
                    Line::Writes { table } => Some(self.is_about_it(table)),
                    _ => None,
                })
                .unwrap_or(true)
            }
            _ => is_main(&line.event.activity),
        }
    }
}
