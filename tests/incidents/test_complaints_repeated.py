from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from incidents.models import Complaint, Incident, Photo
from tests.conftest import IN_KEPEL
from tests.incidents.test_complaints_api import GOOD, TEXT, URL, Categories, fields, photo, post


def test_the_same_key_and_content_give_the_first_answer_again(warga: Client, categories: Categories) -> None:
    first = post(warga, GOOD, **{"Idempotency-Key": "k-1"})
    Incident.objects.update(phase=Incident.Phase.WORKING)
    respelt = json.dumps(dict(reversed(GOOD.items())), indent=3) + "\n"
    again = post(warga, respelt, **{"Idempotency-Key": "k-1"})
    as_form = warga.post(URL, GOOD, headers={"Idempotency-Key": "k-1"})

    assert (first.status_code, again.status_code, as_form.status_code) == (201, 200, 200)
    assert first.json() == again.json() == as_form.json()
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"description": TEXT + "!"},
        {"lon": IN_KEPEL[0]},
        {"anonymous": True},
        {"reporter": {"phone": "0812 345 678"}},
    ],
)
def test_the_same_key_with_other_content_is_a_conflict(
    warga: Client, categories: Categories, change: dict[str, Any]
) -> None:
    post(warga, GOOD, **{"Idempotency-Key": "k-1"})
    response = post(warga, GOOD | change, **{"Idempotency-Key": "k-1"})

    assert response.status_code == 409
    assert fields(response) == set()
    assert Complaint.objects.count() == 1


def test_the_same_photo_is_the_same_content_and_another_is_not(warga: Client, categories: Categories) -> None:
    key = {"Idempotency-Key": "k-2"}
    sendings = [photo(), photo(), photo(size=(50, 50))]
    answers = [warga.post(URL, GOOD | {"photos": [one]}, headers=key).status_code for one in sendings]

    assert answers == [201, 200, 409]
    assert Photo.objects.count() == 1


def test_a_key_of_more_than_200_characters_is_a_bad_request(warga: Client, categories: Categories) -> None:
    response = post(warga, GOOD, **{"Idempotency-Key": "k" * 201})

    assert (response.status_code, fields(response)) == (400, {"Idempotency-Key"})


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_one_key_exactly_one_is_created(categories: Categories) -> None:
    answers: list[tuple[int, str]] = []

    def send() -> None:
        response = post(Client(), GOOD, **{"Idempotency-Key": "k-3"})
        answers.append((response.status_code, response.json()["tracking_code"]))
        connection.close()

    threads = [threading.Thread(target=send) for _i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(status for status, _code in answers) == [200] * 5 + [201]
    assert len({code for _status, code in answers}) == 1
