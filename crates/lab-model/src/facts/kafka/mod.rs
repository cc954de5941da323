//! What Kafka's brokers, and our own Kafka clients, said. Offsets and epochs are Kafka's own numbers.

mod words;

use serde::{Deserialize, Serialize};

use crate::Datum;

/// A broker as another broker describes it (DescribeCluster, with fenced ones included).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokerSeen {
    /// Kafka's `node.id`.
    pub id: i32,
    /// Advertised host.
    pub host: String,
    /// Advertised port.
    pub port: i32,
    /// Rack, if set.
    #[serde(default)]
    pub rack: Option<String>,
    /// The controller has cut it off from leadership: it does not heartbeat.
    #[serde(default)]
    pub fenced: bool,
}

/// A partition as one broker's metadata has it (DescribeTopicPartitions).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionSeen {
    /// Index.
    pub partition: i32,
    /// Leader's broker id; none while the partition is offline.
    pub leader: Option<i32>,
    /// Leader epoch; −1 if unknown.
    pub leader_epoch: i32,
    /// Assigned replicas, preferred leader first.
    pub replicas: Vec<i32>,
    /// In-sync replicas.
    pub isr: Vec<i32>,
    /// Eligible leader replicas (KIP-966).
    #[serde(default)]
    pub elr: Vec<i32>,
    /// The last known ELR.
    #[serde(default)]
    pub last_known_elr: Vec<i32>,
    /// Replicas on brokers that are not alive.
    #[serde(default)]
    pub offline: Vec<i32>,
}

/// Partitions of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicPartitions {
    /// Topic.
    pub topic: String,
    /// Partition indexes, ascending.
    pub partitions: Vec<i32>,
}

/// A member of a group and what it was assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSeen {
    /// The coordinator's id of the member.
    pub member_id: String,
    /// The client's own name for itself.
    pub client_id: String,
    /// Where it connects from.
    pub host: String,
    /// The member's partitions now.
    pub assignment: Vec<TopicPartitions>,
    /// Why they are not known, where its bytes could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// A committed offset: the next record the group will read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedOffset {
    /// Topic.
    pub topic: String,
    /// Partition.
    pub partition: i32,
    /// Next offset to read.
    pub offset: i64,
}

/// A record as it lies in a partition or as a client read it; or, with `through`, a batch of which no record could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSeen {
    /// Offset in its partition.
    pub offset: i64,
    /// The last offset of the stretch this stands for: a batch that is too large, or cannot be read. Its `value` says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<i64>,
    /// Pipewright's id (header `pipewright-id`), if one of our producers sent it: `<producer>-<n>`, n from 1 in sending order.
    #[serde(default)]
    pub id: Option<String>,
    /// Key.
    #[serde(default)]
    pub key: Datum,
    /// Value.
    #[serde(default)]
    pub value: Datum,
    /// Headers in their order, the first 20 but for ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<HeaderSeen>,
    /// How many more there are, if there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers_more: Option<u32>,
    /// Record timestamp, Unix milliseconds.
    #[serde(default)]
    pub timestamp: Option<i64>,
}

/// A header of a record. Kafka calls its key a string, and takes any bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderSeen {
    /// Key.
    pub key: Datum,
    /// Value.
    pub value: Datum,
}

/// A fact about Kafka. Unless said otherwise the source is the broker that answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum KafkaFact {
    /// DescribeCluster: who is registered, and who is fenced.
    ClusterDescribed {
        /// Cluster id.
        cluster_id: String,
        /// Brokers, by id.
        brokers: Vec<BrokerSeen>,
    },
    /// DescribeQuorum: the true active controller (Metadata's `controller_id` is only some live broker).
    QuorumDescribed {
        /// The controller quorum's leader.
        leader: i32,
        /// The leader's epoch.
        epoch: i32,
        /// Voters by id.
        voters: Vec<i32>,
        /// Observers by id (brokers).
        observers: Vec<i32>,
    },
    /// All topics the broker's metadata names (internal ones included), sorted.
    TopicsListed {
        /// Names.
        topics: Vec<String>,
    },
    /// Leadership and replication of a topic as this broker's metadata has it.
    TopicDescribed {
        /// Topic.
        topic: String,
        /// Partitions by index.
        partitions: Vec<PartitionSeen>,
        /// Kafka's own topic, e.g. `__consumer_offsets`.
        #[serde(default)]
        internal: bool,
        /// Kafka's id of the topic (a UUID, as Kafka prints it): another id under the same name is another topic.
        #[serde(default)]
        topic_id: Option<String>,
    },
    /// The broker's metadata does not know the topic.
    TopicMissing {
        /// Topic.
        topic: String,
    },
    /// What a broker says of its **own** replica: its log, and the high watermark it knows itself.
    ReplicaRead {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// Leader epoch of the newest entry it knows; −1 if unknown.
        leader_epoch: i32,
        /// First offset still there.
        log_start: i64,
        /// Next offset to be written.
        log_end: i64,
        /// Records below this are committed, as far as this replica knows; none if it would not say.
        high_watermark: Option<i64>,
        /// Last stable offset (transactions), if it said so.
        #[serde(default)]
        last_stable: Option<i64>,
    },
    /// A broker would not say anything of its replica.
    ReplicaRefused {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// Kafka's error name, e.g. `KAFKA_STORAGE_ERROR`.
        error: String,
    },
    /// Records that lie in a partition, newly seen on its leader, in offset order.
    RecordsStored {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// The records.
        records: Vec<RecordSeen>,
        /// Everything that consumers see from here …
        #[serde(default)]
        from: Option<i64>,
        /// … up to here, this one not included, is in `records`. None in journals of before.
        #[serde(default)]
        to: Option<i64>,
    },
    /// Read again from its leader, the partition no longer has records at these offsets: the cleaner removed them.
    RecordsGone {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// Offsets, ascending.
        offsets: Vec<i64>,
    },
    /// How the broker keeps a topic.
    TopicConfigured {
        /// Topic.
        topic: String,
        /// `cleanup.policy`: `delete`, `compact` or `compact,delete`.
        cleanup_policy: String,
    },
    /// All groups this broker coordinates, sorted by name.
    GroupsListed {
        /// Names.
        groups: Vec<String>,
    },
    /// A group, said by its coordinator.
    GroupDescribed {
        /// Group id.
        group: String,
        /// `classic`, `consumer` (KIP-848), `share` or `streams`.
        protocol: String,
        /// What a classic group's members are, in their own word: `consumer`, `connect`, …
        #[serde(default, skip_serializing_if = "Option::is_none")]
        protocol_type: Option<String>,
        /// What of it could not be read, and why; what is here is what was listed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unread: Option<String>,
        /// Kafka's word: `Stable`, `PreparingRebalance`, `Empty`, `Assigning`, …
        state: String,
        /// Group epoch (KIP-848) or generation if known.
        #[serde(default)]
        epoch: Option<i32>,
        /// Members by member id.
        members: Vec<MemberSeen>,
    },
    /// A group's committed offsets, said by its coordinator.
    OffsetsCommitted {
        /// Group id.
        group: String,
        /// Committed offsets by topic and partition.
        offsets: Vec<CommittedOffset>,
        /// Why some of them, or all, are not known: the coordinator's error, or what is wrong with its answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unread: Option<String>,
    },
    /// Records of one partition were acknowledged to a producer of ours since it last told of any (source: the client).
    RecordsAcknowledged {
        /// Topic.
        topic: String,
        /// Partition they went to.
        partition: i32,
        /// The numbers that the producer gave them, in the order of the acknowledgements: 7 for the id `shop-7`.
        numbers: Vec<u64>,
        /// The offset of each, in the same order; −1 where the broker gave none: with `acks=0`, or when it already had
        /// what an idempotent producer sent again.
        offsets: Vec<i64>,
        /// `acks` in force: `0`, `1` or `all`.
        acks: String,
    },
    /// Records of a producer of ours were not acknowledged (source: the client).
    RecordsRefused {
        /// Topic.
        topic: String,
        /// The numbers that the producer gave them.
        numbers: Vec<u64>,
        /// Kafka's or the client's error, in its words.
        error: String,
    },
    /// In journals of before: one record of [`KafkaFact::RecordsAcknowledged`].
    RecordAcknowledged {
        /// Topic.
        topic: String,
        /// Partition it went to.
        partition: i32,
        /// The record, with the offset the broker gave it; −1 where it gave none: with `acks=0`, or when it already
        /// had what an idempotent producer sent again.
        record: RecordSeen,
        /// `acks` in force: `0`, `1` or `all`.
        acks: String,
    },
    /// In journals of before: one record of [`KafkaFact::RecordsRefused`].
    RecordRefused {
        /// Topic.
        topic: String,
        /// Pipewright's id of the record.
        id: String,
        /// Kafka's or the client's error, in its words.
        error: String,
    },
    /// A consumer of ours began to read (source: the client).
    ReadingBegan {
        /// Topic.
        topic: String,
        /// The consumer's group, or none when it reads alone from the beginning.
        #[serde(default)]
        group: Option<String>,
    },
    /// A consumer of ours was given partitions (source: the client); replaces what it had.
    PartitionsAssigned {
        /// Group.
        group: String,
        /// All it holds now.
        assignment: Vec<TopicPartitions>,
    },
    /// A consumer of ours received a record (source: the client). Facts come in the order of reading.
    RecordRead {
        /// Topic.
        topic: String,
        /// Partition.
        partition: i32,
        /// The record.
        record: RecordSeen,
        /// The consumer's group, if any.
        #[serde(default)]
        group: Option<String>,
    },
    /// A consumer of ours stopped reading (source: the client).
    ReadingEnded {
        /// How many records it read.
        records: u64,
        /// `left` politely, or `failed: …`.
        how: String,
    },
}
