import unittest

from pipeline import collect, sample, weather
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, REJECTED_TOPIC, canonical


class Tick(unittest.TestCase):
    """One forecast with a region amiss, passed on by hand."""

    def setUp(self):
        whole = sample.payload(sample.BEGINNING)
        del whole["data"]["records"][0]["periods"][0]["regions"]["west"]
        body = canonical(whole).decode()
        came = {"url": "u", "status": 200, "fetched": "f", "hash": "h", "body": body}
        self.sent = {}
        self.replace(weather, "fetch", lambda url: came)

    def replace(self, module, name, by):
        self.addCleanup(setattr, module, name, getattr(module, name))
        setattr(module, name, by)

    def keep(self, topic, sent, *_):
        self.sent[topic] = sent
        return {"sent": len(sent)}

    def test_to_kafka_the_counts_agree_and_what_is_amiss_is_kept(self):
        self.replace(collect.produce, "send", self.keep)
        self.replace(collect.produce, "deliver", self.keep)
        told = collect.tick("u", "kafka")
        self.assertEqual((told["fetched"], told[GENERAL_TOPIC], told[PERIODIC_TOPIC], told["rejected"]), (21, 1, 19, 1))
        self.assertEqual([key for key, _, _ in self.sent[REJECTED_TOPIC]], ["records[0].periods[0].west"])

    def test_straight_to_cassandra_rows_have_no_place_in_kafka(self):
        class Cluster:
            def shutdown(self):
                pass

        rows = {}
        tables = collect.tables
        self.replace(tables, "connect", lambda: (Cluster(), None))
        self.replace(tables, "ensure_tables", lambda cluster, session, names: names)
        self.replace(tables, "prepare", lambda session, table, columns: (table, columns))
        self.replace(tables, "insert", lambda session, statement, some: rows.update({statement[0]: (statement[1], some)}))
        collect.tick("u", "cassandra")
        columns, periodic = rows["periodic_by_region"]
        first = dict(zip(columns, periodic[0]))
        self.assertEqual((len(periodic), first["region"]), (19, "east"))
        self.assertEqual((first["topic"], first["partition"], first["offset"]), (None, None, None))
