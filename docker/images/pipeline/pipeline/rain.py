"""What is computed, by the stream and by the batch: for each region and day, the share of forecast periods with rain.

A day is that of Singapore, and of the forecast (`updated`), not of the period: forecasts come in that order. A piece of a
forecast that came twice counts once.
"""

from datetime import datetime, timedelta, timezone

from pipeline.records import SINGAPORE, milliseconds, moment, written

DAY = timedelta(days=1)
WORDS = ("rain", "shower", "thunder")
# Windows of Kafka's clients begin at midnight of UTC. Event time is told to them as if Singapore's clock were UTC's.
SHIFT = 8 * 3600 * 1000


def is_rain(forecast):
    text = forecast.lower()
    return any(word in text for word in WORDS)


def event_time(record):
    """The event time of a record as windows need it."""
    return milliseconds(moment(record["updated"])) + SHIFT


def window_start(shifted):
    """The moment that a window's start, told by event_time's clock, is."""
    return datetime.fromtimestamp((shifted - SHIFT) / 1000, timezone.utc).astimezone(SINGAPORE)


def piece(record):
    return f"{record['updated']}/{record['start']}"


def begin(record):
    """The state of a window that has one record: the pieces in it, and whether each has rain."""
    return {piece(record): int(is_rain(record["forecast"]))}


def add(state, record):
    state[piece(record)] = int(is_rain(record["forecast"]))
    return state


def result(region, start, state):
    return row(region, start, len(state), sum(state.values()))


def row(region, start, periods, rainy):
    return {
        "region": region,
        "window_start": written(start),
        "window_end": written(start + DAY),
        "periods": periods,
        "rainy": rainy,
        "share": rainy / periods,
    }
