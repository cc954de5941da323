"""Sends so many records of the form of periodic_weather to a topic of its own: python - TOPIC COUNT"""

import sys
from datetime import datetime, timedelta

from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic
from pipeline import brokers, records
from pipeline.records import PERIODIC_TOPIC, REGIONS, SINGAPORE

topic, count = sys.argv[1], int(sys.argv[2])
admin = brokers.admin()
copies = brokers.copies(len(admin.list_topics(timeout=10).brokers))
for future in admin.create_topics([NewTopic(topic, 6, copies)]).values():
    future.result()
producer = Producer({**brokers.producer_settings(), "bootstrap.servers": brokers.BOOTSTRAP, "linger.ms": 50})
first = datetime(2024, 1, 1, tzinfo=SINGAPORE)
failed = []
for number in range(count):
    start = first + timedelta(hours=6 * (number // 5 // 4))
    updated = first + timedelta(minutes=number // 5 % 4)
    record = {
        "region": REGIONS[number % 5],
        "updated": records.written(updated),
        "start": records.written(start),
        "end": records.written(start + timedelta(hours=6)),
        "forecast_code": "CL",
        "forecast": "Cloudy",
    }
    value = records.canonical(record)
    headers = [("record_id", records.record_id(PERIODIC_TOPIC, record)), ("content_hash", records.content_hash(value))]
    while True:
        try:
            producer.produce(topic, value, f"{record['region']}/{number}", headers=headers,
                             on_delivery=lambda error, _: error and failed.append(str(error)))
            break
        except BufferError:
            producer.poll(0.1)
    producer.poll(0)
producer.flush(60)
if failed:
    sys.exit(failed[0])
print(count)
