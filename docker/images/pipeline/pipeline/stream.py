"""The stream job: a tumbling window of a day over periodic_weather, by Quix Streams. Its results go to the topic and the table
rain_by_region. Runs in /opt/quix.

A window closes when a record of a later day comes, for its region; until then it is open, and nothing is sent. What comes
for a window that is closed is late: it is told and not counted. (The batch counts it.)
"""

import logging
import os
import sys
import time
import warnings
from datetime import datetime, timezone

# What Quix Streams imports warns of its own future.
with warnings.catch_warnings(record=True):
    from quixstreams import Application

from quixstreams.models.serializers import BytesSerializer, StringSerializer
from quixstreams.models.serializers.base import Deserializer
from quixstreams.models.serializers.exceptions import IgnoreMessage
from quixstreams.sinks import BatchingSink, SinkBackpressureError
from quixstreams.state.rocksdb import RocksDBOptions

from pipeline import rain, tables
from pipeline.brokers import BOOTSTRAP, ensure_topics, producer_settings
from pipeline.records import PERIODIC_TOPIC, RAIN_TOPIC, Rejected, canonical, content_hash, moment, read
from pipeline.waiting import GaveUp, tell

GROUP = "rain_stream"
STATE = os.environ.get("RAIN_STATE", "/var/lib/rain_stream")
# Where results go: to the topic and the table, or, without Cassandra, to the topic alone.
TO = os.environ.get("RAIN_TO", "cassandra")
TABLE = "rain_by_region"
COLUMNS = ["region", "window_start", "window_end", "periods", "rainy", "share", "content_hash", "computed", "closed_by"]
# A store of a few windows needs few memory: Quix Streams would allow a gigabyte.
SMALL = RocksDBOptions(
    write_buffer_size=1024 * 1024,
    target_file_size_base=1024 * 1024,
    max_write_buffer_number=2,
    block_cache_size=4 * 1024 * 1024,
    max_total_wal_size=4 * 1024 * 1024,
)
# A client that cannot reach a broker says so several times a second. Of lines that begin alike, one in so many seconds is told.
RARELY = 10
# After so many failures in a row, each within MOMENT seconds, the job ends.
MOST_FAILURES = 5
MOMENT = 120


class Sparing(logging.Filter):
    """Lets one line pass of those that begin alike, and the next after a while."""

    def __init__(self):
        super().__init__()
        self.passed = {}

    def filter(self, record):
        begins = record.getMessage()[:30]
        now = time.monotonic()
        if now - self.passed.get(begins, -RARELY) < RARELY:
            return False
        self.passed = {text: when for text, when in self.passed.items() if now - when < RARELY} | {begins: now}
        return True


class Records(Deserializer):
    """Reads records. What is none is told and passed over; the storage keeps it in weather_rejected."""

    def __call__(self, value, ctx):
        try:
            return read(PERIODIC_TOPIC, value)[0]
        except Rejected as why:
            tell(f"{PERIODIC_TOPIC}: passed over, {why}.")
            raise IgnoreMessage from None


class Rows(BatchingSink):
    """Writes closed windows to Cassandra. Quix Streams commits the offsets after it."""

    def __init__(self):
        super().__init__(on_client_connect_success=lambda: tell("Cassandra is connected."))
        self.cluster = None

    def setup(self):
        self.cluster, self.session = tables.connect()
        tables.ensure_tables(self.cluster, self.session, [TABLE])
        self.statement = tables.prepare(self.session, TABLE, COLUMNS)

    def write(self, batch):
        now = datetime.now(timezone.utc)
        rows = []
        for item in batch:
            window = item.value
            start, end = moment(window["window_start"]), moment(window["window_end"])
            closed_by = f"{batch.topic}/{batch.partition}/{item.offset}"
            counts = [window["periods"], window["rainy"], window["share"]]
            rows.append([window["region"], start, end, *counts, content_hash(window), now, closed_by])
        try:
            # Not for long: a container that is stopped has no more time. What is computed again is sent to the topic again, too.
            tables.insert(self.session, self.statement, rows, patience=20)
        except GaveUp as why:
            tell(f"Cassandra did not take {len(rows)} windows: {why} They are computed again in 5 s.")
            raise SinkBackpressureError(retry_after=5) from why

    def close(self):
        if self.cluster is not None:
            self.cluster.shutdown()


def late(value, key, timestamp_ms, late_by_ms, start, end, store_name, topic, partition, offset):
    window = f"{day(start)} of {value['region']}"
    tell(f"Late: {topic}/{partition}/{offset} belongs to {window}, and that window is closed. It is not counted.")
    return False


def day(start):
    return rain.window_start(start).date().isoformat()


def build(application, rows):
    source = application.topic(
        PERIODIC_TOPIC,
        key_deserializer="str",
        value_deserializer=Records(),
        timestamp_extractor=lambda value, headers, timestamp, kind: rain.event_time(value),
    )
    target = application.topic(RAIN_TOPIC, key_serializer=StringSerializer(), value_serializer=BytesSerializer())
    newest = {}

    def tell_open(record, key, timestamp, headers):
        start = timestamp - timestamp % (24 * 3600 * 1000)
        if newest.get(key, -1) < start:
            newest[key] = start
            tell(f"Open: {day(start)} of {key}. It closes when a record of {key} of a later day comes.")

    def finished(window, key, timestamp, headers):
        closed = rain.result(key, rain.window_start(window["start"]), window["value"])
        tell(f"Closed: {day(window['start'])} of {key}, rain in {closed['rainy']} of {closed['periods']} periods.")
        return closed

    def named(closed, key, timestamp, headers):
        identity = f"{closed['region']}/{closed['window_start']}"
        return [("record_id", identity.encode()), ("content_hash", content_hash(closed).encode())]

    frame = application.dataframe(source)
    # The group of a window is the key. A record under a foreign key would count for that region.
    frame = frame.filter(lambda record, key, timestamp, headers: same_key(record, key), metadata=True)
    frame = frame.update(tell_open, metadata=True)
    frame = frame.tumbling_window(rain.DAY, name="rain", on_late=late).reduce(reducer=rain.add, initializer=rain.begin)
    frame = frame.final(closing_strategy="key").apply(finished, metadata=True)
    if rows is not None:
        frame.sink(rows)
    frame = frame.set_headers(named).apply(canonical)
    frame.to_topic(target)


def same_key(record, key):
    if key != record["region"]:
        tell(f"{PERIODIC_TOPIC}: passed over, the key is {key!r} and the region {record['region']!r}.")
    return key == record["region"]


def run():
    ensure_topics()
    application = Application(
        broker_address=BOOTSTRAP,
        consumer_group=GROUP,
        auto_offset_reset="earliest",
        auto_create_topics=True,
        commit_interval=1.0,
        state_dir=STATE,
        rocksdb_options=SMALL,
        consumer_extra_config={"session.timeout.ms": 10000, "heartbeat.interval.ms": 2000},
        producer_extra_config=producer_settings(),
        max_partition_buffer_size=1000,
        loglevel="WARNING",
    )
    for handler in logging.getLogger("quixstreams").handlers:
        handler.addFilter(Sparing())
    rows = Rows() if TO == "cassandra" else None
    build(application, rows)
    tell(f"Computing from {PERIODIC_TOPIC} at {BOOTSTRAP}.")
    try:
        application.run()
    finally:
        if rows is not None:
            rows.close()


def main():
    if TO not in ("cassandra", "kafka"):
        sys.exit(f"RAIN_TO is {TO!r}. Set it to cassandra, or to kafka for the topic alone.")
    failures = int(os.environ.pop("RAIN_STREAM_FAILURES", "0"))
    began = time.monotonic()
    try:
        run()
    except Exception as why:
        failures = failures + 1 if time.monotonic() - began < MOMENT else 1
        if failures >= MOST_FAILURES:
            sys.exit(f"The stream job ends after {failures} failures: {type(why).__name__}: {why}")
        tell(f"The stream job failed ({type(why).__name__}: {why}). It starts again; nothing that it read is lost.")
        time.sleep(2)
        # Anew as a whole: no half of a store or of a client is left.
        os.environ["RAIN_STREAM_FAILURES"] = str(failures)
        os.execv(sys.executable, [sys.executable, "-m", "pipeline.stream"])
    tell("The stream job ended in good order.")


if __name__ == "__main__":
    main()
