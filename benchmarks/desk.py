"""desk_inbox_ms: the inbox through HTTP with a million cases and forty agencies, whatever view or filter is asked for.

The server is what `make run` starts. Every view and a list of filters and searches is asked for as an operator and as
an officer of the busiest agency, several at once; the figure is the p95 of the slowest of them. Beside it Django's own
Paginator over cases and assignments, which counts to the end, in the same database without HTTP.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from benchmarks import city, million
from benchmarks.figure import Figure, sized, versions
from benchmarks.intake import server

ROUNDS = 24  # of each address, after one that is not counted
AT_ONCE = 2
PEER_ROUNDS = 3
VIEWS = ("terbuka", "terlambat", "segera", "baru", "dikerjakan", "menunggu", "luar", "selesai", "semua")
FOR_OPERATORS = ("tanpa-penanggung-jawab", "dikembalikan")


@dataclass(frozen=True)
class Who:
    """Somebody who asks, by the cookie of their session."""

    name: str
    cookie: str
    filters: tuple[str, ...]


def people() -> tuple[Who, Who]:
    """An operator, and an officer of the agency with most cases."""
    from django.db.models import Count

    from geo.models import Agency
    from incidents.models import Assignment, Category, Incident, Member

    busiest = (
        Assignment.objects.values("agency")
        .annotate(n=Count("pk"))
        .order_by("-n")
        .values_list("agency", flat=True)
    )
    agency = Agency.objects.get(pk=busiest[0])
    topic = Category.objects.get(pk=Incident.objects.values_list("category", flat=True)[0]).code
    place = Incident.objects.values_list("kelurahan_code", flat=True)[0]
    number = Incident.objects.order_by("-pk").values_list("pk", flat=True)[0]
    narrow = [
        *(f"status={view}" for view in VIEWS),
        *(f"status={view}&kategori={topic}" for view in ("terbuka", "semua")),
        *(f"status={view}&kelurahan={place}" for view in ("terbuka", "selesai")),
        f"status=semua&kategori={topic}&kelurahan={place}&rahasia=ya",
        *(f"status={view}&rahasia=ya" for view in ("terbuka", "semua")),
        *(f"status={view}&sumber=cctv" for view in ("terbuka", "selesai")),
        "status=semua&kanal=telepon", "status=semua&kelas=aspirasi", "status=terbuka&urut=terbaru",
        "status=terbuka&urut=berubah", "status=semua&page=20", "status=terbuka&page=9", "status=semua&page=200",
        "q=sampah", "q=selokan+mampet+masjid", "q=mohon+segera", "q=tidak+pernah+ada", "q=pasar&status=terbuka",
        f"q={number}", "q=%2B6281234567890", f"q=sampah&kelurahan={place}",
    ]  # fmt: skip
    operator = Who("operator", _session("operator", Member.Role.OPERATOR, None), (
        *narrow, *(f"status={view}" for view in FOR_OPERATORS), f"opd={agency.code}",
    ))  # fmt: skip
    officer = Who("officer", _session("officer", Member.Role.OFFICER, agency), (*narrow, "peran=support"))
    return operator, officer


def _session(name: str, role: str, agency: Any) -> str:
    """The cookie of somebody who has signed in with a second factor."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from incidents.models import Member

    user = User.objects.create_user(name, f"{name}@bench.example")
    Member.objects.create(user=user, role=role, agency=agency)
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def asked(address: str, who: Who, query: str) -> list[float]:
    """Milliseconds of each answer, from the first byte sent to the last byte read."""

    def some(rounds: int) -> list[float]:
        connection = http.client.HTTPConnection(address, timeout=60)
        took = []
        for _i in range(rounds):
            started = time.perf_counter()
            connection.request("GET", f"/meja?{query}", headers={"Cookie": who.cookie, "HX-Request": "true"})
            response = connection.getresponse()
            page = response.read().decode()
            took.append(1000 * (time.perf_counter() - started))
            if response.status != 200 or 'id="list"' not in page:
                sys.exit(f"kentongan: {query} as {who.name}: {response.status}")
        connection.close()
        return took

    some(1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for part in pool.map(some, [ROUNDS // AT_ONCE] * AT_ONCE) for one in part]


def p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def peer() -> float:
    """The slowest view with Django's Paginator: a count and a page, as a desk is usually written (milliseconds)."""
    from django.core.paginator import Paginator
    from django.db.models import Exists, OuterRef
    from django.utils import timezone

    from incidents.models import Assignment, Incident

    cases = Incident.objects.select_related("category")
    led = Assignment.objects.filter(incident=OuterRef("pk"), role="lead").exclude(status__in=Assignment.GONE)
    open_cases = cases.filter(phase__in=Incident.OPEN)
    views: list[Callable[[], Any]] = [
        lambda: open_cases.order_by("due_at", "pk"),
        lambda: open_cases.filter(due_at__lt=timezone.now()).order_by("due_at", "pk"),
        lambda: open_cases.filter(~Exists(led)).order_by("due_at", "pk"),
        lambda: cases.order_by("-opened_at", "-pk"),
        lambda: cases.exclude(phase__in=Incident.OPEN).order_by("-updated_at", "-pk"),
        lambda: (
            cases.filter(complaints__description__icontains="sampah").distinct().order_by("-opened_at", "-pk")
        ),
    ]
    slowest = 0.0
    for view in views:
        took = []
        for _i in range(PEER_ROUNDS):
            started = time.perf_counter()
            page = Paginator(view(), 50).get_page(1)
            list(page.object_list)
            took.append(1000 * (time.perf_counter() - started))
        slowest = max(slowest, statistics.median(took))
    return slowest


def main() -> None:
    city.start()
    count = sized(million.STATED)
    million.fill(os.environ["DATABASE_URL"], count)
    found: dict[str, list[float]] = {}
    with server() as address:
        for who in people():
            for query in who.filters:
                name = re.sub(r"(opd|kategori|kelurahan|q)=[\w.-]*\d[\w.-]*", r"\1=…", query)
                found[f"{who.name} {name}"] = asked(address, who, query)
    worst = max(found, key=lambda name: p95(found[name]))
    every = [one for took in found.values() for one in took]
    detail = {
        "cases": count,
        "agencies": million.AGENCIES,
        "addresses": len(found),
        "slowest": worst,
        "milliseconds_median": round(statistics.median(every), 1),
        "milliseconds_p95_of_all": round(p95(every), 1),
        "milliseconds_p95": {name: round(p95(took), 1) for name, took in found.items()},
        "milliseconds_max": round(max(every), 1),
        "peer": "Django's Paginator (count and page) over the slowest view, in process",
        **versions("django", "granian", "psycopg"),
    }
    ours = round(p95(found[worst]), 1)
    print(Figure("desk_inbox_ms", ours, "ms", ours, round(peer(), 1), detail).line())


if __name__ == "__main__":
    main()
