//! Words of facts with the names of nodes: engines speak of addresses, people of nodes.

use lab_model::Fact;
use lab_views::kinds::cassandra_ring;

use super::folds::Folds;

impl Folds {
    /// What a fact says. An address that no node is known to have stays.
    pub(super) fn words(&self, fact: &Fact) -> String {
        let named = match fact {
            Fact::Cassandra(fact) => self
                .state::<cassandra_ring::TheView>()
                .and_then(|ring| fact.with_names(|address| ring.name_of(address)))
                .map(|named| named.to_string()),
            _ => None,
        };
        named.unwrap_or_else(|| fact.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lab_model::{Observation, Source, facts::cassandra::CassandraFact};

    use super::*;

    #[test]
    fn a_fact_names_nodes_by_the_addresses_they_said() {
        let turned =
            |address: &str| -> Fact { CassandraFact::PeerTurned { address: address.to_owned(), up: false }.into() };
        let mut folds = Folds::new();
        assert_eq!(folds.words(&turned("10.0.0.3")), "now believes 10.0.0.3 down");
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
        let source = Source::Node("cassandra-3".into());
        folds.apply(&Observation { seq: 0, heard_at: 0, said_at: None, source, cause: None, fact: described.into() });
        assert_eq!(folds.words(&turned("10.0.0.3")), "now believes cassandra-3 down");
        assert_eq!(folds.words(&turned("10.0.0.33")), "now believes 10.0.0.33 down");
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
        assert_eq!(folds.words(&counted.into()), words);
    }
}
