"""The steward changes numbers: sees what each means and what it would cost, and cannot go below the guarantee."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from opendata.desk.policy_form import PolicyForm
from opendata.models import Policy
from opendata.policy import Numbers, in_force
from tests.conftest import signed_in
from tests.opendata.conftest import Report

pytestmark = pytest.mark.django_db
CHANGE = "/data/kelola/kebijakan/ubah"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def typed(**changed: str) -> dict[str, str]:
    """The form as the page shows it, with some fields typed over."""
    form = PolicyForm(numbers=Numbers())
    shown = {name: form[name].value() for name in form.fields}
    return {name: str(value or "").replace(".", ",") for name, value in shown.items()} | {
        "note": "Permintaan dewan.", "versi": "1", **changed,
    }  # fmt: skip


@pytest.fixture
def steward(walidata: User) -> Client:
    return signed_in(walidata)


def test_every_number_in_force_is_shown_with_its_meaning(steward: Client) -> None:
    text = words(steward.get("/data/kelola/kebijakan").content.decode())

    assert "Versi 1 berlaku" in text
    assert "Orang di balik sebuah angka 10 " in text
    assert "Keberhasilan penyerang, paling tinggi 5 %" in text
    assert "1, 3, 7, 14, 30, 90" in text


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("households", "19", "paling sedikit 20 rumah tangga"),
        ("k", "9", "paling sedikit 10 orang berbeda"),
        ("risk", "5,1", "paling banyak 5 dari 100 tebakan"),
        ("homes", "9999", "paling sedikit 10.000 rumah simulasi"),
        ("categories", "2", "paling sedikit 3 topik"),
        ("share", "70,5", "paling banyak 70 %"),
        ("confidence", "94,9", "paling sedikit 95 %"),
        ("outcome_days", "1, 2, 3, 4, 5, 6, 7", "satu sampai enam bilangan hari"),
        ("report_bands", "2, 5", "dimulai dari 1"),
    ],
)
def test_a_number_weaker_than_the_guarantee_is_refused_with_a_sentence(
    steward: Client, name: str, value: str, sentence: str
) -> None:
    for step in ("hitung", "simpan"):
        response = steward.post(CHANGE, typed(**{name: value}, langkah=step))

        assert response.status_code == 422
        assert sentence in words(response.content.decode())
    assert in_force()[0].version == 1


def test_a_look_at_the_cost_changes_nothing_and_says_that_it_is_an_estimate(
    steward: Client, report: Report
) -> None:
    report("sampah")

    response = steward.post(CHANGE, typed(outcome_days="7, 30", langkah="hitung"))
    text = words(response.content.decode())

    assert response.status_code == 200
    assert "Rentang lama penanganan: 1, 3, 7, 14, 30, 90 → 7, 30" in text
    assert "Kejadian di ruang publik Oktober 2026" in text
    assert "Baris yang akan dirilis 1 1" in text
    assert "Perkiraan cepat" in text
    assert Policy.objects.count() == 1


def test_a_new_version_keeps_who_and_why_and_the_way_back(steward: Client, walidata: User) -> None:
    done = steward.post(CHANGE, typed(k="12", langkah="simpan"))
    newest, numbers = in_force()
    page = words(steward.get("/data/kelola/kebijakan").content.decode())
    back: Any = steward.get(f"{CHANGE}?dari=1").context["form"]

    assert done.status_code == 302
    assert (newest.version, newest.created_by, newest.note) == (2, walidata, "Permintaan dewan.")
    assert (numbers.k, numbers.households) == (12, 20)
    assert "Orang di balik sebuah angka: 10 → 12" in page
    assert back["k"].value() == 10
    assert Numbers.read(Policy.objects.get(version=1).numbers) == Numbers()


def test_two_who_change_at_once_do_not_overwrite_each_other(steward: Client) -> None:
    steward.post(CHANGE, typed(k="12", langkah="simpan"))

    late = steward.post(CHANGE, typed(k="15", langkah="simpan"))

    assert late.status_code == 409
    assert "sudah diubah orang lain" in words(late.content.decode())
    assert in_force()[1].k == 12


def test_without_a_reason_or_a_change_nothing_is_put_in_force(steward: Client) -> None:
    assert steward.post(CHANGE, typed(k="12", note=" ", langkah="simpan")).status_code == 422
    same = steward.post(CHANGE, typed(langkah="simpan"))

    assert same.status_code == 409
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("value", ["", "banyak", "-1", "1e9", "10" * 30])
def test_what_is_no_number_is_told_at_its_field(steward: Client, value: str) -> None:
    response = steward.post(CHANGE, typed(k=value, langkah="hitung"))

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


def test_an_unknown_version_to_start_from_is_not_found(steward: Client) -> None:
    assert [steward.get(f"{CHANGE}?dari={one}").status_code for one in ("9", "x", "²")] == [404] * 3
