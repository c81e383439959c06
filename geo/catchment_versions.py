"""Versions of the catchments: one beside the other, one in force, always of the edition that is.

They follow households and borders by themselves (`follow`); a later version only merges (geo/catchment_merge.py), so
nobody learns more from two versions than from the finer one.
"""

from __future__ import annotations

from django.db import transaction

from geo.catchment_merge import Before, highest, merged
from geo.catchment_risk import Demand
from geo.catchment_rows import read_cells, read_homes, store, villages_of
from geo.catchments import Homes, Partition, catchments
from geo.map_version import bump_map_version
from geo.models import Catchment, CatchmentVersion, Edition


def active_version() -> CatchmentVersion | None:
    """The version in force; None where households are not known."""
    return CatchmentVersion.objects.filter(active=True).select_related("edition").first()


def follow(asked: Demand | None = None) -> CatchmentVersion | None:
    """Put the catchments in force that fit the edition in force and the households known now.

    The first time they are made; later the version before is merged where cells hold too few by now, or are cut by new
    borders. Where nothing differs the version stays, or comes back: after a roll back, the edition's own. More may be
    `asked` of all cells from now on; what was asked before is never lowered.
    """
    with transaction.atomic():
        bump_map_version()  # changes of the map go one after the other
        edition = Edition.objects.filter(status=Edition.Status.ACTIVE).first()
        homes = read_homes()
        if edition is None or not homes.total:
            CatchmentVersion.objects.filter(active=True).update(active=False)
            return None
        version = _fitting(edition, homes, asked or Demand())
        _activate(version)
        return version


def _fitting(edition: Edition, homes: Homes, demand: Demand) -> CatchmentVersion:
    versions = CatchmentVersion.objects
    base = versions.filter(edition=edition).first() or active_version() or versions.first()
    if base is None:
        return store(edition, demand, homes, _first(edition, homes, demand), None)
    before = Demand(**base.report.get("demand", {}))
    demand = demand.stricter(before)
    partition = _later(edition, homes, demand, base)
    if base.edition_id == edition.pk and partition.cells == read_cells(base) and demand == before:
        return base
    return store(edition, demand, homes, partition, base)


def _first(edition: Edition, homes: Homes, demand: Demand) -> Partition:
    return catchments(homes, villages_of(edition), demand.least, demand.strong, demand.weak)


def _later(edition: Edition, homes: Homes, demand: Demand, base: CatchmentVersion) -> Partition:
    before = Before(
        cells=read_cells(base),
        strong=frozenset(base.report["strong"]),
        taken=highest(Catchment.objects.values_list("code", flat=True)),
        same_borders=base.edition_id == edition.pk,
    )
    return merged(before, homes, villages_of(edition), demand.least, demand.strong, demand.weak)


def _activate(version: CatchmentVersion) -> None:
    if not version.active:
        CatchmentVersion.objects.filter(active=True).update(active=False)
        version.active = True
        version.save(update_fields=["active"])
