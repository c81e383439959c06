"""The borders that a release may hold: kelurahan, simplified, and catchments, if the licence of the borders lets them.

Catchments are parts of kelurahan, so the licence of these decides on both.
"""

from __future__ import annotations

import shapely

from geo.catchment_versions import active_version
from geo.cells import cell_shapes
from geo.city import current_city
from opendata.shapes import as_released, released_shapes
from opendata.sources import Borders


def boundaries_licence() -> str:
    """The licence under which the city may pass its borders on; empty where there is none."""
    city = current_city()
    return city.boundaries_licence if city else ""


def released_borders(edition: Borders) -> dict[str, shapely.MultiPolygon]:
    """Code → shape of the kelurahan and catchments in force; empty when the licence of the borders is not known.

    Catchments are rounded, not simplified: a border that moves by ten metres would move homes to another cell.
    """
    if not boundaries_licence():
        return {}
    return released_shapes(edition.shapes) | released_catchments()


def released_catchments() -> dict[str, shapely.MultiPolygon]:
    """Code → shape of each catchment in force, whatever the licence."""
    version = active_version()
    return as_released(cell_shapes(version)) if version else {}
