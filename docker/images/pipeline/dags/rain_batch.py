"""Computation as a batch: rain by region and day, by DuckDB over all raw records in Kafka; then the comparison with the stream.

The stream job leaves out what comes late, for a window that is closed; the batch counts it. Without late records both agree.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="rain_batch",
    # Not at once when the lab starts: there is nothing to compute yet, and the first records should not wait for it.
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=5), "execution_timeout": timedelta(minutes=8)},
    tags=["weather"],
    doc_md=__doc__,
)
def rain_batch():
    @task
    def compute():
        from pipeline.batch import compute
        from pipeline.brokers import ensure_topics

        ensure_topics()
        return compute()

    @task
    def compare():
        """Tells where batch and stream differ; that they do is a finding, not a failure."""
        from pipeline.batch import compare

        found = compare()
        print(found)
        return found

    compute() >> compare()


rain_batch()
