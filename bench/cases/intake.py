"""Filing through the form: against a bare form with three inserts (P7), and without mail (P8)."""

from __future__ import annotations

import contextlib
import http.client
import statistics
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import env, measure
from bench.cases import notices
from bench.goals import Line, short

NAME = "intake"
SHARE, CPU_MS, MOST_SQL, FLAT, P95, AWAY = 0.65, 7.0, 8, 0.95, 2.0, 0.95
TURNS, A_TURN, CLIENTS = 6, 80, (2, 8)
TOKEN = "a" * 32


@dataclass
class Turn:
    """What one turn of requests cost."""

    cpu: float
    base: float
    rate: float
    p95: float


@dataclass
class Series:
    """The turns of one target."""

    turns: list[Turn] = field(default_factory=list)

    def of(self, name: str) -> list[float]:
        """One figure of every turn."""
        return [float(getattr(turn, name)) for turn in self.turns]


def run(data: Path, raw: dict[str, Any], *, sizes: Sequence[int], quick: bool) -> Iterator[Line]:
    """P7 at the smallest and the largest size, then P8; `quick`: the statements alone."""
    if quick:
        with env.sqlite(data, (1000,)) as stock:
            found = raw["intake"] = stock[1000].do("intake/statements")
        yield from checked(found, "SQLite")
        return
    ends = tuple(dict.fromkeys((sizes[0], sizes[-1])))
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(env.postgresql())
        stock = stack.enter_context(env.databases(server, data, ends))
        yield from checked(stock[ends[0]].do("intake/statements"), "PostgreSQL")
        # No broker and no worker: what the web server does by itself.
        for database in stock.values():
            database.close()
            database.env |= {"BROKER_URL": "redis://127.0.0.1:9/0"}
        webs = {n: stack.enter_context(env.web(d, server)) for n, d in stock.items()}
        found = _p7(stock, webs)
        raw["intake"] = {
            f"{name}/{n}/{clients}": [vars(turn) for turn in one.turns]
            for (name, n, clients), one in found.items()
        }
        yield from timed(found, ends)
    yield from away(data, raw)


def checked(found: Mapping[str, Any], where: str) -> Iterator[Line]:
    """Statements of the request that files."""
    yield Line(
        "P7",
        "intake/sql",
        {"button": str(found["button"]), "form": str(found["form"]), "on": where},
        f"<={MOST_SQL} for the button",
        found["button"] <= MOST_SQL,
    )


Found = dict[tuple[str, int, int], Series]


def _p7(stock: dict[int, env.Database], webs: dict[int, env.Web]) -> Found:
    """Floor and filing in turn, at each size and number of clients."""
    found: Found = {}
    bare = urllib.parse.urlencode(_bare())
    started = dict.fromkeys(stock, 0)
    for turn in range(TURNS + 1):
        for n, database in stock.items():
            for clients in CLIENTS:
                keys = database.do("intake/drafts", n=A_TURN, start=started[n])
                started[n] += A_TURN
                database.close()
                for name, url, bodies in (
                    ("floor", "/bench/file/", [bare] * A_TURN),
                    ("file", "/file/submit/", [_button(key) for key in keys]),
                ):
                    once = _posted(webs[n], url, bodies, clients)
                    if turn:  # the first one warms the workers
                        found.setdefault((name, n, clients), Series()).turns.append(once)
        env.say(f"  turn {turn} of {TURNS}")
    return found


def _bare() -> dict[str, str]:
    text = "하이퐁 항에서 9일째 보류되어 있습니다. 서류를 다시 냈으나 답이 없습니다."
    return {
        "title": "하이퐁 항에서 화장품이 보류되었습니다",
        "country": "VN",
        "category": "unknown",
        "situation": text,
        "problem": text,
        "request": text,
        "company_name": "(시연) 한빛수출",
        "business_number": "9998100000",
        "province": "KR-41",
        "contact_name": "(시연) 담당자",
        "contact_phone": "010-0000-0000",
        "contact_email": "clerk@example.com",
        "visibility": "named",
        "csrfmiddlewaretoken": TOKEN,
    }


def _button(key: str) -> str:
    return urllib.parse.urlencode({"key": key, "csrfmiddlewaretoken": TOKEN})


def _posted(web: env.Web, url: str, bodies: Sequence[str], clients: int) -> Turn:
    """Send every body once, so many at a time; each must be answered with a redirect."""
    left, walls, wrong = list(bodies), [], []
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not left or wrong:
                    return
                body = left.pop()
            began = time.perf_counter()
            status = _post(web.port, url, body)
            took = (time.perf_counter() - began) * 1000
            with lock:
                walls.append(took)
                if status != 302:
                    wrong.append(status)

    backends, workers = web.backends(), web.pids()
    own, base = measure.cpu(workers), measure.cpu(backends)
    began = time.perf_counter()
    _together(work, clients)
    seconds = time.perf_counter() - began
    if wrong:
        raise env.BenchError(f"{url} answers {wrong[0]}")
    n = len(bodies)
    return Turn(
        (measure.cpu(workers) - own) / n,
        (measure.cpu(backends) - base) / n,
        n / seconds,
        sorted(walls)[int(n * 0.95) - 1],
    )


def _together(work: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _post(port: int, url: str, body: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Cookie": f"csrftoken={TOKEN}",
        "Connection": "close",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        line.request("POST", url, body, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


def timed(found: Found, ends: Sequence[int]) -> Iterator[Line]:
    """The lines of P7."""
    for n in ends:
        for clients in CLIENTS:
            floor, whole = found["floor", n, clients], found["file", n, clients]
            share = measure.ratio(
                [a + b for a, b in zip(floor.of("cpu"), floor.of("base"), strict=True)],
                [a + b for a, b in zip(whole.of("cpu"), whole.of("base"), strict=True)],
            )
            late = measure.ratio(whole.of("p95"), floor.of("p95"))
            yield Line(
                "P7",
                f"intake:bare form at {short(n)}, {clients} at once",
                {
                    "cpu": f"{share:.2f}",
                    "rate": f"{measure.ratio(whole.of('rate'), floor.of('rate')):.2f}",
                    "a second": f"{statistics.median(whole.of('rate')):.0f}:"
                    f"{statistics.median(floor.of('rate')):.0f}",
                },
                f">={SHARE}",
                share >= SHARE,
            )
            if clients == max(CLIENTS):
                yield Line(
                    "P7",
                    f"intake/p95 at {short(n)}, {clients} at once",
                    {"of the floor's": f"{late:.2f}"},
                    f"<={P95:g}",
                    late <= P95,
                )
        own = statistics.median(found["file", n, CLIENTS[0]].of("cpu"))
        base = statistics.median(found["file", n, CLIENTS[0]].of("base"))
        bare = statistics.median(found["floor", n, CLIENTS[0]].of("cpu"))
        yield Line(
            "P7",
            f"intake/cpu at {short(n)}",
            {"ms": f"{own:.2f}", "bare": f"{bare:.2f}", "database": f"{base:.2f}"},
            f"<={CPU_MS:g}",
            own <= CPU_MS,
        )
    if len(ends) > 1:
        few, many = found["file", ends[0], 2], found["file", ends[-1], 2]
        flat = measure.ratio(few.of("cpu"), many.of("cpu"))
        yield Line(
            "P7",
            f"intake {short(ends[-1])}:{short(ends[0])}",
            {"rate by cpu": f"{flat:.2f}"},
            f">={FLAT}",
            flat >= FLAT,
        )


def away(data: Path, raw: dict[str, Any]) -> Iterator[Line]:
    """P8: the mail server answers, then is gone; filing goes on, and nothing is lost."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(notices.broker(data))
        except env.BenchError as problem:
            yield Line("P8", "intake/mail away", {}, f">={AWAY}", None, str(problem))
            return
        server = stack.enter_context(env.postgresql())
        job = stack.enter_context(env.databases(server, data, (1000,)))[1000]
        job.close()
        ends = contextlib.ExitStack()
        said = ends.enter_context(notices.sink(data, job.env))
        job.env |= {"BROKER_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{said.port}"}
        job.env |= {"EMAIL_TIMEOUT": "5"}
        web = stack.enter_context(env.web(job, server))
        stack.enter_context(notices.worker(job.env, job, beat=True))
        there = _filed(job, web, 0)
        ends.close()  # the server is gone: its port refuses
        gone = _filed(job, web, 100_000)
        states = job.do("intake/books")
        with notices.sink(data, job.env, port=said.port):
            end = time.monotonic() + 60
            while time.monotonic() < end:
                books = job.do("intake/books")
                if books["cases"] == books.get("sent", 0):
                    break
                time.sleep(1)
            arrived = said.arrived()
    share = statistics.median(a / b for a, b in zip(there.of("cpu"), gone.of("cpu"), strict=True))
    doubled = sum(len(moments) - 1 for moments in arrived.values())
    raw["intake/away"] = {"books": books, "while away": states, "doubled": doubled}
    yield Line(
        "P8",
        "intake/mail server gone",
        {"rate by cpu": f"{share:.2f}", "cases": str(books["cases"])},
        f">={AWAY}",
        share >= AWAY,
    )
    lost = books["cases"] - books.get("sent", 0)
    yield Line(
        "P8",
        "intake/told after it is back",
        {"lost": str(lost), "doubled": str(doubled), "waited": str(states.get("queued", 0))},
        "=0, <=0.02 %",
        not lost and doubled <= 0.0002 * books["cases"] and bool(states.get("queued")),
    )


def _filed(job: env.Database, web: env.Web, start: int) -> Series:
    series = Series()
    for turn in range(TURNS + 1):
        keys = job.do("intake/drafts", n=A_TURN, start=start + turn * A_TURN)
        once = _posted(web, "/file/submit/", [_button(key) for key in keys], CLIENTS[0])
        if turn:
            series.turns.append(once)
    return series
