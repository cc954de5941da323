//! Which nodes hold what: Cassandra's placement rules over the tokens and the replication that nodes said. No node says
//! which nodes hold a range; so whoever shows what follows here says that it is computed.
//!
//! Where a single key lies is never computed: nodes say it.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::facts::cassandra::KeyspaceSeen;

/// A member of the ring and its tokens.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) node: String,
    pub(crate) data_center: String,
    pub(crate) rack: String,
    pub(crate) tokens: Vec<i64>,
}

/// A range of the ring: tokens above `from`, up to `to`.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Whose token `to` is.
    pub(crate) owner: &'a Owner,
    /// The nodes that hold it, the owner first where it holds a copy.
    pub(crate) replicas: Vec<&'a Owner>,
}

/// The ranges of the ring in the order of their tokens, and who holds each: by the keyspace, or one copy in every data
/// center. None if the strategy is none we know.
pub(crate) fn held<'a>(owners: &[&'a Owner], keyspace: Option<&KeyspaceSeen>) -> Option<Vec<Held<'a>>> {
    let rule = Rule::of(owners, keyspace)?;
    let mut ring: Vec<(i64, usize)> =
        owners.iter().enumerate().flat_map(|(at, owner)| owner.tokens.iter().map(move |&token| (token, at))).collect();
    ring.sort_unstable();
    // While a node is replaced, two may claim one token.
    ring.dedup_by_key(|(token, _)| *token);
    let range = |at: usize| Held {
        from: ring[(at + ring.len() - 1) % ring.len()].0,
        to: ring[at].0,
        owner: owners[ring[at].1],
        replicas: rule.replicas(owners, &ring, at).into_iter().map(|owner| owners[owner]).collect(),
    };
    Some((0..ring.len()).map(range).collect())
}

/// What each node owns, percent with one decimal: of all rows of the keyspace, or of one copy in every data center.
/// Empty if the strategy is none we know.
pub(crate) fn ownership(owners: &[Owner], keyspace: Option<&KeyspaceSeen>) -> BTreeMap<String, f64> {
    let Some(ranges) = held(&owners.iter().collect::<Vec<_>>(), keyspace) else { return BTreeMap::new() };
    let mut owned: BTreeMap<&str, u128> = owners.iter().map(|owner| (owner.node.as_str(), 0)).collect();
    for range in &ranges {
        for replica in &range.replicas {
            *owned.entry(&replica.node).or_default() += width(range.from, range.to);
        }
    }
    owned.into_iter().map(|(node, tokens)| (node.to_owned(), percent(tokens))).collect()
}

/// Tokens from behind `before` up to `token`; the whole ring if they are the same.
fn width(before: i64, token: i64) -> u128 {
    match (i128::from(token) - i128::from(before)).rem_euclid(1 << 64).unsigned_abs() {
        0 => 1 << 64,
        width => width,
    }
}

fn percent(held: u128) -> f64 {
    let tenths = (held * 1000 + (1 << 63)) >> 64;
    u32::try_from(tenths).map_or(f64::INFINITY, |tenths| f64::from(tenths) / 10.0)
}

enum Rule {
    /// SimpleStrategy: the next nodes, wherever they stand.
    Next(usize),
    /// NetworkTopologyStrategy: so many in each data center, in as many racks as there are.
    InEach(BTreeMap<String, usize>),
}

impl Rule {
    fn of(owners: &[&Owner], keyspace: Option<&KeyspaceSeen>) -> Option<Self> {
        let Some(keyspace) = keyspace else {
            return Some(Self::InEach(owners.iter().map(|owner| (owner.data_center.clone(), 1)).collect()));
        };
        let factor = |factor: &u32| usize::try_from(*factor).unwrap_or(usize::MAX);
        match keyspace.strategy.as_str() {
            "NetworkTopologyStrategy" => {
                let each = keyspace.replication.iter();
                Some(Self::InEach(each.map(|(data_center, each)| (data_center.clone(), factor(each))).collect()))
            }
            "SimpleStrategy" => keyspace.replication.get("replication_factor").map(|all| Self::Next(factor(all))),
            "EverywhereStrategy" => Some(Self::Next(owners.len())),
            _ => None,
        }
    }

    /// Replicas of the range that ends at one token, clockwise from its owner.
    fn replicas(&self, owners: &[&Owner], ring: &[(i64, usize)], from: usize) -> Vec<usize> {
        let clockwise = (0..ring.len()).map(|step| ring[(from + step) % ring.len()].1);
        match self {
            Self::Next(factor) => {
                let mut found = Vec::new();
                for owner in clockwise {
                    if found.len() < *factor && !found.contains(&owner) {
                        found.push(owner);
                    }
                }
                found
            }
            Self::InEach(factors) => {
                let mut places: BTreeMap<&str, Places<'_>> = factors
                    .iter()
                    .map(|(data_center, &factor)| (data_center.as_str(), Places::new(owners, data_center, factor)))
                    .collect();
                for owner in clockwise {
                    if let Some(places) = places.get_mut(owners[owner].data_center.as_str()) {
                        places.offer(owner, &owners[owner].rack);
                    }
                }
                places.into_values().flat_map(|places| places.found).collect()
            }
        }
    }
}

/// The replicas of a range in a data center, as NetworkTopologyStrategy finds them: new racks first, a rack again only
/// if there are more replicas than racks.
struct Places<'a> {
    found: Vec<usize>,
    racks: BTreeSet<&'a str>,
    left: usize,
    repeats: usize,
}

impl<'a> Places<'a> {
    fn new(owners: &[&'a Owner], data_center: &str, factor: usize) -> Self {
        let here = || owners.iter().filter(|owner| owner.data_center == data_center);
        let racks: BTreeSet<&str> = here().map(|owner| owner.rack.as_str()).collect();
        let (left, repeats) = (factor.min(here().count()), factor.saturating_sub(racks.len()));
        Self { found: Vec::new(), racks: BTreeSet::new(), left, repeats }
    }

    fn offer(&mut self, owner: usize, rack: &'a str) {
        if self.left == 0 || self.found.contains(&owner) {
            return;
        }
        if !self.racks.insert(rack) {
            if self.repeats == 0 {
                return;
            }
            self.repeats -= 1;
        }
        self.left -= 1;
        self.found.push(owner);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn owner(node: u32, data_center: &str, rack: &str, tokens: &[i64]) -> Owner {
        let (node, data_center, rack) = (format!("n{node}"), data_center.to_owned(), rack.to_owned());
        Owner { node, data_center, rack, tokens: tokens.to_vec() }
    }

    pub(crate) fn keyspace(strategy: &str, replication: &[(&str, u32)]) -> KeyspaceSeen {
        let replication = replication.iter().map(|&(name, factor)| (name.to_owned(), factor)).collect();
        KeyspaceSeen { name: "k".to_owned(), strategy: strategy.to_owned(), replication, tables: Vec::new() }
    }

    fn owned(owners: &[Owner], keyspace: Option<&KeyspaceSeen>) -> Vec<f64> {
        ownership(owners, keyspace).into_values().collect()
    }

    const THIRDS: [i64; 3] = [-6_148_914_691_236_517_206, 0, 6_148_914_691_236_517_205];

    fn three() -> Vec<Owner> {
        (0..3).map(|n| owner(n + 1, "dc1", &format!("rack{}", n + 1), &[THIRDS[n as usize]])).collect()
    }

    #[test]
    fn one_copy_is_shared_out_by_tokens() {
        assert_eq!(owned(&three(), None), [33.3, 33.3, 33.3]);
        let uneven = [owner(1, "dc1", "r1", &[0]), owner(2, "dc1", "r1", &[i64::MAX / 2])];
        assert_eq!(owned(&uneven, None), [75.0, 25.0]);
        assert_eq!(owned(&[owner(1, "dc1", "r1", &[42])], None), [100.0]);
        assert!(owned(&[], None).is_empty());
    }

    #[test]
    fn every_data_center_is_a_ring_of_its_own() {
        let second = (0..3).map(|n: u32| owner(n + 4, "dc2", &format!("rack{}", n + 1), &[THIRDS[n as usize] + 100]));
        let six: Vec<Owner> = three().into_iter().chain(second).collect();
        assert_eq!(owned(&six, None), [33.3; 6]);
        assert_eq!(
            owned(&six, Some(&keyspace("NetworkTopologyStrategy", &[("dc1", 3), ("dc2", 2)]))),
            [100.0, 100.0, 100.0, 66.7, 66.7, 66.7]
        );
        assert_eq!(
            owned(&six, Some(&keyspace("NetworkTopologyStrategy", &[("dc1", 1)]))),
            [33.3, 33.3, 33.3, 0.0, 0.0, 0.0]
        );
    }

    #[test]
    fn a_rack_comes_twice_only_if_there_are_more_replicas_than_racks() {
        let at = |n: i64| n * (i64::MAX / 4);
        // Two racks: n1 and n2 share one, n3 stands alone in the other and so holds a copy of everything.
        let racks = [owner(1, "dc1", "a", &[at(-2)]), owner(2, "dc1", "a", &[at(0)]), owner(3, "dc1", "b", &[at(2)])];
        assert_eq!(owned(&racks, Some(&keyspace("NetworkTopologyStrategy", &[("dc1", 2)]))), [75.0, 25.0, 100.0]);
        assert_eq!(owned(&racks, Some(&keyspace("NetworkTopologyStrategy", &[("dc1", 3)]))), [100.0; 3]);
        assert_eq!(owned(&racks, Some(&keyspace("NetworkTopologyStrategy", &[("dc1", 9)]))), [100.0; 3]);
    }

    #[test]
    fn simple_strategy_knows_no_racks() {
        let same = [owner(1, "dc1", "a", &[-10]), owner(2, "dc1", "a", &[0]), owner(3, "dc1", "b", &[i64::MIN])];
        let two = owned(&same, Some(&keyspace("SimpleStrategy", &[("replication_factor", 2)])));
        assert_eq!(two, [100.0, 50.0, 50.0]);
        assert!(owned(&same, Some(&keyspace("LocalStrategy", &[]))).is_empty());
    }
}
