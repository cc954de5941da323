//! The groups a broker coordinates.

use lab_model::facts::kafka::KafkaFact;

use super::account::{Account, Subject};
use crate::{
    ask::groups,
    wire::{Connection, Failure},
};

/// Asks a broker for the groups it coordinates, their members and their committed offsets.
pub(super) async fn look(connection: &mut Connection, account: &Account) -> Result<(), Failure> {
    let listed = groups::list(connection).await?;
    account.keep(|about| match about {
        Subject::Group(group) | Subject::Offsets(group) => listed.contains_key(group),
        _ => true,
    });
    account.hear(Subject::Groups, KafkaFact::GroupsListed { groups: listed.keys().cloned().collect() });
    for described in groups::describe(connection, &listed).await? {
        if let KafkaFact::GroupDescribed { group, .. } = &described {
            account.hear(Subject::Group(group.clone()), described);
        }
    }
    for (group, offsets) in groups::committed(connection, listed.keys()).await? {
        let subject = Subject::Offsets(group.clone());
        // A group that never committed has nothing to say; one whose offsets were deleted has.
        if !offsets.is_empty() || account.said(&subject).is_some() {
            account.hear(subject, KafkaFact::OffsetsCommitted { group, offsets });
        }
    }
    Ok(())
}
