"""The steward defines datasets: words, topics of the recipe's tier, a name that stays, and no two that subtract."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from incidents.models import Category
from opendata.definitions import all_defined
from opendata.models import Dataset, Definition
from tests.conftest import signed_in
from tests.opendata.released import release

pytestmark = pytest.mark.django_db
NEW = "/data/kelola/dataset/baru?resep=incidents"
WORDS = {
    "title_id": "Sampah saja", "title_en": "Rubbish only", "slug": "sampah-saja", "notes_id": "Tentang sampah.",
    "notes_en": "About rubbish.", "tags": "Sampah, ruang publik , sampah", "categories": ["sampah"],
}  # fmt: skip


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def steward(walidata: User, categories: dict[str, Category]) -> Client:
    all_defined()
    return signed_in(walidata)


def test_the_usual_datasets_and_the_kinds_for_others_are_listed(steward: Client) -> None:
    text = words(steward.get("/data/kelola/dataset").content.decode())

    assert "Kejadian di ruang publik Masalah, baris demi baris · setiap bulan · kejadian-ruang-publik" in text
    assert "Tetapkan yang lain" in text


def test_only_topics_of_the_recipes_tier_can_be_chosen(steward: Client) -> None:
    Definition.objects.filter(recipe="incidents").update(active=False)
    offered = steward.get(NEW).content.decode()

    assert 'value="sampah"' in offered
    assert 'value="jentik"' not in offered
    assert 'value="pungli"' not in offered
    assert steward.post(NEW, WORDS | {"categories": ["pungli"]}).status_code == 422
    assert not Definition.objects.filter(slug="sampah-saja").exists()


def test_one_that_shows_the_same_as_another_is_refused_until_that_is_retired(steward: Client) -> None:
    refused = steward.post(NEW, WORDS)
    retired = steward.post("/data/kelola/dataset/kejadian-ruang-publik/pakai", {"pakai": "tidak"})
    made = steward.post(NEW, WORDS)
    back = steward.post("/data/kelola/dataset/kejadian-ruang-publik/pakai", {"pakai": "ya"})

    assert refused.status_code == 422
    assert "dapat saling dikurangkan" in words(refused.content.decode())
    assert (retired.status_code, made.status_code, back.status_code) == (302, 302, 409)
    found = Definition.objects.get(slug="sampah-saja")
    assert (found.recipe, found.categories, found.tags) == (
        "incidents",
        ["sampah"],
        ["sampah", "ruang-publik"],
    )
    assert not found.automatic


def test_two_about_different_topics_may_stand_beside_each_other(steward: Client) -> None:
    Definition.objects.filter(slug="kejadian-ruang-publik").update(categories=["banjir"])

    assert steward.post(NEW, WORDS).status_code == 302


def test_the_name_cannot_change_once_something_was_released_under_it(steward: Client) -> None:
    Dataset.objects.filter(pk=release("incidents").dataset_id).update(slug="kejadian-ruang-publik")
    here = "/data/kelola/dataset/kejadian-ruang-publik"

    changed = steward.post(here, WORDS | {"categories": []})

    assert changed.status_code == 302
    found = Definition.objects.get(recipe="incidents")
    assert (found.slug, found.title_id) == ("kejadian-ruang-publik", "Sampah saja")
    assert steward.post(NEW, WORDS | {"slug": "kejadian-ruang-publik"}).status_code == 422


@pytest.mark.parametrize("slug", ["baru", "Ada Spasi", "../x", "", "x" * 81])
def test_a_name_that_no_address_can_have_is_refused(steward: Client, slug: str) -> None:
    Definition.objects.filter(recipe="incidents").update(active=False)

    assert steward.post(NEW, WORDS | {"slug": slug}).status_code == 422


def test_what_does_not_exist_is_not_found(steward: Client) -> None:
    for path in ("/data/kelola/dataset/tidak-ada", "/data/kelola/dataset/baru?resep=rahasia"):
        assert steward.get(path).status_code == 404


def test_taking_one_out_of_use_asks_once_more(steward: Client) -> None:
    here = "/data/kelola/dataset/kejadian-ruang-publik/pakai"
    listed = steward.get("/data/kelola/dataset").content.decode()
    asked = steward.get(here)

    assert f'href="{here}"' in listed
    assert 'value="tidak"' not in listed
    assert "Hentikan dataset ini?" in words(asked.content.decode())
    assert Definition.objects.get(slug="kejadian-ruang-publik").active
    assert steward.post(here, {"pakai": "tidak"}).status_code == 302
    again = steward.get(here)
    assert again.status_code == 409
    assert "sudah dihentikan" in words(again.content.decode())
