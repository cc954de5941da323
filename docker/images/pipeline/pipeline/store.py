"""Storage: a bounded batch from Kafka to Cassandra. Offsets are committed after the rows are confirmed: whenever it is killed,
records may be read twice, which their natural keys make harmless, and none is lost."""

import argparse
import json
import time

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from pipeline import brokers, produce, records, tables
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, REJECTED_TOPIC, Rejected
from pipeline.waiting import patiently, tell

GROUP = "store_weather"
TOPICS = (GENERAL_TOPIC, PERIODIC_TOPIC)
# Rows that are confirmed together, before their offsets are committed.
CHUNK = 100


class NotCommitted(Exception):
    """The rows are stored, their offsets are not committed; whoever reads next stores the same rows again."""


def make_tables():
    cluster, session = tables.connect()
    try:
        return tables.ensure_tables(cluster, session, [tables.TABLE_OF[topic] for topic in TOPICS])
    finally:
        cluster.shutdown()


def unread():
    return patiently(f"Kafka at {brokers.BOOTSTRAP}", lambda: brokers.unread(GROUP, TOPICS), KafkaException)


def count(waiting):
    return sum(last - first for partitions in waiting.values() for first, last in partitions.values())


def batch(wished):
    """The number of records that a batch may have, from what somebody wrote."""
    text = str(wished).strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000):
        raise ValueError(f"The batch is {wished!r}. Set the Variable weather_batch to a number from 1 to 100000.")
    return int(text)


def store(waiting, limit=500, seconds=120, pause=0.0):
    """
    Reads what is unread, at most `limit` records and for `seconds`, and writes it to Cassandra.

    Returns the counts and, for each partition, the offset before which everything is stored.
    """
    limit = batch(limit)
    told = {"consumed": 0, "stored": 0, "rejected": 0, "offsets": {}}
    missing = {
        (topic, int(partition)): last for topic, parts in waiting.items() for partition, (_, last) in parts.items()
    }
    if not missing:
        return told
    cluster, session = tables.connect()
    client = brokers.consumer(GROUP, tell_ends=True)
    try:
        statements = {
            topic: tables.prepare(session, tables.TABLE_OF[topic], tables.record_columns(topic)) for topic in TOPICS
        }
        client.subscribe(list(TOPICS))
        until = time.monotonic() + seconds
        chunk = []
        while missing and told["consumed"] + len(chunk) < limit and time.monotonic() < until:
            message = client.poll(1.0)
            if message is None:
                continue
            place = (message.topic(), message.partition())
            if message.error() is not None:
                if message.error().code() == KafkaError._PARTITION_EOF:
                    missing.pop(place, None)
                elif not message.error().retriable() and message.error().code() != KafkaError._ALL_BROKERS_DOWN:
                    raise KafkaException(message.error())
                continue
            chunk.append(message)
            if message.offset() + 1 >= missing.get(place, float("inf")):
                missing.pop(place)
            if len(chunk) >= CHUNK:
                finish(client, session, statements, chunk, told, pause)
                chunk = []
        finish(client, session, statements, chunk, told, pause)
    finally:
        client.close()
        cluster.shutdown()
    if missing and told["consumed"] < limit:
        left = ", ".join(f"{topic}/{partition}" for topic, partition in sorted(missing))
        tell(f"After {seconds} s these partitions were not read to the end; the next batch goes on with them: {left}.")
    return told


def finish(client, session, statements, chunk, told, pause=0.0):
    """Stores a chunk, keeps what is no record, then commits. In this order."""
    if not chunk:
        return
    rows = {topic: [] for topic in TOPICS}
    refused = []
    offsets = {}
    for message in chunk:
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        offsets[(topic, partition)] = offset + 1
        try:
            record, identity, digest, run_id = records.read(topic, message.value(), message.headers())
        except Rejected as why:
            refused.append(refused_message(message, str(why)))
            tell(f"{topic}/{partition}/{offset} is no record of this topic: {why}. It is kept in {REJECTED_TOPIC}.")
            continue
        rows[topic].append(tables.record_row(topic, record, identity, digest, (partition, offset), run_id))
    for topic, values in rows.items():
        tables.insert(session, statements[topic], values)
    produce.deliver(REJECTED_TOPIC, refused, "confluent")
    if pause:
        tell(f"{sum(map(len, rows.values()))} rows are stored. Their offsets are committed in {pause:g} s.")
        time.sleep(pause)
    places = [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]
    try:
        committed = client.commit(offsets=places, asynchronous=False)
    except KafkaException as error:
        raise NotCommitted(
            f"The rows are stored, and Kafka did not take their offsets: {error}. The next batch reads them again."
        ) from error
    for place in committed:
        if place.error is not None:
            raise NotCommitted(f"The rows of {place.topic}/{place.partition} are stored, their offset is not: {place.error}.")
    told["consumed"] += len(chunk)
    told["stored"] += sum(map(len, rows.values()))
    told["rejected"] += len(refused)
    for (topic, partition), offset in offsets.items():
        told["offsets"][f"{topic}/{partition}"] = offset


def refused_message(message, reason):
    """What is kept of a message that holds no record."""
    place = f"{message.topic()}/{message.partition()}/{message.offset()}"
    body = (message.value() or b"").decode("utf-8", "replace")
    data = records.canonical({"reason": reason, "part": place, "body": body})
    headers = {"record_id": place, "content_hash": records.content_hash(data), "reason": reason}
    return message.topic(), data, headers


def main():
    parser = argparse.ArgumentParser(
        prog="weather_store", description="Stores what is unread, as the DAG store_weather does, and ends."
    )
    parser.add_argument("--limit", type=int, default=500, help="how many records at most (500)")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between rows and commit, to kill it there (0)")
    wish = parser.parse_args()
    brokers.ensure_topics()
    make_tables()
    waiting = unread()
    tell(f"{count(waiting)} records are unread.")
    print(json.dumps(store(waiting, wish.limit, pause=wish.pause)))


if __name__ == "__main__":
    main()
