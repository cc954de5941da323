//! Whether the engine's machine has memory for one more lab, by what the stacks say they need.
//!
//! The answer comes before anything is made: a node that the kernel kills because memory is short looks like a fault of
//! the engine.

use lab_docker::{Engine, Lab, Stack};
use lab_model::{Code, Problem, Progress, facts::lab::NodeState};

use super::App;

/// Left for the system and for the programs a person has open, MiB.
const FOR_OTHERS: u64 = 1024;

/// The stacks that need memory, and how much, MiB.
struct Room {
    machine: u64,
    /// Labs that run.
    labs: Vec<(String, u64)>,
}

impl App {
    /// Refuses to start a lab for which there is no memory left. One that runs already takes nothing more, and where the
    /// engine does not say what memory there is, nobody is refused.
    pub(super) fn refuse_without_room(
        &self,
        engine: &Engine,
        labs: &[Lab],
        stack: &Stack,
        name: &str,
    ) -> Result<(), Problem> {
        let Some(bytes) = engine.info().memory_bytes else { return Ok(()) };
        let labs: Vec<&Lab> = labs.iter().filter(|lab| runs(lab)).collect();
        if labs.iter().any(|lab| lab.project == name) {
            return Ok(());
        }
        // A lab of a stack that is gone is not counted: what it needs nobody knows.
        let need = |lab: &Lab| Some((lab.project.clone(), self.stack_as_made(lab).ok()?.memory_mib()));
        let room = Room { machine: bytes / 1024 / 1024, labs: labs.into_iter().filter_map(need).collect() };
        room.refusal(stack.name(), stack.memory_mib()).map_or(Ok(()), Err)
    }
}

/// What a lab will need, told before it starts.
pub(super) fn told(stack: &Stack) -> Progress {
    let (nodes, memory) = (stack.nodes().len(), gib(stack.memory_mib()));
    Progress::step(format!("look for room: {nodes} containers, about {memory} GiB of memory"))
}

fn runs(lab: &Lab) -> bool {
    lab.nodes.iter().any(|node| matches!(node.state, NodeState::Running | NodeState::Paused))
}

impl Room {
    fn refusal(&self, stack: &str, needs: u64) -> Option<Problem> {
        let taken: u64 = self.labs.iter().map(|(_, mib)| mib).sum();
        if needs + taken + FOR_OTHERS <= self.machine {
            return None;
        }
        let taken_by = match self.labs.as_slice() {
            [] => String::new(),
            _ => format!("; labs that run take about {} GiB of it", gib(taken)),
        };
        let each = self.labs.iter().map(|(name, mib)| format!("{name}: about {} GiB", gib(*mib)));
        let remove = self.labs.iter().map(|(name, _)| format!("`pipewright down {name}`")).collect::<Vec<_>>();
        let way_out = match remove.as_slice() {
            [] => "Give the engine more memory.".to_owned(),
            labs => format!("Remove a lab that you do not need ({}), or give the engine more memory.", labs.join(", ")),
        };
        Some(Problem {
            code: Code::NotEnoughMemory,
            message: format!(
                "{stack} needs about {} GiB of memory. The engine's machine has {} GiB{taken_by}. {} GiB should stay free \
                 for everything else.",
                gib(needs),
                gib(self.machine),
                gib(FOR_OTHERS)
            ),
            detail: each.collect::<Vec<_>>().join("\n"),
            hint: format!(
                "{way_out} If you start the lab anyway and the system ends a node because memory \
                 is short, this looks like a killed node."
            ),
        })
    }
}

/// A single digit is enough to decide by.
#[expect(clippy::cast_precision_loss, reason = "a machine's memory in MiB is far below 2^52")]
fn gib(mib: u64) -> String {
    format!("{:.1}", mib as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(machine: u64, labs: &[(&str, u64)]) -> Room {
        Room { machine, labs: labs.iter().map(|(name, mib)| ((*name).to_owned(), *mib)).collect() }
    }

    #[test]
    fn what_fits_is_not_refused() {
        assert_eq!(room(4096, &[]).refusal("cassandra-6", 2700), None);
        assert_eq!(room(2700 + 1024, &[]).refusal("cassandra-6", 2700), None);
    }

    #[test]
    fn what_does_not_fit_is_told_with_the_labs_that_could_go() {
        let refused = room(4096, &[("pipewright-kafka-3", 1100)]).refusal("cassandra-6", 2700).unwrap();
        assert_eq!(refused.code, Code::NotEnoughMemory);
        assert!(refused.message.starts_with("cassandra-6 needs about 2.6 GiB"), "{}", refused.message);
        assert!(refused.message.contains("take about 1.1 GiB"), "{}", refused.message);
        assert_eq!(refused.detail, "pipewright-kafka-3: about 1.1 GiB");
        assert!(refused.hint.contains("`pipewright down pipewright-kafka-3`"), "{}", refused.hint);
    }

    #[test]
    fn a_machine_too_small_for_one_lab_has_none_to_remove() {
        let refused = room(2048, &[]).refusal("cassandra-3", 1700).unwrap();
        assert!(!refused.message.contains("labs"), "{}", refused.message);
        assert!(refused.hint.starts_with("Give the engine more memory."), "{}", refused.hint);
    }
}
