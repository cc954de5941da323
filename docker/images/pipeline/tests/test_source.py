import http.client
import json
import threading
import unittest
from datetime import timedelta

from pipeline import sample, source, weather
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, REGIONS, content_hash, moment


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def running(test):
    clock = Clock()
    server = source.Server(("127.0.0.1", 0), source.Source(1440, now=clock))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()

    def end():
        server.stopping.set()
        server.shutdown()
        server.server_close()

    test.addCleanup(end)
    return server, clock


def ask(server, method, path, body=None, headers=None, timeout=5):
    client = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=timeout)
    try:
        client.request(method, path, body, headers or {})
        answer = client.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        client.close()


def fault(server, **wish):
    return ask(server, "POST", "/faults", json.dumps(wish), {"Content-Type": "application/json"})


class Format(unittest.TestCase):
    def setUp(self):
        self.server, self.clock = running(self)
        self.status, _, body = ask(self.server, "GET", source.FORECAST)
        self.payload = json.loads(body)
        self.forecast = self.payload["data"]["records"][0]

    def test_it_answers_200_with_code_0(self):
        self.assertEqual((self.status, self.payload["code"]), (200, 0))

    def test_it_says_that_it_is_a_sample(self):
        self.assertIn("No real weather", self.payload["sample"])

    def test_the_fields_are_those_of_the_real_api(self):
        self.assertEqual(set(self.forecast), {"date", "updatedTimestamp", "general", "periods", "timestamp"})
        self.assertEqual(
            set(self.forecast["general"]), {"temperature", "relativeHumidity", "forecast", "validPeriod", "wind"}
        )
        self.assertEqual(set(self.forecast["periods"][0]), {"timePeriod", "regions"})

    def test_each_period_has_every_region(self):
        self.assertTrue(all(set(period["regions"]) == set(REGIONS) for period in self.forecast["periods"]))

    def test_nothing_of_it_is_rejected(self):
        self.assertEqual(weather.split(json.dumps(self.payload))["rejected"], [])

    def test_another_source_answers_the_same(self):
        other, _ = running(self)
        self.assertEqual(json.loads(ask(other, "GET", source.FORECAST)[2]), self.payload)

    def test_the_next_forecast_comes_after_a_quarter_of_the_clocks_day(self):
        for seconds, expected in ((14.9, "00:00"), (15.1, "06:00"), (60.1, "00:00")):
            self.clock.seconds = seconds
            body = json.loads(ask(self.server, "GET", source.FORECAST)[2])
            self.assertEqual(body["data"]["records"][0]["updatedTimestamp"][11:16], expected)


class Faults(unittest.TestCase):
    def setUp(self):
        self.server, self.clock = running(self)

    def forecast(self, **options):
        return ask(self.server, "GET", source.FORECAST, **options)

    def updated(self):
        return json.loads(self.forecast()[2])["data"]["records"][0]["updatedTimestamp"]

    def test_500(self):
        fault(self.server, fault="500")
        self.assertEqual(self.forecast()[0], 500)

    def test_429_asks_to_wait(self):
        fault(self.server, fault="429")
        status, headers, _ = self.forecast()
        self.assertEqual((status, headers["Retry-After"]), (429, "5"))

    def test_slow_answers_after_its_seconds(self):
        fault(self.server, fault="slow", seconds=0.5)
        with self.assertRaises(TimeoutError):
            self.forecast(timeout=0.2)
        self.assertEqual(self.forecast(timeout=2)[0], 200)

    def test_malformed_is_no_json(self):
        fault(self.server, fault="malformed")
        status, _, body = self.forecast()
        self.assertEqual(status, 200)
        with self.assertRaises(ValueError):
            json.loads(body)

    def test_missing_field_lacks_two_pieces(self):
        fault(self.server, fault="missing_field")
        found = weather.split(self.forecast()[2].decode())
        self.assertEqual(
            [(piece["part"], piece["reason"]) for piece in found["rejected"]],
            [
                ("records[0].general", "general.temperature.high is missing"),
                ("records[0].periods[0].west", "regions.west is missing"),
            ],
        )

    def test_repeated_answers_the_forecast_of_before(self):
        before = self.updated()
        self.clock.seconds = 20
        fault(self.server, fault="repeated")
        self.assertEqual(self.updated(), before)

    def test_late_answers_a_forecast_of_two_days_before(self):
        self.clock.seconds = 600
        today = moment(self.updated())
        fault(self.server, fault="late")
        self.assertEqual(today - moment(self.updated()), timedelta(days=2))

    def test_it_ends_after_so_many_requests(self):
        fault(self.server, fault="500", **{"for": 2})
        self.assertEqual([self.forecast()[0] for _ in range(3)], [500, 500, 200])

    def test_null_ends_it(self):
        fault(self.server, fault="500")
        fault(self.server, fault=None)
        self.assertEqual(self.forecast()[0], 200)

    def test_none_ends_it(self):
        fault(self.server, fault="500")
        fault(self.server, fault="none")
        self.assertEqual(self.forecast()[0], 200)


class State(unittest.TestCase):
    def setUp(self):
        self.server, self.clock = running(self)

    def state(self):
        return json.loads(ask(self.server, "GET", "/state")[2])

    def test_it_counts_what_was_asked_and_answered(self):
        ask(self.server, "GET", source.FORECAST)
        fault(self.server, fault="500", **{"for": 1})
        ask(self.server, "GET", source.FORECAST)
        state = self.state()
        self.assertEqual((state["requests"], state["answered"]), (2, {"200": 1, "500": 1}))

    def test_it_tells_clock_and_newest_forecast(self):
        self.clock.seconds = 90
        state = self.state()
        self.assertEqual(
            (state["clock"], state["speed"], state["updated"], state["next_update"]),
            (
                "2024-01-02T12:00:00+08:00",
                1440,
                "2024-01-02T12:00:00+08:00",
                "2024-01-02T18:00:00+08:00",
            ),
        )

    def test_it_tells_the_fault_and_what_is_left_of_it(self):
        fault(self.server, fault="late", **{"for": 3})
        ask(self.server, "GET", source.FORECAST)
        self.assertEqual(self.state()["fault"], {"name": "late", "left": 2, "spoiled": 1})


    def test_it_counts_the_pieces_that_can_be_read(self):
        pieces = []
        for name in (None, "malformed", "missing_field", "500", "429", "repeated"):
            fault(self.server, fault=name)
            before = self.state()["pieces"]
            ask(self.server, "GET", source.FORECAST)
            pieces.append(self.state()["pieces"] - before)
        self.assertEqual(pieces, [21, 0, 19, 0, 0, 21])

    def test_an_answer_is_told_as_its_client_got_it(self):
        _, _, body = ask(self.server, "GET", source.FORECAST)
        fault(self.server, fault="malformed", **{"for": 1})
        _, _, half = ask(self.server, "GET", source.FORECAST)
        told = self.state()["answers"]
        self.assertEqual([answer["number"] for answer in told], [1, 2])
        self.assertTrue(all(answer.pop("at") >= self.server.source.started for answer in told))
        self.assertEqual(
            [{name: answer[name] for name in answer if name != "number"} for answer in told],
            [
                {
                    "status": 200,
                    "updated": "2024-01-01T00:00:00+08:00",
                    "hash": content_hash(body),
                    "bytes": len(body),
                    "pieces": 21,
                    "fault": None,
                },
                {
                    "status": 200,
                    "updated": None,
                    "hash": content_hash(half),
                    "bytes": len(half),
                    "pieces": 0,
                    "fault": "malformed",
                },
            ],
        )

    def test_it_tells_the_newest_answers(self):
        for _ in range(source.ANSWERS_TOLD + 3):
            ask(self.server, "GET", source.FORECAST)
        numbers = [answer["number"] for answer in self.state()["answers"]]
        self.assertEqual(numbers, list(range(4, source.ANSWERS_TOLD + 4)))


class Archive(unittest.TestCase):
    def setUp(self):
        self.server, self.clock = running(self)

    def archived(self, text):
        return ask(self.server, "GET", f"{source.FORECAST}?updated={text}")

    def test_it_has_the_bytes_that_were_handed_out(self):
        _, _, first = ask(self.server, "GET", source.FORECAST)
        self.clock.seconds = 600
        for text in ("2024-01-01T00:00:00+08:00", "2024-01-01T00:00:00%2B08:00", "2023-12-31T16:00:00Z"):
            self.assertEqual(self.archived(text)[::2], (200, first))

    def test_it_has_what_was_handed_out_late(self):
        fault(self.server, fault="late")
        _, _, late = ask(self.server, "GET", source.FORECAST)
        self.assertEqual(self.archived("2023-12-30T00:00:00+08:00")[::2], (200, late))

    def test_no_fault_spoils_it_and_nothing_counts_it(self):
        fault(self.server, fault="500", **{"for": 1})
        self.assertEqual(self.archived("2024-01-01T00:00:00+08:00")[0], 200)
        state = json.loads(ask(self.server, "GET", "/state")[2])
        self.assertEqual((state["requests"], state["answered"], state["answers"], state["pieces"]), (0, {}, [], 0))
        self.assertEqual((state["served"], state["fault"]["left"]), (None, 1))

    def test_a_time_at_which_none_was_made(self):
        for text in ("2024-01-01T06:00:00+08:00", "2024-01-01T00:00:01+08:00", "2023-12-29T18:00:00+08:00"):
            status, _, body = self.archived(text)
            self.assertEqual(status, 404, text)
            self.assertIn("One was made every 6 hours from 2023-12-30T00:00:00+08:00 to 2024", json.loads(body)["errorMsg"])

    def test_what_is_no_time(self):
        for text in ("", "yesterday", "2024-01-01T00:00:00", "2024-01-01T00:00:00Z&updated=2024-01-01T00:00:00Z"):
            self.assertEqual(self.archived(text)[0], 400, text)


class BadInput(unittest.TestCase):
    def setUp(self):
        self.server, _ = running(self)

    def refused(self, status, answer):
        self.assertEqual(answer[0], status)
        self.assertIsNone(self.server.source.fault)
        return json.loads(answer[2])["errorMsg"]

    def test_an_unknown_fault(self):
        self.assertIn("There are slow", self.refused(400, fault(self.server, fault="hot")))

    def test_a_fault_that_is_a_list(self):
        self.assertIn("There is no fault", self.refused(400, fault(self.server, fault=["slow"])))

    def test_no_request(self):
        self.assertIn("for is 0", self.refused(400, fault(self.server, fault="500", **{"for": 0})))

    def test_another_field(self):
        self.assertIn("There is no field", self.refused(400, fault(self.server, fault="500", times=3)))

    def test_seconds_of_another_fault(self):
        self.assertIn("seconds belongs", self.refused(400, fault(self.server, fault="500", seconds=3)))

    def test_no_json(self):
        answer = ask(self.server, "POST", "/faults", "{", {"Content-Type": "application/json"})
        self.assertIn("no JSON", self.refused(400, answer))

    def test_a_form_as_a_page_could_post_it(self):
        answer = ask(self.server, "POST", "/faults", '{"fault":"500"}', {"Content-Type": "text/plain"})
        self.assertIn("Content-Type", self.refused(415, answer))

    def test_a_body_that_is_too_long(self):
        answer = ask(self.server, "POST", "/faults", " " * 5000, {"Content-Type": "application/json"})
        self.assertIn("5000 bytes", self.refused(413, answer))

    def test_a_name_of_the_internet(self):
        answer = ask(self.server, "GET", "/state", headers={"Host": "evil.example.com"})
        self.assertIn("evil.example.com", self.refused(421, answer))

    def test_another_path(self):
        self.assertIn("There is nothing at", self.refused(404, ask(self.server, "GET", "/")))

    def test_a_speed_that_is_none(self):
        for text in ("", "0", "fast", "nan", "1e9"):
            with self.assertRaises(source.BadInput):
                source.speed_wished(text)


class Many(unittest.TestCase):
    def test_who_comes_when_all_places_are_taken_is_told_so(self):
        server, _ = running(self)
        for _ in range(source.MOST_AT_ONCE):
            server.slots.acquire()
        self.addCleanup(lambda: [server.slots.release() for _ in range(source.MOST_AT_ONCE)])
        self.assertEqual(ask(server, "GET", "/state")[0], 503)


class Sample(unittest.TestCase):
    def test_a_forecast_is_the_same_for_ever(self):
        found = weather.split(json.dumps(sample.payload(sample.BEGINNING)))
        general, first = found[GENERAL_TOPIC][0], found[PERIODIC_TOPIC][0]
        self.assertEqual((general["temperature_low"], general["forecast"], first["forecast"]), EXPECTED)


# What the sample says of its first moment. It changes only if the sample does.
EXPECTED = (26, "Showers", "Light Showers")
