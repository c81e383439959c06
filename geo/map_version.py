"""The count of the map's changes, by which running servers see that they must load it again."""

from __future__ import annotations

from django.db.models import F

from geo.models import MapVersion


def bump_map_version() -> int:
    """Count the map's version up, in the transaction of the change: running servers then load the map again.

    The row stays locked until the transaction ends, so changes of the map go one after the other.
    """
    MapVersion.objects.get_or_create(id=1)
    MapVersion.objects.filter(id=1).update(version=F("version") + 1)
    return MapVersion.objects.values_list("version", flat=True).get(id=1)
