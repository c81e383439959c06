"""Who writes to several cases at once waits for nobody in a ring."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.access import locked_incident
from incidents.cctv import meeting
from incidents.cctv.meeting import citizens_case, lock_in_order
from incidents.fusion import near
from incidents.fusion.merge import locked_pair
from incidents.fusion.nearest import Search, nearest
from incidents.models import Camera, Category, CctvEvent, Handle, Incident, Rule
from tests.conftest import IN_KEBONSARI
from tests.incidents.made import case

Categories = dict[str, Category]
LON, LAT = IN_KEBONSARI


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "lock",
    [lambda one, two: locked_pair(one, two), lambda one, two: (locked_incident(one), locked_incident(two))],
    ids=["merge", "step"],
)
def test_the_answer_to_a_report_points_at_a_case_while_somebody_works_on_it(
    categories: Categories, lock: Callable[[int, int], object]
) -> None:
    one, two = case(), case(at=(LON + 0.001, LAT))

    def offered() -> str:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '500ms'")
                return Handle.objects.create(
                    digest="d" * 64, incident=two, status=two.status, expires_at=timezone.now()
                ).digest
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        lock(one.pk, two.pk)
        assert other.submit(offered).result() == "d" * 64


@pytest.fixture
def event(categories: Categories, camera: Camera) -> CctvEvent:
    return CctvEvent(
        camera=camera, klass="sampah", happened_at=timezone.now(), kelurahan_code=case().kelurahan_code
    )


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["phase", "confidential", "merged_into"])
def test_a_camera_joins_no_case_that_was_closed_hidden_or_merged_since_it_was_found(
    event: CctvEvent, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    near.forget_small()
    rule = Rule.objects.select_related("category").get(klass="sampah")
    Rule.objects.update(join_metres=200)
    rule.join_metres = 200
    found = Incident.objects.get()
    Incident.objects.update(location=event.camera.location)
    values: dict[str, Any] = {
        "phase": "ditutup",
        "confidential": True,
        "merged_into": case(at=(LON + 0.01, LAT)),
    }

    def found_and_changed(search: Search) -> int | None:
        pk = nearest(search)
        assert pk == found.pk
        Incident.objects.filter(pk=pk).update(**{change: values[change]})
        return pk

    monkeypatch.setattr(meeting, "nearest", found_and_changed)
    assert citizens_case(rule, event) is None
    assert Incident.every.get(pk=found.pk).camera is None


@pytest.mark.django_db
def test_a_batch_locks_its_cases_ascending(categories: Categories) -> None:
    cases = [case(age=timedelta(hours=hours), at=(LON + hours / 1000, LAT)).pk for hours in (3, 2, 1)]
    with CaptureQueriesContext(connection) as asked:
        lock_in_order(reversed(cases), [])
    (locking,) = [one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
    assert locking.endswith("ORDER BY 1 ASC FOR NO KEY UPDATE")
