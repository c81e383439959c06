"""docs/permissions.md is read and every cell of it tried: who may go where, on pages, in the API and to the tiles.

A new address without a row fails `test_every_address_has_a_row`. To add one, write its row with `?` in the cells
that you do not know: the failure of `test_every_cell_of_the_matrix` prints the row as it is now, for you to judge.
Words in braces (`{own}`) are explained in the document and made in tests/permission_cast.py; what a form has to say
comes after the address as `+ step=accepted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from config.api import api
from incidents.models import Category
from tests.house.sources import document
from tests.permission_cast import Actor, actors, places
from tests.tiles.mvt import decoded

ANYBODY = "everybody"
DIFFERENT = ("visitor", "officer", "admin", "source token")  # who stand for everybody
OUTCOMES = {"yes", "sign in", "no", "none", "–"}
ADDRESS = re.compile(r"`(GET|POST) (\S+?)`(?: \+ (\S+))?")


@dataclass(frozen=True)
class Row:
    """One line of a table: an address and what each column's actor meets there."""

    line: str
    method: str
    address: str
    form: str
    cells: dict[str, str]

    def path(self, words: Mapping[str, str]) -> str:
        """The address with real numbers and codes in it."""
        return re.sub(r"\{([\w-]+)\}", lambda found: words[found[1].replace("-", " ")], self.address)


def rows(first: str = "address") -> list[Row]:
    """All rows of all tables whose first two columns are `first` and `what`."""
    found: list[Row] = []
    columns: list[str] = []
    for line in document("permissions.md").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or set(line) <= set("|- "):
            columns = columns if line.startswith("|") else []
        elif cells[0] in {"address", "list"}:
            columns = cells[2:] if cells[0] == first else []
        elif columns:
            for method, address, form in ADDRESS.findall(cells[0]):
                found.append(Row(line, method, address, form, dict(zip(columns, cells[2:], strict=False))))
    return found


def outcome(answer: Any) -> str:
    """What an answer means: `yes` also where the empty form of a request is refused, for then one was let in."""
    status = answer.status_code
    if status == 401 or (status == 302 and answer["Location"].startswith("/masuk")):
        return "sign in"
    if status in {403, 404}:
        return "no" if status == 403 else "none"
    # 503: /readyz, which finds no job worker beside a test.
    known = status < 400 or status in {400, 405, 409, 413, 415, 422, 503}
    assert known, (answer.request["PATH_INFO"], status)
    return "yes"


def met(row: Row, cast: dict[str, Actor], words: dict[str, str]) -> dict[str, str]:
    """What the actors of a row's columns meet; `–` is not tried."""
    wanted = {name: cast[name] for name in (DIFFERENT if ANYBODY in row.cells else row.cells)}
    untried = {name for name, cell in row.cells.items() if cell == "–"}
    path, form = row.path(words), QueryDict(row.form).dict()
    return {
        name: "–" if name in untried else outcome(actor.ask(row.method, path, form))
        for name, actor in wanted.items()
    }


def told(row: Row, found: dict[str, str]) -> str:
    """A row as it should stand in the document, should what was found be right."""
    start = " | ".join(cell.strip() for cell in row.line.strip().strip("|").split("|")[:2])
    if ANYBODY in row.cells:
        return f"| {start} | {found} |"
    return "| " + " | ".join([start, *(found[name] for name in row.cells)]) + " |"


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_every_cell_of_the_matrix(
    categories: dict[str, Category], agencies: Any, settings: Any, tmp_path: Path
) -> None:
    settings.RATE_LIMIT_TRACKING = settings.RATE_LIMIT_COMPLAINTS = settings.RATE_LIMIT_SIGN_IN = (10**6, 60)
    cast = actors(agencies)
    words = places()
    wrong = compare_lists(cast, words, tmp_path)
    for row in rows():
        found = met(row, cast, words)
        right = row.cells.get(ANYBODY)
        if found != ({name: right for name in DIFFERENT} if right else row.cells):
            wrong.append(told(row, found))
    assert wrong == [], "met otherwise than docs/permissions.md says:\n" + "\n".join(wrong)


def held(answer: Any, folder: Path) -> set[str]:
    """The numbers of the cases in a list of points or a tile; none where one is not let in."""
    if answer.status_code != 200:
        return set()
    if answer["Content-Type"].startswith("application/vnd.mapbox-vector-tile"):
        return {str(one["id"]) for one in decoded(answer.content, "incidents", folder)}
    return {str(one["id"]) for one in answer.json()["features"]}


def compare_lists(cast: dict[str, Actor], words: dict[str, str], folder: Path) -> list[str]:
    """The cells of the lists that hold other cases than the document says."""
    cases = {words[name]: name for name in ("own", "other", "secret")}
    wrong = []
    for row in rows("list"):
        for name, cell in row.cells.items():
            seen = held(cast[name].ask(row.method, row.path(words), {}), folder)
            found = ", ".join(cases[pk] for pk in cases if pk in seen) or "–"
            if found != cell:
                wrong.append(f"{row.method} {row.address} as {name}: {found}, not {cell}")
    return wrong


def patterns(resolver: URLResolver, before: str = "", app: str = "") -> Iterator[tuple[str, str]]:
    """Each address of the site with the application that it belongs to."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern).removeprefix("^" if before else "")
        if isinstance(one, URLPattern):
            yield route, app
        else:
            yield from patterns(one, route, one.app_name or app)


def routes(of_administration: bool = False) -> set[str]:
    """All addresses of the site: those that Django's administration makes by itself, or all others."""
    return {route for route, app in patterns(get_resolver()) if (app == "admin") is of_administration}


class Guess(dict[str, str]):
    """Numbers fit wherever an address has a number, a code or a name."""

    def __missing__(self, key: str) -> str:
        return "1"


SAMPLES = Guess(tile="10/1/1", file="a.csv")


def test_every_address_has_a_row() -> None:
    covered = {resolve(row.path(SAMPLES).split("?")[0]).route for row in rows()}
    missing = sorted(routes() - covered)
    assert missing == [], (
        "docs/permissions.md says nothing about these addresses. Add a row for each (see the top of this file): "
        + ", ".join(missing)
    )


def test_every_call_of_the_api_has_a_row() -> None:
    calls = {
        (method.upper(), path)
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1")["paths"].items()
        for method in methods
    }
    told = {(row.method, re.sub(r"\{.*?\}", "{}", row.address.split("?")[0])) for row in rows()}
    missing = [call for call in calls if (call[0], re.sub(r"\{.*?\}", "{}", call[1])) not in told]
    assert missing == [], "docs/permissions.md says nothing about these calls; add a row for each"


def test_cells_use_only_the_words_that_are_explained() -> None:
    unknown = [(row.line, cell) for row in rows() for cell in row.cells.values() if cell not in OUTCOMES]
    assert unknown == []
    assert len(rows()) > 50


@pytest.mark.django_db
def test_nobody_but_administrators_enters_any_page_of_the_administration(
    agencies: Any, categories: dict[str, Category]
) -> None:
    """All pages that the administration makes by itself, for each table."""
    everybody = actors(agencies)
    cast = {name: everybody[name] for name in ("visitor", "head", "auditor")}
    inside = sorted(
        routes(of_administration=True) - {"pengelola/logout/"}
    )  # signs out, and asks nobody who they are
    assert len(inside) > 80
    let_in = []
    for route in inside:
        path = "/" + re.sub(
            r"<[^>]+>|\(\?P<[^>]+>[^)]*\)|[$^]", lambda f: "1" if len(f[0]) > 1 else "", route
        )
        for name, actor in cast.items():
            if outcome(actor.ask("GET", path, {})) == "yes":
                let_in.append((name, path))
    assert let_in == []
