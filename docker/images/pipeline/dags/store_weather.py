"""Storage: what Kafka has and nobody stored yet, into Cassandra, in bounded batches.

tables → unread → store. The sensor waits until there is something that the group store_weather has not read, and hands over
what it is; the next run begins when this one ends. A task of Airflow does not run for ever: whoever wants rows without such
pauses needs a service beside Airflow. The Variable weather_batch (500) says how many records a run stores at most.
"""

from datetime import datetime, timedelta

from airflow.sdk import PokeReturnValue, dag, task


@dag(
    dag_id="store_weather",
    schedule="@continuous",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(seconds=5), "execution_timeout": timedelta(minutes=8)},
    tags=["weather"],
    doc_md=__doc__,
)
def store_weather():
    @task
    def tables():
        from pipeline.brokers import ensure_topics
        from pipeline.store import make_tables

        ensure_topics()
        return make_tables()

    # Between two looks the task holds no slot of the executor. A quiet time is no failure: the run ends with a skipped store.
    @task.sensor(mode="reschedule", poke_interval=6, timeout=600, soft_fail=True)
    def unread():
        from pipeline.store import count, unread

        waiting = unread()
        print(f"{count(waiting)} records are unread: {waiting}")
        return PokeReturnValue(is_done=bool(waiting), xcom_value=waiting)

    @task
    def store(waiting):
        """Rows first, then their offsets."""
        from airflow.sdk import Variable

        from pipeline.store import store

        return store(waiting, Variable.get("weather_batch", default="500"))

    waiting = unread()
    tables() >> waiting
    store(waiting)


store_weather()
