"""Collection and ingestion: the newest forecast, from the API into Kafka.

fetch → split → produce {general, periodic, rejected} → counts_agree. What one task has for the next goes by XCom. Variables
are for configuration alone, and each has a default:

weather_url      the API. The default is the sample in this lab. The real one:
                 https://api-open.data.gov.sg/v2/real-time/api/twenty-four-hr-forecast
weather_client   the client that sends: quix (Quix Streams) or confluent (confluent-kafka)
"""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag, task, task_group

# Quix Streams needs older packages than Airflow has, so it lives in an environment of its own. A function that runs there sees
# nothing of this file: it imports what it needs, and Airflow hands it `run_id` because it asks for it.
QUIX = "/opt/quix/bin/python"


@dag(
    dag_id="collect_weather",
    # A minute is a day of the sample's clock: each run finds a forecast of a new day, and a window of the computation closes.
    # The real API has a new forecast a few times a day; what is fetched again then has the same ids and changes no row.
    schedule="* * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(seconds=5), "execution_timeout": timedelta(minutes=4)},
    tags=["weather"],
    doc_md=__doc__,
)
def collect_weather():
    @task
    def fetch():
        """The payload as it came, even if it is no JSON. No answer, or an error, is an error of the task: it is tried again."""
        import os

        from airflow.sdk import Variable

        from pipeline.weather import fetch

        return fetch(Variable.get("weather_url", default=os.environ["WEATHER_URL"]))

    @task(multiple_outputs=True)
    def split(payload):
        """The records of the payload by topic, and the pieces that are amiss, each with the reason."""
        from pipeline.weather import split

        found = split(payload["body"])
        for piece in found["rejected"]:
            print(f"Rejected {piece['part']}: {piece['reason']}")
        # Beside them, what is to be told of the payload as a whole: each becomes an XCom of its own.
        return {**found, "fetched": payload["fetched"], "payload_hash": payload["hash"]}

    @task_group
    def produce(payload, pieces):
        @task.external_python(python=QUIX, expect_airflow=False)
        def general(records, client, run_id=None):
            from pipeline.produce import send

            return send("general_weather", records, run_id, client)

        @task.external_python(python=QUIX, expect_airflow=False)
        def periodic(records, client, run_id=None):
            from pipeline.produce import send

            return send("periodic_weather", records, run_id, client)

        @task
        def rejected(payload, pieces, run_id=None):
            """What was rejected is kept: the whole payload with the reason, in weather_rejected."""
            from airflow.sdk.exceptions import AirflowSkipException

            from pipeline.produce import deliver
            from pipeline.weather import rejected_message

            if not pieces:
                raise AirflowSkipException("Nothing was rejected.")
            messages = [rejected_message(payload, piece, run_id) for piece in pieces]
            return deliver("weather_rejected", messages, "confluent")

        client = "{{ var.value.get('weather_client', 'quix') }}"
        general(pieces["general_weather"], client)
        periodic(pieces["periodic_weather"], client)
        rejected(payload, pieces["rejected"])

    # An operator of the older style among the others: no piece of the payload may be missing in Kafka.
    counts_agree = BashOperator(
        task_id="counts_agree",
        bash_command="""
            echo "$PIECES pieces were fetched: $GENERAL general and $PERIODIC periodic were produced, $REJECTED rejected."
            test "$PIECES" -eq $((GENERAL + PERIODIC + REJECTED))
        """,
        env={
            "PIECES": "{{ ti.xcom_pull(task_ids='split', key='pieces') }}",
            "GENERAL": "{{ ti.xcom_pull(task_ids='produce.general')['sent'] }}",
            "PERIODIC": "{{ ti.xcom_pull(task_ids='produce.periodic')['sent'] }}",
            "REJECTED": "{{ (ti.xcom_pull(task_ids='produce.rejected') or {'sent': 0})['sent'] }}",
        },
        append_env=True,
        # The task that keeps what was rejected is skipped when there is nothing.
        trigger_rule="none_failed",
        retries=0,
    )

    payload = fetch()
    pieces = split(payload)
    produce(payload, pieces) >> counts_agree


collect_weather()
