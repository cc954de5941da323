"""Ingestion: sends records to Kafka, by Quix Streams or by confluent-kafka, and is content only when Kafka has all of them."""

import warnings

from pipeline.brokers import BOOTSTRAP, NotDelivered, ensure_topics, producer_settings
from pipeline.records import canonical, content_hash, key, record_id

CLIENTS = ("quix", "confluent")
# A little longer than Kafka's client itself tries to deliver.
LONGEST_FLUSH = 50


def messages(topic, records, run_id):
    """(key, value, headers) of each record. `piece` says which of how many it is in what is sent together."""
    for number, record in enumerate(records, 1):
        value = canonical(record)
        headers = {
            "record_id": record_id(topic, record),
            "content_hash": content_hash(value),
            "piece": f"{number}/{len(records)}",
        }
        if run_id:
            headers["run_id"] = run_id
        yield key(topic, record), value, headers


def send(topic, records, run_id=None, client="quix"):
    """Sends the records; returns how many, and where each of them is now: [record id, partition, offset]."""
    return deliver(topic, list(messages(topic, records, run_id)), client)


def deliver(topic, sent, client="quix"):
    if client not in CLIENTS:
        raise ValueError(f"There is no client {client!r}. Set the Variable weather_client to one of {', '.join(CLIENTS)}.")
    if not sent:
        return {"topic": topic, "client": client, "sent": 0, "records": []}
    ensure_topics()
    producer = quix_producer() if client == "quix" else confluent_producer()
    places, failed = [], []

    def delivered(identity):
        def told(error, message):
            if error is not None:
                failed.append(f"{identity}: {error}")
            else:
                places.append([identity, message.partition(), message.offset()])

        return told

    for name, value, headers in sent:
        producer.produce(
            topic=topic,
            key=name.encode(),
            value=value,
            headers=[(header, text.encode()) for header, text in headers.items()],
            on_delivery=delivered(headers["record_id"]),
        )
    left = producer.flush(LONGEST_FLUSH)
    if left or failed or len(places) != len(sent):
        said = "; ".join(failed[:3]) or "Kafka said nothing of them"
        raise NotDelivered(
            f"Of {len(sent)} records for {topic}, Kafka confirmed {len(places)}. {said}. Send all again: their ids are the same."
        )
    order = {headers["record_id"]: number for number, (_, _, headers) in enumerate(sent)}
    places.sort(key=lambda place: order[place[0]])
    return {"topic": topic, "client": client, "sent": len(sent), "records": places}


def quix_producer():
    # What Quix Streams imports warns of its own future.
    with warnings.catch_warnings(record=True):
        from quixstreams import Application

    application = Application(
        broker_address=BOOTSTRAP,
        producer_extra_config=producer_settings(),
        auto_create_topics=False,
        loglevel="WARNING",
    )
    return application.get_producer()


def confluent_producer():
    from confluent_kafka import Producer

    return Producer({"bootstrap.servers": BOOTSTRAP, **producer_settings()})
