"""Kafka: the topics of the pipeline, and clients with the settings that lose nothing. Works with Airflow's confluent-kafka
and with the one that Quix Streams has."""

import os

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, RAIN_TOPIC, REJECTED_TOPIC
from pipeline.waiting import patiently, tell

BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP", "kafka-1:9092")
# Of two partitions one gets east and north, the other west, central and south; of three, one would get four regions of five.
PARTITIONS = {GENERAL_TOPIC: 1, PERIODIC_TOPIC: 2, REJECTED_TOPIC: 1, RAIN_TOPIC: 2}
# Records are kept until a partition has so many bytes, however old they are: the sample's forecasts are years old.
SETTINGS = {"retention.ms": "-1", "retention.bytes": str(256 * 1024 * 1024), "segment.bytes": str(16 * 1024 * 1024)}


class NotDelivered(Exception):
    """Kafka did not take a message; it must be sent again."""


def admin():
    return AdminClient({"bootstrap.servers": BOOTSTRAP, "log_level": 0, "socket.timeout.ms": 10000})


def copies(brokers):
    """How many copies each topic has: KAFKA_RF where the stack says it, else three, or as many as there are brokers."""
    wished = os.environ.get("KAFKA_RF", "")
    return int(wished) if wished.isdigit() and int(wished) > 0 else min(3, brokers)


def ensure_topics(patience=None):
    """Makes the topics that are missing. Returns the names of those that it made."""
    client = admin()

    def attempt():
        found = client.list_topics(timeout=5)
        missing = [name for name in PARTITIONS if name not in found.topics]
        if not missing:
            return []
        factor = copies(len(found.brokers))
        wishes = []
        for name in missing:
            config = dict(SETTINGS)
            if factor > 2:
                config["min.insync.replicas"] = "2"
            # The results of windows carry the time of their window, which may be years away; the broker writes its own.
            if name == RAIN_TOPIC:
                config["message.timestamp.type"] = "LogAppendTime"
            wishes.append(NewTopic(name, PARTITIONS[name], factor, config=config))
        made = []
        for name, future in client.create_topics(wishes, operation_timeout=20, request_timeout=30).items():
            try:
                future.result()
                made.append(name)
            except KafkaException as error:
                # Somebody else made it meanwhile.
                if error.args[0].name() != "TOPIC_ALREADY_EXISTS":
                    raise
        return made

    made = patiently(f"Kafka at {BOOTSTRAP}", attempt, KafkaException, patience)
    if made:
        tell(f"Made the topics {', '.join(made)}.")
    return made


def producer_settings():
    return {
        "acks": "all",
        "enable.idempotence": True,
        "delivery.timeout.ms": 45000,
        "linger.ms": 5,
        # A key goes to the partition to which Kafka's own clients would send it, by whichever client.
        "partitioner": "murmur2",
    }


def consumer(group=None, tell_ends=False):
    settings = {
        "bootstrap.servers": BOOTSTRAP,
        "group.id": group or "weather_reader_without_group",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        # A consumer that was killed is given up soon: its partitions wait for that.
        "session.timeout.ms": 10000,
        "heartbeat.interval.ms": 2000,
        "log_level": 3,
        "enable.partition.eof": tell_ends,
    }
    return Consumer(settings)


def ends(client, topics, timeout=10):
    """The first and the next offset of each partition: {(topic, partition): (first, next)}."""
    found = {}
    for topic in topics:
        told = client.list_topics(topic, timeout=timeout).topics[topic]
        if told.error is not None:
            raise KafkaException(told.error)
        for partition in told.partitions:
            place = TopicPartition(topic, partition)
            found[(topic, partition)] = client.get_watermark_offsets(place, timeout=timeout, cached=False)
    return found


def unread(group, topics):
    """What the group has not read yet: {topic: {partition: [from, to]}}, only where there is something. Joins no group."""
    client = consumer(group)
    try:
        found = ends(client, topics)
        places = [TopicPartition(topic, partition) for topic, partition in found]
        waiting = {}
        for place in client.committed(places, timeout=10):
            if place.error is not None:
                raise KafkaException(place.error)
            first, last = found[(place.topic, place.partition)]
            # A group that committed nothing begins with the first record; so does one whose place was deleted.
            begin = max(first, place.offset) if place.offset >= 0 else first
            if begin < last:
                waiting.setdefault(place.topic, {})[str(place.partition)] = [begin, last]
        return waiting
    finally:
        client.close()


def main():
    made = ensure_topics()
    if not made:
        tell("All topics were there.")


if __name__ == "__main__":
    main()
