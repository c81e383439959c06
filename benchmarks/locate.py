"""locate_*: placing points by our engine beside geopandas, PostGIS and sedonadb, over the same points in the same run.

Our engine is asked through `Locator.locate_many`, with one thread; it also finds the nearest area within the tolerance,
which no peer does. Answers are compared point by point: a figure with other answers is none.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import django
import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.figure import Figure, sized, versions
from benchmarks.locate_peers import Geopandas, Postgis, Sedonadb
from benchmarks.nation import EAST, NORTH, SOUTH, WEST, villages
from geo.boundaries import read_boundaries
from geo.locate import OUTSIDE, Locator, Place, Service, Village
from setup.common import ROOT

CITY = ROOT.parent / "shared" / "data" / "boundaries" / "35.78_kota-surabaya.geojson"
DEMO = ROOT / "fixtures" / "pasuruan" / "areas.geojson"
ROUNDS = 3
BULK, NATION, NATION_POINTS, SINGLE = 5_000_000, 83_000, 10_000_000, 20_000
Floats = NDArray[np.float64]


def city() -> tuple[str, gpd.GeoSeries]:
    """Kota Surabaya where its borders are at hand, else the demo city, by name."""
    path = CITY if CITY.exists() else DEMO
    areas, _report = read_boundaries(Path(path))
    return path.stem, areas[areas["level"] == "kelurahan_desa"].sort_values("code").geometry


def locator_of(shapes: Iterable[Any], services: Sequence[Service] = ()) -> tuple[Locator, dict[str, Any]]:
    """The engine over these shapes; what it took to make it."""
    named = [Village(Place(f"{i:06}", str(i)), Place("", ""), shape) for i, shape in enumerate(shapes)]
    before, started = memory_mb(), time.perf_counter()
    locator = Locator("bench", named, services)
    seconds = time.perf_counter() - started
    return locator, {
        "areas": len(named),
        "build_s": round(seconds, 2),
        "engine_mb": round(locator.nbytes / 1e6, 1),
        "build_peak_mb": round(peak_mb() - before, 1),
    }


def memory_mb() -> float:
    """What the process holds now; from here on `peak_mb` counts anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def peak_mb() -> float:
    return _status("VmHWM")


def _status(name: str) -> float:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(name))
    return int(line.split()[1]) / 1000


def uniform(locator: Locator, shapes: gpd.GeoSeries, count: int) -> Floats:
    """(count, 2) points anywhere in the city."""
    dice, found = np.random.default_rng(1), np.empty((0, 2))
    west, south, east, north = shapes.total_bounds
    while len(found) < count:
        drawn = dice.uniform((west, south), (east, north), (count, 2))
        placed = locator.locate_many(drawn[:, 0], drawn[:, 1])
        found = np.vstack([found, drawn[(placed.village != OUTSIDE) & ~placed.approximate]])
    return found[:count]


def along_borders(shapes: gpd.GeoSeries, count: int) -> Floats:
    """(count, 2) points scattered 10 m around the borders."""
    dice = np.random.default_rng(2)
    lines = shapely.get_parts(shapely.boundary(shapes.values))
    length = shapely.length(lines)
    which = dice.choice(len(lines), count, p=length / length.sum())
    on = shapely.line_interpolate_point(lines[which], dice.uniform(0, 1, count), normalized=True)
    scattered: Floats = shapely.get_coordinates(on) + dice.normal(0, 10 / 111_320, (count, 2))
    return scattered


def ours_s(locator: Locator, points: Floats) -> tuple[float, NDArray[np.int64]]:
    lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    started = time.perf_counter()
    placed = locator.locate_many(lon, lat)
    seconds = time.perf_counter() - started
    return seconds, np.where(placed.approximate, OUTSIDE, placed.village).astype(np.int64)


def beside(figure: str, locator: Locator, peer: Any, points: Floats, detail: dict[str, Any]) -> None:
    """Take turns with a peer; the figure is the ratio of the medians of points per second."""
    ours, theirs = [], []
    for _round in range(ROUNDS):
        seconds, mine = ours_s(locator, points)
        ours.append(seconds)
        seconds, other = peer.join()
        theirs.append(seconds)
    differ = int((mine != other).sum())
    if differ:
        sys.exit(f"kentongan: {figure}: {differ} of {len(points)} answers differ from those of {peer.name}")
    rates = [len(points) / statistics.median(one) / 1e6 for one in (ours, theirs)]
    detail = {
        **detail,
        "points": len(points),
        "rounds": ROUNDS,
        "answers_that_differ": differ,
        "unit": "million points per second",
        **versions(*{"numpy", "shapely", "geopandas", peer.name} - {"postgis"}),
    }
    print(
        Figure(
            figure, round(rates[0] / rates[1], 1), "ratio", round(rates[0], 2), round(rates[1], 3), detail
        ).line()
    )


def singles_us(locator: Locator, points: Floats) -> list[float]:
    """Microseconds of one `locate` each, all of its answer included."""
    found = []
    for lon, lat in points[:SINGLE].tolist():
        started = time.perf_counter()
        locator.locate(lon, lat)
        found.append(1e6 * (time.perf_counter() - started))
    return found


def one_by_one(locator: Locator, points: Floats, skewed: Floats, detail: dict[str, Any]) -> None:
    """Anywhere in the city, and in `detail` along the borders, where each needs an exact test."""
    found, border = singles_us(locator, points), singles_us(locator, skewed)
    middle = statistics.median(found)
    detail = {
        **detail,
        "points": len(found),
        "p99_us": round(float(np.percentile(found, 99)), 1),
        "along_borders_us": round(statistics.median(border), 1),
        **versions("numpy"),
    }
    print(Figure("locate_single_us", round(middle, 2), "µs", round(middle, 2), 0, detail).line())


def with_services(shapes: gpd.GeoSeries, points: Floats, skewed: Floats) -> dict[str, float]:
    """Million points per second where twelve service areas with polygons of their own share the city out."""
    west, south, east, north = shapes.total_bounds
    x, y = np.linspace(west, east, 5), np.linspace(south, north, 4)
    drawn = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(4) for j in range(3)]
    services = [Service(f"rayon-{i}", "air", "", 0, geom=geom) for i, geom in enumerate(drawn)]
    locator = locator_of(shapes.values, services)[0]
    middle = [
        len(some) / statistics.median(ours_s(locator, some)[0] for _round in range(ROUNDS)) / 1e6
        for some in (points, skewed)
    ]
    return {"with_12_drawn_services": round(middle[0], 2), "the_same_along_borders": round(middle[1], 2)}


def nation() -> None:
    """A made-up country of villages: points per second, seconds until ready, memory."""
    shapes = villages(sized(NATION))
    locator, detail = locator_of(shapes)
    points = np.random.default_rng(4).uniform((WEST, SOUTH), (EAST, NORTH), (sized(NATION_POINTS), 2))
    rates = [len(points) / ours_s(locator, points)[0] for _round in range(ROUNDS)]
    _seconds, mine = ours_s(locator, points[:100_000])
    at, covering = shapely.STRtree(shapes).query(shapely.points(points[:100_000]), predicate="covered_by")
    other = np.full(len(mine), len(shapes))
    np.minimum.at(other, at, covering)
    if (mine != np.where(other == len(shapes), OUTSIDE, other)).any():
        sys.exit("kentongan: locate_nation_points_per_s: answers differ from those of shapely")
    detail = {
        **detail,
        "polygons_mb": round(int(shapely.get_num_coordinates(shapes).sum()) * 16 / 1e6, 1),
        "points": len(points),
        "vertices_each": int(np.median(shapely.get_num_coordinates(shapes))),
        **versions("numpy", "shapely"),
    }
    middle = round(statistics.median(rates))
    print(Figure("locate_nation_points_per_s", middle, "points/s", middle, 0, detail).line())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    name, shapes = city()
    locator, detail = locator_of(shapes.values)
    detail = {"city": name, **detail}
    points = uniform(locator, shapes, sized(BULK))
    skewed = along_borders(shapes, sized(BULK))
    services = {**detail, **with_services(shapes, points, skewed)}
    beside("locate_bulk_vs_geopandas", locator, Geopandas(shapes, points), points, services)
    sedona = Sedonadb(shapes, points)
    beside("locate_bulk_vs_sedonadb", locator, sedona, points, {**detail, "peer_threads": os.cpu_count()})
    postgis = Postgis(shapes, points)
    beside("locate_bulk_vs_postgis", locator, postgis, points, {**detail, "plan": postgis.plan()})
    beside("locate_bulk_skewed_vs_geopandas", locator, Geopandas(shapes, skewed), skewed, detail)
    one_by_one(locator, points, skewed, detail)
    nation()


if __name__ == "__main__":
    main()
