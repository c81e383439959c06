from __future__ import annotations

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from pyproj import Geod

from geo.facilities import NEAREST, landmarks, nearest_facilities
from geo.models import Facility

pytestmark = pytest.mark.django_db
HERE = (112.91, -7.67)


def facility(code: str, kind: str, lon: float, lat: float) -> Facility:
    return Facility.objects.create(
        code=code, name=code.title(), kind=kind, location=Point(lon, lat, srid=4326)
    )


def test_the_nearest_come_first_with_metres_and_direction() -> None:
    facility("utara", "puskesmas", 112.91, -7.66)
    facility("timur", "puskesmas", 112.912, -7.67)
    facility("jauh", "puskesmas", 113.91, -7.67)

    found = nearest_facilities(*HERE, limit=2)

    assert [(one.code, round(one.distance_m), one.bearing) for one in found] == [
        ("timur", 221, 90),
        ("utara", 1106, 0),
    ]


def test_only_one_kind_may_be_asked_for() -> None:
    facility("tps", "tps", 112.9101, -7.67)
    facility("pkm", "puskesmas", 112.95, -7.67)

    assert [one.code for one in nearest_facilities(*HERE, "puskesmas")] == ["pkm"]
    assert nearest_facilities(*HERE, "bandara") == []


@pytest.mark.parametrize(
    "centre", [(112.91, -7.67), (95.3, 5.55), (140.7, -2.5), (179.999, 0.0), (10.0, 80.0)]
)
def test_the_order_is_that_of_exact_metres_everywhere(centre: tuple[float, float]) -> None:
    """A thousand made-up places, against every distance computed: also across the date line, and far north."""
    random = np.random.default_rng(11)
    spread = random.normal(0, 0.05, (1000, 2))
    lon = (centre[0] + spread[:, 0] + 180) % 360 - 180
    lat = np.clip(centre[1] + spread[:, 1], -90, 90)
    rows = [
        Facility(code=str(i), name="x", kind="k", location=Point(x, y, srid=4326))
        for i, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]
    Facility.objects.bulk_create(rows)
    metres = Geod(ellps="WGS84").inv(np.full(1000, centre[0]), np.full(1000, centre[1]), lon, lat)[2]

    found = nearest_facilities(*centre, limit=10)

    assert [int(one.code) for one in found] == np.argsort(metres)[:10].tolist()
    assert [one.distance_m for one in found] == pytest.approx(np.sort(metres)[:10])


def test_the_index_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + NEAREST, {"lon": 112.9, "lat": -7.6, "kind": "", "limit": 5})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "geo_facility_globe" in plan
    assert "Order By" in plan


def test_landmarks_are_the_nearest_of_each_kind_and_not_far_away() -> None:
    facility("tps-1", "tps", 112.9101, -7.67)
    facility("tps-2", "tps", 112.9102, -7.67)
    facility("pkm", "puskesmas", 112.915, -7.67)
    facility("kantor", "kantor_kelurahan", 112.92, -7.67)
    facility("rsud", "rsud", 113.5, -7.67)

    assert [one.code for one in landmarks(*HERE)] == ["tps-1", "pkm", "kantor"]
    assert [one.code for one in landmarks(*HERE, limit=1)] == ["tps-1"]
    assert [one.code for one in landmarks(0.0, 0.0)] == []
