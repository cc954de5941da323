//! A fault as a run does it: who has it, by which actions it is done and undone, and when everybody knows.

use std::collections::BTreeSet;

use lab_views::kinds::cassandra_ring;

use super::{FaultKind, phase::all_believe, placement::Ring};
use crate::list;

/// A fault and the nodes that have it.
#[derive(Debug, Clone, Copy)]
pub struct Fault<'a> {
    /// What is done.
    pub kind: FaultKind,
    /// Nodes that have it.
    pub victims: &'a BTreeSet<String>,
    /// The others.
    pub healthy: &'a BTreeSet<String>,
}

impl Fault<'_> {
    /// Names of the nodes that have it.
    pub fn names(&self) -> String {
        list(&self.victims.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The same, with the verb.
    pub fn names_are(&self) -> String {
        format!("{} {}", self.names(), if self.victims.len() == 1 { "is" } else { "are" })
    }

    /// True if every node that is asked believes the victims down. A node that is cut off has its own view of the
    /// others.
    pub fn convicted(&self, ring: &cassandra_ring::State) -> bool {
        let known = all_believe(ring, self.healthy, self.victims, false);
        known && (self.kind != FaultKind::Cut || all_believe(ring, self.victims, self.healthy, false))
    }
}

/// The nodes that have the fault: the last nodes of the first data center, the rack of the last one, or the last data
/// center.
pub fn victims(ring: &Ring, fault: FaultKind) -> BTreeSet<String> {
    let centers: Vec<&str> = ring.data_centers().into_iter().collect();
    let (Some(first), Some(last)) = (centers.first(), centers.last()) else { return BTreeSet::new() };
    let here: Vec<_> = ring.in_dc(first).collect();
    let few = |count: usize| here.iter().rev().take(count).map(|member| member.node.clone()).collect();
    match fault {
        FaultKind::None => BTreeSet::new(),
        FaultKind::Stop | FaultKind::Kill | FaultKind::Pause | FaultKind::Cut => few(1),
        FaultKind::StopTwo => few(2),
        FaultKind::Rack => {
            let rack = here.last().map(|member| member.rack.as_str());
            here.iter().filter(|member| Some(member.rack.as_str()) == rack).map(|member| member.node.clone()).collect()
        }
        FaultKind::Dc => ring.in_dc(last).map(|member| member.node.clone()).collect(),
    }
}

/// The action that does it.
pub fn doing(fault: FaultKind) -> Option<&'static str> {
    match fault {
        FaultKind::None => None,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack | FaultKind::Dc => Some("docker.stop"),
        FaultKind::Kill => Some("docker.kill"),
        FaultKind::Pause => Some("docker.pause"),
        FaultKind::Cut => Some("docker.cut"),
    }
}

/// The action that undoes it.
pub fn undoing(fault: FaultKind) -> Option<&'static str> {
    match fault {
        FaultKind::None => None,
        FaultKind::Stop | FaultKind::StopTwo | FaultKind::Rack | FaultKind::Dc | FaultKind::Kill => {
            Some("docker.start")
        }
        FaultKind::Pause => Some("docker.unpause"),
        FaultKind::Cut => Some("docker.heal"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::placement::Member;

    fn ring() -> Ring {
        let member = |number: i64| Member {
            node: format!("n{number}"),
            dc: if number <= 3 { "dc1" } else { "dc2" }.into(),
            rack: format!("r{}", (number - 1) % 3 + 1),
            tokens: vec![number * 100],
        };
        Ring::new((1..=6).map(member).collect())
    }

    fn names(fault: FaultKind) -> Vec<String> {
        victims(&ring(), fault).into_iter().collect()
    }

    #[test]
    fn a_fault_leaves_somebody_to_ask() {
        assert_eq!(names(FaultKind::Stop), ["n3"]);
        assert_eq!(names(FaultKind::StopTwo), ["n2", "n3"]);
        assert_eq!(names(FaultKind::Rack), ["n3"], "a rack belongs to a data center");
        assert_eq!(names(FaultKind::Dc), ["n4", "n5", "n6"]);
        assert!(names(FaultKind::None).is_empty());
    }

    #[test]
    fn every_fault_has_its_undoing() {
        use FaultKind::{Cut, Dc, Kill, None, Pause, Rack, Stop, StopTwo};
        let undone_by = |done: &str| match done {
            "docker.stop" | "docker.kill" => "docker.start",
            "docker.pause" => "docker.unpause",
            "docker.cut" => "docker.heal",
            other => panic!("nobody knows how {other} is undone"),
        };
        for fault in [None, Stop, StopTwo, Kill, Pause, Cut, Rack, Dc] {
            assert_eq!(undoing(fault), doing(fault).map(undone_by), "{fault:?}");
        }
    }
}
