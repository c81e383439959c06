"""Service areas name topics: those must be there, in the command and when a whole city is loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.models import Agency, ServiceArea
from incidents.models import Category
from tests.conftest import square

FOLDER = Path(__file__).parents[2] / "fixtures" / "pasuruan"
HEAD = "agency,category,area_code,priority\n"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def load(tmp_path: Path, body: str) -> None:
    path = tmp_path / "service_areas.csv"
    path.write_text(HEAD + body)
    call_command("load_service_areas", str(path))


def test_topics_that_are_there_are_taken_also_groups_and_all(
    categories: dict[str, Category], tmp_path: Path
) -> None:
    load(tmp_path, "dlh,sampah,99.01,1\ndlh,lingkungan,99.01,1\ndlh,,99.01,1\n")
    named = set(ServiceArea.objects.filter(agency__code="dlh").values_list("category", flat=True))
    assert named == {"sampah", "lingkungan", ""}


def test_topics_that_are_not_there_are_named_with_all_else_that_is_wrong(
    categories: dict[str, Category], tmp_path: Path
) -> None:
    Category.objects.filter(code="banjir").update(active=False)
    before = list(ServiceArea.objects.order_by("pk").values())
    with pytest.raises(CommandError) as caught:
        load(tmp_path, "dlh,sampa,99.01,1\ndlh,sampah,99.01,1\npupr,banjir,99.01,1\nhantu,sampah,99.01,1\n")
    assert str(caught.value).splitlines()[1:] == [
        "  row 2: category: no category has the code “sampa”",
        "  row 4: category: no category has the code “banjir”",
        "  row 5: agency: the agency “hantu” is not known",
    ]
    assert list(ServiceArea.objects.order_by("pk").values()) == before


def test_topics_of_polygons_are_asked_for_too(categories: dict[str, Category], tmp_path: Path) -> None:
    path = tmp_path / "zona.geojson"
    feature = '{"type": "Feature", "properties": {"agency": "dlh", "category": "sampa"}, "geometry": %s}'
    path.write_text(feature % square(112.90, -7.68, 0.01).geojson)
    with pytest.raises(CommandError, match=r"feature 1 .*no category has the code “sampa”"):
        call_command("load_service_areas", str(path))


def test_before_any_topic_is_loaded_any_may_be_named(agencies: dict[str, Agency], tmp_path: Path) -> None:
    load(tmp_path, "dlh,sampah,99.01,1\n")
    assert ServiceArea.objects.filter(agency__code="dlh", category="sampah").exists()


@pytest.mark.django_db
def test_a_city_whose_service_areas_name_no_topic_is_refused_whole(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "kota"))
    path = folder / "service_areas.csv"
    path.write_text(path.read_text().replace("dinkes,jentik-dbd,", "dinkes,jentik-hantu,"))
    with pytest.raises(CommandError, match=r"service_areas.csv, row 2: category: .*“jentik-hantu”"):
        call_command("load_city", str(folder))
    assert not Agency.objects.exists()
    assert not Category.objects.exists()
