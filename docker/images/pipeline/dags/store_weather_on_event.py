"""Storage as store_weather does it, but begun by an event: Airflow watches the topic, and a message makes the run.

No task waits. The triggerer reads periodic_weather (group weather_events) and makes an event of the asset for the last piece of
each forecast. Events come at least once, and several may make one run; the run stores what is unread, whatever its event was.
The DAG is paused at first, since store_weather does the same work with the same group: let one of them run.
"""

from datetime import datetime, timedelta

from airflow.providers.common.messaging.triggers.msg_queue import MessageQueueTrigger
from airflow.sdk import Asset, AssetWatcher, dag, task

trigger = MessageQueueTrigger(
    scheme="kafka",
    kafka_config_id="weather_kafka",
    topics=["periodic_weather"],
    apply_function="pipeline.events.forecast_complete",
    poll_timeout=1,
    # It would sleep so long after each message that makes no event.
    poll_interval=0,
)
forecasts = Asset("periodic_weather", watchers=[AssetWatcher(name="kafka", trigger=trigger)])


@dag(
    dag_id="store_weather_on_event",
    schedule=[forecasts],
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=True,
    default_args={"retries": 3, "retry_delay": timedelta(seconds=5), "execution_timeout": timedelta(minutes=8)},
    tags=["weather"],
    doc_md=__doc__,
)
def store_weather_on_event():
    @task
    def events(triggering_asset_events=None):
        """Which messages made this run."""
        return [event.extra for told in (triggering_asset_events or {}).values() for event in told]

    @task
    def tables():
        from pipeline.store import make_tables

        return make_tables()

    @task
    def store():
        """Rows first, then their offsets."""
        from airflow.sdk import Variable

        from pipeline.store import store, unread

        return store(unread(), Variable.get("weather_batch", default="500"))

    [events(), tables()] >> store()


store_weather_on_event()
