//! Consumer groups as their coordinators describe them; reports what changed in one.

use std::collections::{BTreeMap, BTreeSet};

use lab_model::{
    Fact, Millis, Observation, Source,
    facts::{
        kafka::{CommittedOffset, KafkaFact, MemberSeen, TopicPartitions},
        lab::{LabFact, NodeState},
    },
};
use serde::{Deserialize, Serialize};

use super::{
    brokers::Brokers,
    nodes::Nodes,
    words::{brief, name, short},
};

/// Letters of a member id that are shown at least, where two members have one client id.
const LETTERS: usize = 4;

/// Groups by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Groups {
    /// Some coordinator spoke since the lab was started.
    pub(crate) known: bool,
    /// Nodes that have said since then which groups they coordinate.
    #[serde(default)]
    pub(crate) listed: BTreeSet<String>,
    /// The groups.
    pub(crate) all: BTreeMap<String, Group>,
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Group {
    /// The node that spoke for it last.
    pub(crate) coordinator: String,
    /// How it is; none while only its offsets are known.
    pub(crate) described: Option<Description>,
    /// Next offsets to read, by topic and partition.
    pub(crate) offsets: BTreeMap<String, BTreeMap<i32, i64>>,
    /// When they were said.
    #[serde(default)]
    pub(crate) offsets_at: Millis,
    /// Why they are not known, or not all of them, if so.
    #[serde(default)]
    pub(crate) offsets_unread: Option<String>,
    /// The assignment when the group was last settled.
    settled: Option<Assignment>,
    /// How often that changed.
    pub(crate) rebalances: u32,
}

/// The partitions of each member, by member id.
type Assignment = BTreeMap<String, Vec<(String, Vec<i32>)>>;

/// A coordinator's description of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Description {
    /// `classic`, `consumer`, `share` or `streams`.
    pub(crate) protocol: String,
    /// What its members are, in a classic group's own word.
    #[serde(default)]
    pub(crate) protocol_type: Option<String>,
    /// What of it could not be read.
    #[serde(default)]
    pub(crate) unread: Option<String>,
    /// Kafka's word.
    pub(crate) state: String,
    /// Epoch or generation.
    pub(crate) epoch: Option<i32>,
    /// By client id, then member id.
    pub(crate) members: Vec<MemberSeen>,
    /// When it was said.
    pub(crate) at: Millis,
}

impl Description {
    /// As much of a member's id as tells it from other members of its client id; none if there are none.
    pub(crate) fn apart(&self, member: &MemberSeen) -> Option<String> {
        let own = |seen: &MemberSeen| {
            // The id of a classic member begins with the client id.
            let id = seen.member_id.strip_prefix(&seen.client_id).unwrap_or(&seen.member_id);
            id.trim_start_matches('-').to_owned()
        };
        let others = self.members.iter().filter(|other| other.member_id != member.member_id);
        let alike: Vec<String> = others.filter(|other| other.client_id == member.client_id).map(own).collect();
        let id = own(member);
        let is_enough = |part: &&str| alike.iter().all(|other| !other.starts_with(part));
        let parts = id.char_indices().skip(LETTERS).map(|(end, _)| &id[..end]);
        let part = parts.chain([id.as_str()]).find(is_enough).unwrap_or(&id);
        (!alike.is_empty()).then(|| part.to_owned())
    }
}

/// A member's client id, as it was written, with what tells it apart.
pub(crate) fn called(client: &str, apart: Option<&str>) -> String {
    apart.map_or_else(|| client.to_owned(), |apart| format!("{client} {}", name(apart)))
}

/// A change of groups.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// The group's state, members or assignment are different, or it is new.
    Described { group: String },
    /// The coordinator no longer has the group.
    Gone { group: String },
}

impl Group {
    /// What it reads is not told: it may concern each topic. A share group commits no offsets, and so says nothing of the
    /// kind once its members are gone.
    pub(crate) fn may_concern_any(&self) -> bool {
        let memberless_share = |said: &Description| said.protocol == "share" && said.members.is_empty();
        self.offsets_unread.is_some() || self.described.as_ref().is_some_and(memberless_share)
    }
}

impl Groups {
    /// Folds one observation in; none if it is not about groups.
    pub(crate) fn apply(&mut self, observation: &Observation) -> Option<Vec<Change>> {
        if let Fact::Lab(LabFact::LabStarted { adopted: false, .. }) = &observation.fact {
            *self = Self::default();
            return Some(Vec::new());
        }
        let (Fact::Kafka(fact), Source::Node(node)) = (&observation.fact, &observation.source) else {
            return None;
        };
        let changes = match fact {
            KafkaFact::GroupsListed { groups } => {
                self.listed.insert(node.clone());
                self.keep_listed(node, groups)
            }
            KafkaFact::GroupDescribed { group, state, .. } if state == "Dead" => self.dead(node, group),
            KafkaFact::GroupDescribed { group, protocol, protocol_type, unread, state, epoch, members } => {
                let mut members = members.clone();
                members.sort_by(|a, b| (&a.client_id, &a.member_id).cmp(&(&b.client_id, &b.member_id)));
                let described = Description {
                    protocol: protocol.clone(),
                    protocol_type: protocol_type.clone(),
                    unread: unread.clone(),
                    state: state.clone(),
                    epoch: *epoch,
                    members,
                    at: observation.heard_at,
                };
                self.described(node, group, described)
            }
            KafkaFact::OffsetsCommitted { group, offsets, unread } => {
                let known = self.committed(node, group, offsets);
                (known.offsets_at, known.offsets_unread) = (observation.heard_at, unread.clone());
                Vec::new()
            }
            _ => return None,
        };
        self.known = true;
        Some(changes)
    }

    /// What is still awaited from brokers: which groups they coordinate, and what these committed.
    pub(crate) fn awaits(&self, brokers: Brokers<'_>) -> Vec<String> {
        let what = |broker: &str| format!("which groups {broker} coordinates");
        let unsaid = brokers.alive().filter(|broker| !self.listed.contains(*broker));
        let unread = self.all.iter().filter_map(|(name, group)| {
            let why = group.offsets_unread.as_ref()?;
            Some(format!("committed offsets of group {} ({})", brief(name), short(why, 80)))
        });
        unsaid.map(|broker| brokers.awaited(&what(broker), broker)).chain(unread).collect()
    }

    /// Whether every broker that runs has said which groups it coordinates. Only then a group that nobody named is none.
    pub(crate) fn all_listed(&self, nodes: &Nodes) -> bool {
        let mut brokers = nodes.of("kafka").filter(|node| node.info.role == "broker").peekable();
        let all = brokers.peek().is_some();
        let ended = |state: NodeState| state != NodeState::Running;
        self.known
            && (!all || brokers.all(|node| self.listed.contains(&node.info.name) || node.state.is_some_and(ended)))
    }

    fn keep_listed(&mut self, node: &str, names: &[String]) -> Vec<Change> {
        let gone: Vec<String> = self
            .all
            .iter()
            .filter(|(name, group)| group.coordinator == node && !names.contains(name))
            .map(|(name, _)| name.clone())
            .collect();
        for group in &gone {
            self.all.remove(group);
        }
        gone.into_iter().map(|group| Change::Gone { group }).collect()
    }

    fn dead(&mut self, node: &str, name: &str) -> Vec<Change> {
        match self.all.get(name) {
            Some(group) if group.coordinator == node => {
                self.all.remove(name);
                vec![Change::Gone { group: name.to_owned() }]
            }
            _ => Vec::new(),
        }
    }

    fn described(&mut self, node: &str, name: &str, described: Description) -> Vec<Change> {
        let group = self.all.entry(name.to_owned()).or_default();
        node.clone_into(&mut group.coordinator);
        let settled = matches!(described.state.as_str(), "Stable" | "Empty");
        let different = group.described.as_ref().is_none_or(|was| {
            was.state != described.state || assignment(&was.members) != assignment(&described.members)
        });
        if settled {
            let now = assignment(&described.members);
            if group.settled.as_ref().is_some_and(|was| *was != now) {
                group.rebalances += 1;
            }
            group.settled = Some(now);
        }
        group.described = Some(described);
        if different { vec![Change::Described { group: name.to_owned() }] } else { Vec::new() }
    }

    fn committed(&mut self, node: &str, name: &str, offsets: &[CommittedOffset]) -> &mut Group {
        let group = self.all.entry(name.to_owned()).or_default();
        node.clone_into(&mut group.coordinator);
        group.offsets.clear();
        for CommittedOffset { topic, partition, offset } in offsets {
            group.offsets.entry(topic.clone()).or_default().insert(*partition, *offset);
        }
        group
    }
}

fn assignment(members: &[MemberSeen]) -> Assignment {
    let sorted = |held: &TopicPartitions| {
        let mut partitions = held.partitions.clone();
        partitions.sort_unstable();
        (held.topic.clone(), partitions)
    };
    members
        .iter()
        .map(|member| {
            let mut held: Vec<_> = member.assignment.iter().map(sorted).filter(|(_, held)| !held.is_empty()).collect();
            held.sort();
            (member.member_id.clone(), held)
        })
        .collect()
}
