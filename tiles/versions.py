"""The state of the map as a name: what is remembered under it holds until boundaries change."""

from __future__ import annotations

from geo.models import Edition, MapVersion


def map_version() -> str:
    """The active edition and its count of changes, e.g. `3.17`."""
    edition = Edition.objects.filter(status=Edition.Status.ACTIVE).values_list("pk", flat=True).first() or 0
    version = MapVersion.objects.values_list("version", flat=True).first() or 0
    return f"{edition}.{version}"
