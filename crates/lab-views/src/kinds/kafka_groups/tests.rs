//! The groups' cases: journals in, words and marks out.

use lab_model::{Draft, facts::lab::LabFact};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

fn check(said: &[Draft], expected: &Value) {
    let said: Vec<Draft> = [started()].into_iter().chain(said.iter().cloned()).collect();
    crate::testing::check::<TheView>(&json!({ "topic": "orders" }), &said, expected);
}

/// Two members share three partitions.
fn shared() -> Vec<Draft> {
    vec![
        k(2, groups(&["readers"])),
        k(2, readers("Stable", &[("c2", &[2]), ("c1", &[0, 1])])),
        k(2, committed(&[(0, 10), (1, 20), (2, 30)])),
    ]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    shared().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    check(&[], &json!({ "known": false, "summary": "Nothing was heard of groups yet." }));
    check(&[k(1, groups(&[]))], &json!({ "known": true, "/groups": [], "summary": "No consumer group reads orders." }));
}

#[test]
fn a_group_that_shares_partitions() {
    check(
        &shared(),
        &json!({
            "/groups/0/group": "readers",
            "/groups/0/coordinator": "kafka-2",
            "/groups/0/members/0/client_id": "c1",
            "/groups/0/members/0/partitions": [
                { "topic": "orders", "partition": 0 }, { "topic": "orders", "partition": 1 },
            ],
            "/groups/0/lag": null,
            "/groups/0/rebalances": 0,
            "summary": "Group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2.",
        }),
    );
}

#[test]
fn lag_is_counted_from_the_leaders_own_high_watermark() {
    let all: &[i32] = &[1, 2, 3];
    let known = [
        k(1, orders(&[(1, 0, all), (2, 0, all), (3, 0, all)])),
        k(1, log(0, 0, 15, 12)),
        k(2, log(0, 0, 15, 11)),
        k(2, log(1, 0, 20, 20)),
    ];
    check(
        &after(known.clone()),
        &json!({
            "/groups/0/offsets/0": { "topic": "orders", "partition": 0, "committed": 10, "high_watermark": 12, "lag": 2 },
            "/groups/0/offsets/1/lag": 0,
            "/groups/0/offsets/2/lag": null,
            "/groups/0/lag": 2,
            "summary": "Group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2. It lags by 2.",
        }),
    );
    // The leader moves to a replica that knows less, and the lag with it.
    let moved = known.into_iter().chain([k(2, orders(&[(2, 1, &[2, 3]), (2, 0, all), (3, 0, all)]))]);
    check(&after(moved), &json!({ "/groups/0/offsets/0/lag": 1 }));
}

#[test]
fn a_rebalance_is_a_change_between_settled_assignments() {
    let cases: &[(&[Draft], u32)] = &[
        (&[k(2, readers("Stable", &[("c1", &[1, 0]), ("c2", &[2])]))], 0),
        (&[k(2, readers("PreparingRebalance", &[("c1", &[]), ("c2", &[])]))], 0),
        (
            &[
                k(2, readers("PreparingRebalance", &[("c1", &[]), ("c2", &[])])),
                k(2, readers("Stable", &[("c1", &[0, 1, 2])])),
            ],
            1,
        ),
        (&[k(2, readers("Stable", &[("c1", &[0, 1, 2])])), k(2, readers("Empty", &[]))], 2),
        // Another broker coordinates it now; nothing moved.
        (&[k(3, readers("Stable", &[("c1", &[0, 1]), ("c2", &[2])])), k(2, groups(&[]))], 0),
    ];
    for (more, rebalances) in cases {
        check(&after(more.to_vec()), &json!({ "/groups/0/rebalances": rebalances }));
    }
}

#[test]
fn one_member_has_all() {
    check(
        &after([k(2, readers("Stable", &[("c1", &[0, 1, 2])]))]),
        &json!({
            "/groups/0/members/1": null,
            "summary": "Group readers is Stable with 1 member: c1 has orders-0, orders-1 and orders-2. Its assignment \
                changed 1 time.",
        }),
    );
    let idle = readers("Stable", &[("c1", &[0]), ("c2", &[1]), ("c3", &[2]), ("c4", &[])]);
    check(
        &after([k(2, idle)]),
        &json!({
            "/groups/0/members/3/partitions": [],
            "summary": "Group readers is Stable with 4 members: c1 has orders-0; c2 has orders-1; c3 has orders-2; c4 has \
                nothing. Its assignment changed 1 time.",
        }),
    );
    check(
        &after([k(2, readers("Empty", &[]))]),
        &json!({ "summary": "Group readers is Empty and has no members. Its assignment changed 1 time." }),
    );
}

#[test]
fn a_group_its_coordinator_no_longer_lists_vanishes() {
    check(&after([k(2, groups(&["others"]))]), &json!({ "known": true, "/groups": [] }));
    check(&after([k(1, groups(&[]))]), &json!({ "/groups/0/group": "readers" }));
    check(&after([k(2, readers("Dead", &[]))]), &json!({ "/groups": [] }));
    check(&after([app(LabFact::LabStopped), started()]), &json!({ "known": false, "/groups": [] }));
}

#[test]
fn params_choose_groups_and_topics() {
    let check = |params: Value, expected: Value| {
        crate::testing::check::<TheView>(&params, &shared(), &expected);
    };
    check(json!({}), json!({ "/groups/0/group": "readers" }));
    check(json!({ "group": "others" }), json!({ "/groups": [], "summary": "There is no group others." }));
    check(json!({ "topic": "returns" }), json!({ "/groups": [] }));
}
