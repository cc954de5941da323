"""Waits for engines that are not ready yet or went away: with patience, not for ever, and telling so."""

import os
import time

# How long a part of the pipeline waits before it gives up, in seconds. A task that gave up is retried by Airflow, a container
# that ended is started again by Docker; nothing is lost by either, since offsets are committed after rows.
PATIENCE = float(os.environ.get("PIPELINE_PATIENCE", "120"))


class GaveUp(Exception):
    pass


def tell(text):
    print(text, flush=True)


def patiently(what, attempt, errors, patience=None, pause=1.0, until=lambda: False):
    """Tries until it works. Each new reason for waiting is told once."""
    patience = PATIENCE if patience is None else patience
    began = time.monotonic()
    told = None
    while True:
        try:
            result = attempt()
        except errors as error:
            why = " ".join(str(error).split())[:300] or type(error).__name__
            waited = time.monotonic() - began
            if waited >= patience or until():
                raise GaveUp(f"Waited {waited:.0f} s for {what}. The last error: {why}. Look whether it runs.") from error
            # Of several hosts, now one is named first and now another.
            if why[:30] != told:
                tell(f"Waiting for {what}, at most {patience:.0f} s: {why[:160]}")
                told = why[:30]
            time.sleep(pause)
            continue
        if told:
            tell(f"{what} answers after {time.monotonic() - began:.1f} s.")
        return result
