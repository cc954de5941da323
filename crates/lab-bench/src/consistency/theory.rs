//! What the rules say about a request, from levels, replicas and the fault alone: which ends it can have, and whether
//! a read must return the acknowledged write. No measurement is used.
//!
//! Sources: Cassandra's `ReplicaPlans.assureSufficientLiveReplicas` (Unavailable is decided before anything is sent, from
//! what the coordinator believes), the write and read timeouts (decided by what came), and strict quorums.

use std::collections::BTreeSet;

use super::{
    CellPlan, FaultKind, Level, TrialPhase,
    levels::{BlockFor, Counts, total},
};

/// Ends a request can have, by short name.
pub(crate) type Ends = BTreeSet<&'static str>;

/// A node and where it stands: all that the rules ask about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The name.
    pub name: String,
    /// The data center.
    pub dc: String,
}

/// Where and under which fault a trial's requests are made.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// Nodes that hold the key.
    pub replicas: Vec<Node>,
    /// Nodes that have the fault.
    pub victims: BTreeSet<String>,
    /// The fault.
    pub fault: FaultKind,
    /// The part of it.
    pub phase: TrialPhase,
}

impl Conditions {
    fn count<'a>(nodes: impl Iterator<Item = &'a Node>) -> Counts {
        let mut counts = Counts::new();
        for node in nodes {
            *counts.entry(node.dc.clone()).or_default() += 1;
        }
        counts
    }

    /// Replicas by data center.
    pub(crate) fn all(&self) -> Counts {
        Self::count(self.replicas.iter())
    }

    fn is_victim(&self, node: &str) -> bool {
        self.fault != FaultKind::None && self.victims.contains(node)
    }

    /// Replicas that can answer this coordinator while the fault lasts. One that is cut off reaches itself alone.
    pub(crate) fn answering(&self, coordinator: &Node) -> Counts {
        let cut_off = self.is_victim(&coordinator.name);
        let reaches = |node: &&Node| {
            if cut_off { node.name == coordinator.name } else { !self.is_victim(&node.name) }
        };
        Self::count(self.replicas.iter().filter(reaches))
    }

    /// Replicas that this coordinator believes up.
    fn believed(&self, coordinator: &Node) -> Counts {
        match self.phase {
            TrialPhase::Before => self.all(),
            TrialPhase::Whole | TrialPhase::After => self.answering(coordinator),
        }
    }

    /// Ends of a write.
    pub(crate) fn write_ends(&self, level: Level, coordinator: &Node) -> Ends {
        let needs = BlockFor::of(level, &self.all(), &coordinator.dc);
        if !needs.met_by(&self.believed(coordinator)) {
            return Ends::from(["unavailable"]);
        }
        if !needs.met_by(&self.answering(coordinator)) {
            return Ends::from(["write_timeout"]);
        }
        Ends::from(["ok"])
    }

    /// Ends of a read. While a silent replica is believed up it may be among those that are asked, and whether the
    /// coordinator asks another one in time is chance.
    pub(crate) fn read_ends(&self, level: Level, coordinator: &Node) -> Ends {
        let needs = BlockFor::of(level, &self.all(), &coordinator.dc);
        let (believed, answering) = (self.believed(coordinator), self.answering(coordinator));
        if !needs.met_by(&believed) {
            return Ends::from(["unavailable"]);
        }
        if !needs.met_by(&answering) {
            return Ends::from(["read_timeout"]);
        }
        let reads_itself = needs.sum() == 1 && self.replicas.contains(coordinator);
        if believed == answering || reads_itself { Ends::from(["ok"]) } else { Ends::from(["ok", "read_timeout"]) }
    }

    /// Whether a read must return a write that was acknowledged.
    pub(crate) fn must_be_fresh(&self, write: (Level, &Node), read: (Level, &Node)) -> bool {
        let all = self.all();
        BlockFor::of(write.0, &all, &write.1.dc).must_meet(&BlockFor::of(read.0, &all, &read.1.dc), &all)
    }
}

/// The rules about a cell in words; the conditions are those of one of its trials, asked through a healthy coordinator.
pub(crate) fn says(cell: &CellPlan, conditions: &Conditions, coordinator: &Node, must: bool, mixed: bool) -> String {
    let all = conditions.all();
    let (write, read) =
        (BlockFor::of(cell.write, &all, &coordinator.dc), BlockFor::of(cell.read, &all, &coordinator.dc));
    let live = total(&conditions.answering(coordinator));
    let replicas = total(&all);
    let (w, r) = (cell.write.name(), cell.read.name());
    let write_ends = words(&conditions.write_ends(cell.write, coordinator));
    let read_ends = words(&conditions.read_ends(cell.read, coordinator));
    let needs = |needs: &BlockFor| match needs {
        BlockFor::Hint => "no replica, a hint is enough".to_owned(),
        BlockFor::Anywhere(count) => format!("{count} of {replicas} replicas"),
        BlockFor::In(each) => each
            .iter()
            .map(|(dc, count)| format!("{count} of {} in {dc}", all.get(dc).copied().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(" and "),
    };
    let able = match cell.phase {
        TrialPhase::Before => format!("{replicas} count as up, {live} can answer"),
        TrialPhase::Whole | TrialPhase::After => format!("{live} are up"),
    };
    let freshness = match (must, mixed) {
        (true, _) => format!("{w} and {r} always share a replica: an acknowledged write must be read."),
        (false, true) => {
            format!(
                "{w} and {r} always share a replica only within one data center: in another one, a read may be stale."
            )
        }
        (false, false) => format!(
            "{w} and {r} may have no replica in common ({} + {} is not more than {replicas}): a read may be stale.",
            write.sum(),
            read.sum()
        ),
    };
    format!(
        "Write {w} needs {}, read {r} {}; {able}. Write: {write_ends}; read: {read_ends}. {freshness}",
        needs(&write),
        needs(&read)
    )
}

/// Ends as people read them.
pub(crate) fn words(ends: &Ends) -> String {
    ends.iter().map(|end| end.replace('_', " ")).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> Node {
        let dc = if name < "n4" { "dc1" } else { "dc2" };
        Node { name: name.into(), dc: dc.into() }
    }

    fn under(replicas: &[&str], victims: &[&str], fault: FaultKind, phase: TrialPhase) -> Conditions {
        Conditions {
            replicas: replicas.iter().map(|name| node(name)).collect(),
            victims: victims.iter().map(|node| (*node).to_owned()).collect(),
            fault,
            phase,
        }
    }

    fn ends(words: &[&'static str]) -> Ends {
        words.iter().copied().collect()
    }

    #[test]
    fn a_stopped_replica_makes_all_unavailable_at_once() {
        let stopped = under(&["n1", "n2", "n3"], &["n3"], FaultKind::Stop, TrialPhase::Whole);
        assert_eq!(stopped.write_ends(Level::All, &node("n1")), ends(&["unavailable"]));
        assert_eq!(stopped.read_ends(Level::All, &node("n1")), ends(&["unavailable"]));
        assert_eq!(stopped.write_ends(Level::Quorum, &node("n1")), ends(&["ok"]));
        assert_eq!(stopped.read_ends(Level::Quorum, &node("n1")), ends(&["ok"]));
        let two = under(&["n1", "n2", "n3"], &["n2", "n3"], FaultKind::StopTwo, TrialPhase::Whole);
        assert_eq!(two.write_ends(Level::Quorum, &node("n1")), ends(&["unavailable"]));
        assert_eq!(two.write_ends(Level::One, &node("n1")), ends(&["ok"]));
    }

    #[test]
    fn a_killed_replica_lets_requests_time_out_until_it_is_convicted() {
        let before = under(&["n1", "n2", "n3"], &["n3"], FaultKind::Kill, TrialPhase::Before);
        assert_eq!(before.write_ends(Level::All, &node("n1")), ends(&["write_timeout"]));
        assert_eq!(before.read_ends(Level::All, &node("n1")), ends(&["read_timeout"]));
        assert_eq!(before.write_ends(Level::Quorum, &node("n1")), ends(&["ok"]));
        assert_eq!(before.read_ends(Level::Quorum, &node("n1")), ends(&["ok", "read_timeout"]));
        assert_eq!(before.read_ends(Level::One, &node("n1")), ends(&["ok"]), "it reads its own copy");
        let after = Conditions { phase: TrialPhase::After, ..before };
        assert_eq!(after.write_ends(Level::All, &node("n1")), ends(&["unavailable"]));
    }

    #[test]
    fn the_only_replica_gone_leaves_any_alone() {
        let gone = under(&["n3"], &["n3"], FaultKind::Stop, TrialPhase::Whole);
        assert_eq!(gone.write_ends(Level::One, &node("n1")), ends(&["unavailable"]));
        assert_eq!(gone.write_ends(Level::Any, &node("n1")), ends(&["ok"]));
        assert_eq!(gone.write_ends(Level::Serial, &node("n1")), ends(&["unavailable"]));
    }

    #[test]
    fn a_node_that_is_cut_off_reaches_itself_alone() {
        let cut = under(&["n1", "n2", "n3"], &["n3"], FaultKind::Cut, TrialPhase::Before);
        assert_eq!(cut.read_ends(Level::One, &node("n3")), ends(&["ok"]));
        assert_eq!(cut.read_ends(Level::Quorum, &node("n3")), ends(&["read_timeout"]));
        let after = Conditions { phase: TrialPhase::After, ..cut };
        assert_eq!(after.read_ends(Level::Quorum, &node("n3")), ends(&["unavailable"]));
        assert_eq!(after.read_ends(Level::One, &node("n3")), ends(&["ok"]));
    }

    #[test]
    fn a_lost_data_center_does_not_touch_local_levels() {
        let all = ["n1", "n2", "n3", "n4", "n5", "n6"];
        let lost = under(&all, &["n4", "n5", "n6"], FaultKind::Dc, TrialPhase::Whole);
        assert_eq!(lost.write_ends(Level::LocalQuorum, &node("n1")), ends(&["ok"]));
        assert_eq!(lost.write_ends(Level::Quorum, &node("n1")), ends(&["unavailable"]));
        assert_eq!(lost.write_ends(Level::EachQuorum, &node("n1")), ends(&["unavailable"]));
        assert!(!lost.must_be_fresh((Level::LocalQuorum, &node("n1")), (Level::LocalQuorum, &node("n4"))));
        assert!(lost.must_be_fresh((Level::LocalQuorum, &node("n1")), (Level::LocalQuorum, &node("n2"))));
    }

    #[test]
    fn the_words_name_the_numbers() {
        let cell = CellPlan {
            cell: "x".into(),
            rf: 3,
            write: Level::One,
            read: Level::Quorum,
            fault: FaultKind::Stop,
            phase: TrialPhase::Whole,
        };
        let stopped = under(&["n1", "n2", "n3"], &["n3"], FaultKind::Stop, TrialPhase::Whole);
        let words = says(&cell, &stopped, &node("n1"), false, false);
        assert!(words.contains("Write ONE needs 1 of 3 replicas, read QUORUM 2 of 3 replicas; 2 are up"), "{words}");
        assert!(words.contains("(1 + 2 is not more than 3)"), "{words}");
    }
}
