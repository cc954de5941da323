//! What somebody made in a lab: what would be lost with its data, and what faults would hit.

use lab_model::{Code, Problem};

use super::{Lab, systems::ENGINES};

/// Something that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    /// `topic`, `keyspace`, `node`.
    pub(super) kind: &'static str,
    /// The name.
    pub(crate) name: String,
}

impl Thing {
    /// A node that joined, not data.
    pub(crate) fn is_node(&self) -> bool {
        self.kind == "node"
    }
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            "node" => write!(f, "{}, a node that joined the ring", self.name),
            kind => write!(f, "{kind} {}", self.name),
        }
    }
}

impl Lab {
    /// What somebody made, as the engines say it, once the lab was ready.
    pub(crate) fn holds(&self) -> Vec<Thing> {
        ENGINES.iter().flat_map(|engine| (engine.holds)(&self.recorder)).collect()
    }
}

/// A question for a person: what would happen to which things.
pub(crate) fn in_the_way(message: String, things: &[Thing], hint: &str) -> Problem {
    let mut names: Vec<String> = things.iter().take(SHOWN).map(ToString::to_string).collect();
    if things.len() > SHOWN {
        names.push(format!("and {} more", things.len() - SHOWN));
    }
    Problem { code: Code::HoldsThings, message, detail: names.join(", "), hint: hint.to_owned() }
}

/// More names than this are counted, not listed.
const SHOWN: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_what_goes_and_counts_what_is_too_much_to_read() {
        let many: Vec<Thing> = (0..30).map(|n| Thing { kind: "topic", name: format!("t{n}") }).collect();
        let problem = in_the_way("It would go.".into(), &many, "");
        assert_eq!(problem.code, Code::HoldsThings);
        assert!(problem.detail.starts_with("topic t0, topic t1"), "{}", problem.detail);
        assert!(problem.detail.ends_with("and 18 more"), "{}", problem.detail);
    }
}
