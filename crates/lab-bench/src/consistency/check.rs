//! Whether a plan makes sense, and what it comes to. What a stack looks like is given; nothing is asked of an engine.

use std::time::Duration;

use lab_model::{Code, Problem};

use super::{
    Consistency,
    episode::{about, episodes},
    plan::{CellPlan, ConsistencyPlan, FaultKind, Level, PlanChecked},
};
use crate::ExperimentKind;

/// A run stays within an afternoon and its file within some tens of megabytes.
const MOST_CELLS: usize = 600;
const MOST_TRIALS: u64 = 20_000;

/// Nodes that a stack starts with, by data center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    nodes: Vec<u32>,
}

impl Topology {
    /// Of a stack of this name with so many nodes: `cassandra-6` has two data centers.
    pub fn of(stack: &str, nodes: usize) -> Self {
        let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
        if stack.ends_with("-6") {
            Self { nodes: vec![nodes / 2, nodes - nodes / 2] }
        } else {
            Self { nodes: vec![nodes] }
        }
    }

    fn smallest(&self) -> u32 {
        self.nodes.iter().copied().min().unwrap_or_default()
    }
}

/// Fills in, sorts and checks a plan.
///
/// # Errors
/// `action_invalid` with what does not make sense and what to write instead.
pub fn check(mut plan: ConsistencyPlan, topology: &Topology) -> Result<PlanChecked, Problem> {
    tidy(&mut plan.rf);
    tidy(&mut plan.write);
    tidy(&mut plan.read);
    tidy(&mut plan.faults);
    refuse_empty(&plan)?;
    refuse_levels(&plan)?;
    refuse_faults(&plan, topology)?;
    let episodes = episodes(&plan);
    let cells: Vec<CellPlan> = episodes.iter().flat_map(|episode| episode.cells.iter().cloned()).collect();
    let trials = cells.len() as u64 * u64::from(plan.trials);
    if cells.len() > MOST_CELLS || trials > MOST_TRIALS {
        return Err(wrong(
            format!(
                "This plan has {} cells with {trials} trials. The limit is {MOST_CELLS} cells and {MOST_TRIALS} trials.",
                cells.len()
            ),
            "Try fewer levels or faults at a time, or fewer trials.",
        ));
    }
    let about: Duration = episodes.iter().map(|episode| about(episode, plan.trials, plan.hints)).sum();
    Ok(PlanChecked {
        remarks: remarks(&plan),
        trials,
        episodes: u32::try_from(episodes.len()).unwrap_or(u32::MAX),
        about_ms: u64::try_from(about.as_millis()).unwrap_or(u64::MAX),
        lab: Consistency::lab_of(&plan),
        cells,
        plan,
    })
}

fn tidy<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

fn refuse_empty(plan: &ConsistencyPlan) -> Result<(), Problem> {
    let lists = [
        (plan.rf.is_empty(), "No replication factor is chosen.", "Choose at least one, for example 3."),
        (plan.write.is_empty(), "No level to write at is chosen.", "Choose at least one, for example QUORUM."),
        (plan.read.is_empty(), "No level to read at is chosen.", "Choose at least one, for example ONE."),
        (plan.faults.is_empty(), "No fault is chosen.", "Choose at least one. To try without a fault, choose none."),
    ];
    if let Some((_, says, hint)) = lists.iter().find(|(empty, ..)| *empty) {
        return Err(wrong((*says).into(), hint));
    }
    if !(1..=1000).contains(&plan.trials) {
        return Err(wrong(format!("A cell cannot have {} trials.", plan.trials), "Choose between 1 and 1000."));
    }
    Ok(())
}

fn refuse_levels(plan: &ConsistencyPlan) -> Result<(), Problem> {
    if plan.read.contains(&Level::Any) {
        return Err(wrong(
            "ANY is a level for writes only: a hint is enough for it, and a read cannot use a hint.".into(),
            "Use ANY as a write level, and read at ONE.",
        ));
    }
    Ok(())
}

fn refuse_faults(plan: &ConsistencyPlan, topology: &Topology) -> Result<(), Problem> {
    let (all, smallest) = (topology.nodes.iter().sum::<u32>(), topology.smallest());
    if let Some(rf) = plan.rf.iter().find(|rf| !(1..=smallest).contains(*rf)) {
        let says = format!("RF {rf} is not possible on {}: each data center has {smallest} nodes.", plan.stack);
        return Err(wrong(says, "A replication factor is between 1 and the number of nodes in a data center."));
    }
    for fault in &plan.faults {
        let (possible, why) = match fault {
            FaultKind::None => (true, ""),
            FaultKind::Stop | FaultKind::Kill | FaultKind::Pause | FaultKind::Cut | FaultKind::Rack => {
                (all >= 2, "at least one node must stay up to answer")
            }
            FaultKind::StopTwo => (topology.nodes[0] >= 3, "at least one node must stay up to answer"),
            FaultKind::Dc => (topology.nodes.len() >= 2, "it has only one data center"),
        };
        if !possible {
            return Err(wrong(
                format!("The fault {} is not possible on {}: {why}.", fault.words(), plan.stack),
                "Use cassandra-3, or cassandra-6 for two data centers.",
            ));
        }
    }
    Ok(())
}

fn remarks(plan: &ConsistencyPlan) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut say = |when: bool, words: &str| {
        if when {
            remarks.push(words.to_owned());
        }
    };
    let serial = |levels: &[Level]| levels.iter().any(|level| level.conditional());
    say(
        plan.faults.iter().any(|fault| *fault != FaultKind::None),
        "The last read of each trial goes, on purpose, through a node that missed the write. So “20 of 20 stale” is the worst case: it does not say that such a read is always stale.",
    );
    say(
        serial(&plan.write),
        "A write at SERIAL is conditional (IF v = the value before) and goes through Paxos; it is then committed at QUORUM, one at LOCAL_SERIAL at LOCAL_QUORUM.",
    );
    say(
        plan.hints,
        "With hints, a read after the return waits until the hints were delivered. They bring the writes that the node missed.",
    );
    say(plan.trials < 200, "With fewer than 200 trials, a cell shows a median and a maximum, but no p99.");
    say(
        plan.faults == [FaultKind::None],
        "Without a fault a replica is behind for milliseconds only, so stale reads are rare. Add a fault to see one.",
    );
    say(
        plan.faults.iter().any(|fault| fault.phases().len() > 1),
        "The other nodes take a while to mark a silent node down, and not always the same while. Trials that do not fit in before count as not run.",
    );
    remarks
}

fn wrong(message: String, hint: &str) -> Problem {
    Problem { code: Code::ActionInvalid, message, detail: String::new(), hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plan(value: serde_json::Value) -> ConsistencyPlan {
        serde_json::from_value(value).unwrap()
    }

    fn three() -> Topology {
        Topology::of("cassandra-3", 3)
    }

    fn refused(value: serde_json::Value, topology: &Topology) -> String {
        check(plan(value), topology).unwrap_err().message
    }

    #[test]
    fn every_combination_is_a_cell_and_a_fault_is_done_once() {
        let given = plan(
            json!({ "write": ["QUORUM", "ONE", "ONE"], "read": ["ONE", "QUORUM"], "faults": ["none", "stop", "kill"], "trials": 20 }),
        );
        let checked = check(given, &three()).unwrap();
        assert_eq!(checked.plan.write, [Level::One, Level::Quorum], "sorted, without repetitions");
        assert_eq!((checked.episodes, checked.cells.len(), checked.trials), (3, 16, 320));
        let kill: Vec<&str> = checked.cells[8..].iter().map(|cell| cell.cell.as_str()).collect();
        assert_eq!(kill[..2], ["rf3-kill-before-ONE-ONE", "rf3-kill-before-ONE-QUORUM"]);
        assert_eq!(kill[4], "rf3-kill-after-ONE-ONE");
        let names: std::collections::BTreeSet<_> = checked.cells.iter().map(|cell| &cell.cell).collect();
        assert_eq!((names.len(), checked.lab.as_str()), (16, "pipewright-bench-cassandra-3"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_words() {
        assert!(refused(json!({ "write": ["ONE"], "read": ["ANY"] }), &three()).contains("a read cannot use a hint"));
        assert!(refused(json!({ "write": [], "read": ["ONE"] }), &three()).contains("No level to write at"));
        assert!(refused(json!({ "rf": [9] }), &three()).contains("No level to write at"), "and not that a field is");
        let no_fault = check(plan(json!({ "write": ["ONE"], "read": ["ONE"], "faults": [] })), &three()).unwrap_err();
        assert_eq!(no_fault.message, "No fault is chosen.");
        assert!(!no_fault.hint.contains('='), "no words of the terminal: {}", no_fault.hint);
        assert!(refused(json!({ "rf": [4], "write": ["ONE"], "read": ["ONE"] }), &three()).contains("RF 4"));
        assert!(refused(json!({ "rf": [0], "write": ["ONE"], "read": ["ONE"] }), &three()).contains("RF 0"));
        assert!(
            refused(json!({ "write": ["ONE"], "read": ["ONE"], "faults": ["dc"] }), &three())
                .contains("one data center")
        );
        assert!(refused(json!({ "write": ["ONE"], "read": ["ONE"], "trials": 1001 }), &three()).contains("1001"));
        let one = Topology::of("cassandra-1", 1);
        assert!(
            refused(json!({ "rf": [1], "write": ["ONE"], "read": ["ONE"], "faults": ["stop"] }), &one)
                .contains("must stay up to answer")
        );
        let six = json!({ "stack": "cassandra-6", "write": ["EACH_QUORUM"], "read": ["EACH_QUORUM"], "faults": ["dc", "rack"] });
        assert!(check(plan(six), &Topology::of("cassandra-6", 6)).is_ok());
    }

    #[test]
    fn a_fault_comes_with_a_word_about_the_node_that_is_read_through() {
        let remarks = |faults: serde_json::Value| {
            check(plan(json!({ "write": ["ONE"], "read": ["ONE"], "faults": faults })), &three())
                .unwrap()
                .remarks
                .concat()
        };
        assert!(remarks(json!(["none", "stop"])).contains("through a node that missed the write"));
        assert!(!remarks(json!(["none"])).contains("missed the write"), "nobody misses one");
    }

    #[test]
    fn a_plan_with_a_word_that_is_none_is_refused() {
        let wrong =
            serde_json::from_value::<ConsistencyPlan>(json!({ "write": ["ONE"], "read": ["ONE"], "fault": ["stop"] }));
        assert!(wrong.unwrap_err().to_string().contains("unknown field `fault`"));
    }

    #[test]
    fn too_much_at_once_is_refused() {
        let levels = ["ONE", "TWO", "THREE", "QUORUM", "ALL", "LOCAL_ONE", "LOCAL_QUORUM", "EACH_QUORUM", "SERIAL"];
        let all = json!({ "rf": [1, 2, 3], "write": levels, "read": levels, "faults": ["none", "stop", "kill", "cut"], "trials": 100 });
        assert!(refused(all, &three()).contains("cells"));
    }
}
