//! Which node has which address: engines speak of addresses, people of nodes.

use std::collections::BTreeMap;

use lab_model::{Fact, Observation, Source, facts::cassandra::CassandraFact};

/// Nodes by the address that they said is theirs.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn hear(&mut self, observation: &Observation) {
        if let (Source::Node(node), Fact::Cassandra(CassandraFact::NodeDescribed { address, .. })) =
            (&observation.source, &observation.fact)
        {
            self.0.insert(address.clone(), node.clone());
        }
    }

    /// What a fact says. An address that no node is known to have stays.
    pub(super) fn words(&self, fact: &Fact) -> String {
        match fact {
            Fact::Cassandra(fact) => fact
                .with_names(|address| self.0.get(address).cloned().unwrap_or_else(|| address.to_owned()))
                .to_string(),
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(node: &str, fact: CassandraFact) -> Observation {
        Observation {
            seq: 1,
            source: Source::Node(node.to_owned()),
            heard_at: 1,
            said_at: None,
            cause: None,
            fact: Fact::Cassandra(fact),
        }
    }

    #[test]
    fn a_fact_names_nodes_by_the_addresses_they_said() {
        let turned = |address: &str| CassandraFact::PeerTurned { address: address.to_owned(), up: false };
        let mut names = Names::default();
        assert_eq!(names.words(&Fact::Cassandra(turned("10.0.0.3"))), "now believes 10.0.0.3 down");
        let described = CassandraFact::NodeDescribed {
            host_id: "h".into(),
            address: "10.0.0.3".into(),
            cluster_name: "c".into(),
            version: "5.0.8".into(),
            data_center: "dc1".into(),
            rack: "r1".into(),
            tokens: Vec::new(),
            schema_version: "s".into(),
            mode: None,
        };
        names.hear(&said("cassandra-3", described));
        assert_eq!(names.words(&Fact::Cassandra(turned("10.0.0.3"))), "now believes cassandra-3 down");
        assert_eq!(names.words(&Fact::Cassandra(turned("10.0.0.33"))), "now believes 10.0.0.33 down");
        let counted = CassandraFact::HintsCounted {
            in_progress: 0,
            total: 2,
            created: [("10.0.0.3".to_owned(), 2)].into(),
            not_stored: BTreeMap::new(),
            succeeded: 0,
            failed: 0,
            timed_out: 0,
        };
        let words = "wrote hints since it started: 2 for cassandra-3; delivered 0";
        assert_eq!(names.words(&Fact::Cassandra(counted)), words);
    }
}
