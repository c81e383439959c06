from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from geo.errors import Conflict, Invalid, NotFound
from geo.models import Population
from incidents.fusion import near
from incidents.fusion.following import follow
from incidents.fusion.offers import digest_of, forget_handles, offers
from incidents.models import Category, Follower, Handle
from tests.incidents.made import case

KEBONSARI = "99.01.01.1001"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(settings: Any) -> None:
    near.forget_small()


def offered(categories: dict[str, Category], code: str = "sampah", key: str = KEBONSARI) -> list[Any]:
    return offers(key, categories[code], timezone.now())


def test_an_offer_tells_category_week_and_state_and_nothing_else(categories: dict[str, Category]) -> None:
    case(age=timedelta(days=3))
    (one,) = offered(categories)
    assert set(vars(one)) == {"handle", "category", "week", "status"}
    assert (one.category, one.status) == ("sampah", "diterima")
    week = timezone.localtime(timezone.now() - timedelta(days=3)).isocalendar()
    assert one.week == f"{week.year}-W{week.week:02d}"


def test_handles_are_random_kept_hashed_and_expire(categories: dict[str, Category]) -> None:
    case(age=timedelta(days=3))
    first, second = offered(categories)[0].handle, offered(categories)[0].handle
    assert first != second
    assert set(Handle.objects.values_list("digest", flat=True)) == {digest_of(first), digest_of(second)}
    Handle.objects.filter(digest=digest_of(first)).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        follow(first)
    assert forget_handles() == 1
    assert Handle.objects.get().digest == digest_of(second)


def test_the_newest_five_come_first_wherever_they_lie(categories: dict[str, Category]) -> None:
    for days in range(1, 8):
        case(at=(112.905 + days / 1000, -7.675), age=timedelta(days=days))
    weeks = [one.week for one in offered(categories)]
    assert len(weeks) == 5
    assert weeks == sorted(weeks, reverse=True)


@pytest.mark.parametrize("code", ["jentik", "pungli"])
def test_other_tiers_are_never_offered(categories: dict[str, Category], code: str) -> None:
    case(code, age=timedelta(days=3))
    assert offered(categories, code) == []


def test_confidential_closed_young_and_unpinned_problems_are_not_offered(
    categories: dict[str, Category],
) -> None:
    case(age=timedelta(days=3), confidential=True)
    case(age=timedelta(seconds=1))
    case(age=timedelta(days=3), at=None, kelurahan=KEBONSARI)
    case(age=timedelta(days=3), at=(112.93, -7.65))
    assert offered(categories) == []


def test_where_few_people_live_nothing_is_offered(categories: dict[str, Category]) -> None:
    case(age=timedelta(days=3))
    Population.objects.create(area_code=KEBONSARI, year=2025, people=120, households=40)
    near.forget_small()
    assert offered(categories) == []
    Population.objects.update(people=900)
    near.forget_small()
    assert len(offered(categories)) == 1


def test_a_handle_makes_one_follower_with_a_code_of_their_own(categories: dict[str, Category]) -> None:
    incident = case(age=timedelta(days=3))
    handle = offered(categories)[0].handle
    follower = follow(handle, " tetangga@contoh.example ")
    kept = Follower.objects.get()
    assert (kept.incident, kept.email) == (incident, "tetangga@contoh.example")
    assert follower.code not in set(incident.complaints.values_list("tracking_code", flat=True))
    with pytest.raises(Conflict):
        follow(handle)
    assert Follower.objects.count() == 1


def test_a_wrong_address_uses_no_handle_up(categories: dict[str, Category]) -> None:
    case(age=timedelta(days=3))
    handle = offered(categories)[0].handle
    for wrong in ("tetangga", "a\x00@b.example", "x" * 300 + "@contoh.example"):
        with pytest.raises(Invalid):
            follow(handle, wrong)
    assert follow(handle).email == ""


def test_what_became_confidential_since_cannot_be_followed(categories: dict[str, Category]) -> None:
    incident = case(age=timedelta(days=3))
    handle = offered(categories)[0].handle
    incident.confidential = True
    incident.save(update_fields=["confidential"])
    with pytest.raises(NotFound):
        follow(handle)
