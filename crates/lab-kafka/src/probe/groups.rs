//! The groups a broker coordinates.

use lab_model::facts::kafka::KafkaFact;

use super::account::{Account, Subject};
use crate::{
    ask::groups,
    wire::{Connection, Failure},
};

/// Asks a broker for the groups it coordinates, their members and their committed offsets. That these are all is said
/// last: whoever hears it knows each of them.
pub(super) async fn look(connection: &mut Connection, account: &Account) -> Result<(), Failure> {
    let listed = groups::list(connection).await?;
    let described = groups::describe(connection, &listed).await?;
    let committed = groups::committed(connection, &listed).await?;
    account.keep(|about| match about {
        Subject::Group(group) | Subject::Offsets(group) => listed.contains_key(group),
        _ => true,
    });
    for fact in described {
        if let KafkaFact::GroupDescribed { group, .. } = &fact {
            account.hear(Subject::Group(group.clone()), fact);
        }
    }
    for (group, fact) in committed {
        let subject = Subject::Offsets(group);
        let nothing = matches!(&fact, KafkaFact::OffsetsCommitted { offsets, unread: None, .. } if offsets.is_empty());
        // A group that never committed has nothing to say; one whose offsets were deleted has.
        if !nothing || account.said(&subject).is_some() {
            account.hear(subject, fact);
        }
    }
    account.hear(Subject::Groups, KafkaFact::GroupsListed { groups: listed.keys().cloned().collect() });
    Ok(())
}
