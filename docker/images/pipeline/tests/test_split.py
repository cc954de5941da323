import http.server
import json
import threading
import unittest

from pipeline import sample, weather
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, content_hash


def payload():
    return sample.payload(sample.BEGINNING)


def counts(found):
    return len(found[GENERAL_TOPIC]), len(found[PERIODIC_TOPIC]), len(found["rejected"]), found["pieces"]


class Split(unittest.TestCase):
    def changed(self, change):
        whole = payload()
        change(whole["data"]["records"][0])
        return weather.split(json.dumps(whole))

    def only(self, found):
        self.assertEqual(len(found["rejected"]), 1, found["rejected"])
        return found["rejected"][0]["reason"]

    def test_a_sound_payload_gives_all_pieces(self):
        self.assertEqual(counts(weather.split(json.dumps(payload()))), (1, 20, 0, 21))

    def test_what_is_no_json_is_rejected_whole(self):
        found = weather.split("<html>")
        self.assertEqual(counts(found), (0, 0, 1, 1))
        self.assertIn("no JSON", self.only(found))

    def test_half_a_payload_is_rejected_whole(self):
        text = json.dumps(payload())
        self.assertEqual(counts(weather.split(text[: len(text) // 2])), (0, 0, 1, 1))

    def test_a_list_is_rejected_whole(self):
        self.assertIn("not an object", self.only(weather.split("[]")))

    def test_an_error_of_the_api_is_rejected_with_its_words(self):
        self.assertIn("quota", self.only(weather.split('{"code": 4, "errorMsg": "quota"}')))

    def test_no_forecast_is_rejected(self):
        self.assertIn("data.records", self.only(weather.split('{"code": 0, "data": {"records": []}}')))

    def test_json_of_endless_depth_is_rejected(self):
        self.assertEqual(counts(weather.split("[" * 100_000)), (0, 0, 1, 1))

    def test_a_general_part_that_is_amiss_costs_no_period(self):
        found = self.changed(lambda forecast: forecast["general"].pop("wind"))
        self.assertEqual(counts(found), (0, 20, 1, 21))
        self.assertEqual(self.only(found), "general.wind is missing")

    def test_a_region_that_is_amiss_costs_only_itself(self):
        found = self.changed(lambda forecast: forecast["periods"][1]["regions"]["east"].update(text=7))
        self.assertEqual(counts(found), (1, 19, 1, 21))
        self.assertEqual(self.only(found), "forecast is 7, not a text")

    def test_an_unknown_region_is_rejected_beside_the_others(self):
        def change(forecast):
            forecast["periods"][0]["regions"]["moon"] = {"code": "FA", "text": "Fair"}

        found = self.changed(change)
        self.assertEqual(counts(found), (1, 20, 1, 22))

    def test_a_payload_in_which_almost_all_is_amiss_is_rejected_once(self):
        found = self.changed(lambda forecast: forecast.update(periods=[{"regions": {}}] * 21))
        self.assertEqual(counts(found), (0, 0, 1, 1))
        self.assertIn("105 of its 106 pieces", self.only(found))

    def test_no_periods_is_one_piece_that_is_amiss(self):
        found = self.changed(lambda forecast: forecast.pop("periods"))
        self.assertEqual(counts(found), (1, 0, 1, 2))

    def test_a_time_without_distance_from_utc_is_rejected(self):
        found = self.changed(lambda forecast: forecast["periods"][0]["timePeriod"].update(start="2024-01-01T00:00:00"))
        self.assertEqual(counts(found), (1, 15, 5, 21))

    def test_a_time_of_another_zone_is_written_as_singapores(self):
        found = self.changed(lambda forecast: forecast.update(updatedTimestamp="2023-12-31T16:00:00Z"))
        self.assertEqual(found[GENERAL_TOPIC][0]["updated"], "2024-01-01T00:00:00+08:00")

    def test_a_rejected_piece_is_kept_with_the_whole_payload(self):
        body = "no \ud800 JSON"
        came = {"url": "u", "fetched": "f", "hash": "h", "body": body}
        key, value, headers = weather.rejected_message(came, {"part": "payload", "reason": "why"}, "run")
        self.assertEqual((key, headers["record_id"], headers["run_id"]), ("payload", "h/payload", "run"))
        self.assertEqual(headers["content_hash"], content_hash(value))
        self.assertEqual(json.loads(value)["body"], "no ? JSON")


class Fetch(unittest.TestCase):
    def test_another_kind_of_address_is_refused(self):
        with self.assertRaises(weather.NotFetched) as caught:
            weather.fetch("file:///etc/passwd")
        self.assertIn("weather_url", str(caught.exception))

    def test_an_answer_that_is_too_long_is_refused(self):
        class Long(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b" " * (weather.LARGEST_BODY + 1))

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Long)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.handle_request, daemon=True).start()
        with self.assertRaisesRegex(weather.NotFetched, "more than 100000 bytes"):
            weather.fetch(f"http://127.0.0.1:{server.server_address[1]}/")

    def test_a_source_that_does_not_run_is_told(self):
        with self.assertRaises(weather.NotFetched) as caught:
            weather.fetch("http://127.0.0.1:9/")
        self.assertIn("Look whether the source runs", str(caught.exception))
