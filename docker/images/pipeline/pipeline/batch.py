"""The batch: the same as the stream job computes, by DuckDB over all raw records in Kafka, into rain_by_region_batch."""

import argparse
import json
import os
import tempfile
from datetime import datetime, time, timezone

import duckdb
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from pipeline import brokers, rain, tables
from pipeline.records import PERIODIC_TOPIC, SINGAPORE, Rejected, canonical, content_hash, moment, read, written
from pipeline.waiting import patiently, tell

TABLE = "rain_by_region_batch"
COLUMNS = ["region", "window_start", "window_end", "periods", "rainy", "share", "content_hash", "computed", "closed"]

# The day is in the text: records write Singapore's time. Windows are closed as the stream closes them: when the region has a
# record of a later day.
QUERY = """
    WITH pieces AS (
        SELECT DISTINCT ON (region, updated, start)
            region, substr(updated, 1, 10)::DATE AS day, regexp_matches(lower(forecast), ?) AS rain
        FROM read_json(?, format = 'newline_delimited', columns = {
            region: 'VARCHAR', updated: 'VARCHAR', start: 'VARCHAR', forecast: 'VARCHAR'
        })
    )
    SELECT region, day, count(*) AS periods, count(*) FILTER (rain) AS rainy,
        day < max(day) OVER (PARTITION BY region) AS closed
    FROM pieces GROUP BY region, day ORDER BY region, day
"""


class Unfinished(Exception):
    """Not all records could be read; nothing was computed from a part."""


def read_records(file, silence=30):
    """Writes all records that the topic holds now to a file, one a line. Reads without a group: nobody's offsets change."""
    client = brokers.consumer(tell_ends=True)
    told = {"read": 0, "passed_over": 0}
    try:
        ends = patiently(
            f"Kafka at {brokers.BOOTSTRAP}", lambda: brokers.ends(client, [PERIODIC_TOPIC]), KafkaException
        )
        missing = {partition: last for (_, partition), (first, last) in ends.items() if first < last}
        client.assign(
            [TopicPartition(topic, partition, first) for (topic, partition), (first, _) in ends.items() if partition in missing]
        )
        quiet = 0
        while missing:
            message = client.poll(1.0)
            if message is None or message.error() is not None:
                if message is not None and message.error().code() == KafkaError._PARTITION_EOF:
                    missing.pop(message.partition(), None)
                    continue
                quiet += 1
                if quiet >= silence:
                    said = message.error() if message is not None else "nothing came"
                    raise Unfinished(f"{PERIODIC_TOPIC} could not be read to its end for {silence} s: {said}. Look at Kafka.")
                continue
            quiet = 0
            if message.offset() >= missing.get(message.partition(), 0):
                missing.pop(message.partition(), None)
                continue
            try:
                record = read(PERIODIC_TOPIC, message.value(), message.headers())[0]
            except Rejected:
                told["passed_over"] += 1
            else:
                # As the stream: a record under a foreign key counts for no region.
                if (message.key() or b"").decode("utf-8", "replace") == record["region"]:
                    file.write(canonical(record) + b"\n")
                    told["read"] += 1
                else:
                    told["passed_over"] += 1
            if message.offset() + 1 >= missing.get(message.partition(), 0):
                missing.pop(message.partition(), None)
    finally:
        client.close()
    return told


def windows(path):
    """The windows that DuckDB computes from a file of records: (region, start, periods, rainy, closed)."""
    engine = duckdb.connect()
    try:
        engine.execute("SET threads = 1; SET memory_limit = '256MB'")
        found = engine.execute(QUERY, ["|".join(rain.WORDS), path]).fetchall()
    finally:
        engine.close()
    return [
        (region, datetime.combine(day, time(), SINGAPORE), periods, rainy, closed)
        for region, day, periods, rainy, closed in found
    ]


def compute():
    """Reads all, computes all, writes all windows. Returns the counts."""
    with tempfile.NamedTemporaryFile(prefix="rain_batch", suffix=".json", delete=False) as file:
        try:
            told = read_records(file)
            file.close()
            found = windows(file.name) if told["read"] else []
        finally:
            file.close()
            os.unlink(file.name)
    now = datetime.now(timezone.utc)
    rows = []
    for region, start, periods, rainy, closed in found:
        window = rain.row(region, start, periods, rainy)
        end = moment(window["window_end"])
        rows.append([region, start, end, periods, rainy, window["share"], content_hash(window), now, closed])
    cluster, session = tables.connect()
    try:
        tables.ensure_tables(cluster, session, [TABLE])
        tables.insert(session, tables.prepare(session, TABLE, COLUMNS), rows)
    finally:
        cluster.shutdown()
    return {**told, "windows": len(rows), "closed": sum(1 for row in rows if row[-1])}


def compare():
    """The closed windows of the batch beside those of the stream: how many are the same, and each that is not."""
    cluster, session = tables.connect()
    try:
        keyspace = cluster.metadata.keyspaces.get(tables.KEYSPACE)
        here = keyspace.tables if keyspace else {}

        def of(table, only_closed):
            if table not in here:
                return {}
            closed = ", closed" if only_closed else ""
            question = f"SELECT region, window_start, periods, rainy{closed} FROM {tables.KEYSPACE}.{table}"
            answer = patiently("Cassandra", lambda: list(session.execute(question)), tables.PASSING)
            return {
                f"{row.region}/{written(row.window_start.replace(tzinfo=timezone.utc))}": [row.rainy, row.periods]
                for row in answer
                if not only_closed or row.closed
            }

        batch, stream = of(TABLE, True), of("rain_by_region", False)
    finally:
        cluster.shutdown()
    both = batch.keys() & stream.keys()
    different = sorted(name for name in both if batch[name] != stream[name])
    return {
        "same": len(both) - len(different),
        # Rain in so many of so many periods, by each.
        "different": {name: {"batch": batch[name], "stream": stream[name]} for name in different[:50]},
        "differ": len(different),
        "only_batch": len(batch.keys() - stream.keys()),
        "only_stream": len(stream.keys() - batch.keys()),
    }


def main():
    parser = argparse.ArgumentParser(prog="rain_batch", description="Computes rain_by_region_batch from all records in Kafka.")
    parser.add_argument("--compare", action="store_true", help="compare with the stream's windows afterwards")
    wish = parser.parse_args()
    print(json.dumps(compute()))
    if wish.compare:
        tell(json.dumps(compare()))


if __name__ == "__main__":
    main()
