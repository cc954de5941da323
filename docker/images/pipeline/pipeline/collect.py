"""Collection without Airflow: a plain timer. With Kafka behind it as the DAG collect_weather has, or straight into Cassandra.
With --store it stores, too, what is unread after each tick, as the DAG store_weather does.

What is lost by it: nobody keeps which run did what, and nothing is tried again but at the next tick. Straight into Cassandra
still more is lost: while Cassandra is away nothing waits for it in a log, nobody else can read along, and what was rejected
is told, but not kept.
"""

import argparse
import json
import os
import signal
import threading
from datetime import datetime, timezone

from confluent_kafka import KafkaException

from pipeline import produce, store, tables, weather
from pipeline.brokers import NotDelivered
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, REJECTED_TOPIC, content_hash, record_id
from pipeline.waiting import GaveUp, tell

TOPICS = (GENERAL_TOPIC, PERIODIC_TOPIC)
# What the next tick may do better.
PASSING = (weather.NotFetched, NotDelivered, KafkaException, GaveUp)


def tick(url, to, client="confluent"):
    """One forecast, fetched and passed on. Returns the counts, which agree."""
    run_id = f"timer__{datetime.now(timezone.utc).isoformat()}"
    payload = weather.fetch(url)
    found = weather.split(payload["body"])
    for piece in found["rejected"]:
        tell(f"Rejected {piece['part']}: {piece['reason']}")
    if to == "kafka":
        told = {topic: produce.send(topic, found[topic], run_id, client)["sent"] for topic in TOPICS}
        kept = [weather.rejected_message(payload, piece, run_id) for piece in found["rejected"]]
        produce.deliver(REJECTED_TOPIC, kept, client)
    else:
        told = straight(found, run_id)
    return {"run_id": run_id, "fetched": found["pieces"], **told, "rejected": len(found["rejected"])}


def straight(found, run_id):
    """Into Cassandra without Kafka: the rows have no topic, no partition and no offset."""
    cluster, session = tables.connect()
    try:
        tables.ensure_tables(cluster, session, [tables.TABLE_OF[topic] for topic in TOPICS])
        for topic in TOPICS:
            columns = tables.record_columns(topic)
            rows = []
            for record in found[topic]:
                row = tables.record_row(topic, record, record_id(topic, record), content_hash(record), (None, None), run_id)
                row[columns.index("topic")] = None
                rows.append(row)
            tables.insert(session, tables.prepare(session, tables.TABLE_OF[topic], columns), rows)
    finally:
        cluster.shutdown()
    return {topic: len(found[topic]) for topic in TOPICS}


def store_unread(every):
    """One batch of what is unread. What fails now is unread at the next tick, too."""
    try:
        store.make_tables()
        tell(json.dumps(store.store(store.unread(), seconds=max(every, 5.0))))
    except (*PASSING, store.NotCommitted) as why:
        tell(f"Not all was stored: {why} The rest waits in Kafka.")


def seconds(text):
    wished = float(text)
    if not 0 <= wished <= 86400:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 86400")
    return wished


def main():
    parser = argparse.ArgumentParser(prog="weather_collect", description="Collects forecasts without Airflow.")
    parser.add_argument("--every", type=seconds, default=0.0, help="seconds between two; 0: once (0)")
    parser.add_argument("--to", choices=("kafka", "cassandra"), default="kafka", help="where to (kafka)")
    parser.add_argument("--client", choices=produce.CLIENTS, default="confluent", help="Kafka's client (confluent)")
    parser.add_argument("--store", action="store_true", help="store what is unread after each tick; with --to kafka")
    wish = parser.parse_args()
    if wish.store and wish.to != "kafka":
        parser.error("--store reads from Kafka: give it with --to kafka.")
    url = os.environ.get("WEATHER_URL", "http://weather-1:8000/v2/real-time/api/twenty-four-hr-forecast")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    while not ended.is_set():
        try:
            tell(json.dumps(tick(url, wish.to, wish.client)))
        except PASSING as why:
            if not wish.every:
                raise SystemExit(f"Nothing was collected: {why}") from None
            tell(f"Nothing was collected: {why} The next try is in {wish.every:g} s.")
        if wish.store:
            store_unread(wish.every)
        if not wish.every:
            break
        ended.wait(wish.every)


if __name__ == "__main__":
    main()
