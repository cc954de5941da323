"""The sample: forecasts for Singapore that we make up from a fixed seed, in the format of data.gov.sg's 24-hour forecast (v2).

They are no real weather. A forecast follows from its time alone, so it is the same in every lab and after every restart.
"""

import random
from datetime import datetime, timedelta

from pipeline.records import REGIONS, SINGAPORE, written

SEED = 20260101
# The first moment of the source's clock.
BEGINNING = datetime(2024, 1, 1, tzinfo=SINGAPORE)
# Four times a day of its clock the source has a new forecast, of four periods.
STEP = timedelta(hours=6)
NOTE = "A sample made by Pipewright from a fixed seed. No real weather."

DRY = [("FA", "Fair"), ("FW", "Fair and Warm"), ("PC", "Partly Cloudy"), ("CL", "Cloudy"), ("WD", "Windy")]
WET = [
    ("LR", "Light Rain"),
    ("RA", "Moderate Rain"),
    ("LS", "Light Showers"),
    ("SH", "Showers"),
    ("TL", "Thundery Showers"),
    ("HT", "Heavy Thundery Showers"),
]
WINDS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]


def newest_update(now):
    """When the newest forecast was made that the source has at a moment of its clock."""
    steps = max(0, (now - BEGINNING) // STEP)
    return BEGINNING + steps * STEP


def forecast_for(region, start):
    """The weather of a region in six hours."""
    chance = random.Random(f"{SEED} {start.isoformat()} {region}")
    # Wet days and dry days, and rain rather in the afternoon.
    wet_day = random.Random(f"{SEED} {start.date().isoformat()}").random()
    share = 0.1 + 0.5 * wet_day + (0.2 if start.hour == 12 else 0)
    code, text = chance.choice(WET if chance.random() < share else DRY)
    if start.hour in (0, 18) and code in ("FA", "PC"):
        return {"code": code[0] + "N", "text": f"{text} (Night)"}
    return {"code": code, "text": text}


def payload(updated):
    """The payload with the forecast that was made at that moment."""
    chance = random.Random(f"{SEED} {updated.isoformat()}")
    low = chance.randint(23, 26)
    humid = chance.randint(55, 65)
    calm = chance.choice([5, 10, 15])
    periods = []
    for number in range(4):
        start = updated + number * STEP
        end = start + STEP
        regions = {region: forecast_for(region, start) for region in REGIONS}
        periods.append({"timePeriod": {**span(start, end), "text": spoken(start, end)}, "regions": regions})
    end = updated + 4 * STEP
    whole = {
        "date": updated.date().isoformat(),
        "updatedTimestamp": written(updated),
        "general": {
            "temperature": {"low": low, "high": low + chance.randint(6, 9), "unit": "Degrees Celsius"},
            "relativeHumidity": {"low": humid, "high": humid + chance.randint(25, 35), "unit": "Percentage"},
            "forecast": forecast_for("island", updated),
            "validPeriod": {**span(updated, end), "text": spoken(updated, end)},
            "wind": {"speed": {"low": calm, "high": calm + 10}, "direction": chance.choice(WINDS)},
        },
        "periods": periods,
        "timestamp": written(updated + timedelta(minutes=6)),
    }
    return {"code": 0, "errorMsg": "", "sample": NOTE, "data": {"records": [whole]}}


def span(start, end):
    return {"start": written(start), "end": written(end)}


def spoken(start, end):
    return f"{clock(start)} {start:%d %b} to {clock(end)} {end:%d %b}"


def clock(when):
    named = {0: "Midnight", 12: "Midday"}
    return named.get(when.hour) or f"{when.hour % 12} {'am' if when.hour < 12 else 'pm'}"
