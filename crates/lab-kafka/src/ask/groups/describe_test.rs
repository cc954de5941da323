//! Descriptions of groups that Pipewright does not read in full.

use bytes::Bytes;

use super::*;
use crate::ask::text;

#[test]
fn a_foreign_group_keeps_its_members() {
    let member = classic::DescribedGroupMember::default()
        .with_client_id(StrBytes::from_static_str("connect-1"))
        .with_member_assignment(Bytes::from_static(b"\0\x01junk"));
    let group = classic::DescribedGroup::default()
        .with_protocol_type(StrBytes::from_static_str("connect"))
        .with_members(vec![member]);
    let KafkaFact::GroupDescribed { members, protocol_type, .. } = from_classic(group) else { unreachable!() };
    assert_eq!(protocol_type.as_deref(), Some("connect"));
    assert_eq!(members[0].unread.as_deref(), Some("only `connect` knows what its members have"));
}

/// A group as it is listed, of that type.
fn listed(kind: &str) -> ListedGroup {
    ListedGroup::default()
        .with_group_id(GroupId(text("counting")))
        .with_group_type(text(kind))
        .with_group_state(text("Stable"))
}

#[test]
fn a_group_of_a_type_that_is_not_read_is_there_and_says_what_is_not_known() {
    let KafkaFact::GroupDescribed { group, protocol, state, unread, .. } = not_read(&listed("Streams")) else {
        unreachable!()
    };
    assert_eq!((group.as_str(), protocol.as_str(), state.as_str()), ("counting", "streams", "Stable"));
    assert_eq!(unread.as_deref(), Some("Pipewright does not read the members of streams groups"));
}

#[test]
fn one_group_that_cannot_be_described_costs_no_other() {
    let answers = BTreeMap::from([
        (GroupId(text("well")), Ok(newer("consumer", &GroupId(text("well")), &text("Empty"), 3, std::iter::empty()))),
        (GroupId(text("counting")), Err(refusal(14, None).unwrap_err())),
    ]);
    let (well, mute) = (ListedGroup::default().with_group_id(GroupId(text("well"))), listed("consumer"));
    let forgotten = ListedGroup::default().with_group_id(GroupId(text("forgotten")));
    let unread = |fact: &KafkaFact| match fact {
        KafkaFact::GroupDescribed { unread, .. } => unread.clone(),
        _ => unreachable!(),
    };
    let told: Vec<(String, Option<String>)> =
        told(&[&well, &mute, &forgotten], &answers).iter().map(|(name, fact)| (name.clone(), unread(fact))).collect();
    let expected = [
        ("well", None),
        ("counting", Some("COORDINATOR_LOAD_IN_PROGRESS")),
        ("forgotten", Some("its coordinator did not describe it")),
    ];
    assert_eq!(told, expected.map(|(name, why)| (name.to_owned(), why.map(str::to_owned))));
}
