"""How rows are called where people read them."""

from __future__ import annotations

from geo.models import Agency, ServiceArea


def test_a_service_area_is_called_by_agency_topic_and_place_not_by_row_numbers() -> None:
    pdam = Agency(pk=19, code="pdam", name="PDAM Kota", short_name="PDAM")

    assert (
        str(ServiceArea(agency=pdam, category="air-bersih", area_code="35.75")) == "PDAM, air-bersih, 35.75"
    )
    assert str(ServiceArea(agency=pdam, name="zona timur")) == "PDAM, zona timur"
