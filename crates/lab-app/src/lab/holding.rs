//! What somebody made in a lab: what would be lost with its data, and what faults would hit.

use lab_model::{Code, Problem};
use lab_views::kinds::{cassandra_ring, kafka_cluster};

use super::Lab;

/// Something that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    /// `topic`, `keyspace`, `node`.
    kind: &'static str,
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
    /// Topics, keyspaces, and spare nodes that joined: as the engines say it, once the lab was ready.
    pub(crate) fn holds(&self) -> Vec<Thing> {
        let kafka = self.recorder.model::<kafka_cluster::TheView>(&kafka_cluster::Params { internal: false });
        let ring = self.recorder.model::<cassandra_ring::TheView>(&cassandra_ring::Params::default());
        let joined = ring.nodes.into_iter().filter(|node| node.spare && node.member).map(|node| node.node);
        things(kafka.topics, ring.keyspaces.into_iter().map(|keyspace| keyspace.name), joined)
    }
}

fn things(
    topics: impl IntoIterator<Item = String>,
    keyspaces: impl IntoIterator<Item = String>,
    joined: impl IntoIterator<Item = String>,
) -> Vec<Thing> {
    let of = |kind: &'static str| move |name: String| Thing { kind, name };
    let topics = topics.into_iter().map(of("topic"));
    let keyspaces = keyspaces.into_iter().map(of("keyspace"));
    let joined = joined.into_iter().map(of("node"));
    topics.chain(keyspaces).chain(joined).filter(|thing| !is_the_engines_own(&thing.name)).collect()
}

/// What Kafka and Cassandra make for themselves.
fn is_the_engines_own(name: &str) -> bool {
    name.starts_with("__") || name == "system" || name.starts_with("system_")
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
    fn what_engines_make_for_themselves_is_nobodys() {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let held = things(
            named(&["orders", "__consumer_offsets"]),
            named(&["shop", "system", "system_auth", "systematic"]),
            named(&["cassandra-4"]),
        );
        let held: Vec<String> = held.iter().map(ToString::to_string).collect();
        assert_eq!(
            held,
            ["topic orders", "keyspace shop", "keyspace systematic", "cassandra-4, a node that joined the ring"]
        );
    }

    #[test]
    fn a_question_names_what_goes_and_counts_what_is_too_much_to_read() {
        let many: Vec<Thing> = (0..30).map(|n| Thing { kind: "topic", name: format!("t{n}") }).collect();
        let problem = in_the_way("It would go.".into(), &many, "");
        assert_eq!(problem.code, Code::HoldsThings);
        assert!(problem.detail.starts_with("topic t0, topic t1"), "{}", problem.detail);
        assert!(problem.detail.ends_with("and 18 more"), "{}", problem.detail);
    }
}
