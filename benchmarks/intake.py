"""intake_http_per_s: complaints per second through HTTP, each durable, located and routed when 201 comes back.

A million incidents are there before, and everything is on: the search for an open case of the same spot, offers of
similar ones, routing, deadline, timeline, notices. The server is what `make run` starts (granian with the same flags,
and the job worker beside it), the clients are a process of their own with several connections. Beside it, for scale:
how many one-row commits psycopg alone gets.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg

from benchmarks import city, million
from benchmarks.database import durability
from benchmarks.figure import Figure, sized, versions
from setup.common import ROOT
from setup.serve import Supervisor, answers, children

STATED = 20_000
CONNECTIONS = 8
WARM_UP = 100
PATIENCE_S = 60
COMMITS = 400  # per connection


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """The web server and the job worker of production; yields the address."""
    port = free_port()
    os.environ |= {"RATE_LIMIT_COMPLAINTS": "100000000/1d", "PORT": str(port), "DEBUG": "0"}
    supervisor = Supervisor(children("127.0.0.1", port))
    try:
        for child in supervisor.kids:
            child.start()
        deadline = time.monotonic() + PATIENCE_S
        while not answers("127.0.0.1", port):
            if time.monotonic() > deadline:
                sys.exit("kentongan: the server did not start")
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        supervisor.stop()


def send(address: str, bodies: list[dict[str, Any]]) -> dict[str, Any]:
    """Send all bodies from another process; its report (seconds, statuses, milliseconds per request)."""
    argv = [sys.executable, "-m", "benchmarks.intake_client", address, str(CONNECTIONS)]
    text = "\n".join(json.dumps(body) for body in bodies)
    done = subprocess.run(argv, input=text, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def bodies(count: int) -> list[dict[str, Any]]:
    """Complaints of every topic at points inside the city, as a phone sends them."""
    from incidents.models import Category

    topics = list(Category.objects.filter(active=True, children=None).values_list("code", flat=True))
    text = "Sudah tiga hari keadaannya begini dan belum ada petugas yang datang. Mohon segera ditangani. ({})"
    return [
        {"category": topics[i % len(topics)], "description": text.format(i), "lon": lon, "lat": lat}
        for i, (lon, lat) in enumerate(city.points(count).tolist())
    ]


def kept_now() -> tuple[int, int, int]:
    """How many complaints, incidents and agencies in charge there are, and whether all incidents lie somewhere."""
    from incidents.models import Assignment, Complaint, Incident

    if Incident.every.filter(kelurahan_code="").exists():
        sys.exit("kentongan: an incident lies in no kelurahan")
    leads = Assignment.objects.filter(role=Assignment.Role.LEAD).count()
    return Complaint.objects.count(), Incident.every.count(), leads


def check_kept(before: tuple[int, int, int], sent: int) -> int:
    """Every answered complaint is there, in an incident with an agency in charge; returns how many joined one."""
    complaints, incidents, leads = (now - then for now, then in zip(kept_now(), before, strict=True))
    if complaints != sent or incidents != leads or incidents > sent:
        sys.exit(
            f"kentongan: {sent} answers, but {complaints} complaints, {incidents} incidents, {leads} routed"
        )
    return sent - incidents


def commits_per_s(url: str, connections: int) -> float:
    """psycopg's own one-row commits per second, with so many connections at once."""
    with psycopg.connect(url, autocommit=True) as one:
        one.execute("CREATE TABLE IF NOT EXISTS bench_commits (id bigserial PRIMARY KEY, text text)")

    def write(_number: int) -> None:
        with psycopg.connect(url, autocommit=True) as own:
            for _i in range(COMMITS):
                own.execute("INSERT INTO bench_commits (text) VALUES (%s)", ["x" * 200])

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(write, range(connections)))
    return connections * COMMITS / (time.perf_counter() - started)


def main() -> None:
    url = os.environ["DATABASE_URL"]
    promised = durability(url)
    city.start()
    wanted, there = sized(STATED), sized(million.STATED)
    million.fill(url, there)
    before = kept_now()
    peer_alone, peer_many = commits_per_s(url, 1), commits_per_s(url, CONNECTIONS)
    with server() as address:
        prepared = bodies(WARM_UP + wanted)
        first = send(address, prepared[:WARM_UP])
        report = send(address, prepared[WARM_UP:])
    if set(first["statuses"]) | set(report["statuses"]) != {"201"}:
        sys.exit(f"kentongan: not every complaint was taken: {first['statuses']}, then {report['statuses']}")
    joined = check_kept(before, WARM_UP + wanted)
    ours = wanted / report["seconds"]
    detail = {
        "complaints": wanted,
        "incidents_before": there,
        "joined_an_open_case": joined,
        "connections": CONNECTIONS,
        "milliseconds_median": round(statistics.median(report["milliseconds"]), 1),
        "milliseconds_p95": round(statistics.quantiles(report["milliseconds"], n=20)[-1], 1),
        "peer": "psycopg: one-row commits per second on one connection",
        "peer_same_connections": round(peer_many, 1),
        **promised,
        **versions("django", "granian", "psycopg"),
    }
    print(
        Figure(
            "intake_http_per_s", round(ours, 1), "per second", round(ours, 1), round(peer_alone, 1), detail
        ).line()
    )


if __name__ == "__main__":
    main()
