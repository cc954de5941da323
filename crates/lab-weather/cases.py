"""Makes src/record/cases.json: what the pipeline's own code says of records, whole and spoiled. The Rust form is held against it.

By hand, from this folder:
  docker run -i --rm --network none --entrypoint python pipewright/pipeline:1 - < cases.py > src/record/cases.json
"""

import copy
import json
import sys

from pipeline import records, tables
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC

GENERAL = {
    "updated": "2024-01-01T05:30:00+08:00",
    "date": "2024-01-01",
    "valid_start": "2024-01-01T06:00:00+08:00",
    "valid_end": "2024-01-02T06:00:00+08:00",
    "forecast_code": "TL",
    "forecast": "Thundery Showers – 雷阵雨",
    "temperature_low": 24,
    "temperature_high": 33,
    "humidity_low": 60,
    "humidity_high": 95,
    "wind_low": 10,
    "wind_high": 20,
    "wind_direction": "NE",
}
PERIODIC = {
    "region": "west",
    "updated": "2024-02-29T23:59:59+08:00",
    "start": "2024-03-01T00:00:00+08:00",
    "end": "2024-03-01T06:00:00+08:00",
    "forecast_code": "CL",
    "forecast": "Cloudy",
}


def changed(record, **fields):
    record = copy.deepcopy(record)
    for name, value in fields.items():
        if value is None:
            del record[name]
        else:
            record[name] = value
    return record


def text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


CASES = [
    (GENERAL_TOPIC, GENERAL, {}),
    (GENERAL_TOPIC, records.canonical(GENERAL).decode(), {"run_id": "scheduled__1", "piece": "1/1"}),
    (GENERAL_TOPIC, GENERAL, {"record_id": GENERAL["updated"], "content_hash": records.content_hash(GENERAL)}),
    (GENERAL_TOPIC, GENERAL, {"content_hash": "0000000000000000"}),
    (GENERAL_TOPIC, GENERAL, {"record_id": "other"}),
    (GENERAL_TOPIC, changed(GENERAL, temperature_low=-1000, temperature_high=1000), {}),
    (GENERAL_TOPIC, changed(GENERAL, temperature_low=1001), {}),
    (GENERAL_TOPIC, changed(GENERAL, temperature_low=24.0), {}),
    (GENERAL_TOPIC, changed(GENERAL, temperature_low=True), {}),
    (GENERAL_TOPIC, changed(GENERAL, temperature_low="24"), {}),
    (GENERAL_TOPIC, changed(GENERAL, wind_direction=None), {}),
    (GENERAL_TOPIC, changed(GENERAL, date="2024-02-30"), {}),
    (GENERAL_TOPIC, changed(GENERAL, date="20240101"), {}),
    (GENERAL_TOPIC, changed(GENERAL, date=1), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast=""), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast=" \t"), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast="a\u200bb"), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast="a\u00a0b"), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast="é" * 200), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast="é" * 201), {}),
    (GENERAL_TOPIC, changed(GENERAL, forecast='say "no" \\ 😀'), {}),
    (PERIODIC_TOPIC, PERIODIC, {}),
    (PERIODIC_TOPIC, changed(PERIODIC, region="West"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, region=3), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2024-03-01T00:00:00Z"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2024-03-01T00:00:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2024-03-01T00:00:00.000+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2024-03-01 00:00:00+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2023-02-29T00:00:00+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2024-03-01T24:00:00+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="1999-12-31T23:59:59+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2299-12-31T23:59:59+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="2300-01-01T00:00:00+08:00"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start="soon"), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, start=[1, {"a": 2}]), {}),
    (PERIODIC_TOPIC, changed(PERIODIC, more="x"), {}),
    (PERIODIC_TOPIC, GENERAL, {}),
    (PERIODIC_TOPIC, [1, 2], {}),
    (PERIODIC_TOPIC, "3", {}),
    (PERIODIC_TOPIC, None, {}),
    (PERIODIC_TOPIC, "not JSON", {}),
    (PERIODIC_TOPIC, "", {}),
    (PERIODIC_TOPIC, '{"region": "west"', {}),
    (PERIODIC_TOPIC, "\ufeff" + text(PERIODIC), {}),
    (PERIODIC_TOPIC, text(PERIODIC).replace('"region"', '"region": "east", "region"'), {}),
    (PERIODIC_TOPIC, text(changed(PERIODIC, forecast="x")).replace('"x"', '"\\u00e9\\ud83d\\ude00"'), {}),
    (PERIODIC_TOPIC, text(changed(PERIODIC, forecast="x")).replace('"x"', '"\\ud83d"'), {}),
]


def cell(value):
    """A moment as milliseconds, a day as its text, as the tables hold them."""
    if hasattr(value, "timestamp"):
        return {"moment": records.milliseconds(value)}
    return {"day": value.isoformat()} if hasattr(value, "isoformat") else value


def outcome(topic, value, headers):
    told = [(name, told.encode()) for name, told in headers.items()]
    try:
        record, identity, digest, run_id = records.read(topic, value if value is None else value.encode(), told)
    except records.Rejected as why:
        return {"rejected": str(why)}
    row = tables.record_row(topic, record, identity, digest, (1, 23), run_id)[:-1]
    return {
        "canonical": records.canonical(record).decode(),
        "columns": tables.record_columns(topic)[:-1],
        # The day stands as a text in the record's own field.
        "row": [cell(value) for value in row],
    }


def main():
    cases = []
    for topic, value, headers in CASES:
        value = None if value is None else text(value)
        cases.append({"topic": topic, "value": value, "headers": headers, **outcome(topic, value, headers)})
    sys.stdout.buffer.write(json.dumps(cases, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


main()
