"""The way of the program from which the pipeline comes: one INSERT and one commit for each message: python - TOPIC GROUP COUNT"""

import json
import sys
import time

from confluent_kafka import Consumer
from pipeline import brokers, records, tables
from pipeline.records import PERIODIC_TOPIC

topic, group, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
cluster, session = tables.connect()
columns = ", ".join(f'"{name}"' for name in tables.record_columns(PERIODIC_TOPIC))
marks = ", ".join(["%s"] * len(tables.record_columns(PERIODIC_TOPIC)))
insert = f"INSERT INTO {tables.KEYSPACE}.{tables.TABLE_OF[PERIODIC_TOPIC]} ({columns}) VALUES ({marks})"
consumer = Consumer({
    "bootstrap.servers": brokers.BOOTSTRAP, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
})
consumer.subscribe([topic])
began, read = None, 0
while read < count:
    message = consumer.poll(1.0)
    if message is None or message.error():
        continue
    began = began or time.monotonic()
    record = json.loads(message.value())
    identity, digest = records.record_id(PERIODIC_TOPIC, record), records.content_hash(record)
    place = (message.partition(), message.offset())
    session.execute(insert, tables.record_row(PERIODIC_TOPIC, record, identity, digest, place, None))
    consumer.commit(message=message, asynchronous=False)
    read += 1
print(read / (time.monotonic() - began))
consumer.close()
cluster.shutdown()
