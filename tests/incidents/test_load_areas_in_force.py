"""`load_areas --activate` goes the way of every activation: not beside a relocation, and with one for open cases."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.models import City, Edition
from incidents.models import Category, Incident, Relocation
from incidents.relocation.run import carry_out, new_run
from tests.geo.made_files import villages, write
from tests.incidents.made import case

pytestmark = pytest.mark.django_db
WORDS = "Cases are being placed again at this moment"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def file(categories: dict[str, Category], tmp_path: Path) -> Path:
    City.objects.update(code="35.75")
    return write(villages(), tmp_path / "batas.geojson")


def load(path: Path, name: str = "baru") -> str:
    out = StringIO()
    call_command("load_areas", str(path), "--edition", name, "--activate", stdout=out, stderr=out)
    return out.getvalue()


def in_force() -> str:
    return Edition.objects.get(status="active").name


def test_open_cases_are_placed_in_the_new_borders(file: Path) -> None:
    moved = case("jentik", (112.905, -7.6801))
    told = load(file)
    run = Relocation.objects.get()
    assert (run.edition.name, run.before and run.before.name, run.requested_by) == ("baru", "uji", None)
    assert f"The job worker places the open cases now (relocation {run.pk})." in told.splitlines()
    assert in_force() == "baru"
    carry_out(run.pk)
    moved.refresh_from_db()
    assert (moved.kelurahan_code, moved.kelurahan) == ("35.75.02.1001", "Wirogunan")


def test_without_open_cases_nothing_is_ordered(file: Path) -> None:
    case("jentik", (112.91, -7.67))
    Incident.objects.update(status="ditutup", phase="ditutup")
    assert "relocation" not in load(file)
    assert in_force() == "baru"
    assert not Relocation.objects.exists()


@pytest.mark.parametrize("with_case", [True, False])
def test_while_cases_are_being_placed_nothing_is_loaded(file: Path, with_case: bool) -> None:
    new_run(Edition.objects.get(name="uji"), None, None)
    if with_case:
        case("jentik", (112.91, -7.67))
    with pytest.raises(CommandError, match=WORDS):
        load(file)
    assert in_force() == "uji"
    assert not Edition.objects.filter(name="baru").exists()


def test_the_same_file_again_orders_nothing_more(file: Path) -> None:
    case("jentik", (112.91, -7.67))
    load(file)
    assert "already holds these areas (active)" in load(file)
    assert Relocation.objects.count() == 1
