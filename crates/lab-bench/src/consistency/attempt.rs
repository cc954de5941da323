//! A trial before it is made, and as it was made: which nodes it asks, and what becomes of their answers.

use std::collections::BTreeSet;

use lab_model::Millis;

use super::{
    CellPlan, FaultKind, ReplicaHolds, Trial, TrialRead, TrialRequest,
    phase::Span,
    placement::{Key, Ring},
    theory::{Conditions, Ends, Node},
};

/// The value before.
pub const OLD: &str = "old";
/// The value a trial writes.
pub const NEW: &str = "new";

/// A trial before it is made.
#[derive(Debug, Clone)]
pub struct TrialPlan {
    /// Counted from 1 within its cell.
    pub number: u32,
    /// The partition key.
    pub key: String,
    /// Where and under which fault.
    pub conditions: Conditions,
    /// The coordinator of the write.
    pub writer: Node,
    /// The coordinator of the read during the fault.
    pub reader: Node,
    /// The coordinator of the read after the return.
    pub returned: Option<Node>,
    /// Read right after the write, without looking in between.
    pub at_once: bool,
    /// With tracing.
    pub trace: bool,
}

/// A trial that was made during the fault.
#[derive(Debug, Clone)]
pub struct TrialMade {
    /// What was to be made.
    pub plan: TrialPlan,
    /// What came of it.
    pub trial: Trial,
    /// Journal time from before the write to after the read.
    pub span: Span,
    /// The nodes that it asked.
    pub asked: BTreeSet<String>,
}

/// A place in a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The journal, by the name of its file; none if it is not written.
    pub file: Option<String>,
    /// The number.
    pub seq: u64,
    /// Journal time.
    pub at: Millis,
}

/// What came back of a read, and what the replicas held beside it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The request.
    pub request: TrialRequest,
    /// What it returned.
    pub value: Option<String>,
    /// What each replica held just before.
    pub before: Vec<ReplicaHolds>,
    /// What each replica held just after.
    pub after: Vec<ReplicaHolds>,
}

impl TrialPlan {
    /// The nodes that a trial asks, in turn.
    pub fn new(ring: &Ring, cell: &CellPlan, victims: &BTreeSet<String>, number: u32, key: Key) -> Self {
        let node = |name: &String| Node {
            name: name.clone(),
            dc: ring.member(name).map(|member| member.dc.clone()).unwrap_or_default(),
        };
        let members = ring.members().iter().map(|member| &member.node);
        let able: Vec<Node> = members.filter(|name| !victims.contains(*name)).map(node).collect();
        let lost: Vec<Node> = victims.iter().map(node).collect();
        let turn = usize::try_from(number).unwrap_or_default();
        let writer = able[turn % able.len()].clone();
        // In turn the node that wrote and another one; and a node that is cut off is asked every second time.
        let mut reader = able[(turn + 1 + turn / able.len()) % able.len()].clone();
        if cell.fault == FaultKind::Cut && turn % 2 == 1 {
            reader = lost[(turn / 2) % lost.len()].clone();
        }
        Self {
            number,
            key: key.key,
            conditions: Conditions {
                replicas: key.replicas.iter().map(node).collect(),
                victims: victims.clone(),
                fault: cell.fault,
                phase: cell.phase,
            },
            writer,
            reader,
            returned: (!lost.is_empty()).then(|| lost[turn % lost.len()].clone()),
            at_once: (turn / 2) % 2 == 1,
            trace: false,
        }
    }

    /// The nodes that it asks during the fault.
    pub fn asked(&self) -> BTreeSet<String> {
        BTreeSet::from([self.writer.name.clone(), self.reader.name.clone()])
    }

    /// The trial, after its write and the read during the fault; in the journal it stands from one place to another.
    pub fn made(&self, cell: &CellPlan, write: TrialRequest, read: Answer, from: Place, to: &Place) -> Trial {
        let acknowledged = write.outcome == "ok";
        let ends = self.conditions.read_ends(cell.read, &self.reader);
        Trial {
            trial: self.number,
            key: self.key.clone(),
            old: OLD.into(),
            new: NEW.into(),
            replicas: self.conditions.replicas.iter().map(|node| node.name.clone()).collect(),
            victims: self.conditions.victims.iter().cloned().collect(),
            set_aside: None,
            write,
            acknowledged,
            write_theory: owned(self.conditions.write_ends(cell.write, &self.writer)),
            during: Some(TrialRead {
                at_once: self.at_once,
                ..self.read(cell, &self.reader, acknowledged, ends, read)
            }),
            after_return: None,
            journal: (from.seq, to.seq),
            journal_file: from.file,
            journal_at: Some((from.at, to.at)),
        }
    }

    /// The read after the node is back, whatever the fault was: everybody can answer again.
    pub fn read_after_return(&self, cell: &CellPlan, through: &Node, acknowledged: bool, read: Answer) -> TrialRead {
        self.read(cell, through, acknowledged, Ends::from(["ok"]), read)
    }

    fn read(&self, cell: &CellPlan, through: &Node, acknowledged: bool, ends: Ends, answer: Answer) -> TrialRead {
        let Answer { request, value, before, after } = answer;
        TrialRead {
            stale: acknowledged && request.outcome == "ok" && value.as_deref() != Some(NEW),
            must_be_fresh: self.conditions.must_be_fresh((cell.write, &self.writer), (cell.read, through)),
            at_once: false,
            theory: owned(ends),
            request,
            value,
            before,
            after,
        }
    }
}

fn owned(ends: Ends) -> Vec<String> {
    ends.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::{
        placement::Member,
        samples::{plan, request},
    };

    fn ring() -> Ring {
        let member = |number: i64| Member {
            node: format!("n{number}"),
            dc: "dc1".into(),
            rack: format!("r{number}"),
            tokens: vec![number * 100],
        };
        Ring::new((1..=3).map(member).collect())
    }

    fn planned(fault: FaultKind, number: u32) -> TrialPlan {
        let cell = CellPlan { fault, ..plan("ONE", "ONE") };
        let key = Key { key: "k".into(), replicas: ["n1", "n2", "n3"].map(str::to_owned).to_vec() };
        TrialPlan::new(&ring(), &cell, &BTreeSet::from(["n3".to_owned()]), number, key)
    }

    #[test]
    fn nodes_without_the_fault_take_turns_and_the_other_one_is_read_through_when_it_is_back() {
        let asked: Vec<(String, String)> = (1..=4)
            .map(|number| planned(FaultKind::Stop, number))
            .map(|plan| (plan.writer.name, plan.reader.name))
            .collect();
        let names = |pairs: [(&str, &str); 4]| pairs.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(asked, names([("n2", "n1"), ("n1", "n1"), ("n2", "n2"), ("n1", "n2")]));
        assert_eq!(planned(FaultKind::Stop, 1).returned.unwrap().name, "n3");
        assert_eq!(planned(FaultKind::Cut, 1).reader.name, "n3", "a node that is cut off can still be asked");
        assert_eq!(planned(FaultKind::Cut, 2).reader.name, "n1");
    }

    #[test]
    fn only_what_is_older_than_an_acknowledged_write_is_stale() {
        let plan_of_trial = planned(FaultKind::Stop, 1);
        let stale = |write: &str, read: &str, value: Option<&str>| {
            let answer = Answer {
                request: request(read),
                value: value.map(str::to_owned),
                before: Vec::new(),
                after: Vec::new(),
            };
            let trial = plan_of_trial.made(
                &plan("ONE", "ONE"),
                request(write),
                answer,
                Place { file: Some("j".into()), seq: 1, at: 100 },
                &Place { file: Some("j".into()), seq: 2, at: 250 },
            );
            assert_eq!(trial.place().unwrap(), "j, observations 1 to 2, 0.100 to 0.250 s");
            trial.during.unwrap().stale
        };
        assert!(stale("ok", "ok", Some(OLD)) && stale("ok", "ok", None));
        assert!(!stale("ok", "ok", Some(NEW)));
        assert!(!stale("write_timeout", "ok", Some(OLD)), "nobody promised anything");
        assert!(!stale("ok", "read_timeout", None), "nothing was returned");
    }
}
