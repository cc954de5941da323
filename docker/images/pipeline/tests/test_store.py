import unittest

from pipeline import store
from pipeline.events import forecast_complete
from pipeline.produce import deliver, messages
from pipeline.records import PERIODIC_TOPIC, REJECTED_TOPIC, content_hash, read
from tests.test_rain import records


class Message:
    """A message as confluent-kafka gives it."""

    def __init__(self, topic, partition, offset, value, headers=()):
        self.told = topic, partition, offset, value, [(name, text.encode()) for name, text in dict(headers).items()]

    def topic(self):
        return self.told[0]

    def partition(self):
        return self.told[1]

    def offset(self):
        return self.told[2]

    def value(self):
        return self.told[3]

    def headers(self):
        return self.told[4]

    def error(self):
        return None


class Place:
    error = None

    def __init__(self, place):
        self.topic, self.partition, self.offset = place.topic, place.partition, place.offset


class Order(unittest.TestCase):
    """Rows, then what is kept, then offsets: what fails in between is read again."""

    def setUp(self):
        self.done = []
        self.told = {"consumed": 0, "stored": 0, "rejected": 0, "offsets": {}}
        self.fails = None
        self.replace(store.tables, "insert", lambda session, statement, rows: rows and self.did("rows", len(rows)))
        self.replace(store.produce, "deliver", lambda topic, sent, client: sent and self.did(topic, len(sent)))

    def replace(self, module, name, by):
        self.addCleanup(setattr, module, name, getattr(module, name))
        setattr(module, name, by)

    def did(self, *what):
        if what[0] == self.fails:
            raise RuntimeError(what[0])
        self.done.append(what)

    def commit(self, offsets, asynchronous):
        self.did("offsets", *[(place.topic, place.partition, place.offset) for place in offsets])
        return [Place(place) for place in offsets]

    def finish(self, chunk):
        store.finish(self, None, dict.fromkeys(store.TOPICS), chunk, self.told)

    def chunk(self):
        sent = messages(PERIODIC_TOPIC, records(1)[:2], "run")
        whole = [Message(PERIODIC_TOPIC, 1, 7 + n, value, headers) for n, (_, value, headers) in enumerate(sent)]
        return [*whole, Message(PERIODIC_TOPIC, 0, 3, b"junk")]

    def test_offsets_are_committed_last(self):
        self.finish(self.chunk())
        expected = [("rows", 2), (REJECTED_TOPIC, 1), ("offsets", (PERIODIC_TOPIC, 1, 9), (PERIODIC_TOPIC, 0, 4))]
        self.assertEqual(self.done, expected)

    def test_it_tells_what_it_did(self):
        self.finish(self.chunk())
        offsets = {"periodic_weather/1": 9, "periodic_weather/0": 4}
        self.assertEqual(self.told, {"consumed": 3, "stored": 2, "rejected": 1, "offsets": offsets})

    def test_rows_that_are_not_confirmed_leave_the_offsets(self):
        self.fails = "rows"
        with self.assertRaises(RuntimeError):
            self.finish(self.chunk())
        self.assertEqual(self.done, [])

    def test_what_could_not_be_kept_leaves_the_offsets(self):
        self.fails = REJECTED_TOPIC
        with self.assertRaises(RuntimeError):
            self.finish(self.chunk())
        self.assertEqual(self.done, [("rows", 2)])

    def test_an_offset_that_kafka_does_not_take_is_an_error(self):
        self.replace(Place, "error", "illegal generation")
        with self.assertRaises(store.NotCommitted):
            self.finish(self.chunk())


class Batch(unittest.TestCase):
    def test_a_number_is_taken(self):
        self.assertEqual(store.batch(" 20 "), 20)

    def test_what_is_no_number_is_refused_with_the_name_of_the_variable(self):
        for wished in ("", "many", "0", "-1", "1e3", "100001"):
            with self.assertRaisesRegex(ValueError, "weather_batch"):
                store.batch(wished)


class Messages(unittest.TestCase):
    def test_what_is_sent_can_be_read_and_has_its_id_hash_and_run(self):
        record = records(1)[0]
        (key, value, headers), *_ = messages(PERIODIC_TOPIC, [record], "run")
        read_back = read(PERIODIC_TOPIC, value, [(name, text.encode()) for name, text in headers.items()])
        self.assertEqual((key, read_back), ("west", (record, headers["record_id"], content_hash(record), "run")))

    def test_an_unknown_client_is_refused_with_the_name_of_the_variable(self):
        with self.assertRaisesRegex(ValueError, "weather_client"):
            deliver(PERIODIC_TOPIC, [], "kafka")


class Events(unittest.TestCase):
    def events(self, sent):
        found = [
            forecast_complete(Message(PERIODIC_TOPIC, 0, number, value, headers))
            for number, (_, value, headers) in enumerate(sent)
        ]
        return [event for event in found if event]

    def test_a_forecast_makes_one_event_by_its_last_piece(self):
        (event,) = self.events(messages(PERIODIC_TOPIC, records(1)[:20], "run"))
        self.assertEqual((event["offset"], event["run_id"]), (19, "run"))

    def test_a_message_of_somebody_else_makes_one(self):
        self.assertEqual(len(self.events([("west", b"{}", {})])), 1)
