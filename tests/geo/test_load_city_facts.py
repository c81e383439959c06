from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.city import current_city
from geo.models import City, Facility, Population

pytestmark = pytest.mark.django_db
TOML = """
name = "Kota Pasuruan"
code = "35.75"
zone = "Asia/Jakarta"
center = [112.9055, -7.6505]
zoom = 13
languages = ["id", "en"]
emergency_number = "112"
demo = true
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "city.toml").write_text(TOML)
    (tmp_path / "population.csv").write_text("area_code,year,people,households\n3575011001,2025,6285,1627\n")
    (tmp_path / "facilities.csv").write_text(
        "code,name,kind,lon,lat\npkm-1,Kebonsari,puskesmas,112.9,-7.65\n"
    )
    return tmp_path


def load(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_city_facts", str(folder), *options, stdout=out)
    return out.getvalue()


def test_the_licence_of_the_borders_is_known_only_where_it_is_said(folder: Path) -> None:
    load(folder)
    assert City.objects.get().boundaries_licence == ""
    path = folder / "city.toml"
    path.write_text(TOML + 'boundaries_licence = "CC-BY-4.0"\n')
    load(folder)
    assert City.objects.get().boundaries_licence == "CC-BY-4.0"
    path.write_text(TOML + 'boundaries_licence = "as you like it"\n')
    with pytest.raises(CommandError, match="boundaries_licence"):
        load(folder)


def test_a_folder_gives_the_city_its_people_and_its_facilities(folder: Path) -> None:
    assert load(folder).startswith("added: 3")
    city = current_city()
    assert city is not None
    assert (city.code, city.zone, city.center.coords, city.demo) == (
        "35.75",
        "Asia/Jakarta",
        (112.9055, -7.6505),
        True,
    )
    assert Population.objects.values_list("area_code", "households").get() == ("35.75.01.1001", 1627)
    assert Facility.objects.get(code="pkm-1").location.coords == (112.9, -7.65)
    assert load(folder).splitlines()[-1] == "unchanged: 3"


def test_there_is_only_ever_one_city(folder: Path, city: City) -> None:
    assert "removed: 1 (99.01)" in load(folder)
    assert City.objects.values_list("code", flat=True).get() == "35.75"


def test_only_city_toml_is_needed(folder: Path) -> None:
    (folder / "population.csv").unlink()
    (folder / "facilities.csv").unlink()
    assert load(folder).startswith("added: 1")


def test_a_dry_run_changes_nothing(folder: Path, city: City) -> None:
    load(folder, "--dry-run")
    assert City.objects.values_list("code", flat=True).get() == "99.01"
    now = current_city()
    assert now is not None
    assert now.code == "99.01"
    assert not Facility.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('code = "35.75"', 'code = "35.75.01"', "code: must be a regency"),
        ('code = "35.75"', "code = 3575", "code: must be a text"),
        ("Asia/Jakarta", "Asia/Pasuruan", "zone: .*no time zone"),
        ("Asia/Jakarta", "../../etc/passwd", "zone: .*no time zone"),
        ("[112.9055, -7.6505]", "[-7.6505, 112.9055]", "center: must be"),
        ("[112.9055, -7.6505]", "[nan, 0]", "center: must be"),
        ("zoom = 13", "zoom = 99", "zoom: must be between"),
        ('["id", "en"]', "[1]", "languages: must be a list"),
        ('name = "Kota Pasuruan"', "", "name: must be a text"),
        ("zoom = 13", "zoom = = 13", "cannot be read"),
    ],
)
def test_a_wrong_city_toml_is_refused_by_key(folder: Path, old: str, new: str, reason: str) -> None:
    assert old in TOML
    (folder / "city.toml").write_text(TOML.replace(old, new))
    with pytest.raises(CommandError, match=reason):
        load(folder)
    assert not City.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "population.csv",
            "area_code,year,people,households\nx,2025,1,1\n",
            "population.csv, row 2: area_code",
        ),
        ("population.csv", "area_code,year,people,households\n35.75,2025,-1,1\n", "row 2: people"),
        (
            "population.csv",
            "area_code,year,people,households\n35.75,2025,1,1\n35.75,2025,2,1\n",
            "row 3: .*already",
        ),
        (
            "facilities.csv",
            "code,name,kind,lon,lat\na,A,puskesmas,-7.65,112.9\n",
            "row 2: lat: must be between",
        ),
        ("facilities.csv", "code,name,kind,lon,lat\na,A,,112.9,-7.65\n", "row 2: kind: is empty"),
    ],
)
def test_one_wrong_row_refuses_the_whole_folder(folder: Path, name: str, content: str, reason: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(CommandError, match=reason):
        load(folder)
    assert not City.objects.exists()
    assert not Population.objects.exists()


def test_a_folder_without_city_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"city\.toml: it cannot be opened"):
        load(tmp_path)
