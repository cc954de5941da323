"""What makes an event for Airflow: the triggerer calls this for every message of the topic that an asset watches."""


def forecast_complete(message):
    """An event for the last piece of each forecast, and for a message that somebody else sent; the others make none."""
    headers = {name: (value or b"").decode("utf-8", "replace") for name, value in message.headers() or []}
    number, _, of = headers.get("piece", "1/1").partition("/")
    if number != of:
        return None
    return {
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "record_id": headers.get("record_id"),
        "run_id": headers.get("run_id"),
    }
