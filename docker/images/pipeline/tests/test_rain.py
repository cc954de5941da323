import json
import tempfile
import unittest
from datetime import timedelta

from pipeline import rain, sample, weather
from pipeline.records import PERIODIC_TOPIC, canonical

HOUR = 3600 * 1000


def records(days, start=sample.BEGINNING):
    """The periodic records of the forecasts of some days, in the order in which they come."""
    found = []
    for number in range(4 * days):
        body = canonical(sample.payload(start + number * sample.STEP)).decode()
        found += weather.split(body)[PERIODIC_TOPIC]
    return found


class Words(unittest.TestCase):
    def test_every_wet_forecast_of_the_sample_is_rain(self):
        self.assertEqual([text for _, text in sample.WET if not rain.is_rain(text)], [])

    def test_no_dry_forecast_of_the_sample_is(self):
        self.assertEqual([text for _, text in sample.DRY if rain.is_rain(text)], [])


class Windows(unittest.TestCase):
    def test_midnight_in_singapore_begins_a_window(self):
        self.assertEqual(rain.event_time({"updated": "2024-01-02T00:00:00+08:00"}) % (24 * HOUR), 0)

    def test_the_start_of_a_window_is_told_in_singapores_time(self):
        start = rain.window_start(rain.event_time({"updated": "2024-01-02T00:00:00+08:00"}))
        self.assertEqual(start.isoformat(), "2024-01-02T00:00:00+08:00")

    def test_a_piece_that_came_twice_counts_once(self):
        record = {"updated": "a", "start": "b", "forecast": "Showers"}
        state = rain.add(rain.begin(record), record)
        self.assertEqual(rain.result("west", sample.BEGINNING, state)["periods"], 1)

    def test_the_share_is_of_all_periods(self):
        state = {}
        for start, forecast in (("a", "Showers"), ("b", "Fair"), ("c", "Cloudy"), ("d", "Light Rain")):
            state = rain.add(state, {"updated": "u", "start": start, "forecast": forecast})
        found = rain.result("west", sample.BEGINNING, state)
        self.assertEqual((found["periods"], found["rainy"], found["share"]), (4, 2, 0.5))
        self.assertEqual(found["window_end"], "2024-01-02T00:00:00+08:00")


def plainly(records):
    """What a stream job has to compute, written as plainly as can be: the windows that are closed."""
    open_windows, closed = {}, {}
    for record in records:
        region, time = record["region"], rain.event_time(record)
        start = time - time % (24 * HOUR)
        for name, begun in list(open_windows):
            if name == region and begun < start:
                closed[(name, begun)] = open_windows.pop((name, begun))
        state = open_windows.get((region, start))
        open_windows[(region, start)] = rain.begin(record) if state is None else rain.add(state, record)
    return {
        (region, rain.window_start(start)): (len(state), sum(state.values()))
        for (region, start), state in closed.items()
    }


try:
    from pipeline import batch
except ImportError:
    # Quix Streams' environment has no DuckDB.
    batch = None


@unittest.skipUnless(batch, "DuckDB is in Airflow's environment")
class Batch(unittest.TestCase):
    def windows(self, found):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            for record in found:
                file.write(canonical(record) + b"\n")
            file.flush()
            return batch.windows(file.name)

    def closed(self, found):
        return {(region, start): (periods, rainy) for region, start, periods, rainy, closed in found if closed}

    def test_it_agrees_with_the_plain_computation_on_every_closed_window(self):
        came = records(5)
        expected = plainly(came)
        self.assertEqual(len(expected), 20)
        self.assertEqual(self.closed(self.windows(came)), expected)

    def test_each_word_for_rain_counts_as_it_does_for_the_stream(self):
        moments = {"updated": "2024-01-01T00:00:00+08:00", "start": "2024-01-01T00:00:00+08:00"}
        for word in [*rain.WORDS, "haze"]:
            record = {"region": "west", "forecast": f"Some {word.upper()} later", **moments}
            ((_, _, _, rainy, _),) = self.windows([record])
            self.assertEqual(rainy, int(rain.is_rain(record["forecast"])), word)

    def test_the_newest_window_of_each_region_is_open(self):
        found = [start for _, start, _, _, closed in self.windows(records(2)) if not closed]
        self.assertEqual(found, [sample.BEGINNING + timedelta(days=1)] * 5)

    def test_what_came_twice_counts_once(self):
        came = records(2)
        self.assertEqual(self.windows(came + came), self.windows(came))

    def test_what_comes_late_is_counted(self):
        came = [record for record in records(3) if record["updated"] != "2024-01-01T06:00:00+08:00"]
        late = [record for record in records(1) if record["updated"] == "2024-01-01T06:00:00+08:00"]
        first = {start: periods for _, start, periods, _, _ in self.windows(came + late)}[sample.BEGINNING]
        self.assertEqual(first, 16)


class Json(unittest.TestCase):
    def test_a_window_is_written_without_spaces(self):
        found = rain.row("west", sample.BEGINNING, 4, 1)
        self.assertEqual(json.loads(canonical(found)), found)


if __name__ == "__main__":
    unittest.main()
