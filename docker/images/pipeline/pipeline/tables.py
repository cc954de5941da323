"""Cassandra: the keyspace `weather`, its tables and the statements that fill them. Every key is natural, so that writing a
record again changes nothing but where it was last read from."""

import os
from datetime import datetime, timezone

from cassandra import ConsistencyLevel, DriverException, OperationTimedOut, RequestExecutionException
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
    UnresolvableContactPoints,
)
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.connection import ConnectionException
from cassandra.policies import ConstantReconnectionPolicy, DCAwareRoundRobinPolicy, TokenAwarePolicy

from pipeline.records import FIELDS, GENERAL_TOPIC, PERIODIC_TOPIC, day_of, moment
from pipeline.waiting import patiently, tell

HOSTS = [host.strip() for host in os.environ.get("CASSANDRA_HOSTS", "cassandra-1").split(",") if host.strip()]
KEYSPACE = "weather"
# What passes when a node comes back. What Cassandra refuses for good (a wrong statement) is none of these.
PASSING = (
    NoHostAvailable,
    UnresolvableContactPoints,
    OperationTimedOut,
    RequestExecutionException,
    ConnectionException,
    OSError,
)

ORIGIN = "record_id text, content_hash text, topic text, partition int, offset bigint, run_id text, stored timestamp"
RAIN = "window_end timestamp, periods int, rainy int, share double, content_hash text, computed timestamp"
TABLES = {
    "general_by_day": f"""
        day date, updated timestamp, date date, valid_start timestamp, valid_end timestamp,
        forecast_code text, forecast text, temperature_low int, temperature_high int,
        humidity_low int, humidity_high int, wind_low int, wind_high int, wind_direction text,
        {ORIGIN}, PRIMARY KEY ((day), updated)) WITH CLUSTERING ORDER BY (updated DESC""",
    "periodic_by_region": f"""
        region text, day date, start timestamp, updated timestamp, "end" timestamp, forecast_code text, forecast text,
        {ORIGIN}, PRIMARY KEY ((region, day), start, updated)""",
    "rain_by_region": f"""
        region text, window_start timestamp, {RAIN}, closed_by text,
        PRIMARY KEY ((region), window_start)) WITH CLUSTERING ORDER BY (window_start DESC""",
    "rain_by_region_batch": f"""
        region text, window_start timestamp, {RAIN}, closed boolean,
        PRIMARY KEY ((region), window_start)) WITH CLUSTERING ORDER BY (window_start DESC""",
}
TABLE_OF = {GENERAL_TOPIC: "general_by_day", PERIODIC_TOPIC: "periodic_by_region"}


def connect(patience=None):
    """A cluster and its session. Whoever connects closes the cluster; a task never shares one with another."""

    def attempt():
        profile = ExecutionProfile(
            load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy()),
            consistency_level=ConsistencyLevel.LOCAL_QUORUM,
            request_timeout=10,
        )
        cluster = Cluster(
            HOSTS,
            protocol_version=5,
            execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            connect_timeout=5,
            reconnection_policy=ConstantReconnectionPolicy(1.0, None),
        )
        try:
            return cluster, cluster.connect()
        except BaseException:
            cluster.shutdown()
            raise

    return patiently(f"Cassandra at {', '.join(HOSTS)}", attempt, (*PASSING, DriverException), patience)


def replication(cluster):
    """Copies of each row by data centre: CASSANDRA_RF where the stack says it, else three, or as many as there are nodes."""
    nodes = {}
    for host in cluster.metadata.all_hosts():
        nodes[host.datacenter] = nodes.get(host.datacenter, 0) + 1
    wished = os.environ.get("CASSANDRA_RF", "")
    fixed = int(wished) if wished.isdigit() and int(wished) > 0 else None
    return {name: fixed or min(3, count) for name, count in nodes.items()}


def ensure_tables(cluster, session, names):
    """Makes the keyspace and those of the tables that are missing; returns the names of those that it made."""
    made = []

    def attempt():
        keyspace = cluster.metadata.keyspaces.get(KEYSPACE)
        if keyspace is None:
            copies = ", ".join(f"'{name}': {count}" for name, count in replication(cluster).items())
            session.execute(
                f"CREATE KEYSPACE IF NOT EXISTS {KEYSPACE} WITH replication = "
                f"{{'class': 'NetworkTopologyStrategy', {copies}}}"
            )
            tell(f"Made the keyspace {KEYSPACE} with copies {{{copies}}}.")
        for name in names:
            # Two that make one table at the same moment can get Cassandra to have two of it. So each table is made by one part
            # of the pipeline only, and only when it is not there.
            if keyspace is None or name not in keyspace.tables:
                session.execute(f"CREATE TABLE IF NOT EXISTS {KEYSPACE}.{name} ({TABLES[name]})")
                made.append(name)

    patiently(f"Cassandra at {', '.join(HOSTS)}", attempt, PASSING)
    if made:
        tell(f"Made the tables {', '.join(made)}.")
    return made


def prepare(session, table, columns):
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" for _ in columns)
    return patiently(
        "Cassandra", lambda: session.prepare(f"INSERT INTO {KEYSPACE}.{table} ({names}) VALUES ({marks})"), PASSING
    )


def insert(session, statement, rows, patience=None):
    """Writes the rows, again and again until Cassandra has confirmed each: their keys are natural, so nothing is there twice."""
    if rows:
        patiently(
            "Cassandra to take rows",
            lambda: execute_concurrent_with_args(session, statement, rows, concurrency=32, raise_on_first_error=True),
            PASSING,
            patience,
        )


def record_columns(topic):
    return ["day", *FIELDS[topic], "record_id", "content_hash", "topic", "partition", "offset", "run_id", "stored"]


def record_row(topic, record, identity, digest, place, run_id):
    """The values for record_columns. The day is that of the forecast, of the period in the other table."""
    values = [day_of(moment(record["updated" if topic == GENERAL_TOPIC else "start"]))]
    for name, kind in FIELDS[topic].items():
        values.append(moment(record[name]) if kind == "moment" else record[name])
    return [*values, identity, digest, topic, *place, run_id, datetime.now(timezone.utc)]
