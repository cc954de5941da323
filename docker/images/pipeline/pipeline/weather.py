"""Collection: fetches a payload of data.gov.sg's 24-hour forecast (v2), and splits it into records."""

import json
import urllib.error
import urllib.request
from datetime import datetime, timezone

from pipeline.records import (
    GENERAL_TOPIC,
    PERIODIC_TOPIC,
    REGIONS,
    Rejected,
    check,
    content_hash,
    day,
    moment,
    shown,
    written,
)

# A forecast has a few thousand bytes. What is rejected is kept whole, and Kafka takes a message of a megabyte.
LARGEST_BODY = 100_000
# A payload in which more is amiss is kept once, not once for each piece.
MOST_REJECTED = 100


class NotFetched(Exception):
    """The source did not answer as it should; the text says what it did and what to do."""


def fetch(url, timeout=10):
    """The payload as it came, unread: even what is no JSON is handed over, so that it can be kept."""
    if not url.startswith(("http://", "https://")):
        raise NotFetched(f"The address of the source is {shown(url)}. Set the Variable weather_url to an http or https address.")
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "pipewright"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            body = answer.read(LARGEST_BODY + 1)
            status = answer.status
    except urllib.error.HTTPError as error:
        wait = error.headers.get("Retry-After")
        later = f" It asks to wait {wait} s." if wait else ""
        raise NotFetched(f"{url} answered {error.code} {error.reason}.{later} The task tries again by itself.") from None
    except TimeoutError:
        raise NotFetched(f"{url} did not answer in {timeout} s. The task tries again by itself.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", error)
        raise NotFetched(f"{url} could not be asked: {why}. Look whether the source runs.") from None
    if len(body) > LARGEST_BODY:
        raise NotFetched(f"{url} answered more than {LARGEST_BODY} bytes, and a forecast has a few thousand.")
    text = body.decode("utf-8", "replace")
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return {"url": url, "status": status, "fetched": now, "hash": content_hash(body), "body": text}


def at(value, path):
    """What stands at a path like `general.temperature.low`. Raises Rejected where it ends early."""
    gone = []
    for step in path.split("."):
        gone.append(step)
        if not isinstance(value, dict):
            raise Rejected(f"{'.'.join(gone[:-1])} is {shown(value)}, not an object")
        if step not in value:
            raise Rejected(f"{'.'.join(gone)} is missing")
        value = value[step]
    return value


def time_at(value, path):
    text = at(value, path)
    try:
        return written(moment(text))
    except Rejected as why:
        raise Rejected(f"{path} {why}") from None


def split(body):
    """
    The records of a payload by topic, and what had to be rejected, with the reason.

    What is amiss in one piece does not cost the others: a region without its forecast is rejected, the rest is produced.
    The pieces are counted, so that records and rejected pieces together must be as many.
    """
    found = {GENERAL_TOPIC: [], PERIODIC_TOPIC: [], "rejected": [], "pieces": 0}

    def piece(part, topic, make):
        found["pieces"] += 1
        try:
            record = make()
            if topic is not None:
                check(topic, record)
                found[topic].append(record)
        except Rejected as why:
            found["rejected"].append({"part": part, "reason": str(why)})

    def payload():
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as why:
            raise Rejected(f"the payload is no JSON: {why}") from None
        if not isinstance(value, dict):
            raise Rejected(f"the payload is {shown(value)}, not an object")
        code = at(value, "code")
        if code != 0 or isinstance(code, bool):
            raise Rejected(f"code is {shown(code)}, and errorMsg {shown(value.get('errorMsg'))}")
        records = at(value, "data.records")
        if not isinstance(records, list) or not records:
            raise Rejected(f"data.records is {shown(records)}, not a list of forecasts")
        return records

    try:
        forecasts = payload()
    except Rejected as why:
        found["pieces"] = 1
        found["rejected"].append({"part": "payload", "reason": str(why)})
        return found

    for index, forecast in enumerate(forecasts):
        name = f"records[{index}]"
        piece(f"{name}.general", GENERAL_TOPIC, lambda forecast=forecast: general(forecast))
        try:
            periods = at(forecast, "periods")
            if not isinstance(periods, list) or not periods:
                raise Rejected(f"periods is {shown(periods)}, not a list")
        except Rejected as why:
            found["pieces"] += 1
            found["rejected"].append({"part": f"{name}.periods", "reason": str(why)})
            continue
        for number, period in enumerate(periods):
            regions = period.get("regions") if isinstance(period, dict) else None
            unknown = [region for region in regions if region not in REGIONS] if isinstance(regions, dict) else []
            for region in [*REGIONS, *unknown]:
                part = f"{name}.periods[{number}].{region}"
                piece(part, PERIODIC_TOPIC, lambda f=forecast, p=period, r=region: periodic(f, p, r))
    if len(found["rejected"]) > MOST_REJECTED:
        reason = f"{len(found['rejected'])} of its {found['pieces']} pieces are amiss, first: {found['rejected'][0]['reason']}"
        return {GENERAL_TOPIC: [], PERIODIC_TOPIC: [], "rejected": [{"part": "payload", "reason": reason}], "pieces": 1}
    return found


def general(forecast):
    date = at(forecast, "date")
    try:
        day(date)
    except Rejected as why:
        raise Rejected(f"date {why}") from None
    return {
        "updated": time_at(forecast, "updatedTimestamp"),
        "date": date,
        "valid_start": time_at(forecast, "general.validPeriod.start"),
        "valid_end": time_at(forecast, "general.validPeriod.end"),
        "forecast_code": at(forecast, "general.forecast.code"),
        "forecast": at(forecast, "general.forecast.text"),
        "temperature_low": at(forecast, "general.temperature.low"),
        "temperature_high": at(forecast, "general.temperature.high"),
        "humidity_low": at(forecast, "general.relativeHumidity.low"),
        "humidity_high": at(forecast, "general.relativeHumidity.high"),
        "wind_low": at(forecast, "general.wind.speed.low"),
        "wind_high": at(forecast, "general.wind.speed.high"),
        "wind_direction": at(forecast, "general.wind.direction"),
    }


def periodic(forecast, period, region):
    return {
        "region": region,
        "updated": time_at(forecast, "updatedTimestamp"),
        "start": time_at(period, "timePeriod.start"),
        "end": time_at(period, "timePeriod.end"),
        "forecast_code": at(period, f"regions.{region}.code"),
        "forecast": at(period, f"regions.{region}.text"),
    }


def rejected_message(payload, rejected, run_id=None):
    """What is kept of a piece that was rejected: the whole payload with the reason. (key, value, headers)"""
    value = {
        "reason": rejected["reason"],
        "part": rejected["part"],
        "url": payload["url"],
        "fetched": payload["fetched"],
        "body": payload["body"],
    }
    data = canonical_text(value)
    identity = f"{payload['hash']}/{rejected['part']}"
    headers = {"record_id": identity, "content_hash": content_hash(data), "reason": rejected["reason"]}
    if run_id:
        headers["run_id"] = run_id
    return rejected["part"], data, headers


def canonical_text(value):
    """Canonical even if the text that came holds half a character."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
