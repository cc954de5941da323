"""What a record is: its fields, its natural id, its bytes and the hash of them. Every part of the pipeline uses this module.

A record is a flat JSON object of texts and whole numbers. Its bytes are canonical (keys sorted, no spaces, UTF-8), so that
whoever holds the same record has the same bytes and the same hash: the task, Kafka, Cassandra's row.
"""

import hashlib
import json
from datetime import date, datetime, timedelta, timezone

SINGAPORE = timezone(timedelta(hours=8))
REGIONS = ("west", "east", "central", "south", "north")

GENERAL_TOPIC = "general_weather"
PERIODIC_TOPIC = "periodic_weather"
REJECTED_TOPIC = "weather_rejected"
RAIN_TOPIC = "rain_by_region"
# Every general record is about the whole island.
GENERAL_KEY = "singapore"

# Topic → field → kind. The tables of Cassandra have columns of the same names.
FIELDS = {
    GENERAL_TOPIC: {
        "updated": "moment",
        "date": "day",
        "valid_start": "moment",
        "valid_end": "moment",
        "forecast_code": "text",
        "forecast": "text",
        "temperature_low": "number",
        "temperature_high": "number",
        "humidity_low": "number",
        "humidity_high": "number",
        "wind_low": "number",
        "wind_high": "number",
        "wind_direction": "text",
    },
    PERIODIC_TOPIC: {
        "region": "region",
        "updated": "moment",
        "start": "moment",
        "end": "moment",
        "forecast_code": "text",
        "forecast": "text",
    },
}


class Rejected(ValueError):
    """Something that came is not what it should be; the text says what."""


def canonical(value):
    """The one way to write a value: JSON with sorted keys and no spaces, as UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def content_hash(data):
    """The first 16 hexadecimal digits of the SHA-256 of the bytes; of a value, those of its canonical form."""
    return hashlib.sha256(data if isinstance(data, bytes) else canonical(data)).hexdigest()[:16]


def moment(text):
    """The moment in an ISO 8601 text, which must tell its distance from UTC."""
    if not isinstance(text, str):
        raise Rejected(f"is {shown(text)}, not a text")
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise Rejected(f"is {shown(text)}, not a time like 2024-01-01T06:00:00+08:00") from None
    if parsed.tzinfo is None:
        raise Rejected(f"is {shown(text)}: it does not tell its distance from UTC, as +08:00 does")
    if not 2000 <= parsed.year < 2300:
        raise Rejected(f"is {shown(text)}: the year must be from 2000 to 2299")
    return parsed


def written(when):
    """A moment as records write it: Singapore's time, whole seconds."""
    return when.astimezone(SINGAPORE).isoformat(timespec="seconds")


def day_of(when):
    """The day in Singapore."""
    return when.astimezone(SINGAPORE).date()


def milliseconds(when):
    return round(when.timestamp() * 1000)


def shown(value):
    """A value in an error: short, whatever it is."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def check(topic, record):
    """Raises Rejected if the record is not one of the topic: each field is there and of its kind, and no other field is."""
    if not isinstance(record, dict):
        raise Rejected(f"the record is {shown(record)}, not an object")
    fields = FIELDS[topic]
    for name in fields:
        if name not in record:
            raise Rejected(f"{name} is missing")
    for name in record:
        if name not in fields:
            raise Rejected(f"{shown(name)} is no field of {topic}")
    for name, kind in fields.items():
        try:
            check_value(kind, record[name])
        except Rejected as why:
            raise Rejected(f"{name} {why}") from None


def check_value(kind, value):
    if kind == "number":
        if not isinstance(value, int) or isinstance(value, bool):
            raise Rejected(f"is {shown(value)}, not a whole number")
        if not -1000 <= value <= 1000:
            raise Rejected(f"is {value}: it must be from -1000 to 1000")
        return
    if not isinstance(value, str):
        raise Rejected(f"is {shown(value)}, not a text")
    if kind == "moment":
        if written(moment(value)) != value:
            raise Rejected(f"is {shown(value)}: records write {written(moment(value))}")
    elif kind == "day":
        day(value)
    elif kind == "region":
        if value not in REGIONS:
            raise Rejected(f"is {shown(value)}, not one of {', '.join(REGIONS)}")
    elif not value.strip() or len(value) > 200 or not value.isprintable():
        raise Rejected(f"is {shown(value)}: it must be 1 to 200 printable characters")


def day(text):
    try:
        parsed = date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Rejected(f"is {shown(text)}, not a day like 2024-01-01") from None
    if parsed.isoformat() != text:
        raise Rejected(f"is {shown(text)}, not a day like 2024-01-01")
    return parsed


def record_id(topic, record):
    """The natural id: whoever sends the same piece of the same forecast again, sends it under the same id."""
    if topic == GENERAL_TOPIC:
        return record["updated"]
    if topic == PERIODIC_TOPIC:
        return f"{record['region']}/{record['updated']}/{record['start']}"
    raise KeyError(topic)


def key(topic, record):
    return GENERAL_KEY if topic == GENERAL_TOPIC else record["region"]


def read(topic, value, headers=()):
    """The record in a message's value, its id and its hash. Raises Rejected if they are not what they should be."""
    if value is None:
        raise Rejected("the value is null")
    try:
        record = json.loads(value)
    except (ValueError, RecursionError) as why:
        raise Rejected(f"the value is no JSON: {why}") from None
    check(topic, record)
    told = {name: (text or b"").decode("utf-8", "replace") for name, text in headers or ()}
    identity, digest = record_id(topic, record), content_hash(record)
    for name, computed in (("record_id", identity), ("content_hash", digest)):
        if told.get(name, computed) != computed:
            raise Rejected(f"the header {name} is {shown(told[name])}, and the value gives {shown(computed)}")
    return record, identity, digest, told.get("run_id")


def from_row(topic, row):
    """The record that a row of Cassandra holds, rebuilt from its columns alone: its hash must be the one it had."""
    record = {}
    for name, kind in FIELDS[topic].items():
        value = row[name]
        if kind == "moment":
            # The driver gives moments in UTC, and does not say so.
            value = written(value if value.tzinfo else value.replace(tzinfo=timezone.utc))
        elif kind == "day":
            value = str(value)
        record[name] = value
    return record
