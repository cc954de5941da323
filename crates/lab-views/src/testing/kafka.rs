//! What brokers, producers and consumers say.

use lab_model::{
    Datum, Draft, Fact, Source,
    facts::kafka::{BrokerSeen, CommittedOffset, KafkaFact, MemberSeen, PartitionSeen, RecordSeen, TopicPartitions},
};

/// Said by broker `kafka-<id>`.
pub(crate) fn k(id: i32, fact: impl Into<Fact>) -> Draft {
    Draft::new(Source::Node(format!("kafka-{id}")), fact)
}

/// `orders`, replicas on 1, 2, 3: leader, epoch and ISR of each partition.
pub(crate) fn orders(partitions: &[(i32, i32, &[i32])]) -> KafkaFact {
    orders_with_id(None, partitions)
}

pub(crate) fn orders_with_id(id: Option<&str>, partitions: &[(i32, i32, &[i32])]) -> KafkaFact {
    let partitions = partitions
        .iter()
        .zip(0..)
        .map(|(&(leader, leader_epoch, isr), partition)| PartitionSeen {
            partition,
            leader: (leader > 0).then_some(leader),
            leader_epoch,
            replicas: vec![1, 2, 3],
            isr: isr.to_vec(),
            elr: Vec::new(),
            last_known_elr: Vec::new(),
            offline: Vec::new(),
        })
        .collect();
    let topic = "orders".to_owned();
    KafkaFact::TopicDescribed { topic, partitions, internal: false, topic_id: id.map(ToOwned::to_owned) }
}

pub(crate) fn no_orders() -> KafkaFact {
    KafkaFact::TopicMissing { topic: "orders".to_owned() }
}

/// The speaker's own replica of `orders-<partition>`.
pub(crate) fn log(partition: i32, log_start: i64, log_end: i64, high_watermark: i64) -> KafkaFact {
    KafkaFact::ReplicaRead {
        topic: "orders".to_owned(),
        partition,
        leader_epoch: 0,
        log_start,
        log_end,
        high_watermark: Some(high_watermark),
        last_stable: None,
    }
}

/// Brokers by id; negative ones are fenced.
pub(crate) fn brokers(ids: &[i32]) -> KafkaFact {
    let broker = |&id: &i32| BrokerSeen {
        id: id.abs(),
        host: "127.0.0.1".to_owned(),
        port: 19091 + id.abs(),
        rack: None,
        fenced: id < 0,
    };
    KafkaFact::ClusterDescribed {
        cluster_id: "4L6g3nShT-eMCtK--X86sw".to_owned(),
        brokers: ids.iter().map(broker).collect(),
    }
}

pub(crate) fn quorum(leader: i32, epoch: i32) -> KafkaFact {
    KafkaFact::QuorumDescribed { leader, epoch, voters: vec![100], observers: vec![1, 2, 3] }
}

pub(crate) fn topics(names: &[&str]) -> KafkaFact {
    KafkaFact::TopicsListed { topics: names.iter().map(ToString::to_string).collect() }
}

pub(crate) fn groups(names: &[&str]) -> KafkaFact {
    KafkaFact::GroupsListed { groups: names.iter().map(ToString::to_string).collect() }
}

/// Group `readers`: members by client id with their partitions of `orders`.
pub(crate) fn readers(state: &str, members: &[(&str, &[i32])]) -> KafkaFact {
    let member = |(name, partitions): &(&str, &[i32])| MemberSeen {
        member_id: format!("{name}-7f3a"),
        client_id: (*name).to_owned(),
        host: "172.18.0.1".to_owned(),
        unread: None,
        assignment: vec![TopicPartitions { topic: "orders".to_owned(), partitions: partitions.to_vec() }],
    };
    KafkaFact::GroupDescribed {
        group: "readers".to_owned(),
        protocol: "consumer".to_owned(),
        protocol_type: None,
        unread: None,
        state: state.to_owned(),
        epoch: None,
        members: members.iter().map(member).collect(),
    }
}

/// Group `readers` committed these partitions of `orders`.
pub(crate) fn committed(offsets: &[(i32, i64)]) -> KafkaFact {
    let offset = |&(partition, offset): &(i32, i64)| CommittedOffset { topic: "orders".to_owned(), partition, offset };
    let offsets = offsets.iter().map(offset).collect();
    KafkaFact::OffsetsCommitted { group: "readers".to_owned(), offsets, unread: None }
}

/// The coordinator of group `readers` would not say what it committed.
pub(crate) fn not_committed(why: &str) -> KafkaFact {
    KafkaFact::OffsetsCommitted { group: "readers".to_owned(), offsets: Vec::new(), unread: Some(why.to_owned()) }
}

/// `(offset, sending number, key)`, sent by producer `shop`.
pub(crate) fn record((offset, sent, key): (i64, u32, &str)) -> RecordSeen {
    RecordSeen {
        offset,
        id: Some(format!("shop-{sent}")),
        key: Datum::of_text(key),
        value: Datum::of_text(&format!("order {sent}")),
        ..RecordSeen::default()
    }
}

/// Records of `orders-<partition>` at its leader.
pub(crate) fn stored(partition: i32, records: &[(i64, u32, &str)]) -> KafkaFact {
    let records = records.iter().map(|&seen| record(seen)).collect();
    KafkaFact::RecordsStored { topic: "orders".to_owned(), partition, records, from: None, to: None }
}

/// The same, as all that lies between two offsets.
pub(crate) fn stored_all(partition: i32, records: &[(i64, u32, &str)], between: (i64, i64)) -> KafkaFact {
    let records = records.iter().map(|&seen| record(seen)).collect();
    let (from, to) = (Some(between.0), Some(between.1));
    KafkaFact::RecordsStored { topic: "orders".to_owned(), partition, records, from, to }
}

/// A record of `orders-<partition>` was read.
pub(crate) fn read(partition: i32, seen: (i64, u32, &str)) -> KafkaFact {
    KafkaFact::RecordRead { topic: "orders".to_owned(), partition, record: record(seen), group: None }
}

pub(crate) fn reading(group: Option<&str>) -> KafkaFact {
    KafkaFact::ReadingBegan { topic: "orders".to_owned(), group: group.map(ToOwned::to_owned) }
}
