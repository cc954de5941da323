import unittest
from datetime import datetime, timezone

from pipeline import sample, weather
from pipeline.records import (
    GENERAL_TOPIC,
    PERIODIC_TOPIC,
    Rejected,
    canonical,
    check,
    content_hash,
    from_row,
    moment,
    read,
    record_id,
)
from pipeline.tables import record_columns, record_row

GENERAL = weather.split(canonical(sample.payload(sample.BEGINNING)).decode())[GENERAL_TOPIC][0]
PERIODIC = weather.split(canonical(sample.payload(sample.BEGINNING)).decode())[PERIODIC_TOPIC][0]


class Ids(unittest.TestCase):
    def test_a_general_record_is_named_by_its_forecast(self):
        self.assertEqual(record_id(GENERAL_TOPIC, GENERAL), "2024-01-01T00:00:00+08:00")

    def test_a_periodic_record_is_named_by_region_forecast_and_period(self):
        self.assertEqual(
            record_id(PERIODIC_TOPIC, PERIODIC), "west/2024-01-01T00:00:00+08:00/2024-01-01T00:00:00+08:00"
        )

    def test_no_two_pieces_of_two_forecasts_have_one_id(self):
        ids = []
        for number in range(2):
            body = canonical(sample.payload(sample.BEGINNING + number * sample.STEP)).decode()
            ids += [record_id(PERIODIC_TOPIC, record) for record in weather.split(body)[PERIODIC_TOPIC]]
        self.assertEqual((len(ids), len(set(ids))), (40, 40))


class Hashes(unittest.TestCase):
    def test_the_order_of_keys_changes_nothing(self):
        self.assertEqual(content_hash({"b": 1, "a": "é"}), content_hash({"a": "é", "b": 1}))

    def test_the_bytes_are_those_that_are_documented(self):
        self.assertEqual(canonical({"b": 1, "a": "é"}), '{"a":"é","b":1}'.encode())

    def test_the_hash_is_the_one_that_others_compute(self):
        # printf '{"a":"é","b":1}' | sha256sum | cut -c1-16
        self.assertEqual(content_hash({"a": "é", "b": 1}), "aa58fba8483623be")

    def test_a_changed_value_changes_it(self):
        self.assertNotEqual(content_hash(GENERAL), content_hash({**GENERAL, "temperature_low": 1}))


class Rows(unittest.TestCase):
    """A row as the driver gives it: moments in UTC without saying so."""

    def rebuilt(self, topic, record):
        row = dict(zip(record_columns(topic), record_row(topic, record, "id", "hash", (0, 7), None)))
        for name, value in row.items():
            if isinstance(value, datetime):
                row[name] = value.astimezone(timezone.utc).replace(tzinfo=None)
        return from_row(topic, row)

    def test_a_general_row_gives_the_record_back(self):
        self.assertEqual(content_hash(self.rebuilt(GENERAL_TOPIC, GENERAL)), content_hash(GENERAL))

    def test_a_periodic_row_gives_the_record_back(self):
        self.assertEqual(content_hash(self.rebuilt(PERIODIC_TOPIC, PERIODIC)), content_hash(PERIODIC))

    def test_the_day_of_a_periodic_row_is_that_of_its_period_in_singapore(self):
        record = {**PERIODIC, "start": "2024-01-02T06:00:00+08:00"}
        self.assertEqual(str(record_row(PERIODIC_TOPIC, record, "", "", (0, 0), None)[0]), "2024-01-02")


class Reading(unittest.TestCase):
    def refused(self, value, headers=()):
        with self.assertRaises(Rejected) as caught:
            read(PERIODIC_TOPIC, value, headers)
        return str(caught.exception)

    def test_a_record_is_read_with_its_id_and_hash(self):
        headers = [("run_id", b"r"), ("content_hash", content_hash(PERIODIC).encode())]
        expected = (PERIODIC, record_id(PERIODIC_TOPIC, PERIODIC), content_hash(PERIODIC), "r")
        self.assertEqual(read(PERIODIC_TOPIC, canonical(PERIODIC), headers), expected)

    def test_a_header_with_another_hash_is_refused(self):
        self.assertIn("content_hash", self.refused(canonical(PERIODIC), [("content_hash", b"0000000000000000")]))

    def test_a_tombstone_is_refused(self):
        self.assertIn("null", self.refused(None))

    def test_what_is_no_json_is_refused(self):
        self.assertIn("no JSON", self.refused(b"\xff\x00"))

    def test_an_unknown_region_is_refused(self):
        self.assertIn("region", self.refused(canonical({**PERIODIC, "region": "moon"})))

    def test_another_field_is_refused(self):
        self.assertIn("extra", self.refused(canonical({**PERIODIC, "extra": 1})))

    def test_a_time_that_is_written_otherwise_is_refused(self):
        self.assertIn("records write", self.refused(canonical({**PERIODIC, "start": "2023-12-31T16:00:00+00:00"})))


class Checks(unittest.TestCase):
    def refused(self, **changes):
        with self.assertRaises(Rejected) as caught:
            check(GENERAL_TOPIC, {**GENERAL, **changes})
        return str(caught.exception)

    def test_a_sound_record_passes(self):
        check(GENERAL_TOPIC, GENERAL)

    def test_a_number_in_a_text_is_refused(self):
        self.assertIn("temperature_low", self.refused(temperature_low="25"))

    def test_true_is_no_number(self):
        self.assertIn("humidity_low", self.refused(humidity_low=True))

    def test_a_text_that_cannot_be_written_as_utf8_is_refused(self):
        self.assertIn("forecast", self.refused(forecast="\ud800"))

    def test_a_time_without_distance_from_utc_is_refused(self):
        with self.assertRaises(Rejected):
            moment("2024-01-01T00:00:00")
