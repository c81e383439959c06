"""So many requests per client and time, counted for all processes together."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory

from geo.errors import TooMany
from incidents.models import RateWindow
from incidents.ratelimit import client_address, count_request, forget_past_windows

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
LIMIT = (3, 600)


def request_from(address: str = "203.0.113.7", forwarded: str = "") -> object:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def knock(name: str = "uji", address: str = "203.0.113.7") -> None:
    count_request(name, request_from(address), LIMIT)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_fourth_of_three_is_told_when_to_come_back() -> None:
    with time_machine.travel(NOON, tick=False):
        for _i in range(3):
            knock()
        with pytest.raises(TooMany) as caught:
            knock()
    assert caught.value.retry_after == 595


@pytest.mark.django_db
def test_other_clients_other_doors_and_the_next_window_are_free() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _i in range(3):
            knock()
        knock(address="203.0.113.8")
        knock(name="lain")
        clock.shift(600)
        knock()


@pytest.mark.django_db
def test_no_address_is_kept() -> None:
    knock()
    assert "203.0" not in RateWindow.objects.get().key


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_are_all_counted() -> None:
    refused: list[bool] = []

    def once() -> None:
        try:
            knock()
            refused.append(False)
        except TooMany:
            refused.append(True)
        finally:
            connection.close()

    with time_machine.travel(NOON, tick=False):
        threads = [threading.Thread(target=once) for _i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(refused) == [False] * 3 + [True] * 5


@pytest.mark.django_db
def test_counters_of_past_windows_are_forgotten() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        knock()
        assert forget_past_windows() == 0
        clock.shift(601)
        knock()
        assert forget_past_windows() == 1
    assert RateWindow.objects.count() == 1


@pytest.mark.parametrize(
    ("trusted", "address", "forwarded", "client"),
    [
        ([], "10.0.0.1", "203.0.113.9", "10.0.0.1"),  # nobody is believed
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what the client made up
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),  # two proxies of ours
        (["10.0.0.0/8"], "198.51.100.1", "203.0.113.9", "198.51.100.1"),  # not through our proxy
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "omong kosong", "omong kosong"),
        (["10.0.0.0/8"], "", "203.0.113.9", "local"),  # a unix socket
    ],
)
def test_the_client_is_the_last_address_that_is_not_our_own_proxy(
    settings: object, trusted: list[str], address: str, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXIES = trusted  # type: ignore[attr-defined]
    assert client_address(request_from(address, forwarded)) == client  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_household_of_ipv6_is_one_client(rf: RequestFactory) -> None:
    for last in range(3):
        count_request("lapor", rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{last}"), (3, 60))

    with pytest.raises(TooMany):
        count_request("lapor", rf.get("/", REMOTE_ADDR="2001:db8:1:2:ffff::1"), (3, 60))
    count_request("lapor", rf.get("/", REMOTE_ADDR="2001:db8:1:3::1"), (3, 60))
    count_request("lapor", rf.get("/", REMOTE_ADDR="::ffff:198.51.100.7"), (3, 60))
