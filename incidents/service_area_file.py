"""A city's service areas from its file, with the topics that they name: geo knows places, topics are known here."""

from __future__ import annotations

from pathlib import Path

from geo.changes import Changes
from geo.service_areas import load_service_areas
from incidents.models import Category


def load_service_area_file(path: Path, *, layer: str = "", crs: str = "") -> Changes:
    """As `load_service_areas`; a topic that is not in use is refused, unless no topics are loaded yet.

    Call it inside a transaction. Raises FileRefused.
    """
    topics = set(Category.objects.filter(active=True).values_list("code", flat=True))
    return load_service_areas(path, topics or None, layer=layer, crs=crs)
