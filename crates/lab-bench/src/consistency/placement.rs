//! Which nodes hold a key, from its token and the ring: NetworkTopologyStrategy's rule, as in Cassandra's own
//! `calculateNaturalReplicas`.
//!
//! Used to choose keys that a fault concerns. What a trial shows as evidence is asked of the nodes, never computed.

use std::collections::{BTreeMap, BTreeSet};

/// A member of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Node name.
    pub node: String,
    /// The data center.
    pub dc: String,
    /// The rack.
    pub rack: String,
    /// The tokens.
    pub tokens: Vec<i64>,
}

/// The members, and every token with the one that owns it.
#[derive(Debug, Clone)]
pub struct Ring {
    members: Vec<Member>,
    owners: Vec<(i64, usize)>,
}

/// A key and the nodes that hold it, the owner of its range first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The partition key.
    pub key: String,
    /// Names of the nodes.
    pub replicas: Vec<String>,
}

/// What is left to place in a data center.
struct Remaining {
    replicas: usize,
    /// Replicas that may share a rack with another one.
    repeats: usize,
    racks: BTreeSet<String>,
}

impl Ring {
    /// Of these members.
    pub fn new(members: Vec<Member>) -> Self {
        let mut owners: Vec<(i64, usize)> = members
            .iter()
            .enumerate()
            .flat_map(|(index, member)| member.tokens.iter().map(move |token| (*token, index)))
            .collect();
        owners.sort_unstable();
        Self { members, owners }
    }

    /// The members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Data centers, sorted.
    pub fn data_centers(&self) -> BTreeSet<&str> {
        self.members.iter().map(|member| member.dc.as_str()).collect()
    }

    /// Nodes of a data center.
    pub fn in_dc<'a>(&'a self, dc: &'a str) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |member| member.dc == dc)
    }

    /// A member by name.
    pub fn member(&self, node: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.node == node)
    }

    /// The nodes that hold a token with `rf` replicas in each data center, the owner of the range first.
    pub fn replicas(&self, token: i64, rf: u32) -> Vec<&Member> {
        let rf = usize::try_from(rf).unwrap_or(usize::MAX);
        let start = self.owners.partition_point(|(owned, _)| *owned < token);
        let walk = self.owners[start..].iter().chain(&self.owners[..start]).map(|(_, index)| *index);
        let mut left = self.to_place(rf);
        let mut seen = BTreeSet::new();
        let mut placed: Vec<&Member> = Vec::new();
        for member in walk.filter(|index| seen.insert(*index)).map(|index| &self.members[index]) {
            if let Some(left) = left.get_mut(member.dc.as_str())
                && left.takes(&member.rack)
            {
                placed.push(member);
            }
        }
        // A node that was passed by because its rack had one already is not asked a second time: Cassandra allows as
        // many repetitions as there are replicas beyond the racks, so nothing is left.
        placed
    }

    /// A key by its token.
    pub fn key(&self, key: String, token: i64, rf: u32) -> Key {
        let replicas = self.replicas(token, rf).into_iter().map(|member| member.node.clone()).collect();
        Key { key, replicas }
    }

    fn to_place(&self, rf: usize) -> BTreeMap<&str, Remaining> {
        let mut left = BTreeMap::new();
        for dc in self.data_centers() {
            let racks: BTreeSet<&str> = self.in_dc(dc).map(|member| member.rack.as_str()).collect();
            let replicas = rf.min(self.in_dc(dc).count());
            let repeats = rf.saturating_sub(racks.len());
            left.insert(dc, Remaining { replicas, repeats, racks: BTreeSet::new() });
        }
        left
    }

    /// The most of `victims` that any key has among its replicas.
    pub fn most_hit(&self, victims: &BTreeSet<String>, rf: u32) -> usize {
        let hit = |token: i64| self.replicas(token, rf).iter().filter(|member| victims.contains(&member.node)).count();
        self.owners.iter().map(|(token, _)| hit(*token)).max().unwrap_or_default()
    }
}

impl Remaining {
    fn takes(&mut self, rack: &str) -> bool {
        if self.replicas == 0 {
            return false;
        }
        if !self.racks.insert(rack.to_owned()) {
            if self.repeats == 0 {
                return false;
            }
            self.repeats -= 1;
        }
        self.replicas -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(members: &[(&str, &str, &str, i64)]) -> Ring {
        let member = |(node, dc, rack, token): &(&str, &str, &str, i64)| Member {
            node: (*node).into(),
            dc: (*dc).into(),
            rack: (*rack).into(),
            tokens: vec![*token],
        };
        Ring::new(members.iter().map(member).collect())
    }

    fn names(ring: &Ring, token: i64, rf: u32) -> Vec<String> {
        ring.replicas(token, rf).into_iter().map(|member| member.node.clone()).collect()
    }

    fn three() -> Ring {
        ring(&[("n1", "dc1", "r1", -100), ("n2", "dc1", "r2", 0), ("n3", "dc1", "r3", 100)])
    }

    #[test]
    fn a_token_belongs_to_the_next_node_and_wraps_around() {
        let ring = three();
        assert_eq!(names(&ring, -50, 1), ["n2"]);
        assert_eq!(names(&ring, 0, 1), ["n2"], "a range includes its end");
        assert_eq!(names(&ring, 101, 2), ["n1", "n2"]);
        assert_eq!(names(&ring, 1, 3), ["n3", "n1", "n2"]);
        assert_eq!(names(&ring, 1, 5), ["n3", "n1", "n2"], "no more replicas than nodes");
    }

    #[test]
    fn new_racks_come_first_and_racks_repeat_only_beyond_their_number() {
        let ring = ring(&[
            ("a", "dc1", "r1", 0),
            ("b", "dc1", "r1", 10),
            ("c", "dc1", "r2", 20),
            ("d", "dc1", "r2", 30),
            ("e", "dc1", "r3", 40),
        ]);
        assert_eq!(names(&ring, 0, 3), ["a", "c", "e"]);
        assert_eq!(names(&ring, 0, 4), ["a", "b", "c", "e"]);
    }

    #[test]
    fn each_data_center_has_its_own_replicas() {
        let ring =
            ring(&[("n1", "dc1", "r1", 0), ("n4", "dc2", "r1", 1), ("n2", "dc1", "r2", 100), ("n5", "dc2", "r2", 101)]);
        assert_eq!(names(&ring, 50, 1), ["n2", "n5"]);
        assert_eq!(names(&ring, 102, 2), ["n1", "n4", "n2", "n5"]);
    }

    #[test]
    fn the_keys_a_fault_concerns_most_are_known() {
        let victims = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(three().most_hit(&victims(&["n3"]), 1), 1);
        assert_eq!(three().most_hit(&victims(&["n2", "n3"]), 1), 1);
        assert_eq!(three().most_hit(&victims(&["n2", "n3"]), 2), 2);
    }
}
