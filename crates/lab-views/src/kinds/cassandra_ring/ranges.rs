//! The ranges of the ring and the nodes that hold each: what a place on the circle stands for.

use std::collections::BTreeSet;

use lab_model::facts::cassandra::KeyspaceSeen;

use super::Range;
use crate::parts::{
    replication::{Held, Owner, held},
    words::count,
};

/// Ranges in the order of their tokens, one data center after the other.
pub(super) fn ranges(owners: &[Owner], keyspace: Option<&KeyspaceSeen>) -> Vec<Range> {
    if keyspace.is_some_and(knows_no_data_centers) {
        return of_ring(None, &owners.iter().collect::<Vec<_>>(), keyspace);
    }
    let data_centers: BTreeSet<&str> = owners.iter().map(|owner| owner.data_center.as_str()).collect();
    let of = |data_center: &str| {
        let here: Vec<&Owner> = owners.iter().filter(|owner| owner.data_center == data_center).collect();
        of_ring(Some(data_center), &here, keyspace)
    };
    data_centers.into_iter().flat_map(of).collect()
}

/// The replicas are the next nodes of the whole ring, so its ranges are the whole ring's.
fn knows_no_data_centers(keyspace: &KeyspaceSeen) -> bool {
    matches!(keyspace.strategy.as_str(), "SimpleStrategy" | "EverywhereStrategy")
}

fn of_ring(data_center: Option<&str>, owners: &[&Owner], keyspace: Option<&KeyspaceSeen>) -> Vec<Range> {
    // Without a keyspace whose rule we know, the ranges are there all the same; who holds copies is not known.
    let (ranges, placed) = match held(owners, keyspace) {
        Some(ranges) => (ranges, keyspace.is_some()),
        None => (held(owners, None).unwrap_or_default(), false),
    };
    let range = |Held { from, to, owner, replicas }| Range {
        data_center: data_center.map(ToOwned::to_owned),
        from: from.to_string(),
        to: to.to_string(),
        owner: owner.node.clone(),
        replicas: placed.then(|| replicas.iter().map(|replica| replica.node.clone()).collect()),
    };
    ranges.into_iter().map(range).collect()
}

/// What a node owns, for one cell: its range, or how many there are.
pub(super) fn owned(ranges: &[&Range]) -> String {
    match ranges {
        [] => String::new(),
        [Range { from, to, .. }] if from == to => "all tokens".to_owned(),
        [Range { from, to, .. }] => format!("above {from} up to {to}"),
        several => count(several.len(), "range"),
    }
}

/// The other nodes that hold what a node owns, for one cell: in the order of its range, or each with the number of
/// ranges.
pub(super) fn copied(ranges: &[&Range]) -> String {
    let mut others: Vec<(&str, usize)> = Vec::new();
    for range in ranges {
        for node in range.replicas.iter().flatten().filter(|node| **node != range.owner) {
            match others.iter_mut().find(|(known, _)| known == node) {
                Some((_, times)) => *times += 1,
                None => others.push((node, 1)),
            }
        }
    }
    let cell = |(node, times): (&str, usize)| match ranges.len() {
        1 => node.to_owned(),
        _ => format!("{node} ({})", count(times, "range")),
    };
    others.into_iter().map(cell).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::replication::tests::{keyspace, owner};

    /// `dc1 10..20 n2: n2 n3` for each range.
    fn said(owners: &[Owner], keyspace: Option<&KeyspaceSeen>) -> Vec<String> {
        let say = |Range { data_center, from, to, owner, replicas }: Range| {
            let place = data_center.unwrap_or_else(|| "all".to_owned());
            let held = replicas.map_or_else(|| "?".to_owned(), |nodes| nodes.join(" "));
            format!("{place} {from}..{to} {owner}: {held}")
        };
        ranges(owners, keyspace).into_iter().map(say).collect()
    }

    fn three() -> Vec<Owner> {
        vec![owner(1, "dc1", "a", &[10]), owner(2, "dc1", "b", &[20]), owner(3, "dc1", "c", &[30])]
    }

    #[test]
    fn a_range_ends_at_its_owners_token_and_the_next_nodes_hold_copies() {
        let two = keyspace("NetworkTopologyStrategy", &[("dc1", 2)]);
        let expected = ["dc1 30..10 n1: n1 n2", "dc1 10..20 n2: n2 n3", "dc1 20..30 n3: n3 n1"];
        assert_eq!(said(&three(), Some(&two)), expected);
        let nine = keyspace("NetworkTopologyStrategy", &[("dc1", 9)]);
        assert_eq!(said(&three(), Some(&nine))[1], "dc1 10..20 n2: n2 n3 n1");
        let alone = keyspace("SimpleStrategy", &[("replication_factor", 3)]);
        assert_eq!(said(&[owner(1, "dc1", "a", &[7])], Some(&alone)), ["all 7..7 n1: n1"]);
        assert!(said(&[], Some(&two)).is_empty());
    }

    #[test]
    fn without_a_known_replication_nothing_is_said_of_copies() {
        let expected = ["dc1 30..10 n1: ?", "dc1 10..20 n2: ?", "dc1 20..30 n3: ?"];
        assert_eq!(said(&three(), None), expected);
        assert_eq!(said(&three(), Some(&keyspace("LocalStrategy", &[]))), expected);
    }

    #[test]
    fn a_rack_is_passed_over_while_others_hold_nothing() {
        let racks = [owner(1, "dc1", "a", &[10]), owner(2, "dc1", "a", &[20]), owner(3, "dc1", "b", &[30])];
        let two = keyspace("NetworkTopologyStrategy", &[("dc1", 2)]);
        let expected = ["dc1 30..10 n1: n1 n3", "dc1 10..20 n2: n2 n3", "dc1 20..30 n3: n3 n1"];
        assert_eq!(said(&racks, Some(&two)), expected);
    }

    #[test]
    fn every_data_center_has_ranges_of_its_own_unless_the_strategy_knows_none() {
        let four = [
            owner(1, "dc1", "a", &[10]),
            owner(2, "dc1", "b", &[30]),
            owner(3, "dc2", "a", &[20]),
            owner(4, "dc2", "b", &[40]),
        ];
        let uneven = keyspace("NetworkTopologyStrategy", &[("dc1", 2)]);
        let expected = ["dc1 30..10 n1: n1 n2", "dc1 10..30 n2: n2 n1", "dc2 40..20 n3: ", "dc2 20..40 n4: "];
        assert_eq!(said(&four, Some(&uneven)), expected);
        let simple = keyspace("SimpleStrategy", &[("replication_factor", 2)]);
        let expected = ["all 40..10 n1: n1 n3", "all 10..20 n3: n3 n2", "all 20..30 n2: n2 n4", "all 30..40 n4: n4 n1"];
        assert_eq!(said(&four, Some(&simple)), expected);
    }

    #[test]
    fn many_tokens_make_many_ranges_and_one_cell() {
        let many: Vec<Owner> = (0..3_u32)
            .map(|n| {
                let tokens: Vec<i64> = (0..16).map(|k| k * 100 + i64::from(n) * (k % 3 + 1)).collect();
                owner(n + 1, "dc1", &format!("rack{n}"), &tokens)
            })
            .collect();
        let all = ranges(&many, Some(&keyspace("NetworkTopologyStrategy", &[("dc1", 2)])));
        assert_eq!(all.len(), 48);
        assert!(all.iter().all(|range| range.replicas.as_ref().is_some_and(|nodes| nodes[0] == range.owner)));
        let of: Vec<&Range> = all.iter().filter(|range| range.owner == "n1").collect();
        assert_eq!((owned(&of), copied(&of)), ("16 ranges".to_owned(), "n2 (16 ranges)".to_owned()));
        assert_eq!((owned(&[]), copied(&[])), (String::new(), String::new()));
    }

    #[test]
    fn a_token_that_two_nodes_claim_is_one_place() {
        let both = [owner(1, "dc1", "a", &[10]), owner(2, "dc1", "b", &[10]), owner(3, "dc1", "c", &[30])];
        assert_eq!(said(&both, None), ["dc1 30..10 n1: ?", "dc1 10..30 n3: ?"]);
    }
}
