"""Where people live, loaded from `households.csv` or `households.parquet`: `lon`, `lat` and, if known, `count`.

One row for each house or building; without `count` it holds one household. The file is the whole truth. Catchments
follow it at once (geo/catchment_versions.py).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray
from pyarrow import csv

from geo.catchment_rows import read_homes
from geo.catchment_versions import follow
from geo.catchments import Floats, Homes
from geo.changes import Changes
from geo.csvfile import Row, read_csv
from geo.map_version import bump_map_version
from geo.models import CatchmentVersion
from geo.refusal import Fault, FileRefused, refuse_if_any

MOST = 10_000  # households in one building; more is an area's number, not a building's
COPY = 'COPY "geo_household" ("location", "count") FROM STDIN'
BLOCK = 100_000


def load_households(path: Path) -> Changes:
    """Replace all households by those of the file, and let the catchments follow, in one transaction.

    Raises FileRefused with every row that is wrong.
    """
    homes = _in_order(_parquet(path) if path.suffix.lower() == ".parquet" else _csv(path))
    if not len(homes.count):
        raise FileRefused(path, _("it names no households"))
    with transaction.atomic():
        bump_map_version()  # of two files at once the later one sees what the first has put there
        before = read_homes()
        if _equal(_in_order(before), homes):
            changes = Changes(same=len(homes.count))
        else:
            _replace(homes)
            changes = Changes(added=[_counted(homes)], removed=[_counted(before)] if before.total else [])
        version = follow()
    return changes + Changes(notes=notes(version) if version else [])


def notes(version: CatchmentVersion) -> list[str]:
    """What an administrator should know of the catchments in force: sizes, who is in none."""
    report = version.report
    sizes = {key: report[key] for key in ("cells", "smallest", "largest")} | {"number": version.number}
    words = _(
        "catchments %(number)d: %(cells)d cells of %(smallest)d to %(largest)d households, "
        "half of them up to %(median)d"
    )
    told = [words % (sizes | {"median": round(report["median"])})]
    if without := report["without"]:
        words = _("without a catchment, because too few households are known there: %(codes)s")
        told.append(words % {"codes": ", ".join(f"{code} ({n})" for code, n in without.items())})
    if outside := report["outside"]:
        words = ngettext(
            "%(count)d household lies in no kelurahan or right on a border, and counts nowhere",
            "%(count)d households lie in no kelurahan or right on a border, and count nowhere",
            outside,
        )
        told.append(words % {"count": outside})
    return told


def _csv(path: Path) -> Homes:
    return _quickly(path) or _row_by_row(path)


def _quickly(path: Path) -> Homes | None:
    """A plain table that is all right, read as columns; None where it must be looked at row by row."""
    types = dict.fromkeys(("lon", "lat", "count"), pa.float64())
    options = csv.ConvertOptions(
        column_types=types, include_columns=list(types), include_missing_columns=True
    )
    try:
        table = csv.read_csv(path, convert_options=options)
        return _checked(path, *(table[name].to_numpy() for name in types))
    except (OSError, pa.ArrowException, FileRefused):
        return None


def _row_by_row(path: Path) -> Homes:
    rows = read_csv(path, ("lon", "lat"), ("count",))
    faults: list[Fault] = []
    table = [_row(row, faults) for row in rows]
    refuse_if_any(path, faults)
    lon, lat, count = np.array(table, dtype=np.float64).reshape(-1, 3).T
    return Homes(lon.copy(), lat.copy(), count.astype(np.int64))


def _row(row: Row, faults: list[Fault]) -> tuple[float, float, int]:
    """One row's values; what is wrong goes to `faults`."""
    try:
        lon, lat = row.decimal("lon", -180, 180), row.decimal("lat", -90, 90)
        return lon, lat, row.whole("count", 1, MOST, default=1)
    except FileRefused as error:
        faults += error.faults
        return 0.0, 0.0, 0


def _parquet(path: Path) -> Homes:
    try:
        table = pq.read_table(path)
    except OSError as error:
        raise FileRefused(path, _("it cannot be opened")) from error
    except pa.ArrowException as error:
        raise FileRefused(path, _("it is no Parquet file")) from error
    missing = [column for column in ("lon", "lat") if column not in table.column_names]
    if missing:
        raise FileRefused(path, _("column missing: %(columns)s") % {"columns": ", ".join(missing)})
    lon, lat = (_numbers(path, table, column) for column in ("lon", "lat"))
    count = _numbers(path, table, "count") if "count" in table.column_names else np.ones_like(lon)
    return _checked(path, lon, lat, count)


def _checked(path: Path, lon: Floats, lat: Floats, count: Floats) -> Homes:
    """Columns in which nan stands for an empty cell. Raises FileRefused with every row that is wrong."""
    count = np.where(np.isnan(count), 1, count)
    between = _("must be between %(low)s and %(high)s")
    faults = [
        *_wrong("lon", (lon >= -180) & (lon <= 180), between % {"low": -180, "high": 180}),
        *_wrong("lat", (lat >= -90) & (lat <= 90), between % {"low": -90, "high": 90}),
        *_wrong("count", (count >= 1) & (count <= MOST), between % {"low": 1, "high": MOST}),
        *_wrong("count", count % 1 == 0, _("must be a whole number")),
    ]
    refuse_if_any(path, [fault for _row, fault in sorted(faults, key=lambda found: found[0])])
    return Homes(lon, lat, count.astype(np.int64))


def _wrong(column: str, right: NDArray[np.bool_], reason: str) -> list[tuple[int, Fault]]:
    """Row and fault for each that is not `right`; rows as a spreadsheet counts them, as of the same table in CSV."""
    rows = np.flatnonzero(~right).tolist()
    return [(row, Fault(_("row %(row)d") % {"row": row + 2}, f"{column}: {reason}")) for row in rows]


def _numbers(path: Path, table: pa.Table, column: str) -> Floats:
    try:
        found: Floats = table[column].cast(pa.float64()).to_numpy()
        return found
    except pa.ArrowException as error:
        raise FileRefused(path, f"{column}: " + _("must hold numbers")) from error


def _in_order(homes: Homes) -> Homes:
    return homes.take(np.lexsort((homes.count, homes.lat, homes.lon)))


def _equal(one: Homes, other: Homes) -> bool:
    pairs = ((one.lon, other.lon), (one.lat, other.lat), (one.count, other.count))
    return all(np.array_equal(a, b) for a, b in pairs)


def _counted(homes: Homes) -> str:
    return _("%(total)d households at %(points)d points") % {"total": homes.total, "points": len(homes.count)}


def _replace(homes: Homes) -> None:
    points = np.array(shapely.set_srid(shapely.points(homes.lon, homes.lat), 4326))
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "geo_household"')
        with cursor.copy(COPY) as copy:
            for start in range(0, len(points), BLOCK):
                part = slice(start, start + BLOCK)
                keys = shapely.to_wkb(points[part], hex=True, include_srid=True).tolist()
                lines = zip(keys, homes.count[part].tolist(), strict=True)
                copy.write("".join(f"{key}\t{count}\n" for key, count in lines))
