import contextvars
import logging
import tempfile
import unittest
from datetime import timedelta

from pipeline import rain, sample
from pipeline.records import PERIODIC_TOPIC, canonical, moment
from tests.test_rain import plainly, records

try:
    import quixstreams
except ImportError:
    # Airflow's environment has no Quix Streams. By hand: /opt/quix/bin/python -m unittest …
    quixstreams = None


class Job:
    """The topology of the stream job itself, without Kafka: records in, closed windows out."""

    def __init__(self, folder):
        import copy

        from quixstreams.models import TopicConfig, TopicManager
        from quixstreams.sinks import BaseSink

        from pipeline import stream

        class NoBroker(TopicManager):
            def _get_or_create_broker_topic(self, topic):
                found = copy.copy(topic)
                found.broker_config = TopicConfig(1, 1, {"retention.ms": "-1", "retention.bytes": "-1"})
                return found

        class Kept(BaseSink):
            def __init__(self):
                super().__init__()
                self.windows = []

            def add(self, value, key, timestamp, headers, topic, partition, offset):
                self.windows.append(value)

            def flush(self):
                pass

        self.application = stream.Application(
            broker_address="127.0.0.1:9",
            consumer_group="test",
            state_dir=folder,
            use_changelog_topics=False,
            topic_manager=NoBroker(topic_admin=None, consumer_group="test"),
            loglevel=None,
        )
        # It looks for the broker, and there is none.
        logging.getLogger("quixstreams").setLevel(logging.CRITICAL)
        self.sink = Kept()
        stream.build(self.application, self.sink)
        self.context = self.application._processing_context
        self.context.state_manager.on_partition_assign(PERIODIC_TOPIC, 0, {})
        self.context.init_checkpoint()
        self.read = stream.Records()
        self.take = self.application._dataframe_registry.compose_all()[PERIODIC_TOPIC]
        self.offset = 0

    def send(self, record, key=None):
        from quixstreams.context import set_message_context
        from quixstreams.models import MessageContext

        value = self.read(canonical(record), None)
        place = MessageContext(topic=PERIODIC_TOPIC, partition=0, offset=self.offset, size=0)
        self.offset += 1
        context = contextvars.copy_context()
        context.run(set_message_context, place)
        context.run(self.take, value, key or record["region"], rain.event_time(value), [])


@unittest.skipUnless(quixstreams, "Quix Streams is in /opt/quix")
class Stream(unittest.TestCase):
    def windows(self, came):
        with tempfile.TemporaryDirectory() as folder:
            job = Job(folder)
            for record in came:
                job.send(record)
            return job.sink.windows

    def closed(self, came):
        return {
            (window["region"], moment(window["window_start"])): (window["periods"], window["rainy"])
            for window in self.windows(came)
        }

    def test_no_window_closes_before_a_record_of_a_later_day_comes(self):
        self.assertEqual(self.windows(records(1)), [])

    def test_the_first_record_of_a_later_day_closes_the_window_of_its_region(self):
        came = records(1) + records(1, sample.BEGINNING + timedelta(days=1))[:1]
        self.assertEqual([window["region"] for window in self.windows(came)], ["west"])

    def test_it_agrees_with_the_plain_computation(self):
        came = records(4)
        expected = plainly(came)
        self.assertEqual(len(expected), 15)
        self.assertEqual(self.closed(came), expected)

    def test_what_came_twice_counts_once(self):
        self.assertEqual(self.closed(records(1) * 2 + records(2)), plainly(records(2)))

    def test_what_comes_late_is_not_counted(self):
        came = records(2)
        late = [{**record, "start": "2024-01-09T00:00:00+08:00"} for record in records(1)[:5]]
        self.assertEqual(self.closed(came + late + records(3)), plainly(records(3)))

    def test_a_record_under_the_key_of_another_region_counts_for_none(self):
        with tempfile.TemporaryDirectory() as folder:
            job = Job(folder)
            first, *_ = records(1)
            later = records(1, sample.BEGINNING + timedelta(days=1))[0]
            job.send(first, "east")
            job.send(later, "east")
            self.assertEqual(job.sink.windows, [])

    def test_what_is_no_record_is_passed_over(self):
        from quixstreams.models.serializers.exceptions import IgnoreMessage

        from pipeline import stream

        with self.assertRaises(IgnoreMessage):
            stream.Records()(b"{}", None)


@unittest.skipUnless(quixstreams, "Quix Streams is in /opt/quix")
class Log(unittest.TestCase):
    def test_of_lines_that_begin_alike_one_is_told(self):
        from pipeline.stream import Sparing

        sparing = Sparing()
        lines = ["Kafka consumer error: 1/1 brokers are down 1", "Kafka consumer error: 1/1 brokers are down 2", "Other"]
        told = [text for text in lines if sparing.filter(logging.LogRecord("q", 40, "", 0, text, (), None))]
        self.assertEqual(told, [lines[0], lines[2]])
