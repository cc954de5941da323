//! The groups' cases: journals in, words and marks out.

use lab_model::{
    Draft,
    facts::{
        kafka::{CommittedOffset, KafkaFact},
        lab::LabFact,
    },
};
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
    check(&[], &json!({ "known": false, "summary": "Not every broker has said yet which groups it coordinates." }));
    // The one that did not speak may coordinate some.
    let two = [k(1, groups(&[])), k(2, groups(&[]))];
    check(&two, &json!({ "known": false, "/groups": [] }));
    let all = [k(1, groups(&[])), k(2, groups(&[])), k(3, groups(&[]))];
    check(&all, &json!({ "known": true, "/groups": [], "summary": "No group has a partition of orders or committed an offset in it." }));
}

#[test]
fn what_a_coordinator_said_before_it_fell_silent_is_told_as_of_then() {
    check(
        &after([k(2, silent())]),
        &json!({
            "/groups/0/heard": "silent",
            "table/0/4": "no, last at 0.2 s",
            "summary": "The group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2. That was \
                so at 0.2 s: kafka-2 does not answer.",
        }),
    );
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
            "summary": "The group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2.",
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
            "/groups/0/offsets/0": { "topic": "orders", "partition": 0, "committed": 10, "high_watermark": 12, "lag": 2, "gone": null, "beyond": null },
            "/groups/0/offsets/1/lag": 0,
            "/groups/0/offsets/2/lag": null,
            // What is known of two partitions is not the lag of three.
            "/groups/0/lag": null,
            "summary": "The group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2.",
        }),
    );
    let third = after(known.iter().cloned().chain([k(3, log(2, 0, 35, 35))]));
    check(
        &third,
        &json!({
            "/groups/0/lag": 7,
            "summary": "The group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2. It lags by 7.",
        }),
    );
    // The leader moves to a replica that knows less, and the lag with it.
    let moved = known.into_iter().chain([k(2, orders(&[(2, 1, &[2, 3]), (2, 0, all), (3, 0, all)]))]);
    check(&after(moved), &json!({ "/groups/0/offsets/0/lag": 1 }));
}

#[test]
fn without_a_topic_it_says_why_there_is_no_lag() {
    let summary = "The group readers is Stable with 2 members: c1 has orders-0 and orders-1; c2 has orders-2. How far a \
        group lags is counted for one topic at a time: name a topic.";
    let said: Vec<Draft> = [started()].into_iter().chain(shared()).collect();
    crate::testing::check::<TheView>(&json!({}), &said, &json!({ "summary": summary }));
}

#[test]
fn members_of_one_client_id_are_told_apart() {
    let KafkaFact::GroupDescribed { group, protocol, protocol_type, unread, state, epoch, members } =
        readers("Stable", &[("c", &[0]), ("c", &[1]), ("d", &[2])])
    else {
        unreachable!()
    };
    let labels = |ids: [&str; 3]| {
        let mut members = members.clone();
        members.iter_mut().zip(ids).for_each(|(member, id)| id.clone_into(&mut member.member_id));
        KafkaFact::GroupDescribed {
            group: group.clone(),
            protocol: protocol.clone(),
            protocol_type: protocol_type.clone(),
            unread: unread.clone(),
            state: state.clone(),
            epoch,
            members,
        }
    };
    for (ids, [first, second]) in [
        (["c-7f3a90", "c-81b2c3", "d-1"], ["7f3a", "81b2"]),
        (["c-7f3a90", "c-7f3ac3", "d-1"], ["7f3a9", "7f3ac"]),
        (["ab", "abc", "d-1"], ["ab", "abc"]),
    ] {
        let expected = json!({
            "/groups/0/members/0/apart": first, "/groups/0/members/1/apart": second, "/groups/0/members/2/apart": null,
            "table/0/7": format!("c {first}"), "table/1/7": format!("c {second}"), "table/2/7": "d",
        });
        check(&[k(2, labels(ids))], &expected);
    }
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
            "summary": "The group readers is Stable with 1 member: c1 has orders-0, orders-1 and orders-2. Its assignment \
                changed 1 time.",
        }),
    );
    let idle = readers("Stable", &[("c1", &[0]), ("c2", &[1]), ("c3", &[2]), ("c4", &[])]);
    check(
        &after([k(2, idle)]),
        &json!({
            "/groups/0/members/3/partitions": [],
            "summary": "The group readers is Stable with 4 members: c1 has orders-0; c2 has orders-1; c3 has orders-2; c4 has \
                nothing. Its assignment changed 1 time.",
        }),
    );
    check(
        &after([k(2, readers("Empty", &[]))]),
        &json!({ "summary": "The group readers is Empty and has no members. Its assignment changed 1 time." }),
    );
}

#[test]
fn a_group_its_coordinator_no_longer_lists_vanishes() {
    let all = [k(2, groups(&["others"])), k(1, groups(&[])), k(3, groups(&[]))];
    check(&after(all), &json!({ "known": true, "/groups": [] }));
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

fn described(group: &str, protocol: &str, client: &str, unread: Option<&str>) -> KafkaFact {
    let KafkaFact::GroupDescribed { mut members, .. } = readers("Stable", &[(client, &[0])]) else { unreachable!() };
    members[0].unread = unread.map(ToOwned::to_owned);
    KafkaFact::GroupDescribed {
        group: group.to_owned(),
        protocol: protocol.to_owned(),
        protocol_type: None,
        unread: None,
        state: "Stable".to_owned(),
        epoch: None,
        members,
    }
}

#[test]
fn a_share_group_is_a_group_and_says_what_is_not_read_of_it() {
    let said = [k(1, described("sharing", "share", "s1", None))];
    check(
        &said,
        &json!({
            "/groups/0/group": "sharing",
            "/groups/0/protocol": "share",
            "/groups/0/members/0/client_id": "s1",
            "/groups/0/lag": null,
            "summary": "The share group sharing is Stable with 1 member: s1 has orders-0. Not known: a share group \
                acknowledges records one by one, and Pipewright does not read which.",
        }),
    );
}

#[test]
fn what_a_foreign_member_has_is_not_nothing() {
    let said = [k(1, described("connect-sink", "classic", "worker-1", Some("only `connect` knows")))];
    let summary = "The group connect-sink is Stable with 1 member: what worker-1 has is not known.";
    check(&said, &json!({ "/groups/0/members/0/unread": "only `connect` knows", "summary": summary }));
}

#[test]
fn names_never_act_on_a_terminal() {
    let fold = {
        let mut fold = (crate::kind("kafka_groups").unwrap().new_fold)();
        let said = [started(), k(1, described("two\nlines\u{1b}[31m", "consumer", "bell\u{7}", None))];
        journal(&said).iter().for_each(|observation| {
            fold.apply(observation);
        });
        fold
    };
    let shown = fold.project(&json!({})).unwrap();
    assert_eq!(shown.model["groups"][0]["group"], "two\nlines\u{1b}[31m");
    assert_eq!(shown.table.rows[0][0], r#""two\nlines\u{1b}[31m""#);
    assert_eq!(shown.table.rows[0][7], r#""bell\u{7}""#);
    assert!(!shown.summary.contains(char::is_control), "{}", shown.summary);
}

#[test]
fn many_groups_and_long_names_make_no_long_sentence() {
    let said: Vec<Draft> =
        (0..30).map(|n| k(1, described(&format!("{n:02}{}", "g".repeat(247)), "consumer", &"c".repeat(249), None))).collect();
    let mut fold = (crate::kind("kafka_groups").unwrap().new_fold)();
    journal(&said).iter().for_each(|observation| {
        fold.apply(observation);
    });
    let summary = fold.project(&json!({})).unwrap().summary;
    assert!(summary.split(". ").all(|sentence| sentence.chars().count() <= 200), "{summary}");
    assert!(summary.ends_with("And 26 more groups."), "{summary}");
}

#[test]
fn a_group_that_reads_another_topic_concerns_this_one_not_at_all() {
    let offsets = |group: &str, topic: &str| KafkaFact::OffsetsCommitted {
        group: group.to_owned(),
        offsets: vec![CommittedOffset { topic: topic.to_owned(), partition: 0, offset: 3 }],
        unread: None,
    };
    let empty = |name: &str| KafkaFact::GroupDescribed {
        group: name.to_owned(),
        protocol: "classic".to_owned(),
        protocol_type: None,
        unread: None,
        state: "Empty".to_owned(),
        epoch: None,
        members: Vec::new(),
    };
    let said = [
        k(1, empty("elsewhere")),
        k(1, offsets("elsewhere", "returns")),
        k(1, empty("here")),
        k(1, offsets("here", "orders")),
        k(1, empty("new")),
    ];
    check(&said, &json!({ "/groups/0/group": "here", "/groups/1": null }));
    // It is there all the same.
    let said: Vec<Draft> = [started()].into_iter().chain(said).chain([k(1, groups(&["elsewhere", "here", "new"])), k(2, groups(&[])), k(3, groups(&[]))]).collect();
    let expected = json!({
        "/groups": [],
        "summary": "The group elsewhere has no partition of orders and committed no offset in it.",
    });
    crate::testing::check::<TheView>(&json!({ "topic": "orders", "group": "elsewhere" }), &said, &expected);
}
