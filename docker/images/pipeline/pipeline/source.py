"""The weather source: answers as data.gov.sg's 24-hour forecast API (v2) does, from the sample, with faults on demand.

GET  /v2/real-time/api/twenty-four-hr-forecast   the newest forecast of the source's clock
GET  /v2/real-time/api/twenty-four-hr-forecast?updated=2024-01-01T06:00:00+08:00
                the archive: the forecast as it was made then, byte for byte; 404 if none was made then. No fault spoils it, and
                it is no request of the pipeline: nothing below counts it.
GET  /state     what the source does, as JSON:
                sample     that it is no real weather
                clock      the time of its clock, Singapore's; speed: seconds of it in a second
                updated    when the newest forecast was made; next_update: when the next will be
                served     updatedTimestamp of the forecast in the last answer that had one, or null
                began      when the source was started, in milliseconds since 1970 of our time: from then on all is counted
                requests   forecasts asked for; answered: how many by HTTP status; pieces: how many were handed out in all
                answers    the newest 50 answers, the oldest first: `number` (the first is 1), `at` (milliseconds since 1970 of
                           our time), `status`, `updated` (of the forecast in it, or null), `hash` and `bytes` of the body,
                           `pieces`, `fault` (what spoiled it, or null)
                fault      null, or its name, `left` (requests that it still spoils, null: until it is ended), `spoiled`
                           and, for `slow`, `seconds`
GET  /faults    the names of the faults, and what each does
POST /faults    {"fault": "slow", "for": 3} begins one, for so many requests or, with null or without `for`, until it is
                ended; {"fault": null} or "none" ends it. `seconds` says how slow (15). Answers with the state.

A piece is what becomes one record: what is said in general, and what is said of one region in one period. A whole forecast
has 1 + periods x regions of them (21). An answer has as many as could be read from its bytes: of `malformed` none, of
`missing_field` all but the two that lack something. An answer is counted when its bytes are about to be sent. Whether they
arrive is the client's to say: one that gave up on a `slow` answer never read it.

The clock starts on 1 January 2024 and runs a day in a minute, or WEATHER_SPEED times as fast as ours. It is kept in
WEATHER_STATE (/var/lib/weather/clock.json) and goes on from there after a restart.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from urllib.parse import parse_qs

from pipeline import sample, weather
from pipeline.records import GENERAL_TOPIC, PERIODIC_TOPIC, Rejected, canonical, content_hash, moment, shown, written
from pipeline.waiting import tell

FORECAST = "/v2/real-time/api/twenty-four-hr-forecast"
FAULTS = {
    "slow": "The answer comes after `seconds` (15); a client that waits less gives up.",
    "500": "The source answers 500 Internal Server Error.",
    "429": "The source answers 429 Too Many Requests and asks to wait 5 s.",
    "malformed": "The answer ends in the middle of its JSON.",
    "missing_field": "The answer lacks general.temperature.high, and the region west in the first period.",
    "repeated": "The answer is the forecast of the answer before, whatever the clock says.",
    "late": "The answer is the forecast of two days before.",
}
LARGEST_BODY = 4096
# Who asks while so many are being answered is told 503.
MOST_AT_ONCE = 32
LONGEST_PAUSE = 120
LATE_BY = timedelta(days=2)
# So many answers are told in the state.
ANSWERS_TOLD = 50


class BadInput(ValueError):
    """What was asked for cannot be done; the text says why and what could."""


class NoForecast(ValueError):
    """No forecast was made at the time that was asked for; the text says when some were."""


class Source:
    """The clock, the fault and the counts. No HTTP here."""

    def __init__(self, speed=1440.0, beginning=sample.BEGINNING, now=time.monotonic):
        self.lock = threading.Lock()
        self.speed = speed
        self.beginning = beginning
        self.now = now
        self.began = now()
        self.requests = 0
        self.answered = {}
        self.answers = deque(maxlen=ANSWERS_TOLD)
        self.pieces = 0
        self.started = milliseconds_now()
        self.served = None
        self.fault = None

    def clock(self):
        return self.beginning + timedelta(seconds=(self.now() - self.began) * self.speed)

    def state(self):
        clock = self.clock()
        updated = sample.newest_update(clock)
        with self.lock:
            return {
                "sample": sample.NOTE,
                "clock": written(clock),
                "speed": self.speed,
                "updated": written(updated),
                "next_update": written(updated + sample.STEP),
                "served": written(self.served) if self.served else None,
                "began": self.started,
                "requests": self.requests,
                "answered": dict(self.answered),
                "pieces": self.pieces,
                "answers": [dict(answer) for answer in self.answers],
                "fault": dict(self.fault) if self.fault else None,
            }

    def begin(self, wish):
        """Begins or ends a fault, as a request to /faults wishes."""
        if not isinstance(wish, dict):
            raise BadInput(f'The body is {shown(wish)}. Send an object like {{"fault": "slow", "for": 3}}.')
        for name in wish:
            if name not in ("fault", "for", "seconds"):
                raise BadInput(f"There is no field {shown(name)}. The fields are fault, for and seconds.")
        if "fault" not in wish:
            raise BadInput('The field fault is missing. {"fault": null} ends the fault.')
        name = wish["fault"]
        if name not in (None, "none") and name not in [*FAULTS]:
            raise BadInput(f"There is no fault {shown(name)}. There are {', '.join(FAULTS)}; null ends one.")
        left = wish.get("for")
        if left is not None and (not isinstance(left, int) or isinstance(left, bool) or not 1 <= left <= 1_000_000):
            raise BadInput(f"for is {shown(left)}. It is a number of requests from 1 to 1000000, or null: until it is ended.")
        seconds = wish.get("seconds", 15)
        if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or not 0 < seconds <= LONGEST_PAUSE:
            raise BadInput(f"seconds is {shown(seconds)}. It is more than 0 and at most {LONGEST_PAUSE}.")
        if "seconds" in wish and name != "slow":
            raise BadInput("seconds belongs to the fault slow only.")
        with self.lock:
            if name in (None, "none"):
                self.fault = None
            else:
                self.fault = {"name": name, "left": left, "spoiled": 0}
                if name == "slow":
                    self.fault["seconds"] = seconds
        tell(f"Fault: {self.fault or 'none'}")

    def answer(self):
        """What to answer to one request for a forecast: (status, headers, body, pause in seconds, the fault's name)."""
        updated = sample.newest_update(self.clock())
        with self.lock:
            self.requests += 1
            fault = self.fault and dict(self.fault)
            if fault:
                self.fault["spoiled"] += 1
                if self.fault["left"] is not None:
                    self.fault["left"] -= 1
                    if self.fault["left"] == 0:
                        self.fault = None
            name = fault and fault["name"]
            if name == "repeated" and self.served:
                updated = self.served
            elif name == "late":
                updated -= LATE_BY
            if name not in ("500", "429", "malformed"):
                self.served = updated
        if name == "500":
            return 500, {}, error(500, "The source has a fault on demand: 500."), 0, name
        if name == "429":
            return 429, {"Retry-After": "5"}, error(429, "Too many requests. This is a fault on demand."), 0, name
        whole = sample.payload(updated)
        if name == "missing_field":
            forecast = whole["data"]["records"][0]
            del forecast["general"]["temperature"]["high"]
            del forecast["periods"][0]["regions"]["west"]
        body = canonical(whole)
        if name == "malformed":
            body = body[: len(body) // 2]
        return 200, {}, body, fault["seconds"] if name == "slow" else 0, name

    def archived(self, text):
        """The body with the forecast that was made at that time."""
        try:
            wished = moment(text)
        except Rejected as why:
            raise BadInput(f"updated {why}.") from None
        steps, beside = divmod(wished - sample.BEGINNING, sample.STEP)
        newest = sample.newest_update(self.clock())
        updated = sample.BEGINNING + steps * sample.STEP
        # The fault `late` hands out what is older than the clock's beginning.
        oldest = sample.BEGINNING - LATE_BY
        if beside or not oldest <= updated <= newest:
            known = f"every {sample.STEP // timedelta(hours=1)} hours from {written(oldest)} to {written(newest)}"
            raise NoForecast(f"No forecast was made at {shown(text)}. One was made {known}.")
        return canonical(sample.payload(updated))

    def count(self, status, body, fault):
        """Notes an answer that is about to be sent."""
        updated, pieces = read(body) if status == 200 else (None, 0)
        told = {"status": status, "updated": updated, "hash": content_hash(body), "bytes": len(body), "pieces": pieces}
        with self.lock:
            self.answered[str(status)] = self.answered.get(str(status), 0) + 1
            self.pieces += pieces
            number = sum(self.answered.values())
            self.answers.append({"number": number, "at": milliseconds_now(), **told, "fault": fault})


def milliseconds_now():
    return time.time_ns() // 1_000_000


def read(body):
    """When the forecast in a body was made, and how many pieces can be read from it."""
    found = weather.split(body.decode("utf-8", "replace"))
    records = found[GENERAL_TOPIC] + found[PERIODIC_TOPIC]
    return (records[0]["updated"] if records else None), len(records)


def error(code, text):
    return canonical({"code": code, "errorMsg": text, "data": None})


class Handler(BaseHTTPRequestHandler):
    server_version = "pipewright-weather"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    # A client that says nothing is not waited for.
    timeout = 20

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if not self.host_is_ours():
            return
        # The sign of +08:00 is meant as it stands.
        wished = parse_qs(query.replace("+", "%2B"), keep_blank_values=True).get("updated")
        if path == FORECAST and wished:
            self.send_archived(wished)
        elif path == FORECAST:
            status, headers, body, pause, fault = self.server.source.answer()
            if pause:
                self.server.stopping.wait(pause)
            self.server.source.count(status, body, fault)
            self.send(status, body, headers)
        elif path == "/state":
            self.send(200, canonical(self.server.source.state()))
        elif path == "/faults":
            self.send(200, canonical(FAULTS))
        else:
            self.refuse(404, f"There is nothing at {shown(path)}. There are {FORECAST}, /state and /faults.")

    def send_archived(self, wished):
        if len(wished) > 1:
            return self.refuse(400, f"updated is there {len(wished)} times. Ask for one time.")
        try:
            body = self.server.source.archived(wished[0])
        except BadInput as why:
            return self.refuse(400, str(why))
        except NoForecast as why:
            return self.refuse(404, str(why))
        return self.send(200, body)

    def do_POST(self):
        if not self.host_is_ours():
            return
        if self.path != "/faults":
            return self.refuse(404, f"Nothing is posted to {shown(self.path)}. Faults are posted to /faults.")
        # A page in a browser may post a form to any address, but JSON only where it is allowed to.
        if self.headers.get_content_type() != "application/json":
            return self.refuse(415, "Send JSON, with the header Content-Type: application/json.")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            return self.refuse(411, "Send the header Content-Length.")
        if int(length) > LARGEST_BODY:
            return self.refuse(413, f"The body has {int(length)} bytes. At most {LARGEST_BODY} are read.")
        try:
            wish = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as why:
            return self.refuse(400, f'The body is no JSON: {why}. Send an object like {{"fault": "slow", "for": 3}}.')
        try:
            self.server.source.begin(wish)
        except BadInput as why:
            return self.refuse(400, str(why))
        return self.send(200, canonical(self.server.source.state()))

    def host_is_ours(self):
        """Whether it was asked by its own name. A name of the internet that somebody points at this machine is not its own."""
        name = self.headers.get("Host", "").rsplit(":", 1)[0]
        if "." not in name or name.replace(".", "").isdigit():
            return True
        self.refuse(421, f"This source is not {shown(name)}. Ask it by its container's name or as 127.0.0.1.")
        return False

    def refuse(self, status, text):
        self.close_connection = True
        self.send(status, error(status, text))

    def send(self, status, body, headers=None):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        # The state is asked for every second; what is logged is what was asked of the weather.
        if not self.path.startswith("/state"):
            tell(f"{self.client_address[0]} {form % values}")

    # Before a request was read there is no path.
    path = ""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address, source):
        self.source = source
        self.stopping = threading.Event()
        self.slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(address, Handler)

    def process_request(self, request, client_address):
        if not self.slots.acquire(blocking=False):
            body = error(503, f"{MOST_AT_ONCE} requests are being answered. Ask again later.")
            head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            try:
                request.settimeout(1)
                request.sendall(head.encode() + body)
            except OSError:
                pass
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self.slots.release()
            raise

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.slots.release()

    def handle_error(self, request, client_address):
        # A client that went away is no error of ours.
        if not isinstance(sys.exc_info()[1], (ConnectionError, socket.timeout)):
            super().handle_error(request, client_address)


def remembered(path):
    """The time of the clock when the source ended, or its beginning."""
    try:
        with open(path) as file:
            return max(sample.BEGINNING, moment(json.load(file)["clock"]))
    except FileNotFoundError:
        return sample.BEGINNING
    except (OSError, ValueError, KeyError, TypeError, Rejected) as why:
        tell(f"{path} does not tell the clock ({why}). It starts on {written(sample.BEGINNING)}.")
        return sample.BEGINNING


def remember(path, source):
    try:
        with open(path + ".new", "w") as file:
            json.dump({"clock": written(source.clock())}, file)
        os.replace(path + ".new", path)
    except OSError as why:
        tell(f"The clock could not be kept in {path}: {why}. After a restart it starts again.")


def speed_wished(text):
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 < speed <= 86400:
        raise BadInput(f"WEATHER_SPEED is {shown(text)}. It is more than 0 and at most 86400; 1440 is a day in a minute.")
    return speed


def main():
    try:
        speed = speed_wished(os.environ.get("WEATHER_SPEED", "1440"))
        port = int(os.environ.get("WEATHER_PORT", "8000"))
    except ValueError as why:
        sys.exit(f"The source does not start: {why}")
    path = os.environ.get("WEATHER_STATE", "/var/lib/weather/clock.json")
    source = Source(speed, remembered(path))
    server = Server(("", port), source)

    def stop(*_):
        server.stopping.set()
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def keep():
        while not server.stopping.wait(2):
            remember(path, source)

    threading.Thread(target=keep, daemon=True).start()
    clock = written(source.clock())
    tell(f"The sample is served on port {port}. The clock says {clock} and runs {speed:g} times as fast as ours.")
    server.serve_forever(poll_interval=0.2)
    remember(path, source)
    server.server_close()
    tell(f"Ended at {written(source.clock())} of the clock, after {source.requests} requests.")


if __name__ == "__main__":
    main()
