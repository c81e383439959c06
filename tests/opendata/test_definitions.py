"""Datasets as rows: the usual ones are there from the beginning, and the steward's words are never overwritten."""

from __future__ import annotations

import pytest

from geo.errors import NotFound
from opendata.definitions import all_defined, defined, in_use
from opendata.models import Definition
from opendata.policy import Numbers, in_force

pytestmark = pytest.mark.django_db

USUAL = [
    "batas-wilayah",
    "kejadian-kamera",
    "kejadian-ruang-publik",
    "kinerja-opd",
    "kode-acuan",
    "laporan-layanan",
    "petak",
]


def test_a_city_begins_with_the_seven_usual_datasets_told_in_both_languages() -> None:
    found = all_defined()

    assert [one.slug for one in found] == USUAL
    assert all(one.title_id and one.title_en and one.notes_id and one.notes_en and one.tags for one in found)
    assert not any(one.automatic for one in found)


def test_the_stewards_words_stay_and_their_own_datasets_stand_beside() -> None:
    all_defined()
    Definition.objects.filter(slug="petak").update(title_id="Petak kota", active=False)
    Definition.objects.create(slug="sampah-saja", recipe="incidents", categories=["sampah"])

    assert defined("petak").title_id == "Petak kota"
    assert [one.slug for one in in_use()] == [slug for slug in USUAL if slug != "petak"] + ["sampah-saja"]


def test_a_name_that_nobody_defined_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="kejadian-ruang-publik"):
        defined("tidak-ada")


def test_the_first_policy_is_in_force_even_where_its_row_is_missing() -> None:
    policy, numbers = in_force()

    assert (policy.version, numbers) == (1, Numbers())
