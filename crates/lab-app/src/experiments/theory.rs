//! What the rules say about a request, from levels, replicas and the fault alone: which ends it can have, and whether
//! a read must return the acknowledged write. No measurement is used.
//!
//! Sources: Cassandra's `ReplicaPlans.assureSufficientLiveReplicas` (Unavailable is decided before anything is sent, from
//! what the coordinator believes), the write and read timeouts (decided by what came), and strict quorums.

use std::collections::BTreeSet;

use super::levels::{Counts, Needs, name, total};
use crate::schema::{CellPlan, FaultKind, Level, TrialPhase};

/// Ends a request can have, by short name.
pub(super) type Ends = BTreeSet<&'static str>;

/// A node as a trial sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seat {
    /// The name.
    pub(super) node: String,
    /// The data center.
    pub(super) dc: String,
}

/// Where and under which fault a trial's requests are made.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    /// Nodes that hold the key.
    pub(super) replicas: Vec<Seat>,
    /// Nodes that have the fault.
    pub(super) victims: BTreeSet<String>,
    /// The fault.
    pub(super) fault: FaultKind,
    /// The part of it.
    pub(super) phase: TrialPhase,
}

impl Scene {
    fn count<'a>(seats: impl Iterator<Item = &'a Seat>) -> Counts {
        let mut counts = Counts::new();
        for seat in seats {
            *counts.entry(seat.dc.clone()).or_default() += 1;
        }
        counts
    }

    /// Replicas by data center.
    pub(super) fn all(&self) -> Counts {
        Self::count(self.replicas.iter())
    }

    fn is_victim(&self, node: &str) -> bool {
        self.fault != FaultKind::None && self.victims.contains(node)
    }

    /// Replicas that can answer this coordinator while the fault lasts. One that is cut off reaches itself alone.
    pub(super) fn answering(&self, coordinator: &Seat) -> Counts {
        let cut_off = self.is_victim(&coordinator.node);
        let reaches = |seat: &&Seat| {
            if cut_off { seat.node == coordinator.node } else { !self.is_victim(&seat.node) }
        };
        Self::count(self.replicas.iter().filter(reaches))
    }

    /// Replicas that this coordinator believes up.
    fn believed(&self, coordinator: &Seat) -> Counts {
        match self.phase {
            TrialPhase::Before => self.all(),
            TrialPhase::Whole | TrialPhase::After => self.answering(coordinator),
        }
    }

    /// Ends of a write.
    pub(super) fn write_ends(&self, level: Level, coordinator: &Seat) -> Ends {
        let needs = Needs::of(level, &self.all(), &coordinator.dc);
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
    pub(super) fn read_ends(&self, level: Level, coordinator: &Seat) -> Ends {
        let needs = Needs::of(level, &self.all(), &coordinator.dc);
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
    pub(super) fn must_be_fresh(&self, write: (Level, &Seat), read: (Level, &Seat)) -> bool {
        let all = self.all();
        Needs::of(write.0, &all, &write.1.dc).must_meet(&Needs::of(read.0, &all, &read.1.dc), &all)
    }
}

/// The rules about a cell in words; the scene is one of its trials', asked through a healthy coordinator.
pub(super) fn says(cell: &CellPlan, scene: &Scene, coordinator: &Seat, must: bool, mixed: bool) -> String {
    let all = scene.all();
    let (write, read) = (Needs::of(cell.write, &all, &coordinator.dc), Needs::of(cell.read, &all, &coordinator.dc));
    let live = total(&scene.answering(coordinator));
    let replicas = total(&all);
    let (w, r) = (name(cell.write), name(cell.read));
    let write_ends = words(&scene.write_ends(cell.write, coordinator));
    let read_ends = words(&scene.read_ends(cell.read, coordinator));
    let needs = |needs: &Needs| match needs {
        Needs::Hint => "no replica, a hint is enough".to_owned(),
        Needs::Anywhere(count) => format!("{count} of {replicas} replicas"),
        Needs::In(each) => each
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
pub(super) fn words(ends: &Ends) -> String {
    ends.iter().map(|end| end.replace('_', " ")).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(node: &str) -> Seat {
        let dc = if node < "n4" { "dc1" } else { "dc2" };
        Seat { node: node.into(), dc: dc.into() }
    }

    fn scene(replicas: &[&str], victims: &[&str], fault: FaultKind, phase: TrialPhase) -> Scene {
        Scene {
            replicas: replicas.iter().map(|node| seat(node)).collect(),
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
        let stopped = scene(&["n1", "n2", "n3"], &["n3"], FaultKind::Stop, TrialPhase::Whole);
        assert_eq!(stopped.write_ends(Level::All, &seat("n1")), ends(&["unavailable"]));
        assert_eq!(stopped.read_ends(Level::All, &seat("n1")), ends(&["unavailable"]));
        assert_eq!(stopped.write_ends(Level::Quorum, &seat("n1")), ends(&["ok"]));
        assert_eq!(stopped.read_ends(Level::Quorum, &seat("n1")), ends(&["ok"]));
        let two = scene(&["n1", "n2", "n3"], &["n2", "n3"], FaultKind::StopTwo, TrialPhase::Whole);
        assert_eq!(two.write_ends(Level::Quorum, &seat("n1")), ends(&["unavailable"]));
        assert_eq!(two.write_ends(Level::One, &seat("n1")), ends(&["ok"]));
    }

    #[test]
    fn a_killed_replica_lets_requests_time_out_until_it_is_convicted() {
        let before = scene(&["n1", "n2", "n3"], &["n3"], FaultKind::Kill, TrialPhase::Before);
        assert_eq!(before.write_ends(Level::All, &seat("n1")), ends(&["write_timeout"]));
        assert_eq!(before.read_ends(Level::All, &seat("n1")), ends(&["read_timeout"]));
        assert_eq!(before.write_ends(Level::Quorum, &seat("n1")), ends(&["ok"]));
        assert_eq!(before.read_ends(Level::Quorum, &seat("n1")), ends(&["ok", "read_timeout"]));
        assert_eq!(before.read_ends(Level::One, &seat("n1")), ends(&["ok"]), "it reads its own copy");
        let after = Scene { phase: TrialPhase::After, ..before };
        assert_eq!(after.write_ends(Level::All, &seat("n1")), ends(&["unavailable"]));
    }

    #[test]
    fn the_only_replica_gone_leaves_any_alone() {
        let gone = scene(&["n3"], &["n3"], FaultKind::Stop, TrialPhase::Whole);
        assert_eq!(gone.write_ends(Level::One, &seat("n1")), ends(&["unavailable"]));
        assert_eq!(gone.write_ends(Level::Any, &seat("n1")), ends(&["ok"]));
        assert_eq!(gone.write_ends(Level::Serial, &seat("n1")), ends(&["unavailable"]));
    }

    #[test]
    fn a_node_that_is_cut_off_reaches_itself_alone() {
        let cut = scene(&["n1", "n2", "n3"], &["n3"], FaultKind::Cut, TrialPhase::Before);
        assert_eq!(cut.read_ends(Level::One, &seat("n3")), ends(&["ok"]));
        assert_eq!(cut.read_ends(Level::Quorum, &seat("n3")), ends(&["read_timeout"]));
        let after = Scene { phase: TrialPhase::After, ..cut };
        assert_eq!(after.read_ends(Level::Quorum, &seat("n3")), ends(&["unavailable"]));
        assert_eq!(after.read_ends(Level::One, &seat("n3")), ends(&["ok"]));
    }

    #[test]
    fn a_lost_data_center_does_not_touch_local_levels() {
        let all = ["n1", "n2", "n3", "n4", "n5", "n6"];
        let lost = scene(&all, &["n4", "n5", "n6"], FaultKind::Dc, TrialPhase::Whole);
        assert_eq!(lost.write_ends(Level::LocalQuorum, &seat("n1")), ends(&["ok"]));
        assert_eq!(lost.write_ends(Level::Quorum, &seat("n1")), ends(&["unavailable"]));
        assert_eq!(lost.write_ends(Level::EachQuorum, &seat("n1")), ends(&["unavailable"]));
        assert!(!lost.must_be_fresh((Level::LocalQuorum, &seat("n1")), (Level::LocalQuorum, &seat("n4"))));
        assert!(lost.must_be_fresh((Level::LocalQuorum, &seat("n1")), (Level::LocalQuorum, &seat("n2"))));
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
        let stopped = scene(&["n1", "n2", "n3"], &["n3"], FaultKind::Stop, TrialPhase::Whole);
        let words = says(&cell, &stopped, &seat("n1"), false, false);
        assert!(words.contains("Write ONE needs 1 of 3 replicas, read QUORUM 2 of 3 replicas; 2 are up"), "{words}");
        assert!(words.contains("(1 + 2 is not more than 3)"), "{words}");
    }
}
